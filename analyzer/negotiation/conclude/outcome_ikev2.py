"""The verdict on an IKEv2 negotiation from the account of its exchanges."""

from collections.abc import Callable
from itertools import pairwise

from analyzer.isakmp.numbers import NotifyV2, PayloadV2
from analyzer.negotiation import lengths
from analyzer.negotiation.conclude.astray import lost_astray
from analyzer.negotiation.conclude.from_before import from_before, goes_on, is_used, may_refuse_all
from analyzer.negotiation.conclude.lost_answers import lost_answers_at_end, still_asking
from analyzer.negotiation.conclude.other_version import refused_for_version
from analyzer.negotiation.conclude.resumption import is_resumed, resumed
from analyzer.negotiation.conclude.verdict import (
    NO_ANSWER,
    NOT_WHOLE,
    PATIENCE_NS,
    Verdict,
    answers_are_slower,
    error_name,
    heard,
    incomplete,
    newest,
    silence_seen,
    waited,
)
from analyzer.negotiation.exchanges.account import FIRST_AUTH, Account, in_place_of_auth
from analyzer.negotiation.exchanges.messages import incomplete_answers, is_all_bare
from analyzer.negotiation.exchanges.refusals import pause, refuses, says_so
from analyzer.negotiation.exchanges.rounds import Rounds
from analyzer.negotiation.model import AUTHENTICATING, Exchange, Negotiation, Step
from analyzer.negotiation.read.eap import is_failure, refuser
from analyzer.vocabulary import Confidence, SaState

_INIT, _INTERMEDIATE = "IKE_SA_INIT", "IKE_INTERMEDIATE"
_MANY_PAUSES = 20  # a silence this many times the initiator's longest pause before is the end
_LEAST_PATIENCE_NS = 10**8
_NO_WORD = "nothing after it shows that the initiator accepted it"
_NO_AUTH = "no IKE_AUTH in the capture: the initiator stopped, or its messages took a port or path not recorded"
_ROUNDS = (_INIT, "IKE_SESSION_RESUME")


def ikev2_verdict(n: Negotiation, known: Account, capture_end: int | None) -> Verdict:
    """What the states of its exchanges and the time after them say."""
    if not heard(n, from_initiator=True) and n.rekeyed_from is None:
        return incomplete(
            "only the responder's messages are in the capture: a reflection, or one direction was not recorded",
            absence=True,
        )
    lost = _answer_lost(n, known.state, capture_end) if known.state in _ANSWERED else None
    if lost is not None:
        return lost
    if known.rounds.state == "refused":  # an initiator that ends what the responder refused is not who refuses
        return _auth_refused(n, known, capture_end)
    if n.decrypted and _refusals(n, known.rounds):
        return _initiator_refused(n, known, capture_end)
    return _JUDGES[known.state](n, known, capture_end)


_ANSWERED: frozenset[SaState] = frozenset(
    {"init-done", "cookie-asked", "group-asked", "ticket-refused", "intermediate-done", "auth-continues", "established"}
)


def _answer_lost(n: Negotiation, state: SaState, capture_end: int | None) -> Verdict | None:
    """The initiator repeats to its end what was answered in this capture: it never had the answer it needs."""
    lost = lost_answers_at_end(n)
    if (
        lost is None
        or not lost.request.from_initiator
        or lost.exchange.exchange not in (*_ROUNDS, _INTERMEDIATE, *AUTHENTICATING)
    ):
        return None
    asked_back = any(e.outcome == "unanswered" and e.retransmissions for e in n.of_type("INFORMATIONAL"))
    unheard = asked_back or waited(lost.exchange.steps[-1], capture_end) or still_asking(lost)
    if state == "established" and not unheard:
        return None  # the last answer may have come through
    basis = "the initiator retransmits what was answered in this capture, and sends nothing new"
    astray = lost_astray(n, lost)
    if astray is not None:
        basis += f"; {astray.text}"
    return Verdict("failed", lost.exchange.exchange, "none", "answer not received", basis, "likely")


def _redirected(*_: object) -> Verdict:
    return Verdict("redirected", None, None, "REDIRECT", "a REDIRECT notify in the response")


def _not_authenticated(n: Negotiation, _known: Account, _: int | None) -> Verdict:
    """IKE_SA_INIT is done, and no message counts as IKE_AUTH: there is none, or none that is anything like it."""
    odd, instead = n.of_type(*AUTHENTICATING), in_place_of_auth(n.exchanges)
    if instead is not None and not odd:
        return incomplete(f"{instead.exchange} has message ID {FIRST_AUTH}, which is that of IKE_AUTH")
    return incomplete(f"no message of {odd[0].exchange} holds what it has to" if odd else _NO_AUTH)._replace(
        absence=True
    )


def _init_refused(n: Negotiation, _known: Account, _: int | None) -> Verdict:
    basis = "an error notify in a clear-text response: anybody could have sent it"
    at = n.of_type(*_ROUNDS)[-1].exchange
    return Verdict("failed", at, "responder", error_name(n, from_initiator=False), basis, "likely")


def _init_sent(n: Negotiation, _: Account, capture_end: int | None) -> Verdict:
    rounds = n.of_type(*_ROUNDS)
    if not rounds:
        return incomplete("no IKE_SA_INIT in the capture")
    last = rounds[-1]
    refused = refused_for_version(n, _INIT)
    if refused is not None:
        return refused
    if n.icmp_errors:
        basis = "an ICMP error quotes the request"
    elif silence_seen(last, capture_end):
        basis = "no answer to the request although it was retransmitted or waited for"
        if incomplete_answers(last):
            basis = f"the request was retransmitted or waited for, {NOT_WHOLE}"
    else:
        return incomplete("the capture ends too soon after the request to show an answer")
    if heard(n, from_initiator=False):
        return Verdict("failed", last.exchange, "none", "no answer", basis, "likely")
    return Verdict("unanswered", last.exchange, "none", "no answer", basis, "likely")


def _not_taken_up(n: Negotiation, known: Account, capture_end: int | None) -> Verdict:
    last = n.of_type(*_ROUNDS)[-1]
    if not waited(newest(last), capture_end):
        return incomplete("the capture ends too soon after the responder's demand to show the retry")
    if known.state == "ticket-refused":
        basis = "the responder did not take the session ticket, and the initiator began no full IKE_SA_INIT"
        return Verdict("failed", last.exchange, "initiator", "TICKET_NACK", basis, "likely", absence=True)
    failure = "COOKIE" if known.state == "cookie-asked" else "INVALID_KE_PAYLOAD"
    returned = cookies_returned(n) if failure == "COOKIE" else []
    asked_again = max((s.frame_number for s in last.steps if s.is_response), default=0)
    if returned and returned[-1].frame_number > asked_again:
        return _init_sent(n, known, capture_end)
    if any(s.frame_number < asked_again for s in returned):
        basis = "the responder asks for a COOKIE again although the initiator returned one"
        return Verdict("failed", _INIT, "responder", failure, basis, "likely")
    return Verdict(
        "failed",
        _INIT,
        "initiator",
        failure,
        "the initiator did not do what the responder asked for",
        "likely",
        absence=True,
    )


def cookies_returned(n: Negotiation) -> list[Step]:
    """Requests that hold a COOKIE, retransmissions among them; copies that only the capture made are none."""
    requests = (s for e in n.of_type(*_ROUNDS) for s in e.steps if not s.is_response and not s.duplicate)
    return [s for s in requests if any(notify.notify_type == NotifyV2.COOKIE for notify in s.notifies)]


def _intermediate_sent(n: Negotiation, known: Account, capture_end: int | None) -> Verdict:
    return _not_answered(n, known.rounds.intermediate[-1], capture_end)


def _intermediate_refused(n: Negotiation, _known: Account, _: int | None) -> Verdict:
    """Its errors can be known from its answers only where they were read."""
    failure = error_name(n, from_initiator=False)
    return Verdict("failed", _INTERMEDIATE, "responder", failure, "decrypted error notify")


def _not_answered(n: Negotiation, last: Exchange, capture_end: int | None) -> Verdict:
    """The verdict on an SA whose protected exchange was asked and not answered."""
    name = last.exchange
    if not heard(n, from_initiator=False):
        if len(n.exchanges) == 1:  # a message that may have been answered, or not, before the capture began
            return incomplete(f"only the initiator's {name} is in the capture: what came before it is missing")
        return incomplete(
            "only the initiator's messages are in the capture, and they continue: one direction was not recorded",
            absence=True,
        )
    if n.icmp_errors and n.icmp_errors[-1].frame_number > last.steps[0].frame_number:
        return Verdict("failed", name, "none", "no answer", f"an ICMP error quotes the {name} request", "likely")
    if not silence_seen(last, capture_end) or answers_are_slower(n, newest(last), capture_end):
        return incomplete(f"the capture ends too soon after {name} to show an answer")
    basis = f"{name} was retransmitted or waited for, {NOT_WHOLE if incomplete_answers(last) else NO_ANSWER}"
    return Verdict("failed", name, "none", "no answer", basis, "likely")


def _auth_open(n: Negotiation, known: Account, capture_end: int | None) -> Verdict:
    last = known.rounds.auth[-1]
    if known.state == "auth-sent" or not heard(n, from_initiator=False):
        return _not_answered(n, last, capture_end)
    if known.state == "auth-answered" and is_resumed(n):
        return resumed(last)
    if known.state == "auth-answered":
        return incomplete(
            f"{last.exchange} was answered; the chosen algorithms are not in the capture, so the length shows nothing"
        )
    if n.eap and is_failure(n.eap[-1]) and _ended_by_eap(n, known.rounds.auth):
        basis = "decrypted: EAP-Failure, and nothing follows it"
        return Verdict("failed", last.exchange, "responder", None, basis, "likely")
    if not waited(last.steps[-1], capture_end):
        return incomplete(f"the capture ends between two rounds of {last.exchange}")
    basis = f"the initiator sent nothing after a round of {last.exchange}"
    if len(known.rounds.auth) == 1 and lengths.lacks_proof(n.suite, last.response):
        basis += "; its answer has no room for IDr and AUTH: it may refuse, with more than one notify"
        return Verdict("failed", last.exchange, "initiator", None, basis, "possible", absence=True)
    return Verdict("failed", last.exchange, "initiator", None, basis, "likely", absence=True)


def _auth_refused(n: Negotiation, known: Account, capture_end: int | None) -> Verdict:
    last = known.rounds.auth[-1]
    auth, failure = last.exchange, error_name(n, from_initiator=False)
    if _answer_read(last):
        return Verdict("failed", auth, "responder", failure, "decrypted error notify")
    if known.rounds.state == "refused-in-clear":
        basis = f"an error notify in clear text answers {auth}: anybody could have sent it"
        return Verdict("failed", auth, "responder", failure, basis, "likely")
    if known.rounds.state == "refused":
        basis = f"the {auth} response is too short to hold IDr and AUTH (inferred from length)"
        return Verdict("failed", auth, "responder", None, basis)
    if not _abandoned(n, last, capture_end):
        return incomplete(
            f"the last {auth} response has room for one notify or EAP code only, an error or EAP-Success; the capture "
            "ends too soon to show which"
        )
    basis = f"the last {auth} response has room for one notify only, and no request follows (inferred from length)"
    return Verdict("failed", auth, "responder", None, basis, "likely", absence=True)


def _abandoned(n: Negotiation, last: Exchange, capture_end: int | None) -> bool:
    """Another exchange follows, or a silence that is long for this initiator: EAP-Success takes it no time to go on."""
    answer = last.sent_by(initiator=False)[-1]
    if any(e.first_frame > answer.frame_number for e in n.exchanges):
        return True
    rounds = [e for e in n.of_type(*AUTHENTICATING) if e.request is not None and e.response is not None]
    pauses = [pause(a.response, b.request) for a, b in pairwise(rounds)]
    longest = max((p for p in pauses if p is not None), default=PATIENCE_NS)
    return waited(answer, capture_end, max(_LEAST_PATIENCE_NS, min(PATIENCE_NS, _MANY_PAUSES * longest)))


def _refusals(n: Negotiation, rounds: Rounds) -> list[Exchange]:
    """INFORMATIONALs in which the initiator's refusal was read."""
    return [e for e in n.of_type("INFORMATIONAL") if says_so(e) and refuses(e, rounds, n.suite)]


def _initiator_refused(n: Negotiation, known: Account, _: int | None) -> Verdict:
    rounds = known.rounds.auth
    auth = rounds[-1].exchange if rounds else "IKE_AUTH"
    read = _refusals(n, known.rounds)
    failure = error_name(n, from_initiator=True)
    by_eap = _ended_by_eap(n, rounds)
    if by_eap:
        basis = "decrypted: the responder ends EAP with a failure, and the initiator ends the SA"
        return Verdict("failed", auth, "responder", failure, basis)
    last = rounds[-1] if rounds and rounds[-1].response is not None else None
    answers_last = last is not None and read and read[0].message_id == last.message_id + 1 and _answer_read(last)
    if by_eap is None or (read and not answers_last):
        basis = "decrypted error notify; what it answers could not be read, and may have been a refusal itself"
        return Verdict("failed", auth, "initiator", failure, basis, "likely")
    if read:
        return Verdict("failed", auth, "initiator", failure, "decrypted error notify")
    if len(rounds) > 1:
        basis = f"an INFORMATIONAL of one notify's size stands where a round of {auth} was due (inferred)"
    else:
        basis = f"an INFORMATIONAL of one notify's size follows {auth} at once (inferred from time and length)"
    return Verdict("failed", auth, "initiator", None, basis, "likely")


def _answer_read(exchange: Exchange) -> bool:
    """The answer of an exchange was decrypted: what was not read may be a refusal itself."""
    return any(s.inner_types is not None for s in exchange.sent_by(initiator=False))


def _ended_by_eap(n: Negotiation, rounds: list[Exchange]) -> bool | None:
    """The last IKE_AUTH response holds EAP alone, and what was read of EAP says that the responder refused in it.

    None where the suite is not in the capture: the negotiation is not followed from its beginning.
    """
    last = rounds[-1].response if rounds else None
    if last is None or last.inner_types != (PayloadV2.EAP,):
        return False
    at = next((i for i, p in enumerate(n.eap, 1) if p.frame_number == last.frame_number), 0)
    if not at or refuser(n.eap[:at]) is not False:
        return False
    return None if n.chosen_frame is None else True


def _established(n: Negotiation, known: Account, _: int | None) -> Verdict:
    rounds = known.rounds.auth
    auth = rounds[-1].exchange if rounds else "IKE_AUTH"
    if n.rekeyed_from is not None and not rounds:
        basis = "negotiated inside another IKE SA" + (
            " (decrypted)" if n.chosen_frame is not None else "; joined by order, size and hosts"
        )
        return Verdict("established", None, None, None, basis, "certain" if n.chosen_frame is not None else "likely")
    if any(map(is_all_bare, rounds)):
        basis = f"AUTH payloads in clear text: {auth} has to be encrypted, and nothing protects what these messages say"
        return Verdict("established", None, None, None, basis, "likely")
    read = any(_seen_inside(e) for e in rounds)
    basis = "decrypted AUTH payloads" if read else f"the {auth} response has room for AUTH (inferred from length)"
    confidence: Confidence = "likely"
    if all(e.response is None for e in rounds):
        basis = f"exchanges that follow {auth} show that it was answered"
        confidence = "possible" if may_refuse_all(n) else "likely"
    if not goes_on(n):
        return Verdict("established", None, None, None, f"{basis}; {_NO_WORD}", confidence)
    return Verdict("established", None, None, None, basis if read else f"exchanges after {auth} are answered")


def _seen_inside(exchange: Exchange) -> bool:
    return any(s.inner_types is not None for s in exchange.steps)


_JUDGES: dict[SaState, Callable[[Negotiation, Account, int | None], Verdict]] = {
    "start": _init_sent,
    "init-sent": _init_sent,
    "cookie-asked": _not_taken_up,
    "group-asked": _not_taken_up,
    "ticket-refused": _not_taken_up,
    "init-refused": _init_refused,
    "redirected": _redirected,
    "init-done": _not_authenticated,
    "intermediate-done": _not_authenticated,
    "intermediate-sent": _intermediate_sent,
    "intermediate-refused": _intermediate_refused,
    "auth-sent": _auth_open,
    "auth-continues": _auth_open,
    "auth-answered": _auth_open,
    "auth-refused": _auth_refused,
    "initiator-refused": _initiator_refused,
    "established": _established,
    "midstream": lambda n, _known, _: from_before(is_used(n)),
}
