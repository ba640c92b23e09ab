"""Verdicts on group keying: the key server's word to all members, and whether a member got its keys.

RFC 9838, RFC 6407.
"""

from collections.abc import Iterator

from analyzer.isakmp import registry
from analyzer.isakmp.registry.tables import FIRST_STATUS
from analyzer.negotiation.conclude.verdict import Verdict, side, silence_seen
from analyzer.negotiation.exchanges.course import course
from analyzer.negotiation.exchanges.messages import is_bare
from analyzer.negotiation.model import KEYING_A_GROUP, Exchange, Negotiation, SeenNotify

_COMPLETE = "complete"  # state of GROUPKEY-PULL (exchanges/group.py)


def group_rekey(n: Negotiation) -> Verdict:
    """A key server that sends keys under an SPI pair has given it to its members before; nobody answers."""
    names = " and ".join(dict.fromkeys(e.exchange for e in n.exchanges))
    basis = f"{names}: group rekeys of an SA that members were given when they registered; no answer is due"
    return Verdict("established", None, None, None, basis, "likely")


def with_failed_registration(n: Negotiation, verdict: Verdict, capture_end: int | None) -> Verdict:
    """The IKE SA is up, and the last exchange that was to bring the member keys was refused, or never answered."""
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
    state = course(n, last).state
    if state == "refused":
        return verdict._replace(failed_at=last.exchange, failed_by=by)
    unanswered = last.response is None or (last.exchange == "GROUPKEY_PULL" and state != _COMPLETE)
    if unanswered and _waits(last) and silence_seen(last, capture_end):
        return verdict._replace(failed_at=last.exchange, failed_by="none", failure="no answer")
    return verdict


def _errors(exchange: Exchange) -> Iterator[SeenNotify]:
    """Error notifies in the answers of an exchange that could be read."""
    for step in exchange.sent_by(not exchange.begun_by_initiator):
        for notify in step.notifies:
            if (notify.authenticated or is_bare(step)) and notify.notify_type < FIRST_STATUS:
                yield notify


def _waits(exchange: Exchange) -> bool:
    """Its last message is of the side that began it."""
    return exchange.steps[-1].from_initiator == exchange.begun_by_initiator
