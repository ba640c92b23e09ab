"""Why a child SA was refused: named by a decrypted error notify, or one of the reasons that look the same without keys.

RFC 7296 3.10.1, RFC 2408 3.14.1, RFC 2409 5.5.
"""

from typing import NamedTuple

from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.case import Case, ErrorSeen
from analyzer.assessment.ranking import named
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.model import ChildSa, Offer
from analyzer.vocabulary import Confidence

_ONE_OF_SEVERAL = "one of several reasons that look the same on the wire"


class Reason(NamedTuple):
    """How far the failure of a child SA speaks for one cause. `named`: a notify that was decrypted says it."""

    named: bool
    confidence: Confidence
    detail: str
    basis: str
    frames: tuple[int, ...]


def child_error(case: Case) -> ErrorSeen | None:
    """The decrypted error that refused the child SA."""
    if not case.child_failed:
        return None
    places = ("INFORMATIONAL", "QUICK_MODE") if case.n.ike_version == 1 else (str(case.n.failed_at),)
    found = [e for e in case.errors_in(*places, clear=False) if e.notify.notify_type != NotifyV2.INVALID_IKE_SPI]
    return found[-1] if found else None


def failed_child(case: Case) -> ChildSa | None:
    """The last child SA that failed."""
    return next((c for c in reversed(case.n.children) if c.outcome == "failed"), None)


def failed_child_frames(case: Case) -> tuple[int, ...]:
    """Request and response of the last child SA that failed."""
    child = failed_child(case)
    if child is not None:
        return tuple(f for f in (child.frame_number, child.response_frame) if f is not None)
    return case.frames_of(str(case.n.failed_at))


def offers_of(case: Case, child: ChildSa) -> list[Offer]:
    """The SA payloads with which this child SA was asked for, as far as they could be read."""
    return [o for o in case.n.offers if o.child == child.child and not o.chosen]


def child_cause(case: Case) -> str | None:
    """Id of the diagnosis that the decrypted notify names; None if none was read, or it has no diagnosis of its own."""
    error = child_error(case)
    if error is None:
        return None
    return named("child SA", case.n.ike_version, error.notify.notify_type)


def reason(case: Case, diagnosis: str) -> Reason | None:
    """What speaks for this cause; None where a notify names another, or there was no refusal.

    An unanswered quick mode counts: some gateways refuse one that they do not accept by not answering.
    """
    if not case.child_failed:
        return None
    n, error, frames = case.n, child_error(case), failed_child_frames(case)
    if error is not None:
        if child_cause(case) != diagnosis:
            return None
        detail = f"{case.notify_name(error)} in {n.failed_at} from the {n.failed_by}."
        return Reason(True, error.confidence, detail, "decrypted notify", frames)
    if n.failed_by != "none":
        return Reason(False, "possible", "Fits the refusal of the child SA.", _ONE_OF_SEVERAL, frames)
    if n.failed_at != "QUICK_MODE":
        return None
    detail = "Some gateways do not answer a quick mode that they do not accept."
    return Reason(False, "possible", detail, _ONE_OF_SEVERAL, frames)


def wanted_group(case: Case) -> Algorithm | None:
    """The key exchange method that the last INVALID_KE_PAYLOAD for a child SA asks for; None where none was read."""
    error = child_error(case)
    if error is None or len(error.notify.data) < 2 or case.n.ike_version == 1:
        return None
    return Algorithm("esp", "ke", "ikev2-ke", int.from_bytes(error.notify.data[:2], "big"), None)
