"""A kind of words that `explain` knows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from analyzer.report.manual import Page
from analyzer.report.story import Line


class Kind(NamedTuple):
    """place: among the kinds. name: of many of them, which lists them; one: of one. doc: what they are.

    words: each with what it is, in a few words. pages: of a word in lower case, or of a path; none where it is none of
    this kind. listing: what stands in place of the list of words, of a width. columns: of the list as CSV, with its
    rows; else words and meanings.
    """

    place: int
    name: str
    one: str
    doc: str
    example: str
    words: Callable[[], Mapping[str, str]]
    pages: Callable[[str], list[Page]]
    listing: Callable[[int], Iterator[Line]] | None = None
    columns: Callable[[], Sequence[Sequence[str]]] | None = None
