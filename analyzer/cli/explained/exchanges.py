"""Exchange types of both versions, by name and number, with their state tables."""

from functools import cache
from typing import Final

from analyzer.cli.explained.kind import Kind
from analyzer.isakmp import registry
from analyzer.isakmp.registry.tables import Entry
from analyzer.negotiation.exchanges.course import TABLES
from analyzer.report.manual import Page, Section

_REGISTRIES: Final = {"IKEv1": "ikev1-exchange-types", "IKEv2": "ikev2-exchange-types", "GDOI": "gdoi-exchange-types"}


@cache
def _entries() -> tuple[tuple[str, Entry], ...]:
    return tuple((family, e) for family, table in _REGISTRIES.items() for e in registry.entries(table) if e.mnemonic)


def _words() -> dict[str, str]:
    words: dict[str, str] = {}
    for family, entry in _entries():
        words.setdefault(entry.mnemonic, f"{family} exchange type {entry.value}")
    return words


def _pages(word: str) -> list[Page]:
    found: dict[str, Page] = {}
    for family, entry in _entries():
        if word in (entry.mnemonic.lower(), entry.name.lower(), str(entry.value)):
            found.setdefault(f"{family} {entry.mnemonic}", _page(family, entry))
    return list(found.values())


def _page(family: str, entry: Entry) -> Page:
    tables = [t for t in TABLES if t.name == entry.mnemonic and _of(family, t.title)]
    sections = [Section("Remark", entry.status)] if entry.status else []
    for table in tables:
        states = [f"{state}: {meaning}" for state, meaning in table.states.items()]
        sections += [Section("States (column state of table exchanges)", "\n".join(states))]
        sections += [Section("Messages", "\n".join(f"{event}: {meaning}" for event, meaning in table.events.items()))]
        sections += [Section("By the book", table.rule)]
    sections += [Section("References", entry.reference.replace(";", "\n"))]
    return Page(entry.mnemonic, f"{family} exchange type {entry.value}", entry.name, tuple(sections))


def _of(family: str, title: str) -> bool:
    """Whether the table of this title is of the family: both IKE versions have an INFORMATIONAL."""
    return title.startswith((family, "G-IKEv2") if family == "IKEv2" else family)


KIND: Final = Kind(
    6, "exchanges", "exchange", "exchange types with their states and messages", "IKE_AUTH", _words, _pages
)
