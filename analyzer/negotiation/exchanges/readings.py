"""Which event of its table each message of an exchange is, read when the capture ends.

What could be read of a message decides; without keys its length, as far as the suite is known (lengths.py).
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from analyzer.negotiation import lengths
from analyzer.negotiation.model import Exchange, Negotiation, Step

_SA, _NONCE, _AUTH, _DELETE, _TSI, _EAP = 33, 40, 39, 42, 44, 48
_V1_SA, _V1_KE, _V1_NONCE = 1, 4, 10
_INVALID_KE_PAYLOAD, _COOKIE, _REDIRECT = 17, 16390, 16407
_REKEY_SA, _ANOTHER_AUTH_FOLLOWS, _ADDITIONAL_KEY_EXCHANGE = 16393, 16405, 16441
_FIRST_STATUS = 16384
_RESUME = 38
_GENERIC_HEADER = 4
_DEMANDS = ((_COOKIE, "init-cookie"), (_INVALID_KE_PAYLOAD, "init-invalid-ke"), (_REDIRECT, "init-redirect"))


class Said(NamedTuple):
    """A message as one side sent it for the first time: one step, or its fragments in the order seen."""

    steps: list[Step]

    @property
    def first(self) -> Step:
        """The step seen first."""
        return self.steps[0]

    @property
    def whole(self) -> bool:
        """Every fragment is in the capture."""
        last = self.steps[-1].fragment
        return last is None or len(self.steps) == max((s.fragment[1] or 0) for s in self.steps if s.fragment)

    @property
    def inside(self) -> tuple[int, ...] | None:
        """Types of the payloads inside encryption; None if it was not decrypted."""
        return next((s.inner_types for s in self.steps if s.inner_types is not None), None)

    def tells(self, notify_type: int) -> bool:
        """It carries this notify, as far as it could be read."""
        return any(n.notify_type == notify_type for s in self.steps for n in s.notifies)

    @property
    def has_error(self) -> bool:
        """It carries an error notify, as far as it could be read."""
        return any(n.notify_type < _FIRST_STATUS for s in self.steps for n in s.notifies)


Event = tuple[str, Said]


def said(exchange: Exchange) -> list[Said]:
    """The messages of an exchange, repetitions left out, in the order of their first frames."""
    found: list[Said] = []
    for step in exchange.steps:
        if step.retransmission_of is not None or step.duplicate:
            continue
        message = _fragmented(found, step) if step.fragment is not None else None
        if message is None:
            found.append(Said([step]))
        else:
            message.steps.append(step)
    return found


def _fragmented(found: list[Said], step: Step) -> Said | None:
    """The message that this fragment is a further piece of."""
    number, total = step.fragment or (0, None)
    for message in reversed(found):
        pieces = [s.fragment for s in message.steps]
        if message.first.from_initiator != step.from_initiator or pieces[0] is None:
            continue
        totals = {p[1] for p in pieces if p is not None} | {total}
        if len(totals - {None}) <= 1 and all(p is not None and p[0] != number for p in pieces):
            return message
        return None
    return None


# -- IKEv2


def requests_and_answers(
    exchange: Exchange, asked: Callable[[Said], str], answered: Callable[[Said], str]
) -> Iterator[Event]:
    """Events of an exchange under SK.

    The same message in other fragments, or fragmented after all, is a repetition (RFC 7383 section 2.5.2).
    """
    informational = exchange.exchange == "INFORMATIONAL"
    messages = _request_first(exchange)
    known: dict[bool, bool] = {}  # by direction: whether the message seen was fragmented
    for message in messages:
        step = message.first
        if not step.encrypted:
            yield "clear" if informational or (step.is_response and message.has_error) else "bare", message
        elif step.is_response not in known:
            known[step.is_response] = step.fragment is not None
            yield (answered(message) if step.is_response else asked(message)), message
        elif not known[step.is_response] and step.fragment is None:
            yield ("other-answer" if step.is_response else "other-request"), message


def _request_first(exchange: Exchange) -> list[Said]:
    """Its messages in order, but an answer that was captured before its request behind it."""
    messages = said(exchange)
    if messages and messages[0].first.is_response:
        messages.sort(key=lambda m: m.first.is_response)
    return messages


def init_events(exchange: Exchange) -> Iterator[Event]:
    """IKE_SA_INIT and IKE_SESSION_RESUME."""
    for message in _request_first(exchange):
        step = message.first
        if step.is_response:
            yield init_answer(exchange.exchange_type, step) or "init-nothing", message
        else:
            yield "init-request-with-cookie" if message.tells(_COOKIE) else "init-request", message


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
    return "init-error" if kind == _RESUME or any(t < _FIRST_STATUS for t in types) else None


def auth_events(n: Negotiation, exchange: Exchange, *, first_seen: bool, first_round: bool) -> Iterator[Event]:
    """IKE_AUTH. `first_seen`: the first such exchange in the capture; `first_round`: it is known to be the first."""
    another = any(
        s.authenticated and s.notify_type == _ANOTHER_AUTH_FOLLOWS for t in exchange.steps for s in t.notifies
    )

    def answered(message: Said) -> str:
        inside = message.inside
        if inside is None:
            return _auth_by_length(n, message, first_seen=first_seen, first_round=first_round)
        if _AUTH in inside and _EAP not in inside:
            return "auth-another" if another else "auth-accepted"
        return "auth-error" if message.has_error and _AUTH not in inside else "auth-round"

    return requests_and_answers(exchange, lambda _: "auth-request", answered)


def _auth_by_length(n: Negotiation, message: Said, *, first_seen: bool, first_round: bool) -> str:
    suite, whole = n.suite, message.whole
    most = lengths.most_inside(suite, message.steps)
    if suite is None or most is None:
        return "auth-unknown"
    if whole and most < lengths.smallest_auth(suite) and lengths.holds_notify(suite, message.first.length):
        return "auth-error" if first_round else "auth-short"
    if most >= lengths.smallest_auth_answer(suite, with_identity=first_seen, with_child=not first_seen):
        return "auth-accepted"
    return "auth-round" if whole else "auth-unknown"


def intermediate_events(exchange: Exchange) -> Iterator[Event]:
    """IKE_INTERMEDIATE."""
    return requests_and_answers(exchange, lambda _: "request", lambda m: "error" if m.has_error else "answer")


def followup_events(exchange: Exchange) -> Iterator[Event]:
    """IKE_FOLLOWUP_KE."""

    def answered(message: Said) -> str:
        if message.tells(_ADDITIONAL_KEY_EXCHANGE):
            return "unfinished"
        return "error" if message.has_error else "answer"

    return requests_and_answers(exchange, lambda _: "request", answered)


def child_events(n: Negotiation, exchange: Exchange) -> Iterator[Event]:
    """CREATE_CHILD_SA."""
    return requests_and_answers(exchange, _asks_for, lambda m: _child_answer(n, m))


def _asks_for(message: Said) -> str:
    inside = message.inside
    if inside is None or _SA not in inside:
        return "request"
    if message.tells(_REKEY_SA):
        return "ask-rekey"
    return "ask-child" if _TSI in inside else "ask-ike-rekey"


def _child_answer(n: Negotiation, message: Said) -> str:
    inside = message.inside
    if inside is not None:
        if message.tells(_ADDITIONAL_KEY_EXCHANGE):
            return "unfinished"
        return "made" if _SA in inside else "error" if message.has_error else "answer"
    most = lengths.most_inside(n.suite, message.steps)
    if most is None:
        return "answer"
    if most >= lengths.smallest_child_answer():
        return "made"
    return "error" if message.whole else "answer"


def informational_events(n: Negotiation, exchange: Exchange) -> Iterator[Event]:
    """INFORMATIONAL of IKEv2."""

    def asked(message: Said) -> str:
        inside = message.inside
        if inside is None:
            room = lengths.inner_bytes(n.suite, message.first.length)
            return "ask-liveness" if room is not None and room[1] < _GENERIC_HEADER else "request"
        return "ask-delete" if _DELETE in inside else "request" if inside else "ask-liveness"

    return requests_and_answers(exchange, asked, lambda _: "answer")


# -- IKEv1


def main_events(exchange: Exchange) -> Iterator[Event]:
    """Main mode: messages are known by what they hold: SA, then KE, then encrypted."""
    for message in said(exchange):
        step = message.first
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
        step = message.first
        if step.fragment is not None:
            yield "initiator-pieces" if step.from_initiator else "responder-pieces", message
        elif step.from_initiator:
            yield "offer" if _V1_SA in step.payload_types else "initiator-proof", message
        else:
            yield "answer", message


def base_events(exchange: Exchange) -> Iterator[Event]:
    """Base mode."""
    for message in said(exchange):
        step = message.first
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
        yield "own" if message.first.from_initiator == exchange.begun_by_initiator else "peer", message


def told_events(exchange: Exchange) -> Iterator[Event]:
    """INFORMATIONAL of IKEv1."""
    for message in said(exchange):
        yield "protected" if message.first.encrypted else "clear", message
