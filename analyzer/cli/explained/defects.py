"""Kinds of defects, by their ids."""

from typing import Final

from analyzer.cli.explained.kind import Kind
from analyzer.defects import meanings
from analyzer.report.manual import Page, Section

_WHOSE: Final = {
    "capture": "the capture's: what was sent may have been whole",
    "wire": "the sender broke the protocol, or something on the path did",
    "limit": "a limit of the analyzer was reached",
    "internal": "a fault of the analyzer",
}


def _words() -> dict[str, str]:
    return {kind: meaning.title for kind, meaning in meanings().items()}


def _pages(word: str) -> list[Page]:
    if word not in meanings():
        return []
    meaning = meanings()[word]
    sections = (
        Section("What it is", meaning.what),
        Section("Whose fault", _WHOSE[word.partition("-")[0]].capitalize() + "."),
        Section("What to do", meaning.advice),
        Section("Where it stands", "Table defects, with frame, offset, what was expected and found."),
    )
    return [Page(word, "defect", meaning.title, sections)]


KIND: Final = Kind(
    7, "defects", "defect", "damage in captures, broken rules, limits reached", "capture-not-opened", _words, _pages
)
