"""Which event of its table a message is: the one classification, of messages that arrive and of whole exchanges.

What could be read of a message decides; without keys its length, as far as the suite is known (lengths.py).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from analyzer.isakmp.numbers import ExchangeV1, ExchangeV2, NotifyV2, PayloadV1, PayloadV2
from analyzer.negotiation import lengths
from analyzer.negotiation.exchanges.messages import (
    Said,
    arrived,
    carries,
    has_error,
    inside,
    is_all_bare,
    is_bare,
    is_whole,
)
from analyzer.negotiation.model import Exchange, Step
from analyzer.negotiation.seen import Suite
from analyzer.vocabulary import ExchangeEvent, PhaseOneWord

# Plain numbers: every message is compared with them
INIT, RESUME = int(ExchangeV2.IKE_SA_INIT), int(ExchangeV2.IKE_SESSION_RESUME)
INTERMEDIATE, IKE_AUTH = int(ExchangeV2.IKE_INTERMEDIATE), int(ExchangeV2.IKE_AUTH)
GSA_AUTH = int(ExchangeV2.GSA_AUTH)  # what IKE_AUTH is to those who register with a group (RFC 9838)
INFORMATIONAL = int(ExchangeV2.INFORMATIONAL)
GSA_REGISTRATION, GSA_REKEY = int(ExchangeV2.GSA_REGISTRATION), int(ExchangeV2.GSA_REKEY)
GSA_INBAND_REKEY = int(ExchangeV2.GSA_INBAND_REKEY)
BASE, MAIN = int(ExchangeV1.BASE), int(ExchangeV1.IDENTITY_PROTECTION)
AGGRESSIVE = int(ExchangeV1.AGGRESSIVE)

_SA, _NONCE, _AUTH = int(PayloadV2.SA), int(PayloadV2.NONCE), int(PayloadV2.AUTH)
_DELETE, _TSI, _EAP = int(PayloadV2.DELETE), int(PayloadV2.TSI), int(PayloadV2.EAP)
_V1_SA, _V1_KE, _V1_NONCE = int(PayloadV1.SA), int(PayloadV1.KE), int(PayloadV1.NONCE)
_INVALID_KE_PAYLOAD = int(NotifyV2.INVALID_KE_PAYLOAD)
_COOKIE, _REDIRECT, _REKEY_SA = int(NotifyV2.COOKIE), int(NotifyV2.REDIRECT), int(NotifyV2.REKEY_SA)
_ANOTHER_AUTH_FOLLOWS = int(NotifyV2.ANOTHER_AUTH_FOLLOWS)
_ADDITIONAL_KEY_EXCHANGE = int(NotifyV2.ADDITIONAL_KEY_EXCHANGE)
_TICKET_NACK = int(NotifyV2.TICKET_NACK)
_GENERIC_HEADER = 4
_DEMANDS: tuple[tuple[int, ExchangeEvent], ...] = (
    (_COOKIE, "init-cookie"),
    (_INVALID_KE_PAYLOAD, "init-invalid-ke"),
    (_REDIRECT, "init-redirect"),
)

Event = tuple[ExchangeEvent, Said]


# -- IKEv2


class Round(NamedTuple):
    """What a round of IKE_AUTH is judged by.

    first_seen: it is the first one in the capture. first: it is known to be the first of all. another: one side says
    that another authentication follows (RFC 4739). after_eap: by their lengths the response before it holds EAP-Success
    and its request AUTH alone, as at the end of EAP (RFC 7296 section 2.16).
    """

    suite: Suite | None
    first_seen: bool
    first: bool
    another: bool
    after_eap: bool = False


Reading = Callable[[Said], ExchangeEvent]


def requests_and_answers(
    exchange: Exchange, asked: Reading, answered: Reading, other: Reading = lambda _: "other-answer"
) -> Iterator[Event]:
    """Events of an exchange under SK, or of one that should be. other: how answers after the first one are read.

    The same message in other fragments, or fragmented after all, is a repetition (RFC 7383 section 2.5.2).
    """
    informational = exchange.exchange_type == INFORMATIONAL
    in_clear = not informational and is_all_bare(exchange)
    request: Step | None = None
    answer: Step | None = None
    for message in request_first(exchange):
        step = message[0]
        known = answer if step.is_response else request
        if not step.encrypted and not (in_clear and is_bare(step)):
            yield "clear" if informational or is_clear_error(step) else "bare", message
        elif known is None:
            if step.is_response:
                answer = step
                yield answered(message), message
            else:
                request = step
                yield asked(message), message
        elif known.fragment is None and step.fragment is None:
            yield (other(message) if step.is_response else "other-request"), message


def is_clear_error(step: Step) -> bool:
    """An unprotected response with an error notify: of a peer that does not know the SA, or of anybody."""
    return step.is_response and has_error([step])


def request_first(exchange: Exchange) -> list[Said]:
    """Its messages in order, but an answer that was captured before its request behind it."""
    messages = arrived(exchange)
    if messages and messages[0][0].is_response:
        messages.sort(key=lambda m: m[0].is_response)
    return messages


def init_event(kind: int, message: Said) -> ExchangeEvent:
    """A message of IKE_SA_INIT or IKE_SESSION_RESUME.

    IKE_SESSION_RESUME has no SA payload in either direction: the ticket says it (RFC 5723 section 4.3).
    """
    step = message[0]
    types = [n.notify_type for n in step.notifies]
    if not step.is_response:
        return "init-request-with-cookie" if _COOKIE in types else "init-request"
    if (_NONCE if kind == RESUME else _SA) in step.payload_types:
        return "init-answer"
    if kind == RESUME and _TICKET_NACK in types:
        return "init-ticket-refused"
    for notify_type, event in _DEMANDS:
        if notify_type in types:
            return event
    return "init-error" if kind == RESUME or has_error(message) else "init-nothing"


def auth_answer(message: Said, judged: Round) -> ExchangeEvent:
    """What a response of IKE_AUTH or GSA_AUTH says; the one place where one that is too short for a proof is decided.

    In the first round an answer with room for one Notify only is an error. Later it may be EAP-Success, which is as
    short: the table knows it as "auth-short" until it is clear whether a request follows (RFC 7296 section 2.16).
    """
    inner = inside(message)
    if inner is not None:
        if _AUTH in inner and _EAP not in inner:
            return "auth-another" if judged.another else "auth-accepted"
        return "auth-error" if has_error(message) and _AUTH not in inner else "auth-round"
    most = lengths.most_inside(judged.suite, message)
    if judged.suite is None or most is None:
        return "auth-unknown"
    whole = is_whole(message)
    if whole and most < lengths.smallest_auth(judged.suite) and lengths.holds_notify(judged.suite, message[0].length):
        return "auth-error" if judged.first else "auth-short"
    if whole and judged.after_eap:
        return "auth-accepted"
    first = judged.first_seen
    if most >= lengths.smallest_auth_answer(judged.suite, with_identity=first, with_child=not first):
        return "auth-accepted"
    return "auth-round" if whole else "auth-unknown"


def other_auth_answer(message: Said, judged: Round) -> ExchangeEvent:
    """Another answer to the same IKE_AUTH request: one that accepts says that the first was not the last word."""
    return "other-accepted" if auth_answer(message, judged) == "auth-accepted" else "other-answer"


def another_follows(steps: Iterable[Step]) -> bool:
    """One side says in these messages, protected, that another authentication follows (RFC 4739 section 3.1)."""
    return any(n.authenticated and n.notify_type == _ANOTHER_AUTH_FOLLOWS for s in steps for n in s.notifies)


def intermediate_event(message: Said) -> ExchangeEvent:
    """A protected message of IKE_INTERMEDIATE."""
    return plain_answer(message) if message[0].is_response else "request"


def plain_answer(message: Said) -> ExchangeEvent:
    """A response that says yes or no."""
    return "error" if has_error(message) else "answer"


def followup_answer(suite: Suite | None, message: Said) -> ExchangeEvent:
    """What a response of IKE_FOLLOWUP_KE says: one without room for a KE payload is an error."""
    if carries(message, _ADDITIONAL_KEY_EXCHANGE):
        return "unfinished"
    if inside(message) is None:
        most = lengths.most_inside(suite, message)
        return "error" if most is not None and most < lengths.SMALLEST_KE and is_whole(message) else "answer"
    return plain_answer(message)


def group_answer(suite: Suite | None, message: Said) -> ExchangeEvent:
    """What a response of GSA_REGISTRATION says: the group's policies and keys take more than one notify."""
    if inside(message) is None and is_whole(message) and suite is not None:
        return "error" if lengths.holds_notify(suite, message[0].length) else "answer"
    return plain_answer(message)


def child_request(message: Said) -> ExchangeEvent:
    """What a CREATE_CHILD_SA request asks for."""
    inner = inside(message)
    if inner is None or _SA not in inner:
        return "request"
    if carries(message, _REKEY_SA):
        return "ask-rekey"
    return "ask-child" if _TSI in inner else "ask-ike-rekey"


def child_answer(suite: Suite | None, message: Said) -> ExchangeEvent:
    """What a CREATE_CHILD_SA response says."""
    inner = inside(message)
    if inner is not None:
        if carries(message, _ADDITIONAL_KEY_EXCHANGE):
            return "unfinished"
        return "made" if _SA in inner else "error" if has_error(message) else "answer"
    most = lengths.most_inside(suite, message)
    if most is None:  # the suite of an SA whose beginning is missing, or of one that another made
        room = lengths.most_under_any_suite(message) if all(s.encrypted for s in message) else None
        too_small = room is not None and room < lengths.smallest_child_answer() and is_whole(message)
        return "error" if too_small else "answer"
    if most >= lengths.smallest_child_answer():
        return "made"
    return "error" if is_whole(message) else "answer"


def informational_request(suite: Suite | None, message: Said) -> ExchangeEvent:
    """What an INFORMATIONAL request of IKEv2 asks; whether it refuses the SA is decided in refusals.py."""
    inner = inside(message)
    if inner is None:
        room = lengths.inner_bytes(suite, message[0].length)
        return "ask-liveness" if room is not None and room[1] < _GENERIC_HEADER else "request"
    return "ask-delete" if _DELETE in inner else "request" if inner else "ask-liveness"


# -- IKEv1


def phase1_event(kind: int, step: Step) -> ExchangeEvent | None:
    """A message of main, aggressive or base mode, by what it holds: SA, then KE, then encrypted.

    None: what it is cannot be seen.
    """
    types, out = step.payload_types, step.from_initiator
    proof: ExchangeEvent = "initiator-proof" if out else "responder-proof"
    if step.fragment is not None:
        return "initiator-pieces" if out else "responder-pieces"
    if kind == AGGRESSIVE:
        return ("offer" if _V1_SA in types else "initiator-proof") if out else "answer"
    if kind == MAIN and step.encrypted:
        return proof
    if _V1_SA in types:
        return "offer" if out else "choice"
    if kind == BASE:
        return proof
    if _V1_KE not in types and _V1_NONCE not in types:
        return None
    return "initiator-keys" if out else "responder-keys"


def side_event(exchange: Exchange, message: Said) -> ExchangeEvent:
    """A message of quick mode, transaction or new group mode: without keys only who spoke is seen."""
    return "own" if message[0].from_initiator == exchange.begun_by_initiator else "peer"


def answer_came_first(messages: Sequence[Said]) -> bool:
    """Quick mode's second message captured before its first, as where two taps differ by some ms.

    One message of the side heard first and two of the other are all that it has. That CONNECTED came and the third
    message was lost looks the same without keys, and then nothing more is known either.
    """
    senders = [message[0].from_initiator for message in messages]
    return senders in ([True, False, False], [False, True, True])


def informational_v1_event(message: Said) -> ExchangeEvent:
    """A message of IKEv1's INFORMATIONAL."""
    return "protected" if message[0].encrypted else "clear"


def word(step: Step) -> PhaseOneWord:
    """What an INFORMATIONAL of IKEv1 says of phase 1: an error in clear, or that a side could send a protected one."""
    if step.encrypted:
        return "initiator" if step.from_initiator else "responder"
    return "clear-error" if has_error([step]) else "none"
