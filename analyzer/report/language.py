"""The page behind `explain filter`: the filter language, with examples that the tests read."""

import textwrap
from collections.abc import Iterator
from typing import Final, NamedTuple

from analyzer.report.story import Line
from analyzer.tables.filter.fields import SHORTHANDS
from analyzer.tables.filter.tree import KEYWORDS, SIGNS

EXAMPLES: Final = (
    ("outcome == failed", "negotiations that failed"),
    ("outcome in (failed, unanswered) and host == 192.0.2.0/24", "those of one network that did not come up"),
    ("severity >= high", "those with a finding that is high or critical"),
    ("cause == psk-mismatch or diagnoses.diagnosis == psk-mismatch", "likeliest cause, or one of the possible causes"),
    ("algorithm contains 3DES and not identity == gw.example.com", "3DES offered or chosen, but not by this gateway"),
    ("time >= 2026-11-20T08:00Z and time <= 2026-11-20T09:00Z", "those that live within this hour, or a part of it"),
    ("spi == 0x1f6a8c3d5e7b9024", "the one with this SPI, of IKE, ESP or AH"),
    ("frame in (17, 18)", "those that one of these frames belongs to"),
    ("retransmissions > 2 and not nat_t == true", "often retransmitted, and not known to be in UDP port 4500"),
    ("child_sas.outcome == failed", "those of which a child SA failed"),
    ("lifetime_s", "those with a lifetime that is known"),
    ('example "no answer"', "those whose text holds both, in any column"),
)
"""Expressions about negotiations, and what they mean."""


class _Part(NamedTuple):
    title: str
    text: str


_PARTS: Final = (
    _Part(
        "Where it is used",
        "--where EXPRESSION of summary, report, check and show chooses negotiations, and what belongs to them: their "
        "messages, findings and so on. All is judged before, so nothing changes by what is left out. With export it "
        "chooses rows of the table. --host, --spi, --from, --to and --outcome each make the expression longer. In "
        "Python: analysis.where(expression).",
    ),
    _Part(
        "Conditions",
        f"FIELD SIGN VALUE, where SIGN is one of {' '.join(SIGNS)} and contains; FIELD in (A, B) for one of several "
        "values. A field alone: it has a value, be it 0 or false. A word that is no field, or text in quotes: some "
        "text of the row holds it. Conditions are joined by and, or, not and parentheses; side by side they mean and. "
        "not binds tighter than and, and that tighter than or.",
    ),
    _Part(
        "Fields",
        "Every column of the table that is asked (`fields negotiations` lists them), and TABLE.COLUMN of every other "
        "table whose rows belong to negotiations: of the same negotiation any row may match. Besides "
        "there are these words; with export, host, spi, frame and time are the row's own where it has such columns:",
    ),
)
_VALUES: Final = (
    _Part(
        "Values",
        "Case makes no difference. Text is equal as a whole; contains looks for a part. Where a column has a closed "
        "vocabulary (outcomes, causes, findings ...: `explain outcome` lists one), a word that is not in it is an "
        "error. Addresses are equal, or lie in a network: host == 192.0.2.0/24. Numbers may be hexadecimal: 0x20. "
        "Severities and confidences compare by their weight, and times as they follow each other: ISO 8601, UTC if no "
        "zone is given (of --from and --to: that of --tz). A time is as long as it is vague: == 2026-11-20 is all of "
        "that day, <= 2026-11-20 ends with it. Of a list, and of several rows, "
        "one has to match; != is what == is not.",
    ),
    _Part(
        "What is missing",
        "A missing value matches no comparison, so not of that matches: not key_bits < 256 holds negotiations without "
        "a known key length too; key_bits >= 256 does not.",
    ),
    _Part(
        "Quotes",
        f"Values with blanks, commas, brackets, quotes, signs, or that are one of the words {', '.join(KEYWORDS)} "
        'stand in "quotes"; a \\ stands before a " or \\ that belongs to them.',
    ),
)


def filter_lines(width: int = 100) -> Iterator[Line]:
    """The whole page."""
    yield Line("filter: which negotiations, or rows, a command is about", "title")
    for part in _PARTS:
        yield from _section(part, width)
    longest = max(map(len, SHORTHANDS))
    for name, word in SHORTHANDS.items():
        columns = ", ".join(word.of)
        text = f"{word.doc}: {columns}" if len(word.of) > 1 or name != columns else word.doc
        head = f"    {name:{longest}}  "
        lines = textwrap.wrap(text, width, initial_indent=head, subsequent_indent=" " * len(head))
        yield from map(Line, lines)
    for part in _VALUES:
        yield from _section(part, width)
    yield from [Line(""), Line("Examples", "title")]
    for expression, meaning in EXAMPLES:
        yield Line(f"  {expression}")
        yield Line(f"      {meaning}", "dim")


def _section(part: _Part, width: int) -> Iterator[Line]:
    yield from [Line(""), Line(part.title, "title")]
    yield from map(Line, textwrap.wrap(part.text, width, initial_indent="  ", subsequent_indent="  "))
