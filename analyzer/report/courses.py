"""How the exchanges of a negotiation went, where that is worth a sentence: gaps, requests open at once, back-off."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import fsum
from typing import Final

from analyzer.capture.placed_frame import moved
from analyzer.report.dossier import Dossier, Record
from analyzer.report.words import frames_text, listed, plural

_MOST: Final = 3
_LEAST_PAUSES: Final = 3  # of fewer the list itself says enough
_BACKOFF: Final = {
    "doubling": "exponential back-off, each pause twice the one before",
    "growing": "back-off, each pause longer than the one before",
    "fixed": "no back-off, all pauses alike",
}
_LIKE: Final = 1.1  # one factor: the largest is at most this many times the smallest
_LEAST_FACTOR: Final = 1.5  # below it a growth by equal steps looks much the same


def course_asides(d: Dossier) -> list[str]:
    """Sentences about what is unusual; none for a negotiation that went by the book."""
    return [*_gaps(d), *_open_at_once(d), *_backoff(d)]


def _gaps(d: Dossier) -> Iterator[str]:
    """Messages that must have been sent, and are not in the capture. A capture that begins late says so elsewhere."""
    found = (text.split(": ", 1) for e in d.exchanges for text in e["missing"] or ())
    numbers = [int(frame) for frame, unseen in found if unseen != "phase-1"]  # whatever of phase 2 is seen first
    first: int = d.n["first_frame"] or 0
    inside = [moved(first, frame - first) for frame in sorted(numbers) if frame != first]
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
    """How the pauses between retransmissions grow, once for each kind."""
    found: dict[str, list[str]] = {}
    for e in d.exchanges:
        if e["backoff"] in _BACKOFF and len(e["pauses_ms"] or ()) >= _LEAST_PAUSES:
            names = found.setdefault(_growth(e["backoff"], e["pauses_ms"]), [])
            if e["exchange"] not in names:
                names.append(e["exchange"])
    for growth, names in list(found.items())[:_MOST]:
        yield f"Retransmissions of {listed(names)}: {growth}."


def _growth(kind: str, pauses_ms: Sequence[int]) -> str:
    """The back-off in words; exponential where all pauses grow by about the same factor (strongSwan's is 1.8)."""
    factors = [after / before for before, after in pairwise(pauses_ms) if before]
    if kind == "growing" and factors and min(factors) >= _LEAST_FACTOR and max(factors) <= _LIKE * min(factors):
        return f"exponential back-off, each pause about {fsum(factors) / len(factors):.1f} times the one before"
    return _BACKOFF[kind]
