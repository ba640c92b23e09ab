"""Which event of its table each message of an exchange is, read when the capture ends.

What could be read of a message decides; without keys its length, as far as the suite is known (lengths.py).
"""

from collections.abc import Callable, Iterator

from analyzer.isakmp.registry.tables import FIRST_STATUS
from analyzer.negotiation import lengths
from analyzer.negotiation.model import Exchange, Negotiation, Step, Suite

_SA, _NONCE, _AUTH, _DELETE, _TSI, _EAP = 33, 40, 39, 42, 44, 48
_V1_SA, _V1_KE, _V1_NONCE = 1, 4, 10
_INVALID_KE_PAYLOAD, _COOKIE, _REDIRECT = 17, 16390, 16407
_REKEY_SA, _ANOTHER_AUTH_FOLLOWS, _ADDITIONAL_KEY_EXCHANGE = 16393, 16405, 16441
_RESUME = 38
_GENERIC_HEADER = 4
_DEMANDS = ((_COOKIE, "init-cookie"), (_INVALID_KE_PAYLOAD, "init-invalid-ke"), (_REDIRECT, "init-redirect"))


Said = list[Step]
"""A message as one side sent it for the first time: one step, or its fragments in the order seen."""
Event = tuple[str, Said]


def said(exchange: Exchange) -> list[Said]:
    """The messages of an exchange, repetitions left out, in the order of their first frames."""
    found: list[Said] = []
    sets: dict[bool, _Pieces] = {}  # by side: the fragmented message it sends
    for step in exchange.steps:
        if step.retransmission_of is not None or step.duplicate:
            continue
        if step.fragment is None:
            found.append([step])
            continue
        pieces = sets.get(step.from_initiator)
        if pieces is None or not pieces.fits(step.fragment):
            pieces = sets[step.from_initiator] = _Pieces()
            found.append(pieces.steps)
        pieces.add(step, step.fragment)
    return found


class _Pieces:
    """The fragments of one message so far. Vendor fragments say how many there are with the last one only."""

    __slots__ = ("numbers", "steps", "total")

    def __init__(self) -> None:
        self.steps: Said = []
        self.numbers: set[int] = set()
        self.total: int | None = None

    def fits(self, fragment: tuple[int, int | None]) -> bool:
        """It can be a piece of this message: one that is not there yet, of as many as the others say."""
        number, total = fragment
        return number not in self.numbers and (None in (total, self.total) or total == self.total)

    def add(self, step: Step, fragment: tuple[int, int | None]) -> None:
        self.steps.append(step)
        self.numbers.add(fragment[0])
        self.total = fragment[1] or self.total


def is_whole(message: Said) -> bool:
    """Every fragment is in the capture."""
    if message[0].fragment is None:
        return True
    return len(message) == max((s.fragment[1] or 0) for s in message if s.fragment is not None)


def inside(message: Said) -> tuple[int, ...] | None:
    """Types of the payloads inside encryption; None if it was not decrypted."""
    if len(message) == 1:
        return message[0].inner_types
    return next((s.inner_types for s in message if s.inner_types is not None), None)


def tells(message: Said, notify_type: int) -> bool:
    """It carries this notify, as far as it could be read."""
    return any(n.notify_type == notify_type for s in message for n in s.notifies)


def has_error(message: Said) -> bool:
    """It carries an error notify, as far as it could be read."""
    return any(n.notify_type < FIRST_STATUS for s in message for n in s.notifies)


# -- IKEv2


def requests_and_answers(
    exchange: Exchange, asked: Callable[[Said], str], answered: Callable[[Said], str]
) -> Iterator[Event]:
    """Events of an exchange under SK.

    The same message in other fragments, or fragmented after all, is a repetition (RFC 7383 section 2.5.2).
    """
    informational = exchange.exchange == "INFORMATIONAL"
    messages = _request_first(exchange)
    request: Step | None = None
    answer: Step | None = None
    for message in messages:
        step = message[0]
        known = answer if step.is_response else request
        if not step.encrypted:
            yield "clear" if informational or (step.is_response and has_error(message)) else "bare", message
        elif known is None:
            if step.is_response:
                answer = step
                yield answered(message), message
            else:
                request = step
                yield asked(message), message
        elif known.fragment is None and step.fragment is None:
            yield ("other-answer" if step.is_response else "other-request"), message


def _request_first(exchange: Exchange) -> list[Said]:
    """Its messages in order, but an answer that was captured before its request behind it."""
    messages = said(exchange)
    if messages and messages[0][0].is_response:
        messages.sort(key=lambda m: m[0].is_response)
    return messages


def init_events(exchange: Exchange) -> Iterator[Event]:
    """IKE_SA_INIT and IKE_SESSION_RESUME."""
    for message in _request_first(exchange):
        step = message[0]
        if step.is_response:
            yield init_answer(exchange.exchange_type, step) or "init-nothing", message
        else:
            yield "init-request-with-cookie" if tells(message, _COOKIE) else "init-request", message


def init_answer(kind: int, step: Step) -> str | None:
    """What a response of IKE_SA_INIT says; None: nothing that moves the negotiation.

    IKE_SESSION_RESUME has no SA payload in either direction: the ticket says it (RFC 5723 section 4.3).
    """
    if (_NONCE if kind == _RESUME else _SA) in step.payload_types:
        return "init-answer"
    types = [n.notify_type for n in step.notifies]
    for notify_type, event in _DEMANDS:
        if notify_type in types:
            return event
    return "init-error" if kind == _RESUME or any(t < FIRST_STATUS for t in types) else None


def auth_events(n: Negotiation, exchange: Exchange, *, first_seen: bool, first_round: bool) -> Iterator[Event]:
    """IKE_AUTH. `first_seen`: the first such exchange in the capture; `first_round`: it is known to be the first."""
    another = any(
        s.authenticated and s.notify_type == _ANOTHER_AUTH_FOLLOWS for t in exchange.steps for s in t.notifies
    )

    def answered(message: Said) -> str:
        if inside(message) is not None:
            event = auth_by_payloads(message)
            return "auth-another" if another and event == "auth-accepted" else event
        event = auth_by_length(n.suite, message, whole=is_whole(message), first_seen=first_seen)
        return "auth-error" if first_round and event == "auth-short" else event

    return requests_and_answers(exchange, lambda _: "auth-request", answered)


def auth_by_payloads(message: Said) -> str:
    """What a decrypted IKE_AUTH response says."""
    inner = inside(message) or ()
    if _AUTH in inner and _EAP not in inner:
        return "auth-accepted"
    return "auth-error" if has_error(message) and _AUTH not in inner else "auth-round"


def auth_by_length(suite: Suite | None, message: Said, *, whole: bool, first_seen: bool) -> str:
    """What the length of an IKE_AUTH response leaves room for. `first_seen`: of the first IKE_AUTH in the capture."""
    most = lengths.most_inside(suite, message)
    if suite is None or most is None:
        return "auth-unknown"
    if whole and most < lengths.smallest_auth(suite) and lengths.holds_notify(suite, message[0].length):
        return "auth-short"
    if most >= lengths.smallest_auth_answer(suite, with_identity=first_seen, with_child=not first_seen):
        return "auth-accepted"
    return "auth-round" if whole else "auth-unknown"


def intermediate_events(exchange: Exchange) -> Iterator[Event]:
    """IKE_INTERMEDIATE."""
    return requests_and_answers(exchange, lambda _: "request", lambda m: "error" if has_error(m) else "answer")


def followup_events(exchange: Exchange) -> Iterator[Event]:
    """IKE_FOLLOWUP_KE."""

    def answered(message: Said) -> str:
        if tells(message, _ADDITIONAL_KEY_EXCHANGE):
            return "unfinished"
        return "error" if has_error(message) else "answer"

    return requests_and_answers(exchange, lambda _: "request", answered)


def child_events(n: Negotiation, exchange: Exchange) -> Iterator[Event]:
    """CREATE_CHILD_SA."""
    return requests_and_answers(exchange, _asks_for, lambda m: _child_answer(n, m))


def _asks_for(message: Said) -> str:
    inner = inside(message)
    if inner is None or _SA not in inner:
        return "request"
    if tells(message, _REKEY_SA):
        return "ask-rekey"
    return "ask-child" if _TSI in inner else "ask-ike-rekey"


def _child_answer(n: Negotiation, message: Said) -> str:
    inner = inside(message)
    if inner is not None:
        if tells(message, _ADDITIONAL_KEY_EXCHANGE):
            return "unfinished"
        return "made" if _SA in inner else "error" if has_error(message) else "answer"
    most = lengths.most_inside(n.suite, message)
    if most is None:
        return "answer"
    if most >= lengths.smallest_child_answer():
        return "made"
    return "error" if is_whole(message) else "answer"


def informational_events(n: Negotiation, exchange: Exchange) -> Iterator[Event]:
    """INFORMATIONAL of IKEv2."""

    def asked(message: Said) -> str:
        inner = inside(message)
        if inner is None:
            room = lengths.inner_bytes(n.suite, message[0].length)
            return "ask-liveness" if room is not None and room[1] < _GENERIC_HEADER else "request"
        return "ask-delete" if _DELETE in inner else "request" if inner else "ask-liveness"

    return requests_and_answers(exchange, asked, lambda _: "answer")


# -- IKEv1


def main_events(exchange: Exchange) -> Iterator[Event]:
    """Main mode: messages are known by what they hold: SA, then KE, then encrypted."""
    for message in said(exchange):
        step = message[0]
        side = "initiator" if step.from_initiator else "responder"
        if step.fragment is not None:
            yield f"{side}-pieces", message
        elif step.encrypted:
            yield f"{side}-proof", message
        elif _V1_SA in step.payload_types:
            yield "offer" if step.from_initiator else "choice", message
        elif _V1_KE in step.payload_types or _V1_NONCE in step.payload_types:
            yield f"{side}-keys", message


def aggressive_events(exchange: Exchange) -> Iterator[Event]:
    """Aggressive mode."""
    for message in said(exchange):
        step = message[0]
        if step.fragment is not None:
            yield "initiator-pieces" if step.from_initiator else "responder-pieces", message
        elif step.from_initiator:
            yield "offer" if _V1_SA in step.payload_types else "initiator-proof", message
        else:
            yield "answer", message


def base_events(exchange: Exchange) -> Iterator[Event]:
    """Base mode."""
    for message in said(exchange):
        step = message[0]
        side = "initiator" if step.from_initiator else "responder"
        if step.fragment is not None:
            yield f"{side}-pieces", message
        elif _V1_SA in step.payload_types:
            yield "offer" if step.from_initiator else "choice", message
        else:
            yield f"{side}-proof", message


def side_events(exchange: Exchange) -> Iterator[Event]:
    """Quick mode, transaction and new group mode: without keys only who spoke is seen."""
    for message in said(exchange):
        yield "own" if message[0].from_initiator == exchange.begun_by_initiator else "peer", message


def told_events(exchange: Exchange) -> Iterator[Event]:
    """INFORMATIONAL of IKEv1."""
    for message in said(exchange):
        yield "protected" if message[0].encrypted else "clear", message
