"""Verdicts on group keying: the key server's word to all members, and whether a member got its keys.

RFC 9838, RFC 6407.
"""

from collections.abc import Iterator

from analyzer.isakmp import registry
from analyzer.isakmp.registry.tables import FIRST_STATUS
from analyzer.negotiation.conclude.lost_answers import lost_answers_at_end
from analyzer.negotiation.conclude.verdict import Verdict, newest, silence_seen
from analyzer.negotiation.exchanges.course import course
from analyzer.negotiation.exchanges.messages import is_bare
from analyzer.negotiation.model import KEYING_A_GROUP, Exchange, Negotiation
from analyzer.negotiation.seen import SeenNotify
from analyzer.vocabulary import FailedBy, side

_OFFERED, _COMPLETE = "offered", "complete"  # states of GROUPKEY-PULL (exchanges/group.py)


def group_rekey(n: Negotiation) -> Verdict:
    """A key server that sends keys under an SPI pair has given it to its members before; nobody answers."""
    names = " and ".join(dict.fromkeys(e.exchange for e in n.exchanges))
    basis = f"{names}: group rekeys of an SA that members were given when they registered; no answer is due"
    return Verdict("established", None, None, None, basis, "likely")


def with_failed_registration(n: Negotiation, verdict: Verdict, capture_end: int | None) -> Verdict:
    """The IKE SA is up, and the last exchange that was to bring the member keys was refused, or broke off."""
    last = next((e for e in n.newest_exchanges() if e.exchange in KEYING_A_GROUP), None)
    if last is None or verdict.failed_at is not None:
        return verdict
    by = side(not last.begun_by_initiator)
    error = next(_errors(last), None)
    if error is not None:
        name = registry.notify_name(n.ike_version, error.notify_type)
        return verdict._replace(failed_at=last.exchange, failed_by=by, failure=name)
    if last.exchange == "GSA_AUTH":
        return verdict  # what made the IKE SA was answered
    if course(n, last).state == "refused":
        return verdict._replace(failed_at=last.exchange, failed_by=by)
    silent, failure = _broken_off(n, last, capture_end)
    return verdict if silent is None else verdict._replace(failed_at=last.exchange, failed_by=silent, failure=failure)


def _broken_off(n: Negotiation, last: Exchange, capture_end: int | None) -> tuple[FailedBy | None, str | None]:
    """Who stops in the last exchange that keys a group, and how; None: nobody, or that is not known."""
    pull, state = last.exchange == "GROUPKEY_PULL", course(n, last).state
    if not silence_seen(last, capture_end):
        return None, None
    lost = lost_answers_at_end(n) if pull else None
    if lost is not None and lost.exchange.index == last.index:
        return "none", "answer not received"
    if (last.response is not None and not pull) or state == _COMPLETE or (n.ike_version == 2 and _goes_on(n, last)):
        return None, None
    if _waits(last):
        return "none", "no answer"
    # Of a third message that the capture lost the fourth would be there
    return (side(last.begun_by_initiator), None) if state == _OFFERED else (None, None)


def _goes_on(n: Negotiation, exchange: Exchange) -> bool:
    """Its side begins another exchange after it: with a window of one it had its answer (RFC 7296 section 2.3)."""
    asked = exchange.steps[-1].frame_number
    by = exchange.begun_by_initiator
    return any(e.begun_by_initiator == by and e.first_frame > asked for e in n.exchanges)


def _errors(exchange: Exchange) -> Iterator[SeenNotify]:
    """Error notifies in the answers of an exchange that could be read."""
    for step in exchange.sent_by(not exchange.begun_by_initiator):
        for notify in step.notifies:
            if (notify.authenticated or is_bare(step)) and notify.notify_type < FIRST_STATUS:
                yield notify


def _waits(exchange: Exchange) -> bool:
    """Its last message that is no retransmission is of the side that began it."""
    return newest(exchange).from_initiator == exchange.begun_by_initiator
