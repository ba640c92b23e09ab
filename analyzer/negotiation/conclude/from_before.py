"""SAs that are up, by the exchanges that only such an SA has; also those that were up before the capture began.

Of those there are two questions. What both sides use is established (`from_before`). Where too little is seen for that,
but both sides protect messages, what is asked in the SA can be judged all the same (`has_requests_to_judge`).
"""

from typing import Final

from analyzer.negotiation import lengths
from analyzer.negotiation.conclude.verdict import PATIENCE_NS, Verdict, incomplete
from analyzer.negotiation.exchanges.account import PHASE2
from analyzer.negotiation.exchanges.refusals import says_so
from analyzer.negotiation.model import SETTING_UP, Exchange, Negotiation
from analyzer.vocabulary import Outcome

_LEAST: Final = 3  # INFORMATIONALs of IKEv1: a refusal and the Delete after it are two
_BEGINS_INSIDE: Final = "the capture begins inside this SA"


def from_before(is_up: bool) -> Verdict:
    """The verdict on an SA whose beginning is not in the capture."""
    if not is_up:
        return incomplete(_BEGINS_INSIDE)
    basis = f"{_BEGINS_INSIDE}, and both sides use it"
    return Verdict("established", None, None, None, basis, "likely")


def has_requests_to_judge(n: Negotiation, outcome: Outcome) -> bool:
    """The capture begins inside an SA that is not known to be up, and holds encrypted messages of both sides of it."""
    if outcome != "incomplete" or not n.starts_late:
        return False
    return {s.from_initiator for s in n.steps() if s.encrypted} == {True, False}


def is_used(n: Negotiation) -> bool:
    """IKEv2: its exchanges go on, and no refusal of the responder's proof was read among them."""
    if any(e.exchange == "INFORMATIONAL" and says_so(e) for e in n.exchanges):
        return False
    return goes_on(n) or asks_on(n)


def goes_on(n: Negotiation) -> bool:
    """Answered exchanges show that the initiator, too, accepted the other side's proof.

    One INFORMATIONAL of its own does not: it refuses with one (RFC 7296 section 2.21.2), which is answered as any.
    """
    later = [e for e in n.exchanges if e.exchange not in SETTING_UP and e.outcome == "answered"]
    return len(later) > 1 or any(not _may_refuse(n, e) for e in later)


def may_refuse_all(n: Negotiation) -> bool:
    """Nothing follows the set-up but what the initiator refuses the other side's proof with, answered or not."""
    return all(_may_refuse(n, e) for e in n.exchanges if e.exchange not in SETTING_UP)


def _may_refuse(n: Negotiation, exchange: Exchange) -> bool:
    """An INFORMATIONAL of the initiator that nobody could read, with room for one notify, as far as known.

    However late: who asks a server for a revocation list refuses after seconds. However long: the padding is free (RFC
    7296 section 3.14), and a Delete may stand beside the notify.
    """
    request = exchange.request
    if exchange.exchange != "INFORMATIONAL" or not exchange.begun_by_initiator or request is None:
        return False
    room = lengths.inner_bytes(n.suite, request.length)
    return request.inner_types is None and (room is None or room[1] >= lengths.NOTIFY_ONLY)


def asks_on(n: Negotiation) -> bool:
    """IKEv2: an answer, and another request after it: whoever refuses an SA has nothing more to ask."""
    later = [e for e in n.exchanges if e.exchange not in SETTING_UP and e.steps[0].encrypted]
    answers = [e.response.frame_number for e in later if e.outcome == "answered" and e.response is not None]
    return bool(answers) and any(e.first_frame > min(answers) for e in later)


def both_use_it(n: Negotiation) -> bool:
    """IKEv1: both sides send protected messages that only an ISAKMP SA which is up has.

    Whoever begins a quick mode or a transaction has finished phase 1. INFORMATIONALs alone may be a refusal and its
    Delete, but for those that go on for a while, as dead peer detection does.
    """
    later = [s for e in n.exchanges if e.exchange not in SETTING_UP for s in e.steps if s.encrypted and not s.duplicate]
    if len({s.from_initiator for s in later}) == 1 or not later:
        return False
    if any(e.exchange_type in PHASE2 and any(s.encrypted for s in e.steps) for e in n.exchanges):
        return True
    times = [s.time_ns for s in later if s.time_ns is not None and s.retransmission_of is None]
    return len(times) >= _LEAST and max(times) - min(times) > PATIENCE_NS
