"""What a notebook shows of an Analysis, a negotiation and a comparison: the partials of the page, in one element.

Each stands between others' HTML, and may stand there twice. So its style is nested in the class of its element, ids
begin with what only this negotiation has, and there is no script and nothing that is fetched.
"""

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from markupsafe import Markup

from analyzer.report.dossier import Record
from analyzer.report.floods import MOST_SHAPES, MOST_SHOWN
from analyzer.report.links import Links
from analyzer.report.rendering import environment, lean
from analyzer.report.sections import negotiations, outcome_bar
from analyzer.report.verdict import verdict_of
from analyzer.report.zone import UTC_ZONE
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables

MOST_STORIES: Final = 12
MOST_UNREAD: Final = 10

_WITHIN: Final = ".isakmp-analyzer"
_PALETTE: Final = re.compile(r"^:root \{([^}]*)\}", re.MULTILINE)
_OUTERMOST: Final = re.compile(r"(^|\{ )(?::root|body)(?= \{)", re.MULTILINE)
_REM: Final = re.compile(r"(\d*\.?\d+)rem\b")
_REM_PX: Final = 16  # on our page; a notebook has another size of its own
# A notebook has a theme of its own, whatever the system prefers: JupyterLab, Visual Studio Code, pages of documentation
_LIGHT: Final = ':is([data-jp-theme-light="true"], .vscode-light, [data-md-color-scheme="default"]) &'
_DARK: Final = ':is([data-jp-theme-light="false"], .vscode-dark, [data-md-color-scheme="slate"]) &'
_NO_FILES: Final = dict.fromkeys(SCHEMA, 0)  # beside a notebook there are no tables/NAME.csv


def analysis_html(tables: Tables, unread: Iterable[str]) -> str:
    """What happened in all that was read, the worst first. unread: what could not be read, or not to the end."""
    failures = list(unread)
    more = len(failures) - MOST_UNREAD
    failures[MOST_UNREAD:] = [f"{more:,} more captures" if more > 1 else "1 more capture"] if more > 0 else []
    verdict = verdict_of(tables)
    verdict = verdict._replace(stories=verdict.stories[:MOST_STORIES], unread=(*failures, *verdict.unread))
    context = {
        "verdict": verdict,
        "bar": outcome_bar(tables),
        "links": Links(prefix=_prefix([c["sha256"] or c["capture"] for c in verdict.captures])),
        "here": (),
        "most_floods": MOST_SHOWN,
        "most_shapes": MOST_SHAPES,
    }
    return inline("analysis", ("chips", "negotiation", "tables", "verdict"), context)


def negotiation_html(tables: Tables, n: Record) -> str:
    """Verdict, causes, ladder, offers and findings of the negotiation of this row, as the page has them."""
    view = next(negotiations(tables, (), [n["negotiation"]], {}))
    context = {
        "v": view,
        "links": Links(prefix=_prefix(n)),
        "alone": False,
        "beside": {},
        "left_out": _NO_FILES,
    }
    return inline("negotiation", ("chips", "ladder", "negotiation", "tables"), context)


def inline(name: str, styles: tuple[str, ...], context: dict[str, Any]) -> str:
    """A template of `templates/notebook/` with these of the page's styles. links: none if the context has no others."""
    template = environment().get_template(f"notebook/{name}.html.j2")
    always = {"style": Markup(_style(styles)), "zone": UTC_ZONE}  # noqa: S704  (our own files)
    return template.render({"links": Links()} | context | always)


def _prefix(known: object) -> str:
    """What ids begin with: other negotiations in the same document have others."""
    return f"ike-{hashlib.sha256(repr(known).encode()).hexdigest()[:8]}-"


@cache
def _style(names: tuple[str, ...]) -> str:
    """These files of the page's style, all of it nested in the class of the element around."""
    light, dark = _PALETTE.findall(lean("styles/base.css"))
    page = "".join(lean(f"styles/{name}.css") for name in ("base", *names, "forced"))
    own = _OUTERMOST.sub(r"\1&", page) + lean("notebook/notebook.css")
    themes = f"{_LIGHT} {{{light}color-scheme: light; }}\n{_DARK} {{{dark}color-scheme: dark; }}\n"
    # Twice, so that it weighs more than the rules of a notebook about the same elements
    nested = f"{_WITHIN}{_WITHIN} {{\n{own}@media not (forced-colors: active) {{\n{themes}}}\n}}"
    return _REM.sub(lambda size: f"{float(size[1]) * _REM_PX:g}px", nested)
