"""Requests of both sides cross."""

from itertools import pairwise

from analyzer.assessment.case import Case, frames
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.traits import Trait
from analyzer.capture.placed_frame import named
from analyzer.isakmp.numbers import NotifyV2, PayloadV2
from analyzer.negotiation.model import Exchange, Step
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="rekey-collision",
    kind="diagnosis",
    title="Requests of both sides about the same SA cross",
    what="Both sides rekey at the same moment, or one rekeys what the other is deleting or rekeying.",
    why=(
        "Equal lifetimes on both sides, or a restart and a rekeying at the same moment. The protocol sorts it out (the "
        "SA with the lowest nonce is deleted), at the cost of extra SAs for a moment."
    ),
    wire=(
        "A CREATE_CHILD_SA request of each side before either is answered; with keys TEMPORARY_FAILURE or "
        "CHILD_SA_NOT_FOUND."
    ),
    lookalikes="Two new child SAs asked for at the same moment.",
    advice="Give one side a shorter lifetime, or a random rekey margin; look further only if traffic stops.",
    references=("RFC 7296 2.8.1, 2.8.2, 2.25",),
)
NEEDS = (Trait.IKEV2 | Trait.CREATE_CHILD_SA,)


def diagnose(case: Case) -> Diagnosis | None:
    """Crossing requests, or the notifies that tell of one."""
    if case.n.ike_version != 2 or "CREATE_CHILD_SA" not in case.names:
        return None
    error = case.error(NotifyV2.TEMPORARY_FAILURE, NotifyV2.CHILD_SA_NOT_FOUND)
    if error is not None and not error.clear:
        other, does = _under_way(case, error.exchange)
        detail = f"{case.notify_name(error)} (decrypted){does}."
        return case.diagnosis(ABOUT, "likely", frames(error.step, other), detail, "decrypted notify")
    rekeys = [e for e in case.n.of_type("CREATE_CHILD_SA") if e.request is not None and e.response is not None]
    rekeys.sort(key=lambda e: e.steps[0].frame_number)
    for first, second in pairwise(rekeys):
        if first.begun_by_initiator != second.begun_by_initiator and _cross(first, second):
            detail = "CREATE_CHILD_SA requests of both sides cross."
            shown = frames(first.request, second.request, first.response, second.response)
            return case.diagnosis(ABOUT, "likely", shown, detail, "order of requests and responses")
    return None


def _cross(first: Exchange, second: Exchange) -> bool:
    answer, request = first.response, second.request
    return answer is not None and request is not None and request.frame_number < answer.frame_number


def _under_way(case: Case, refused: Exchange) -> tuple[Step | None, str]:
    """The other side's request that crosses a refused one, and what it does; None where none is seen."""
    begin, end = refused.steps[0].frame_number, refused.steps[-1].frame_number
    for exchange in case.n.of_type("CREATE_CHILD_SA", "INFORMATIONAL"):
        request = exchange.request
        if request is None or exchange.begun_by_initiator == refused.begun_by_initiator:
            continue
        if request.frame_number > end or exchange.steps[-1].frame_number < begin:
            continue
        who = side(request.from_initiator)
        if exchange.exchange == "CREATE_CHILD_SA":
            return request, f": the {who} rekeys too (frame {named(request.frame_number)})"
        if PayloadV2.DELETE in (request.inner_types or ()):
            return request, f": the {who} deletes an SA at that moment (frame {named(request.frame_number)})"
    return None, ""
