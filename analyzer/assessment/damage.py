"""Messages of a negotiation that break rules of the wire, or of which the capture does not have all."""

from typing import Final

from analyzer.assessment.case import Case, once
from analyzer.isakmp.cursor import CAPTURE_TRUNCATED
from analyzer.negotiation.follow.windows import LYING
from analyzer.negotiation.model import Step

_UNREAD: Final = LYING | {CAPTURE_TRUNCATED, "wire-chain-broken", "limit-payloads", "limit-items"}


@once
def damaged(case: Case) -> tuple[Step, ...]:
    """The messages that have a defect, in order of their exchanges; a mirror port's copies count once."""
    if not case.damaged:
        return ()
    return tuple(s for e in case.exchanges if e.figure.damaged for s in e.steps if s.defects and not s.duplicate)


def is_cut(step: Step) -> bool:
    """The capture does not have all of it: what looks wrong at its end is the capture's doing."""
    return CAPTURE_TRUNCATED in step.defects


def is_read(step: Step) -> bool:
    """All its payloads are known: a type that is not among them was not sent."""
    return _UNREAD.isdisjoint(step.defects)
