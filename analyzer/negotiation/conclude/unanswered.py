"""Requests of an SA that is up to which the capture holds no answer, and nothing that shows that one came.

A sender without an answer retransmits (RFC 7296 section 2.1), and with a window of one request it begins no other one
(section 2.3). So who asked once and is silent may have had an answer that the capture lost, or have stopped; nothing
proves either. `ignored.py` has those that a living peer left unanswered for sure.
"""

from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.conclude.ignored import LARGEST_DELETE, MOST_OF_A_DELETE, REPEATS, closing, in_turn
from analyzer.negotiation.conclude.outcome_ikev1 import cut_off
from analyzer.negotiation.conclude.verdict import heard, waited
from analyzer.negotiation.lengths import NOTIFY_ONLY, inner_bytes
from analyzer.negotiation.life.ends import ike_end
from analyzer.negotiation.model import SETTING_UP, Exchange, Negotiation, Step

# IKEv1's other exchanges of an SA that is up are one message each; GROUPKEY-PULL is outcome_group.py's
_ASKED_IN_IKEV1 = frozenset({"QUICK_MODE", "TRANSACTION", "NEW_GROUP_MODE"})
_NO_ANSWER_DUE = SETTING_UP | {"GSA_REKEY"}


def unanswered(n: Negotiation, capture_end: int | None) -> list[Exchange]:
    """Exchanges whose request has no answer, was waited for, and after which its sender asks nothing more; in order.

    Not what may delete: the peer may have gone first. What was asked after the IKE SA's end was asked of nobody.
    """
    if n.mode == "group-rekey":
        return []
    exchanges = n.exchanges
    undecided = {c.frame_number for c in n.children if c.outcome == "unknown"}
    asked = [e for e in exchanges if e.outcome == "unanswered" and _is_due(e, undecided)]
    if not asked:
        return []
    end = ike_end(n)
    over = capture_end if end is None or end.time_ns is None else min(end.time_ns, capture_end or end.time_ns)
    last = _last_begun(n, exchanges)
    both = all(heard(n, from_initiator=by) for by in (True, False))  # else only one direction is in the capture
    only_asked = answered_before(n) if both else {}
    found = []
    for exchange in asked if both else ():
        sent = transmissions(exchange)
        if not sent or last[exchange.exchange == "QUICK_MODE", exchange.begun_by_initiator] > sent[-1].frame_number:
            continue
        if n.ike_version == 1 and len(sent) <= REPEATS and cut_off(n, exchange):
            continue
        if waited(sent[-1], over) and not may_delete(n, exchange, only_asked):
            found.append(exchange)
    return found


def transmissions(exchange: Exchange) -> list[Step]:
    """Of a request, copies that the capture made left out; empty: it is in clear, or goes on without an answer."""
    steps = [s for s in exchange.steps if not s.duplicate]
    if any(not s.encrypted or (s.retransmission_of is None and s.fragment is None) for s in steps[1:]):
        return []
    return steps if steps and steps[0].encrypted else []


def _is_due(exchange: Exchange, undecided: set[int]) -> bool:
    """An exchange of an SA that is up, whose request is to be answered in it.

    undecided: first frames of the child SAs of which nobody knows; a quick mode that failed has its answer.
    """
    if exchange.ike_version == 2:
        return exchange.exchange not in _NO_ANSWER_DUE
    if exchange.exchange != "QUICK_MODE":
        return exchange.exchange in _ASKED_IN_IKEV1
    return exchange.first_frame in undecided


def _last_begun(n: Negotiation, exchanges: list[Exchange]) -> dict[tuple[bool, bool], int]:
    """The frame with which each side began its last request that shows that those before were answered; 0: none does.

    By whether it shows that of a quick mode, and whether the initiator began it. A peer that announced a larger window
    lets several be open. IKEv1 has no window: there phase 2 comes after mode config, and a child SA that came up makes
    an earlier try good.
    """
    last = {(quick, by): 0 for quick in (True, False) for by in (True, False)}
    if n.ike_version == 2 and any(map(_widens, n.steps())):
        return last
    up = {c.frame_number for c in n.children if c.outcome == "established"}
    if n.ike_version == 1:
        last |= {(False, by): frame for by, frame in in_turn(exchanges).items()}
    for exchange in exchanges:
        if n.ike_version == 2:
            last[False, exchange.begun_by_initiator] = exchange.first_frame
        if exchange.first_frame in up:
            last[True, exchange.begun_by_initiator] = exchange.first_frame
    return last


def _widens(step: Step) -> bool:
    return any(notify.notify_type == NotifyV2.SET_WINDOW_SIZE and notify.authenticated for notify in step.notifies)


def may_delete(n: Negotiation, exchange: Exchange, only_asked: dict[int, int]) -> bool:
    """An INFORMATIONAL with a Delete, or that has room for one and is not of the size of what was only asked before.

    only_asked: `answered_before`.
    """
    request = exchange.request
    if exchange.exchange != "INFORMATIONAL" or request is None or n.ike_version == 1:
        return False
    if request.inner_types is not None or closing(n, exchange):
        return closing(n, exchange)
    room = inner_bytes(n.suite, request.length)
    small = request.length <= LARGEST_DELETE if room is None else room[0] <= MOST_OF_A_DELETE
    if not small or (room is not None and room[1] < NOTIFY_ONLY):
        return False
    return only_asked.get(request.length, request.frame_number) >= request.frame_number


def answered_before(n: Negotiation) -> dict[int, int]:
    """Sizes of INFORMATIONALs that were answered, and the frame of the first of each: the SA lived on after it."""
    found: dict[int, int] = {}
    for exchange in n.of_type("INFORMATIONAL"):
        request = exchange.request if exchange.outcome == "answered" else None
        if request is not None:
            found.setdefault(request.length, request.frame_number)
    return found
