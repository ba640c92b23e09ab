"""Why a child SA was refused: named by a decrypted error notify, or one of the reasons that look the same without keys.

RFC 7296 3.10.1, RFC 2408 3.14.1, RFC 2409 5.5.
"""

from typing import NamedTuple

from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.case import Case
from analyzer.assessment.ranking import named
from analyzer.vocabulary import Confidence

_ONE_OF_SEVERAL = "one of several reasons that look the same on the wire"


class Reason(NamedTuple):
    """How far the failure of a child SA speaks for one cause. `named`: a notify that was decrypted says it."""

    named: bool
    confidence: Confidence
    detail: str
    basis: str
    frames: tuple[int, ...]


def child_cause(case: Case) -> str | None:
    """Id of the diagnosis that the decrypted notify names; None if none was read, or it has no diagnosis of its own."""
    error = case.child_error()
    if error is None:
        return None
    return named("child SA", case.n.ike_version, error.notify.notify_type)


def reason(case: Case, diagnosis: str) -> Reason | None:
    """What speaks for this cause; None where a notify names another, or there was no refusal.

    An unanswered quick mode counts: some gateways refuse one that they do not accept by not answering.
    """
    if not case.child_failed:
        return None
    n, error, frames = case.n, case.child_error(), case.failed_child_frames()
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
    error = case.child_error()
    if error is None or len(error.notify.data) < 2 or case.n.ike_version == 1:
        return None
    return Algorithm("esp", "ke", "ikev2-ke", int.from_bytes(error.notify.data[:2], "big"), None)
