"""The verdict on an IKEv1 negotiation from the state of its SA, and on each quick mode below it."""

from bisect import bisect_left
from itertools import pairwise
from operator import attrgetter

from analyzer.isakmp.numbers import AuthMethodV1, PayloadV1
from analyzer.negotiation.conclude.astray import lost_astray
from analyzer.negotiation.conclude.from_before import both_use_it, from_before
from analyzer.negotiation.conclude.ignored import REPEATS
from analyzer.negotiation.conclude.lost_answers import LostAnswers, lost_answers_at_end, still_asking
from analyzer.negotiation.conclude.other_version import refused_for_version
from analyzer.negotiation.conclude.verdict import (
    NO_ANSWER,
    NOT_WHOLE,
    PATIENCE_NS,
    Verdict,
    error_name,
    heard,
    incomplete,
    newest,
    sealed,
    silence_seen,
    waited,
)
from analyzer.negotiation.exchanges.course import course
from analyzer.negotiation.exchanges.messages import incomplete_answers, lacks_fragments
from analyzer.negotiation.exchanges.refusals import pause
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.negotiation.read.children import begin
from analyzer.vocabulary import SaState, side

_PHASE1 = ("IDENTITY_PROTECTION", "AGGRESSIVE", "BASE")
_BEFORE_PHASE2 = (*_PHASE1, "TRANSACTION")
_AT_ONCE = 0.9  # of the time that the initiator took for message 5
_MANY_PAUSES = 20  # a silence this many times the longest pause before is the end
_XAUTH = frozenset(  # XAUTH and hybrid authentication methods
    {
        *range(AuthMethodV1.XAUTH_INIT_PRE_SHARED, AuthMethodV1.XAUTH_RESP_RSA_REVISED_ENCRYPTION + 1),
        *range(AuthMethodV1.HYBRID_INIT_RSA, AuthMethodV1.HYBRID_RESP_DSS + 1),
    }
)
_SIDES_UNKNOWN = "the capture begins inside phase 1, and which side began cannot be known"
_frame = attrgetter("frame_number")


def ikev1_verdict(live: Live, state: SaState, capture_end: int | None) -> Verdict:
    """What the state of the SA and the time after it say."""
    n = live.negotiation
    phase1 = next((e for e in n.exchanges if e.exchange in _PHASE1), None)
    at = phase1.exchange if phase1 is not None else n.exchanges[0].exchange
    if state == "midstream" or (phase1 is None and state not in ("established", "refused")):
        return from_before(both_use_it(n))
    if state == "established":
        return _established(live, capture_end)
    if sides_unknown(live):
        return incomplete(_SIDES_UNKNOWN)
    if state == "refused":
        failure = error_name(n, from_initiator=False) or error_name(n, from_initiator=True)
        by = side(error_name(n, from_initiator=False) is None)
        return Verdict("failed", at, by, failure, "an error notify in clear text: anybody could have sent it", "likely")
    if state == "auth-refused":
        basis = "an INFORMATIONAL stands where the responder's proof of identity was due"
        return Verdict("failed", at, "responder", error_name(n, from_initiator=False), basis, "likely")
    if state == "initiator-refused":
        basis = "an encrypted INFORMATIONAL stands where the initiator's proof of identity was due"
        return Verdict("failed", at, "initiator", error_name(n, from_initiator=True), basis, "likely")
    if phase1 is None:
        return incomplete("phase 1 is not in the capture")
    refused = refused_for_version(n, at) if state == "offered" else None
    return refused or _phase1_open(live, phase1, capture_end)


def sides_unknown(live: Live) -> bool:
    """Which side began is not known: IKEv1 has no flag for it, neither SA payload nor ports say it."""
    return not live.begun and sides_guessed(live.negotiation)


def sides_guessed(n: Negotiation) -> bool:
    """The same of an SA whose beginning is not in the capture."""
    shown = n.ike_version == 2 or n.initiator_port != n.responder_port
    return not shown and all(offer.child is not None for offer in n.offers)


def _phase1_open(live: Live, phase1: Exchange, capture_end: int | None) -> Verdict:
    """Phase 1 stopped in the middle: who was to speak, and whether there was time to."""
    if not heard(live.negotiation, from_initiator=True):
        return incomplete(
            "only the responder's messages are in the capture: a reflection, or one direction was not recorded",
            absence=True,
        )
    lost = lost_answers_at_end(live.negotiation)
    if lost is not None:
        return _answer_lost(live.negotiation, lost)
    in_vain = incomplete_answers(phase1)
    fresh = [s for s in phase1.steps if s.retransmission_of is None and s.frame_number not in in_vain]
    last = max(reversed(fresh), key=sealed)  # its last messages: what comes behind them in clear is late
    answered = heard(live.negotiation, from_initiator=False)
    if last.from_initiator:
        if live.negotiation.icmp_errors:
            basis = "an ICMP error quotes the message"
        elif silence_seen(phase1, capture_end):
            basis = (
                f"the initiator's last message was retransmitted or waited for, {NOT_WHOLE if in_vain else NO_ANSWER}"
            )
        else:
            return incomplete("the capture ends too soon after the last message to show an answer")
        if not answered and sum(map(_ends_message, phase1.sent_by(initiator=True))) > 1:
            return incomplete(
                "only the initiator's messages are in the capture, and they continue: one direction was not recorded",
                absence=True,
            )
        return Verdict("failed" if answered else "unanswered", phase1.exchange, "none", "no answer", basis, "likely")
    if silence_seen(phase1, capture_end):
        if moves_next(live.negotiation, last):
            return _unseen_on_4500(phase1, last)
        basis = "the initiator sent nothing after the responder's message"
        others = (s for e in live.negotiation.exchanges if e is not phase1 for s in e.steps)
        if any(s.from_initiator and s.frame_number > last.frame_number for s in others):
            basis = f"the initiator did not continue {phase1.exchange} after the responder's message"
        return Verdict("failed", phase1.exchange, "initiator", None, basis, "likely", absence=True)
    return incomplete("the capture ends too soon after the responder's message to show a next message of the initiator")


def moves_next(n: Negotiation, last: Step) -> bool:
    """The last message seen is main mode's fourth, and with a NAT the fifth goes to UDP 4500 (RFC 3947 section 4)."""
    if n.mode != "main" or n.nat in (None, "none") or last.from_initiator or last.encrypted:
        return False
    return PayloadV1.KE in last.payload_types and last.transport == "udp"


def _unseen_on_4500(phase1: Exchange, last: Step) -> Verdict:
    """A capture of UDP 500 alone looks like an initiator that stopped, unless the responder shows that it waits."""
    due = "the initiator's next message is due on UDP 4500 and not in the capture"
    repeats = sum(s.retransmission_of == last.frame_number and not s.duplicate for s in phase1.steps)
    if not repeats:
        return incomplete(f"{due}: it stopped, or UDP 4500 was not captured")
    basis = f"the responder retransmits its message; {due}"
    return Verdict("failed", phase1.exchange, "none", "no answer", basis, "possible")


def _answer_lost(n: Negotiation, lost: LostAnswers) -> Verdict:
    who = side(lost.request.from_initiator)
    if lost.may_be_unread:
        basis = f"the {who} retransmits its message although the encrypted answer to it is in this capture"
        return Verdict("failed", lost.exchange.exchange, "none", "no answer", basis, "likely")
    basis = f"the {who} retransmits what was answered in this capture, and sends nothing new"
    astray = lost_astray(n, lost)
    if astray is not None:
        basis += f"; {astray.text}"
    return Verdict("failed", lost.exchange.exchange, "none", "answer not received", basis, "likely")


def _refused_at_once(n: Negotiation, capture_end: int | None) -> bool:
    """Main mode's last message, and the initiator's encrypted INFORMATIONAL sooner than it answered message 4; no more.

    Checking a proof takes no longer than making keys and a proof of one's own did.
    """
    first, later = n.exchanges[0], n.exchanges[1:]
    sent = [s for s in first.steps if s.retransmission_of is None and not s.duplicate]
    if first.exchange != "IDENTITY_PROTECTION" or not later or {e.exchange for e in later} != {"INFORMATIONAL"}:
        return False
    made = next((i for i, s in enumerate(sent) if _closed(s) and s.from_initiator), 0)
    last, said = sent[-1], later[0].steps[0]
    if not made or last.from_initiator or not _closed(last) or not said.from_initiator or not said.encrypted:
        return False
    before, took = pause(sent[made - 1], sent[made]), pause(last, said)
    if before is None or took is None or not 0 <= took <= _AT_ONCE * min(before, PATIENCE_NS):
        return False
    return _fell_silent(n, later[-1].steps[-1], capture_end)


def _closed(step: Step) -> bool:
    """Encrypted, or a vendor's fragment of what is: a proof with certificates."""
    return step.encrypted or step.fragment is not None


def _ends_message(step: Step) -> bool:
    return step.fragment is None or step.fragment[1] is not None


def _established(live: Live, capture_end: int | None) -> Verdict:
    n = live.negotiation
    # In clear anybody could have sent them
    quick = [e for e in n.of_type("QUICK_MODE", "GROUPKEY_PULL") if e.figure.encrypted]
    transactions = [e for e in n.of_type("TRANSACTION") if e.figure.encrypted]
    if n.xauth_failed and not quick:
        return Verdict("failed", "TRANSACTION", "responder", "XAUTH_STATUS FAIL", "decrypted XAUTH status")
    lost = lost_answers_at_end(n)
    if lost is not None and lost.exchange.exchange in _BEFORE_PHASE2 and _was_lost(n, lost, capture_end):
        return _answer_lost(n, lost)
    method = n.suite.auth_method if n.suite is not None else None  # None of a choice that was cut, too
    xauth = None if method is None else method in _XAUTH
    ended = _xauth_ended(n, transactions[-1], capture_end) if transactions and not quick and xauth else None
    if ended is not None:
        return ended
    if quick or (transactions and xauth is False):
        both = any(e.response is not None for e in (*quick, *transactions))
        basis = "phase 1 is followed by phase 2 exchanges" + ("" if both else " of one side")
        return Verdict("established", None, None, None, basis, "certain" if both else "likely")
    if transactions:
        basis = "phase 1 is followed by transactions" + ("; XAUTH may still refuse the user" if xauth else "")
        return Verdict("established", None, None, None, basis, "likely")
    if _refused_at_once(n, capture_end):
        basis = "the initiator ends the SA at once after the responder's proof, without phase 2 (inferred)"
        failure = error_name(n, from_initiator=True)
        return Verdict("failed", n.exchanges[0].exchange, "initiator", failure, basis, "likely")
    if sides_unknown(live) and not _both_proved(n):
        return incomplete(_SIDES_UNKNOWN)
    return _phase1_alone(n.exchanges[-1])


def _xauth_ended(n: Negotiation, last: Exchange, capture_end: int | None) -> Verdict | None:
    """XAUTH that no quick mode follows: not answered, refused or abandoned; None while it may go on."""
    if last.response is None and (len(last.retransmissions) >= REPEATS or _ended_after(n, last, capture_end)):
        basis = f"the {side(last.begun_by_initiator)}'s transaction was not answered, and no quick mode follows"
        return Verdict("failed", "TRANSACTION", "none", "no answer", basis, "likely")
    if not _ended_after(n, last, capture_end):
        return None
    basis = "XAUTH rounds, then no quick mode: the SA was ended or abandoned"
    by_initiator = _refuses_config(n, last)
    failure = error_name(n, from_initiator=by_initiator)
    return Verdict("failed", "TRANSACTION", side(by_initiator), failure, basis, "likely", absence=True)


def _was_lost(n: Negotiation, lost: LostAnswers, capture_end: int | None) -> bool:
    """The last answer has not come through either: nothing follows it, or the other side asks for more in vain."""
    if waited(lost.exchange.steps[-1], capture_end) or still_asking(lost):
        return True
    later = [e for e in n.exchanges if e.first_frame > lost.answers[0].frame_number and e.exchange != "INFORMATIONAL"]
    open_ones = all(e.begun_by_initiator != lost.request.from_initiator and e.response is None for e in later)
    return open_ones and any(e.retransmissions for e in later)


def _phase1_alone(last: Exchange) -> Verdict:
    if _repeats_in_part(last):
        return incomplete("the last message is retransmitted, and of each transmission IP fragments are missing")
    basis = "phase 1 is complete; nothing shows yet that the last proof was accepted"
    return Verdict("established", None, None, None, basis, "likely")


def _repeats_in_part(exchange: Exchange) -> bool:
    """Its last message was sent more than once, never with all its IP fragments in the capture."""
    last = newest(exchange)
    again = any(s.retransmission_of == last.frame_number and not s.duplicate for s in exchange.steps)
    return again and lacks_fragments(exchange, last)


def _both_proved(n: Negotiation) -> bool:
    """Phase 1 has encrypted messages of both sides: main mode's fifth and sixth."""
    return {s.from_initiator for e in n.of_type(*_PHASE1) for s in e.steps if _closed(s)} == {True, False}


def _ended_after(n: Negotiation, transaction: Exchange, capture_end: int | None) -> bool:
    """An INFORMATIONAL follows, or a silence that is long for this pair of hosts."""
    last = transaction.steps[-1]
    if any(e.steps[0].frame_number > last.frame_number for e in n.of_type("INFORMATIONAL")):
        return True
    return _fell_silent(n, last, capture_end)


def _refuses_config(n: Negotiation, transaction: Exchange) -> bool:
    """The last transaction is the initiator's own, mode config, and was answered: it ends the SA over the reply."""
    if not transaction.begun_by_initiator or transaction.response is None:
        return False
    last = transaction.steps[-1].frame_number
    later = (e.steps[0] for e in n.of_type("INFORMATIONAL"))
    said = next((s for s in later if s.frame_number > last), None)
    return said is not None and said.from_initiator


def _fell_silent(n: Negotiation, last: Step, capture_end: int | None) -> bool:
    times = sorted(s.time_ns for s in n.steps() if s.time_ns is not None)
    longest_pause = max((b - a for a, b in pairwise(times)), default=PATIENCE_NS)
    return waited(last, capture_end, min(PATIENCE_NS, _MANY_PAUSES * longest_pause))


def settle_quick_modes(live: Live, capture_end: int | None) -> None:
    """Outcome of each quick mode by the last state of its table; what refuses it is an exchange of its own."""
    n = live.negotiation
    quick_modes = n.of_type("QUICK_MODE")
    if not quick_modes:
        return
    known = {child.frame_number: child for child in n.children}
    informationals = sorted((e.first for e in n.of_type("INFORMATIONAL")), key=_frame)
    last_begun = max(informationals[-1].frame_number if informationals else 0, quick_modes[-1].first_frame)
    said = {by: [s for s in informationals if s.from_initiator == by] for by in (True, False)}
    for quick in quick_modes:
        child = known.get(quick.first_frame)
        if child is None:  # nobody could read it
            child = begin(n, quick, "inferred")
            child.response_frame = quick.response.frame_number if quick.response is not None else None
        state = course(n, quick).state
        if state in ("complete", "connected"):
            child.outcome = "established"
        elif state == "answered":
            # the third message may be missing: the SA lives on, or its second message is the first one seen
            lives_on = last_begun > quick.steps[-1].frame_number or child.response_frame is None
            child.outcome = "established" if lives_on else "unknown"
        elif not cut_off(n, quick) and (refusal := _refusal(said[not quick.begun_by_initiator], quick)) is not None:
            child.outcome, child.response_frame = "failed", refusal
        elif _asked_in_vain(quick, capture_end):
            # Asked once, what followed may be missing from the capture. What lacks fragments is no answer
            child.outcome, child.response_frame = "failed", None


def cut_off(n: Negotiation, exchange: Exchange) -> bool:
    """The capture begins inside the SA, with this exchange: its first message in the capture may be its last."""
    first = n.first_exchange if n.starts_late else None
    return first is not None and first.index == exchange.index


def _asked_in_vain(quick: Exchange, capture_end: int | None) -> bool:
    """Retransmitted more than once, or once and waited for after that."""
    again = len(quick.retransmissions)
    return again >= REPEATS or (again > 0 and waited(quick.steps[-1], capture_end))


def _refusal(said: list[Step], exchange: Exchange) -> int | None:
    """Frame of the other side's INFORMATIONAL soon after the first quick mode message. said: all of them, in order."""
    asked = exchange.steps[0]
    at = bisect_left(said, asked.frame_number, key=_frame)
    if at == len(said):
        return None
    info = said[at]
    late = info.time_ns is not None and asked.time_ns is not None and info.time_ns - asked.time_ns > PATIENCE_NS
    return None if late else info.frame_number
