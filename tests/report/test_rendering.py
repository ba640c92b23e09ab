from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from analyzer.report import rendering
from analyzer.report.rendering import environment, text
from tests.conftest import ROOT

NAMES = [path.relative_to(ROOT / "templates").as_posix() for path in sorted((ROOT / "templates").rglob("*.j2"))]
SAMPLE = """\
{% macro cell(x) %}<td title="{{ x }}">{{ x }}</td>{% endmacro %}
{% set held %}{{ a }}{% endset %}
<p>{{ a }}{{ a ~ b }}{{ cell(a) }}{{ held }}{{ none }}{{ true }}{{ 7 }}{{ [a, b] | join(", ") }}</p>
{% for x in (a, b) if x %}{{ x }}{{ "" if loop.last else ", " }}{% endfor %}
"""


def plain() -> jinja2.Environment:
    """The same environment, compiled by jinja2 itself."""
    ours = environment()
    env = jinja2.Environment(
        loader=ours.loader,
        autoescape=True,
        undefined=ours.undefined,
        finalize=ours.finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters |= ours.filters
    return env


def test_undefined_names_are_errors_and_escaping_is_always_on() -> None:
    env = environment()
    assert env.from_string("{{ x }}").render(x="<b>\u202e") == "&lt;b&gt;\\u202e"
    assert env.from_string('<a title="{{ x }}">').render(x='"onclick="x') == '<a title="&#34;onclick=&#34;x">'
    with pytest.raises(jinja2.UndefinedError, match="'y' is undefined"):
        env.from_string("{{ y }}").render()


@given(st.text(st.sampled_from("<>&\"'az\x1b\u202eé")), st.integers() | st.none() | st.text(max_size=9))
def test_a_page_is_what_jinja2_itself_makes_of_it(a: str, b: object) -> None:
    assert environment().from_string(SAMPLE).render(a=a, b=b) == plain().from_string(SAMPLE).render(a=a, b=b)


@pytest.mark.parametrize("name", NAMES)
def test_every_expression_goes_through_one_call(name: str) -> None:
    """If jinja2 asks the compiler no more, pages are as safe as before, but slower: then this says so."""
    code = environment().compile(text(name), raw=True)
    assert "environment.safe(" in code or "{{" not in text(name)
    assert "escape(" not in code
    assert "environment.finalize(" not in code
    theirs = plain().compile(text(name), raw=True)
    assert theirs.count("escape(environment.finalize(") == code.count("environment.safe(")


def test_markup_of_a_macro_is_not_escaped_twice() -> None:
    env = environment()
    assert env.from_string("{% macro b(x) %}<b>{{ x }}</b>{% endmacro %}{{ b('&') }}").render() == "<b>&amp;</b>"
    assert env.from_string("{{ x }}").render(x=Markup("<i>")) == "<i>"


def test_templates_are_found_in_a_clone_that_nobody_installed(monkeypatch: pytest.MonkeyPatch) -> None:

    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(rendering, "files", missing)
    assert rendering.text("partials/macros.html.j2").startswith("{% set shapes")


def test_a_style_keeps_what_its_spaces_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "_root", lambda: tmp_path)
    (tmp_path / "styles").mkdir()
    for name, content in {
        "base.css": "a > b,\n  td:has(> i) :is(c, d) {\n  content: \"x; y, 'z' > {\"; margin: 0 .5rem; /* why */ }\n",
        "print.css": "@media screen and (max-width: 58rem) { .e { width: calc(1px - 2px) } }\n",
    }.items():
        (tmp_path / "styles" / name).write_text(content)
    assert rendering.style() == (
        "a>b,td:has(>i) :is(c,d) {content:\"x; y, 'z' > {\";margin:0 .5rem;}"
        "@media screen and (max-width:58rem) {.e {width:calc(1px - 2px)}}"
    )


def test_comments_and_empty_lines_of_styles_and_scripts_stay_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "_root", lambda: tmp_path)
    (tmp_path / "parts").mkdir()
    texts = {
        "a": "/* one\n * line ** and another */\na { b: c; } /* stays */\n\n",
        "m": "// all of it\n",
        "x": "hidden\n",
        "z": "  let z = 1 / 2; // stays\n    // goes\n\t/* goes */\n  /* stays */ z += 1;\n/* one */\n/* two */\nz;\n",
    }
    for name, content in texts.items():
        (tmp_path / "parts" / name).write_text(content)
    assert rendering.together("parts", "a", "z", without=("x",)) == (
        "a { b: c; } /* stays */\nlet z = 1 / 2; // stays\n/* stays */ z += 1;\nz;\n"
    )
