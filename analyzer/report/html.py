"""The report as one self-contained HTML file, and the index page over several.

Captured bytes are hostile. What keeps them text: every expression of a template goes through `safe` (escaping.py), as
do the rows that cells.py makes in bulk; StrictUndefined; a Content-Security-Policy that allows nothing but this page's
own style and script by their hashes; and templates that quote every attribute (tests/test_templates.py).
"""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from markupsafe import Markup

from analyzer.processes import beside
from analyzer.report import sections
from analyzer.report.bulk import Kept, processes, rows_text
from analyzer.report.cells import Cells
from analyzer.report.compare.chosen import chosen
from analyzer.report.compare.model import NO_CAUSE
from analyzer.report.compare.pairs import pairs
from analyzer.report.dossier import ranked
from analyzer.report.evidence import MOST_BYTES, MOST_ROWS, evidence
from analyzer.report.explorer import NOTHING, explorer, frames_inside
from analyzer.report.exposed import view
from analyzer.report.files import new_text
from analyzer.report.find.captures import captures_found
from analyzer.report.floods import MOST_SHAPES, MOST_SHOWN
from analyzer.report.grade import grade_of, weighed
from analyzer.report.index import ALL_REPORTED, Entry, Unreported, index_of
from analyzer.report.inventory import inventory
from analyzer.report.links import frame_links
from analyzer.report.passed import audited, seen_of
from analyzer.report.peers_picture import peers
from analyzer.report.policy_matrix import matrix
from analyzer.report.post_quantum import authentication, key_exchanges, preshared
from analyzer.report.provenance import Provenance, provenance_of
from analyzer.report.quantum_exposure import MOST_SHOWN as MOST_PAIRS
from analyzer.report.quantum_exposure import recorded
from analyzer.report.rendering import environment, style, together
from analyzer.report.rereading import Dissect, Once
from analyzer.report.timeline import timeline
from analyzer.report.timeline.captures import captures_timeline
from analyzer.report.timeline.picture import SIGNS
from analyzer.report.verdict import Verdict, verdict_of
from analyzer.tables.store import Tables

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

_NO_FILES: Final = Kept()  # of a page alone


def write_html(analysis: "Analysis", path: Path) -> None:
    """Write the report of all captures of one run to `path`. OutputError: it cannot be written."""
    with new_text(path, private=analysis.decrypts) as file:
        file.writelines(
            render(analysis.tables, provenance_of(analysis), dissect=analysis.dissected, jobs=analysis.jobs)
        )


def render(
    tables: Tables,
    provenance: Provenance,
    verdict: Verdict | None = None,
    dissect: Dissect | None = None,
    index: str | None = None,
    files: Kept = _NO_FILES,
    jobs: int = 1,
) -> Iterator[str]:
    """The report's HTML, piece by piece. `verdict`: that of these tables, for callers who have it already.

    dissect: reads frames of the evidence again; without it the page has only what the tables say. index: where a
    link to the index of all reports leads, if there is one. files: those of the tables beside it. jobs: how many
    processes may make it. A lone surrogate cannot remain: `finalize` wrote it out.
    """
    zone = provenance.zone
    verdict = verdict or verdict_of(tables, zone)
    order = ranked(tables)
    drawn = sections.drawn_numbers(order, verdict.kinds)
    jobs = processes(tables, jobs)
    apart: list[Callable[[], Any]] = [
        partial(sections.overview, tables, order, drawn, zone),
        partial(peers, tables),
        partial(inventory, tables),
        partial(timeline, tables, zone),
        partial(chosen, tables, drawn, zone),
        partial(pairs, tables, drawn, zone),
    ]
    with beside(apart, jobs) as rest:
        inside = NOTHING if dissect is None else frames_inside(tables, drawn)
        once = None if dissect is None else Once(dissect, inside.frames)
        shown = evidence(tables, drawn, once)
        # By then most of what is made apart is done
        packets = None if once is None else explorer(tables, inside, once, zone, jobs)
        judged = seen_of(tables)
        audits = audited(tables, provenance.policies, judged)
        exchanged = recorded(tables)
        overview, hosts, devices, axis, sides, opposite = rest()
    explored = packets.inside.of_one_capture() if packets else ()
    links = frame_links(tables, drawn, shown, explored)
    above = sections.above(tables, drawn)
    unused = _unused(
        searched=bool(overview.data), zooms=axis is not None and axis.zooms, choice=bool(sides), beside=bool(opposite)
    )
    context = {
        "provenance": provenance,
        "verdict": verdict,
        "bar": sections.outcome_bar(tables),
        "overview": overview,
        "here": {*drawn, *(row.number for row in overview.rows)},
        "negotiations": sections.negotiations(tables, verdict.kinds, drawn, shown.frames, zone),
        "beside": opposite,
        "no_cause": NO_CAUSE,
        "chosen": sides,
        "notes": shown.notes,
        "elsewhere": shown.elsewhere,
        "explorer": packets,
        "evidence": bool(shown.frames),
        "most_floods": MOST_SHOWN,
        "most_shapes": MOST_SHAPES,
        "most": {"rows": MOST_ROWS, "bytes": MOST_BYTES},
        "cells": Cells(links),
        "links": links,
        "tables": sections.tables(tables, zone, above),
        "above": sorted(name for name in above if len(tables[name])),
        "zone": zone,
        "audits": audits,
        "grade": grade_of(weighed(tables, judged), audits),
        "inventory": devices,
        "policies": matrix(tables, provenance.policies, len(judged)),
        "post_quantum": (key_exchanges(tables), preshared(tables), authentication(tables)),
        "recorded": exchanged,
        "most_pairs": MOST_PAIRS,
        "peers": hosts,
        "exposure": view(tables),
        "timeline": axis,
        "signs": SIGNS,
        "index": index,
        "files": files,
        "left_out_text": rows_text(files.left_out),
        "compressed_text": rows_text(files.compressed),
    }
    return page("report.html.j2", context, unused)


def render_index(
    entries: Sequence[Entry],
    provenance: Provenance,
    unreported: Unreported = ALL_REPORTED,
    files: Sequence[str] = ("failures.csv", "weak_algorithms.csv", "proposals.csv"),
    dataset: str | None = None,
) -> Iterator[str]:
    """The index page over the reports of several captures. unreported: those the run did not come to.

    files: those over all captures. dataset: the folder that has all tables of them, if one is written.
    """
    index = index_of(entries, unreported)
    known = {
        "index": index,
        "files": files,
        "dataset": dataset,
        "data": captures_found(index.entries) if len(index.entries) > sections.MOST_AT_A_GLANCE else {},
        "provenance": provenance,
        "zone": provenance.zone,
        "timeline": captures_timeline(index, provenance.zone),
    }
    return page("index.html.j2", known, Unused(styles=(), scripts=("find",)))


def page(template: str, context: dict[str, Any], unused: "Unused") -> Iterator[str]:
    """A page of a template, in pieces: with the style, the script and the policy of its own."""
    return environment().get_template(template).generate(context | _own(unused))


class Unused(NamedTuple):
    """Files of styles and scripts that a page does without, by how their names begin."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]


def _unused(*, searched: bool, zooms: bool, choice: bool, beside: bool) -> Unused:
    """What a report does without: search, parts of a timeline, two negotiations to be chosen, any two side by side."""
    search = () if searched else ("filter", "find")
    styles = ("captures", *search, *(() if zooms else ("zoom",)), *(() if choice or beside else ("compare",)))
    scripts = (*search, *(() if zooms else ("timeline",)), *(() if choice else ("compare",)))
    return Unused(styles, ("index", *scripts))


@cache
def _own(unused: Unused) -> dict[str, str]:
    """Style and script of a page, and the policy that allows them alone."""
    own_style = style(unused.styles)
    script = together("scripts", first="base.js", last="ready.js", without=unused.scripts)
    script = '"use strict";\n' + script
    policy = (
        f"default-src 'none'; style-src '{_digest(own_style)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    # Our own files, not captured text. Else only cells.py and links.py put anything into a page unescaped.
    return {"style": Markup(own_style), "script": Markup(script), "policy": policy}  # noqa: S704


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
