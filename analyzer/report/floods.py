"""Floods in words: one story for each, whatever the number of messages."""

from collections.abc import Iterable

from analyzer.report.dossier import Record
from analyzer.report.words import listed, plural

MOST_SHOWN = 5
MOST_SHAPES = 5


def floods_in_short(floods: Iterable[Record]) -> str:
    """All of them in a phrase."""
    parts = []
    for f in floods:
        target = f["target_ip"] or "many addresses"
        if f["kind"] == "half-open":
            doubt = "a flood, likely" if f["confidence"] == "likely" else "a flood, a scan, or a responder that is down"
            parts.append(f"{plural(f['folded'] or 0, 'first message')} without an answer to {target} ({doubt})")
        elif f["confidence"] == "likely":
            parts.append(f"{plural(f['messages'] or 0, 'unsolicited answer')} to {target} (a reflection, likely)")
        else:
            parts.append(
                f"{plural(f['messages'] or 0, 'answer')} to {target} without a request (a reflection, or a scan)"
            )
    more = len(parts) - MOST_SHOWN
    return listed(parts[:MOST_SHOWN] + ([f"{plural(more, 'more flood')}"] if more > 0 else []))
