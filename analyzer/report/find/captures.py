"""What the search box of an index page searches in: its captures, in the order of their rows."""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, get_args

from analyzer.report.find.columns import Cells
from analyzer.report.index import Entry
from analyzer.tables.filter.fields import Kind
from analyzer.tables.naming import cause_ids
from analyzer.vocabulary import CONFIDENCES, SEVERITIES, Outcome

CAPTURES: Final = "captures"


class _Field(NamedTuple):
    """A field of the filter language on this page. words: all that it can be, where that is a closed vocabulary."""

    kind: Kind
    doc: str
    value: Callable[[Entry], Any]
    words: Callable[[], tuple[str, ...]] | None = None


def _causes(entry: Entry) -> list[str]:
    return list(dict.fromkeys(diagnosis for diagnosis, *_ in entry.causes))


_FIELDS: Final = {
    "capture": _Field(Kind.TEXT, "its path as it was given", lambda e: e.capture),
    "outcome": _Field(
        Kind.TEXT,
        "how the worst of its negotiations ended",
        lambda e: e.outcome or None,
        lambda: (*get_args(Outcome), "unknown"),
    ),
    "story": _Field(Kind.TEXT, "what happened, in a sentence", lambda e: e.story),
    "negotiations": _Field(Kind.NUMBER, "how many IKE SAs there are", lambda e: e.sas),
    "unsuccessful": _Field(Kind.NUMBER, "how many of them failed or were not answered", lambda e: e.unsuccessful),
    "severity": _Field(Kind.SEVERITY, "the severity of a finding", lambda e: [name for name, n in e.severities if n]),
    "cause": _Field(Kind.TEXT, "the likeliest diagnosis of a negotiation", _causes, cause_ids),
    "defects": _Field(Kind.NUMBER, "how many rows of defects there are", lambda e: e.defects),
    "time": _Field(
        Kind.TIME, "the time of its first packet", lambda e: None if e.first_time is None else str(e.first_time)
    ),
}


def captures_found(entries: Sequence[Entry]) -> Cells:
    """The data: columns of values, and the words of the filter language."""
    return {
        "columns": {name: [field.value(entry) for entry in entries] for name, field in _FIELDS.items()},
        "language": {
            "main": CAPTURES,
            "fields": {CAPTURES: {name: field.kind.name.lower() for name, field in _FIELDS.items()}},
            "words": {CAPTURES: {name: field.words() for name, field in _FIELDS.items() if field.words is not None}},
            "shorthands": {},
            "meanings": {name: field.doc for name, field in _FIELDS.items()},
            "searched": [[CAPTURES, name] for name, field in _FIELDS.items() if field.kind is Kind.TEXT],
            "ranks": {"severity": SEVERITIES, "confidence": CONFIDENCES},
            "elsewhere": [],
            "unlinked": [],
        },
    }
