"""How the exchanges of a negotiation went, where that is worth a sentence: gaps, requests open at once, back-off."""

from collections.abc import Iterator
from typing import Final

from analyzer.report.dossier import Dossier, Record
from analyzer.report.words import frames_text, listed, plural

_MOST_TOLD: Final = 3
_LEAST_PAUSES: Final = 3  # of fewer the list itself says enough
_BACKOFF: Final = {
    "doubling": "each pause twice as long as the one before",
    "growing": "each pause longer than the one before",
    "fixed": "all pauses alike",
}


def course_asides(d: Dossier) -> list[str]:
    """Sentences about what is unusual; none for a negotiation that went by the book."""
    return [*_gaps(d), *_open_at_once(d), *_backoff(d)]


def _gaps(d: Dossier) -> Iterator[str]:
    """Messages that must have been sent, and are not in the capture. A capture that begins late says so elsewhere."""
    frames = [int(text.partition(":")[0]) for e in d.exchanges for text in e["missing"] or ()]
    inside = sorted(frame for frame in frames if frame != d.n["first_frame"])
    if inside:
        yield f"The capture lacks messages that must have come before {frames_text(inside)}."


def _open_at_once(d: Dossier) -> Iterator[str]:
    """Several requests of one side open at the same time (RFC 7296 section 2.3)."""
    most: Record | None = None
    for e in d.exchanges:
        if (e["open_requests"] or 0) > (1 if most is None else most["open_requests"]):
            most = e
    if most is not None:
        allowed = f"the peer allows {most['window']}" if most["window"] else "no SET_WINDOW_SIZE could be read"
        yield (
            f"The {most['initiated_by']} had {plural(most['open_requests'], 'request')} open at once "
            f"(frame {most['request_frame']}); {allowed}."
        )


def _backoff(d: Dossier) -> Iterator[str]:
    """What the pauses between repetitions have in common, once for each kind."""
    found: dict[str, list[str]] = {}
    for e in d.exchanges:
        if e["backoff"] in _BACKOFF and len(e["pauses_ms"] or ()) >= _LEAST_PAUSES:
            names = found.setdefault(e["backoff"], [])
            if e["exchange"] not in names:
                names.append(e["exchange"])
    for kind, names in list(found.items())[:_MOST_TOLD]:
        yield f"Back-off of {listed(names)}: {_BACKOFF[kind]}."
