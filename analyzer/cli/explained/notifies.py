"""Notify types of both versions, by name and number."""

from functools import cache
from typing import Final

from analyzer import data
from analyzer.assessment.ranking import NAMED
from analyzer.cli.explained.kind import Kind
from analyzer.isakmp import registry
from analyzer.isakmp.registry.tables import FIRST_STATUS, Entry
from analyzer.report.manual import Page, Section

_REGISTRIES: Final = {
    1: ("ikev1-notify",),
    2: ("ikev2-notify-error", "ikev2-notify-status", "ikev2-notify-private"),
}


@cache
def _known() -> dict[tuple[int, int], dict[str, str]]:
    return {(int(r["version"]), int(r["value"])): r for r in data.rows(__file__, "notifies.csv")}


@cache
def _entries() -> tuple[tuple[int, Entry], ...]:
    return tuple(
        (version, entry)
        for version, tables in _REGISTRIES.items()
        for table in tables
        for entry in registry.entries(table)
    )


def _class(entry: Entry) -> str:
    return "status" if entry.value >= FIRST_STATUS else "error"


def _words() -> dict[str, str]:
    return {e.name: f"IKEv{version} {_class(e)} notify {e.value}" for version, e in _entries()}


def _pages(word: str) -> list[Page]:
    return [_page(version, e) for version, e in _entries() if word in (e.name.lower(), str(e.value))]


def _page(version: int, entry: Entry) -> Page:
    known = _known().get((version, entry.value), {}) if not entry.vendor else {}
    causes = [n for n in NAMED if n.ike_version == version and entry.value in n.notifies]
    texts = {
        "What it says": known.get("meaning") or "Its number and name are registered; nothing more is known here.",
        "Who sends it": known.get("sender", entry.vendor and f"{entry.vendor}'s own"),
        "Diagnosis": "\n".join(f"Of the {n.part}: {n.diagnosis}" for n in causes),
        "What to do": known.get("advice", ""),
        "References": known.get("section") or entry.reference.replace(";", "\n"),
    }
    sections = tuple(Section(heading, text) for heading, text in texts.items() if text)
    return Page(entry.name, f"IKEv{version} notify {entry.value}, {_class(entry)}", "", sections)


KIND: Final = Kind(
    4,
    "notifies",
    "notify",
    "notify types of IKEv1 and IKEv2: meaning, sender, section",
    "TS_UNACCEPTABLE",
    _words,
    _pages,
)
