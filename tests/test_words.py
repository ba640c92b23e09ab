"""What a reader sees is in engineers' words: these are out, in sentences and in names.

Evasive or ambiguous words hide what happened: a retransmission is no "message sent again", a message that was not
decrypted did not "stay closed", a report says and shows, it does not tell.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

OUT = re.compile(
    r"\b(told|tells?|telling|befell|befalls?|dear|heard|hears?|sent again|send again|stay(?:s|ed)? closed"
    r"|went this way|never came|comes? and goe?s?|in vain)\b",
    re.I,
)
NAME_OUT = re.compile(r"(^|_)(told|tells?|telling|befell|befalls?|dear)(_|$)", re.I)
FOLDERS = ("report", "cli", "dissect", "tables")
BELOW = ("assessment", "capture", "decryption", "isakmp", "negotiation")
MODULES = sorted(path for folder in FOLDERS for path in (ROOT / "analyzer" / folder).rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.j2"))
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")})


def sentences(source: str) -> Iterator[tuple[int, str]]:
    """Every string of a module with its line, its docstrings too: the help of a command is one."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def names(source: str) -> Iterator[tuple[int, str]]:
    """Every name that a module gives: functions, classes, arguments, variables."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def where(path: Path, line: int, found: re.Match[str]) -> str:
    return f"{path.relative_to(ROOT)}:{line}: {found.group().strip('_')}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_says_it_in_a_word_that_is_out(path: Path) -> None:
    source = path.read_text()
    said = [where(path, line, found) for line, text in sentences(source) for found in OUT.finditer(text)]
    named = [where(path, line, found) for line, text in names(source) for found in NAME_OUT.finditer(text)]
    assert said + named == []


@pytest.mark.parametrize("path", [*TEMPLATES, *PAGES], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_page_says_it_in_a_word_that_is_out(path: Path) -> None:
    # what stands in quotes or backticks in a rule about words is named, not used
    text = re.sub(r"`[^`\n]*`|\"[^\"\n]*\"", lambda quoted: " " * len(quoted.group()), path.read_text())
    assert [where(path, text.count("\n", 0, found.start()) + 1, found) for found in OUT.finditer(text)] == []


@pytest.mark.parametrize("text", ["It is told here.", "2 fragments never came", "SAs come and go", "Sent again"])
def test_words_that_are_out_are_found(text: str) -> None:
    assert OUT.search(text)


@pytest.mark.parametrize("text", ["intelligent", "fortell", "untold_count", "a hearing", "folded"])
def test_parts_of_other_words_are_not(text: str) -> None:
    assert OUT.search(text) is None
    assert [found for _, name in names("folded = toldness = 1") for found in NAME_OUT.finditer(name)] == []


def test_names_are_looked_at_too() -> None:
    found = [name for _, name in names("def told(dear, x):\n    tell_it = x\n") if NAME_OUT.search(name)]
    assert found == ["told", "dear", "tell_it"]


# -- sentences and names of the layers below the report: their docstrings speak to readers of the code

AVOIDED = re.compile(r"\b(told|befell|sent again|stay(s|ed)? closed)\b", re.IGNORECASE)


def literals(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each string literal, those inside f-strings too, but docstrings."""
    tree = ast.parse(source)
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def avoided(source: str) -> list[tuple[int, str]]:
    return [(line, text) for line, text in literals(source) if AVOIDED.search(text)]


@pytest.mark.parametrize("folder", BELOW)
def test_sentences_use_the_words_of_engineers(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in sorted((ROOT / "analyzer" / folder).rglob("*.py"))
        for line, text in avoided(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("folder", BELOW)
def test_names_use_the_words_of_engineers(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in sorted((ROOT / "analyzer" / folder).rglob("*.py"))
        for line, name in names(path.read_text(encoding="utf-8"))
        if NAME_OUT.search(name)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('x = "sent again"', 1),
        ('x = f"{n} messages Stayed closed: {why}"', 1),
        ('told = "reported"', 0),
        ('x = "told-in-clear"', 1),
        ('def f():\n    """It is told."""', 0),
    ],
)
def test_what_is_avoided(source: str, found: int) -> None:
    assert len(avoided(source)) == found
