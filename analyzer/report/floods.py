"""Floods in words: one story for each, whatever the number of messages."""

from collections.abc import Iterable

from analyzer.report.dossier import Record
from analyzer.report.words import listed, plural

MOST_TOLD = 5
MOST_SHAPES = 5


def floods_in_short(floods: Iterable[Record]) -> str:
    """All of them in a phrase."""
    parts = []
    for f in floods:
        sure = "a reflection, likely" if f["confidence"] == "likely" else "a reflection or a scan"
        parts.append(
            f"{plural(f['messages'] or 0, 'unsolicited answer')} to {f['target_ip'] or 'an unknown address'} ({sure})"
        )
    more = len(parts) - MOST_TOLD
    return listed(parts[:MOST_TOLD] + ([f"{plural(more, 'more flood')}"] if more > 0 else []))
