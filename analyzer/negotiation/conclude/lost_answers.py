"""Answers that never reach the side that asked: it goes on retransmitting what was answered in this capture.

Who has an answer stops retransmitting its request (RFC 7296 section 2.1, RFC 2408 section 5.1). One retransmission may
cross the answer on its way; from the second on the answers before it were lost behind the capture point, or dropped by
the receiver itself.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from analyzer.negotiation.conclude.verdict import sealed, waited
from analyzer.negotiation.exchanges.messages import CROSSING_NS, incomplete_answers
from analyzer.negotiation.model import Exchange, Negotiation, Step

REPEATS = 2
_MANY = 3  # whole answers in a row, each lost over a pause of its own: chance is no likely reason any more


class LostAnswers(NamedTuple):
    """`request`: what is retransmitted. `repeats`: since the answer. `answers`: the first one, and its retransmissions.

    A message in fragments counts once. `crossed`: retransmissions so soon after the answer that they may have met it.
    """

    exchange: Exchange
    request: Step
    repeats: tuple[Step, ...]
    answers: tuple[Step, ...]
    crossed: tuple[Step, ...] = ()

    @property
    def sent_again(self) -> tuple[Step, ...]:
        """All transmissions behind the answer in the capture."""
        return (*self.crossed, *self.repeats)

    @property
    def may_be_unread(self) -> bool:
        """Main mode: the answer is the first encrypted message, which a peer with another key cannot read."""
        main = self.exchange.exchange == "IDENTITY_PROTECTION"
        return main and self.answers[0].encrypted and not self.request.encrypted


def lost_answers(exchange: Exchange) -> LostAnswers | None:
    """The last message of one side, retransmitted although the other side had answered it; None if none was."""
    if all(s.retransmission_of is None for s in exchange.steps):
        return None
    gone = incomplete_answers(exchange)
    steps = [s for s in exchange.steps if not s.duplicate and (s.retransmission_of or s.frame_number) not in gone]
    for from_initiator in (exchange.begun_by_initiator, not exchange.begun_by_initiator):
        last = max((i for i, s in enumerate(steps) if _fresh(s, from_initiator)), default=None)
        if last is None or steps[last].is_response:  # in IKEv2 nothing answers a response
            continue
        found = _repeated(exchange, steps, last) or _late_request(exchange, steps, last)
        if found is not None:
            return found
    return None


def _repeated(exchange: Exchange, steps: list[Step], last: int) -> LostAnswers | None:
    """A message retransmitted after an answer that was not there before it."""
    asker = steps[last].from_initiator
    fresh = (i for i in range(last, len(steps)) if _fresh(steps[i], not asker))
    # what is in clear answers nothing encrypted: it is a late message 4, say
    answered = next((i for i in fresh if sealed(steps[i]) or not steps[last].encrypted), None)
    if answered is None or exchange.begins_with_answer:
        return None
    repeats = [
        i for i in range(answered, len(steps)) if _repeats(steps[i], asker) and _apart(steps[answered], steps[i])
    ]
    counts = Counter(steps[i].retransmission_of for i in repeats)
    of, times = counts.most_common(1)[0] if counts else (None, 0)
    if times < REPEATS or (exchange.ike_version == 1 and _prompted(steps, repeats) * 2 > len(repeats)):
        return None
    return _lost(exchange, steps, last, answered, of)


def _late_request(exchange: Exchange, steps: list[Step], last: int) -> LostAnswers | None:
    """The same where the capture has the answer before its request, of which it lost or delayed the first copy.

    IKEv1 does not say what answers what: there the answer is repeated at once after the request, and like it. Nor does
    IKE_SA_INIT, whose retries have one message ID: a demand for a COOKIE answers the request before.
    """
    if exchange.exchange in ("IKE_SA_INIT", "IKE_SESSION_RESUME"):
        return None
    request = steps[last]
    answered = max((i for i in range(last) if _fresh(steps[i], not request.from_initiator)), default=None)
    if answered is None or not (_are_alike(request, steps[answered]) if exchange.ike_version == 1 else True):
        return None
    again = [i for i in range(last, len(steps)) if steps[i].retransmission_of == steps[answered].frame_number]
    if exchange.ike_version == 1 and _prompted(steps, again) * 2 <= len(again):
        return None
    found = _lost(exchange, steps, last, answered, request.frame_number)
    return found if len(found.repeats) >= REPEATS else None


def _lost(exchange: Exchange, steps: list[Step], last: int, answered: int, of: int | None) -> LostAnswers:
    asker, answer = steps[last].from_initiator, steps[answered]
    later = steps[answered:]
    again = [s for s in later if s.from_initiator == asker and of in (s.retransmission_of, s.frame_number)]
    repeats = tuple(s for s in again if _apart(answer, s))
    crossed = tuple(s for s in again if not _apart(answer, s))
    return LostAnswers(exchange, steps[last], repeats, _once(later, from_initiator=not asker), crossed)


def _prompted(steps: list[Step], places: Sequence[int]) -> int:
    """How many of these steps come at once after the other side's, which had let time pass: they answer it."""
    return sum(
        i > 1
        and steps[i].from_initiator != steps[i - 1].from_initiator
        and not _apart(steps[i - 1], steps[i])
        and _apart(steps[i - 2], steps[i - 1])
        for i in places
    )


def _are_alike(request: Step, answer: Step) -> bool:
    """Both are encrypted, or begin with the same payload, as the two messages of a round of phase 1 do."""
    return request.encrypted == answer.encrypted and request.payload_types[:1] == answer.payload_types[:1]


def lost_answers_at_end(n: Negotiation) -> LostAnswers | None:
    """Such a message that is its sender's last word in the whole negotiation; None if there is none."""
    said: set[bool] = set()
    for exchange in n.newest_exchanges():
        figure = exchange.figure
        found = lost_answers(exchange) if figure.retransmissions else None
        if found is not None and found.request.from_initiator not in said:
            return found
        said |= figure.senders
        if len(said) == 2:
            return None
    return None


def still_asking(lost: LostAnswers) -> bool:
    """The retransmissions go on as to a peer that is not heard: the newest answer is not believed to have come through.

    The number alone says little, for a busy host repeats itself three times within a second: they go on for longer than
    any answer takes.
    """
    if min(len(lost.repeats), len(lost.answers)) < _MANY:
        return False
    return waited(lost.answers[0], lost.repeats[-1].time_ns)


def _once(steps: list[Step], *, from_initiator: bool) -> tuple[Step, ...]:
    """The messages of one side; of one in fragments the fragment that came least often: so often it came whole."""
    new = {s.frame_number for s in steps if s.retransmission_of is None}  # a late copy of what came before is no answer
    mine = [s for s in steps if s.from_initiator == from_initiator and (s.retransmission_of or s.frame_number) in new]
    counts = Counter(s.fragment[0] for s in mine if s.fragment is not None)
    rarest = min(counts, key=lambda number: (counts[number], number), default=None)
    return tuple(s for s in mine if s.fragment is None or s.fragment[0] == rarest)


def _repeats(step: Step, from_initiator: bool) -> bool:
    return step.from_initiator == from_initiator and step.retransmission_of is not None


def _fresh(step: Step, from_initiator: bool) -> bool:
    return step.from_initiator == from_initiator and step.retransmission_of is None


def _apart(answer: Step, repeat: Step) -> bool:
    if answer.time_ns is None or repeat.time_ns is None:
        return False
    return repeat.time_ns - answer.time_ns >= CROSSING_NS
