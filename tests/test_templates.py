"""Lint of templates/: what autoescape cannot protect is not written in the first place."""

import re
from pathlib import Path

import pytest

from analyzer.report.rendering import environment
from tests.conftest import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.j2"))
TAG = re.compile(r"<[a-zA-Z][^<>]*?(?:\{%.*?%\}[^<>]*?)*>", re.DOTALL)
COMMANDS = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def faults(source: str) -> list[str]:
    """What must not stand in a template: unquoted attributes with expressions, |safe, handlers, data in scripts."""
    found = []
    for tag in TAG.findall(re.sub(r"\{\{.*?\}\}", "{{}}", source, flags=re.DOTALL)):
        bare = re.sub(r'"[^"]*"', '""', COMMANDS.sub(" ", tag))
        if "{{" in bare or re.search(r"=\s*[^\s\"]", bare):
            found.append(f"unquoted attribute: {tag}")
        if re.search(r"\son\w+\s*=|\sstyle\s*=|javascript:", tag):
            found.append(f"inline handler or style: {tag}")
    if re.search(r"\|\s*safe\b|autoescape\s+false|Markup", source):
        found.append("escaping is switched off")
    found += [
        f"data in a script: {body}"
        for body in re.findall(r"<script[^>]*>(.*?)</script>", source, re.DOTALL)
        if re.sub(r"\{\{\s*(script|[^}]*\|\s*packed)\s*\}\}", "", body).strip()
    ]
    return found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_template_is_clean(path: Path) -> None:
    assert faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_template_compiles(path: Path) -> None:
    environment().get_template(path.relative_to(ROOT / "templates").as_posix())


@pytest.mark.parametrize(
    "source",
    [
        "<a title={{ x }}>",
        "<td class={{ x }} id='a'>",
        '<td {{ x }}="a">',
        "<p>{{ x | safe }}</p>",
        "{% autoescape false %}",
        '<a onclick="{{ x }}">',
        '<p style="color: {{ x }}">',
        "<script>var x = {{ x }};</script>",
        '<a href="javascript:{{ x }}">',
    ],
)
def test_the_lint_sees(source: str) -> None:
    assert faults(source)


def test_the_lint_lets_through() -> None:
    assert faults('<td{% if x %} class="{{ y }}"{% endif %}>{{ z }}</td><script>{{ script }}</script>') == []
    assert faults('<script type="application/octet-stream" id="a">{{ rows | packed }}</script>') == []
    assert faults("<script>const rows = {{ rows | tojson }}</script>") == [
        "data in a script: const rows = {{ rows | tojson }}"
    ]


def test_style_and_script_ask_for_nothing() -> None:
    found = [*(ROOT / "templates").rglob("*.css"), *(ROOT / "templates" / "scripts").iterdir()]
    assert {file.suffix for file in found} == {".css", ".js"}
    for name in found:
        text = name.read_text("utf-8")
        assert not re.search(r"url\(|@import|https?:|innerHTML|eval\(|fetch\(|</", text), name


def test_what_was_chosen_is_not_thereby_good() -> None:
    style = (ROOT / "templates" / "styles" / "tables.css").read_text()
    rules = re.findall(r"(?m)^(?:\.picked|tr\.chosen) \{[^}]*\}", style)
    assert len(rules) == 2
    assert all("font-weight: 600" in rule and "good" not in rule for rule in rules)


def test_chips_of_scripts_have_the_shapes_of_those_on_the_page() -> None:
    pair = re.compile(r'"?(\w+)"?: "(\S)"')
    ours, theirs = (ROOT / "templates" / name for name in ("partials/macros.html.j2", "scripts/find-facts.js"))
    shapes = dict(pair.findall(ours.read_text("utf-8").partition("%}")[0]))
    scripts = theirs.read_text("utf-8").partition("const SHAPES = {")[2].partition("}")[0]
    assert len(shapes) > 10
    assert dict(pair.findall(scripts)) == shapes
    style = (ROOT / "templates" / "styles" / "captures.css").read_text("utf-8")
    assert (
        dict(
            re.findall(
                r'^\.captures \.(\w+)::before \{ content: "(\S) "; content: "\2 " / ""; \}$', style, re.MULTILINE
            )
        )
        == shapes
    )
