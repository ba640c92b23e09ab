"""The words of engineers: what people read in sentences of the analyzer has none of these."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

# A retransmission is not "sent again", a message is "not decrypted", and who reports a thing does not "tell" it
AVOIDED = re.compile(r"\b(told|befell|sent again|stay(s|ed)? closed)\b", re.IGNORECASE)
FOLDERS = ("assessment", "capture", "decryption", "dissect", "isakmp", "negotiation", "tables")
# States of INFORMATIONAL in the state tables, by name in column `state` of `exchanges`: renaming breaks its readers
ALLOWED = {"told", "told-in-clear"}


def literals(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each string literal, those inside f-strings too; docstrings are for readers of the code."""
    tree = ast.parse(source)
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def avoided(source: str) -> list[tuple[int, str]]:
    return [(line, text) for line, text in literals(source) if AVOIDED.search(text) and text not in ALLOWED]


@pytest.mark.parametrize("folder", FOLDERS)
def test_sentences_use_the_words_of_engineers(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in sorted(Path(ROOT, "analyzer", folder).rglob("*.py"))
        for line, text in avoided(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_allowed_words_are_in_use() -> None:
    files = (path for folder in FOLDERS for path in Path(ROOT, "analyzer", folder).rglob("*.py"))
    used = {text for path in files for _, text in literals(path.read_text(encoding="utf-8"))}
    assert used >= ALLOWED


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('x = "sent again"', 1),
        ('x = f"{n} messages Stayed closed: {why}"', 1),
        ('told = "reported"', 0),
        ('x = "told-in-clear"', 0),
        ('def f():\n    """It is told."""', 0),
    ],
)
def test_what_is_found(source: str, found: int) -> None:
    assert len(avoided(source)) == found
