"""The handbook is whole: what can be asked for has its place in the reference, and every page its place in the site."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import hooks
import moves
import pytest
import yaml
from writers.markdown import plain

import analyzer
from analyzer import defects, errors
from analyzer.analysis import Analysis
from analyzer.assessment import catalogue, policies
from analyzer.cli.exits import Exit
from analyzer.cli.main import main
from analyzer.isakmp import registry
from analyzer.tables.filter.fields import SHORTHANDS
from analyzer.tables.filter.tree import KEYWORDS, SIGNS
from analyzer.tables.schema import SCHEMA
from tests.conftest import FIXTURES, ROOT

DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)


def headings(page: Path) -> set[str]:
    return set(HEADING.findall(page.read_text("utf-8")))


def test_every_check_and_diagnosis_is_explained() -> None:
    checks = {check.about.id for check in catalogue.all_checks()}
    assert {page.stem for page in (REFERENCE / "checks").glob("*.md")} == checks
    assert set(re.findall(r"\(checks/([\w-]+)\.md\)", (REFERENCE / "checks.md").read_text("utf-8"))) == checks
    assert headings(REFERENCE / "diagnoses.md") == {cause.about.id for cause in catalogue.all_causes()}


def test_every_policy_has_its_page_with_all_its_statements() -> None:
    assert {page.stem for page in (REFERENCE / "policies").glob("*.md")} == set(policies.names())
    listed = (REFERENCE / "policies.md").read_text("utf-8")
    for name in policies.names():
        assert f"(policies/{name}.md)" in listed
        rows = (REFERENCE / "policies" / f"{name}.md").read_text("utf-8").count("\n| ")
        policy = policies.load(name)
        assert rows == len(policy.rules) + len(policy.documents), name  # and a head for each document


def test_every_table_and_column_is_described() -> None:
    assert headings(DOCS / "tables.md") == set(SCHEMA)
    parts = re.split(r"^## ", (DOCS / "tables.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
    found = {part.partition("\n")[0]: re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) for part in parts}
    assert found == {name: list(schema.names) for name, schema in SCHEMA.items()}


def test_every_command_and_option_is_described() -> None:
    assert isinstance(main, click.Group)
    context = click.Context(main, info_name="isakmp-analyzer", **main.context_settings)
    names = main.list_commands(context)
    assert headings(DOCS / "commands.md") == {"isakmp-analyzer", *names}
    parts = re.split(r"^## ", (DOCS / "commands.md").read_text("utf-8"), flags=re.MULTILINE)[1:]
    said = {part.partition("\n")[0]: part for part in parts}
    for name in names:
        command = main.get_command(context, name)
        assert command is not None
        options = [option for param in command.params if isinstance(param, click.Option) for option in param.opts]
        assert [option for option in options if not re.search(rf"{option}\b", said[name])] == [], name


@pytest.mark.parametrize(
    ("page", "tables"),
    [
        ("algorithms.md", "ikev2-encr ikev2-prf ikev2-integ ikev2-ke ikev1-encryption ikev1-hash ikev1-groups"),
        ("notifies.md", "ikev2-notify-error ikev2-notify-status ikev2-notify-private ikev1-notify"),
    ],
)
def test_every_number_with_a_name_is_listed(page: str, tables: str) -> None:
    text = (REFERENCE / page).read_text("utf-8")
    for table in tables.split():
        entries = [e for e in registry.entries(table) if not re.match("reserved|unassigned|private use", e.name, re.I)]
        assert len(entries) > 5
        assert [e.name for e in entries if f"\n| {e.value} | {plain(e.name)}" not in text] == []


def test_every_defect_and_exit_code_is_explained() -> None:
    assert headings(REFERENCE / "defects.md") == set(defects.kinds())
    codes = re.findall(r"^\| (\d+) \| \w", (REFERENCE / "exit-codes.md").read_text("utf-8"), re.MULTILINE)
    assert [int(code) for code in codes] == sorted(Exit)


def test_the_filter_language_is_described() -> None:
    said = (REFERENCE / "filter.md").read_text("utf-8")
    assert [word for word in (*SHORTHANDS, *KEYWORDS, *SIGNS) if word not in said] == []


def test_every_fixture_is_described() -> None:
    assert headings(REFERENCE / "fixtures.md") == {path.parent.name for path in FIXTURES.glob("*/case.toml")}


def test_every_public_python_name_is_described() -> None:
    names = {f"analyzer.{name}" for name in analyzer.__all__} - {"analyzer.__version__"}
    names |= {f"analyzer.plots.{name}" for name in analyzer.plots.__all__}
    raised = {f"analyzer.errors.{name}" for name, thing in vars(errors).items() if isinstance(thing, type)}
    raised = {name for name in raised if name.endswith("Error")}
    found = headings(REFERENCE / "python.md")
    assert names | raised <= found
    assert handed_out() <= {name.rpartition(".")[2] for name in found}


def handed_out() -> set[str]:
    """The classes of ours that public methods of an Analysis return."""
    tree = ast.parse((ROOT / "analyzer" / "analysis.py").read_text("utf-8"))
    (cls,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == Analysis.__name__]
    methods = [node for node in cls.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    returned = [ast.unparse(method.returns) for method in methods if method.returns]
    return {name for text in returned for name in re.findall(r"\b[A-Z]\w+", text)} - {"Any", "None"}


# -- the site


def navigation() -> Iterator[str]:
    """Every page that mkdocs.yml names."""

    class Loader(yaml.SafeLoader):
        """It meets tags of Python's, which are of no matter here."""

    Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)
    yield from pages_in(yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), Loader)["nav"])


def pages_in(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    for part in (nav.values() if isinstance(nav, dict) else nav) if not isinstance(nav, str) else ():
        yield from pages_in(part)


def test_every_page_is_in_the_navigation_once() -> None:
    sources = [path.relative_to(DOCS).as_posix() for end in ("md", "ipynb") for path in DOCS.rglob(f"*.{end}")]
    pages = [hooks.page_of(uri) for uri in sources] + [f"project/{name}" for name in hooks.PROJECT]
    besides = [page for page in pages if page.startswith("reference/checks/")]  # checks.md leads to each
    assert sorted(navigation()) == sorted({*pages} - {*besides})


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ('<script src="https://cdn.example/x.js"></script>', 1),
        ('<link rel="stylesheet" href="//fonts.example/css">', 1),
        ('<link rel="preconnect" href="https://fonts.example" crossorigin>', 1),
        ('<img srcset="https://cdn.example/a.png 2x">', 1),
        ('<p style="background: url(https://cdn.example/a.png)">', 1),
        ("<style>@import 'https://fonts.example/css';</style>", 1),
        ('<pre class="mermaid"><code>stateDiagram-v2</code></pre>', 1),
        ('<a href="https://www.rfc-editor.org/rfc/rfc7296.html">RFC 7296</a>', 0),
        ('<link rel="canonical" href="https://handbook.example/">', 0),
        ('<img src="../images/report.png"><script>x = "https://cdn.example"</script>', 0),
        ('<img src="data:image/png;base64,//8AAA">', 0),
    ],
)
def test_what_a_page_asks_of_others_is_found(page: str, found: int) -> None:
    assert len(hooks.asked_of_others(page)) == found


def test_a_notebook_is_a_page() -> None:
    cells = (
        '{"cells": [{"cell_type": "markdown", "source": ["# One\\n", "text"]},'
        '{"cell_type": "code", "source": ["x = 1\\n", "x"], "outputs": ['
        '{"output_type": "stream", "text": ["said\\n"]},'
        '{"data": {"text/html": ["<b>\\n", "\\n", "1</b>"], "text/plain": ["1"]}},'
        '{"data": {"image/png": "iVBO\\n", "text/plain": ["<Figure>"]}}]}]}'
    )
    assert hooks.notebook_page(cells) == (
        "# One\ntext\n\n```python\nx = 1\nx\n```\n\n```text\nsaid\n```\n\n"
        '<div class="output"><b>  1</b></div>\n\n'
        '<div class="output"><img alt="" src="data:image/png;base64,iVBO"></div>\n'
    )


def test_a_state_table_is_drawn_without_a_foreign_program() -> None:
    page = (
        '# T\n\n```mermaid\nstateDiagram-v2\n    state "keys-sent" as keys_sent\n    [*] --> start\n'
        "    start --> keys_sent : offer (RFC 2408 4.5)\n    keys_sent --> keys_sent : <again>\n"
        "    keys_sent --> start : lost\n```\n"
    )
    drawn = moves.drawn(page)
    assert "mermaid" not in drawn
    assert [part.partition("<")[0] for part in re.split(r"<text [^>]*>", drawn)[1:]] == [
        "start", "keys-sent", "offer (RFC 2408 4.5)", "&lt;again&gt;", "lost",
    ]  # fmt: skip
    assert drawn.count('class="move"') == 3
    assert drawn.count("\n") == 3  # blank lines would end the HTML
