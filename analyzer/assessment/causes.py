"""Why a child SA was refused: named by a decrypted error notify, or one of the reasons that look the same without keys.

RFC 7296 3.10.1, RFC 2408 3.14.1, RFC 2409 5.5.
"""

from typing import NamedTuple

from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.case import Case, ErrorSeen
from analyzer.assessment.pieces import came_in_part
from analyzer.assessment.ranking import named
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.exchanges.messages import is_bare
from analyzer.negotiation.seen import ChildSa, Offer
from analyzer.vocabulary import Confidence

# Numbered as IKEv1's INVALID-COOKIE and INVALID-SPI
UNKNOWN_SPI = (NotifyV2.INVALID_IKE_SPI, NotifyV2.INVALID_SPI)
IN_CLEAR = "clear-text notify: anybody could have sent it"
SOMEBODY = "side that was asked"  # where who is initiator and who responder is a guess
_OF_THE_CHILD = ("child-proposal-mismatch", "traffic-selector-mismatch")  # config-rejected is of both
_ONE_OF_SEVERAL = "one of several reasons that look the same on the wire"


class Reason(NamedTuple):
    """How far the failure of a child SA speaks for one cause. `named`: a notify that was decrypted says it."""

    named: bool
    confidence: Confidence
    detail: str
    basis: str
    frames: tuple[int, ...]


def child_refused(case: Case) -> bool:
    """A child SA was refused: under an IKE SA that is up, or with its IKE SA.

    A responder may answer IKE_AUTH with what it has against the child SA alone, and prove nothing (RFC 7296 section
    1.2 wants its AUTH beside the error).
    """
    return case.child_failed or _with_its_ike_sa(case)


def _with_its_ike_sa(case: Case) -> bool:
    n = case.n
    if n.ike_version != 2 or not case.ike_failed or (n.failed_at, n.failed_by) != ("IKE_AUTH", "responder"):
        return False
    found = [e for e in case.errors_in("IKE_AUTH", clear=False) if not e.step.from_initiator]
    return bool(found) and named("child SA", 2, found[-1].notify.notify_type) in _OF_THE_CHILD


def child_error(case: Case) -> ErrorSeen | None:
    """The error that refused the child SA: decrypted, or IKEv1's in clear from the side that was asked, after that.

    In IKEv2 an error in clear answers nothing (RFC 7296 section 2.21.4).
    """
    if not child_refused(case):
        return None
    places = ("INFORMATIONAL", "QUICK_MODE") if case.n.ike_version == 1 else (str(case.n.failed_at),)
    found = [e for e in case.errors_in(*places) if e.notify.notify_type not in UNKNOWN_SPI]
    decrypted = [e for e in found if not e.clear or (case.n.ike_version == 2 and is_bare(e.step))]
    if decrypted or case.n.ike_version == 2:
        return decrypted[-1] if decrypted else None
    return next((e for e in reversed(found) if _after_request(case, e)), None)


def how_read(error: ErrorSeen) -> str:
    """What a sentence about this error rests on."""
    return IN_CLEAR if error.clear else "decrypted notify"


def _after_request(case: Case, error: ErrorSeen) -> bool:
    """It comes from the side that was asked for the failed child SA, after that."""
    child = failed_child(case)
    asked = next((e for e in case.exchanges if child is not None and e.first_frame == child.frame_number), None)
    if asked is None or error.step.from_initiator == asked.begun_by_initiator:
        return False
    return error.step.frame_number > asked.first_frame


def unknown_to_peer(case: Case) -> ErrorSeen | None:
    """The clear error by which the side that was asked for the failed child SA says that it does not know the SA.

    It leaves nothing to guess: what was asked for has not been looked at.
    """
    child = failed_child(case) if case.child_failed else None
    if child is None or (case.n.ike_version == 2 and child.response_frame is not None):
        return None
    unknown = (e for e in reversed(case.errors) if e.clear and e.notify.notify_type in UNKNOWN_SPI)
    return next((e for e in unknown if _after_request(case, e)), None)


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
    if not child_refused(case) or unknown_to_peer(case) is not None:
        return None
    n, error, frames = case.n, child_error(case), failed_child_frames(case)
    if error is not None:
        if child_cause(case) != diagnosis:
            return None
        detail = f"{case.notify_name(error)} in {n.failed_at} from the {n.failed_by or SOMEBODY}."
        if not case.child_failed:
            detail += " It comes without a proof, so the IKE SA fails with the child SA."
        return Reason(True, error.confidence, detail, how_read(error), frames)
    if n.failed_at == "IKE_FOLLOWUP_KE":
        return None  # the proposal and the selectors were accepted before it
    if n.failed_by != "none":
        return Reason(False, "possible", "Fits the refusal of the child SA.", _ONE_OF_SEVERAL, frames)
    if n.failed_at != "QUICK_MODE" or came_in_part(case):
        return None
    detail = "Some gateways do not answer a quick mode that they do not accept."
    return Reason(False, "possible", detail, _ONE_OF_SEVERAL, frames)


def wanted_group(case: Case) -> Algorithm | None:
    """The key exchange method that the last INVALID_KE_PAYLOAD for a child SA asks for; None where none was read."""
    error = child_error(case)
    if error is None or len(error.notify.data) < 2 or case.n.ike_version == 1:
        return None
    return Algorithm("esp", "ke", "ikev2-ke", int.from_bytes(error.notify.data[:2], "big"), None)
