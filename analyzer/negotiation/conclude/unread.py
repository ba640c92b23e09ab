"""Messages of an SA that this program failed on: what seems missing may be in one of them.

They are in the capture and nobody read them. So no silence, no loss and no late start of the capture is concluded where
there are some.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from analyzer.negotiation.conclude.verdict import Verdict
from analyzer.negotiation.model import Negotiation

NONE_UNREAD: Final[Mapping[str, Sequence[int]]] = MappingProxyType({})
_ON_SILENCE: Final = ("unanswered", "incomplete", "probe")


def doubt_unread(n: Negotiation, unread: Mapping[str, Sequence[int]]) -> None:
    """Take back what rests on the absence of a message, where some were not read. unread: frames by initiator's SPI."""
    frames = unread.get(n.initiator_spi)
    if not frames:
        return
    n.unread = tuple(frames)
    why = unread_text(n.unread)
    for child in n.children:
        if child.outcome == "failed" and (child.response_frame is None or child.basis == "inferred"):
            child.outcome = "unknown"
    if n.outcome in _ON_SILENCE or (n.outcome == "failed" and n.failed_by == "none"):
        verdict = Verdict("incomplete", None, None, None, why)
    elif n.outcome == "failed":
        verdict = Verdict(n.outcome, n.failed_at, n.failed_by, n.failure, f"{n.outcome_basis}; {why}", "possible")
    elif n.failed_by == "none":
        verdict = Verdict(n.outcome, None, None, None, f"{n.outcome_basis}; {why}", n.outcome_confidence)
    else:
        return
    n.outcome, n.failed_at, n.failed_by, n.failure, n.outcome_basis, n.outcome_confidence, _ = verdict


def note_stop(n: Negotiation) -> None:
    """Reading stopped at a limit: it is not the capture that ends there."""
    for place in ("the capture ends", "in the capture"):
        n.outcome_basis = n.outcome_basis.replace(place, place.replace("the capture", "what was read of the capture"))


def unread_text(frames: Sequence[int]) -> str:
    """What a reader sees of them."""
    if len(frames) == 1:
        return f"the analyzer failed on a message of this SA (frame {frames[0]})"
    return f"the analyzer failed on {len(frames):,} messages of this SA (first in frame {min(frames)})"
