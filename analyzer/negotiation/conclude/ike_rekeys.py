"""A request to rekey the IKE SA that was read, and refused or never answered (RFC 7296 section 1.3.2)."""

from analyzer.isakmp.numbers import NotifyV2, PayloadV2
from analyzer.negotiation.conclude.followups import failed_followup
from analyzer.negotiation.conclude.ignored import ignored
from analyzer.negotiation.conclude.verdict import waited
from analyzer.negotiation.exchanges.course import course
from analyzer.negotiation.model import Exchange, Negotiation

_SA, _TSI = int(PayloadV2.SA), int(PayloadV2.TSI)
_FOR_A_MOMENT = (NotifyV2.TEMPORARY_FAILURE, NotifyV2.CHILD_SA_NOT_FOUND)


def refused_ike_rekey(n: Negotiation, capture_end: int | None) -> Exchange | None:
    """The last try to rekey the IKE SA, if it failed for good; None: none did, or none could be read.

    Where its answer asked for IKE_FOLLOWUP_KE, the one that it failed in. TEMPORARY_FAILURE refuses a moment only;
    INVALID_KE_PAYLOAD asks for another try, which the capture may not show.
    """
    if not n.decrypted or n.ike_version != 2:
        return None
    tries = [e for e in n.of_type("CREATE_CHILD_SA") if asks_for_ike_sa(e)]
    if not tries or any(course(n, e).state == "ike-rekeyed" for e in tries):
        return None
    last = tries[-1]
    if any(e.index == last.index for e in ignored(n)):
        return last
    answer, state = last.response, course(n, last).state
    if state == "unfinished":
        return failed_followup(n, last)
    if answer is None or state != "refused":
        return None
    types = {notify.notify_type for notify in answer.notifies}
    if not types.isdisjoint(_FOR_A_MOMENT):
        return None
    if NotifyV2.INVALID_KE_PAYLOAD in types and not waited(answer, capture_end):
        return None
    return last


def asks_for_ike_sa(exchange: Exchange) -> bool:
    """Its request was read and holds an SA payload without traffic selectors."""
    sent = exchange.sent_by(exchange.begun_by_initiator)
    inner = next((s.inner_types for s in sent if s.inner_types is not None), None)  # of fragments the last has it
    return inner is not None and _SA in inner and _TSI not in inner
