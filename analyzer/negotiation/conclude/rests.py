"""IP fragments without the first one: the message that an SA lacks may be in them.

Only the first fragment holds the ports and the beginning (RFC 791 section 3.2), so what they are part of is not known.
Between the hosts of an SA, soon after its last message, they may be the next one: then nobody is shown to be silent.
"""

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from analyzer.capture.datagram import Rest
from analyzer.capture.placed_frame import named
from analyzer.negotiation.conclude.verdict import NO_ANSWER, PATIENCE_NS, Verdict, error_name, incomplete, newest
from analyzer.negotiation.exchanges.messages import CROSSING_NS, incomplete_answers, lacks_fragments
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.vocabulary import side

_WITHIN_NS = 60 * 10**9  # after the last message of the exchange: who asks has given up, or repeats itself, by then
_LOOKED_AT = 64  # of two hosts, after a message
_IN_VAIN = 2  # repetitions of a request behind what may be its answer; one may cross it
_NO_WHOLE_ANSWER = "and no whole answer is in the capture"


class Lacking(NamedTuple):
    """What may be the message that is missing. last: the one it would follow. rests: never empty.

    in_vain: who asked goes on asking behind them, so that they were no whole answer.
    """

    exchange: Exchange
    last: Step
    rests: tuple[Rest, ...]
    in_vain: bool

    @property
    def from_initiator(self) -> bool:
        """The side whose message is missing."""
        return not self.last.from_initiator

    @property
    def answers(self) -> bool:
        """What is missing answers a request."""
        return self.last.from_initiator == self.exchange.begun_by_initiator

    @property
    def text(self) -> str:
        """What is there, in words."""
        who, first = side(self.from_initiator), named(self.rests[0].first_frame)
        what = "answer" if self.answers else "next message"
        if len(self.rests) == 1:
            return (
                f"IP fragments of the {who} follow (frame {first}) whose first one is not in the capture: its {what} "
                "may be there"
            )
        return (
            f"IP fragments of the {who} follow ({len(self.rests)} datagrams from frame {first} on) whose first ones "
            f"are not in the capture: its {what} may be there"
        )


class Rests:
    """The datagrams of a capture that lack their first fragment, by sender and receiver."""

    def __init__(self, rests: Sequence[Rest] = ()) -> None:
        self._between: dict[tuple[str, str], list[Rest]] = {}
        for rest in sorted(rests, key=_frame):  # by their last fragments: packets change places in captures
            self._between.setdefault((rest.src_ip, rest.dst_ip), []).append(rest)

    def lacking(self, n: Negotiation, exchange: Exchange, *, of_initiator: bool = False) -> Lacking | None:
        """What may be the message that an exchange lacks: the next one, or with `of_initiator` the initiator's."""
        if not self._between:
            return None
        last = newest(exchange)
        if of_initiator and last.from_initiator:
            return None
        found = tuple(self._after(n, exchange, last))
        if not found:
            return None
        since = found[0].time_ns
        again = [
            s
            for s in exchange.steps
            if s.from_initiator == last.from_initiator
            and s.retransmission_of is not None
            and not s.duplicate
            and s.frame_number > found[0].first_frame
            and (since is None or s.time_ns is None or s.time_ns - since >= CROSSING_NS)
        ]
        return Lacking(exchange, last, found, len(again) >= _IN_VAIN)

    def near(self, ends: tuple[str, str], frame_number: int) -> list[Rest]:
        """Those from one address to another that stand next to a frame, on both sides of it: not more than some."""
        known = self._between.get(ends, [])
        at = bisect_right(known, frame_number, key=_frame)
        return known[max(0, at - _LOOKED_AT) : at + _LOOKED_AT]

    def may_be_answered(self, n: Negotiation, exchange: Exchange) -> bool:
        """Of an exchange with one side's messages the other side's may be there.

        Of IKEv1, where nothing marks an answer, also before it: then it may answer what seems to be missing behind it.
        """
        found = self.lacking(n, exchange)
        if found is not None:
            return not found.in_vain
        first = exchange.first
        return n.ike_version == 1 and bool(self._between) and self._right_before(n, first)

    def _right_before(self, n: Negotiation, first: Step) -> bool:
        known = self._between.get(_ends(n, first)[::-1], [])
        at = bisect_right(known, first.frame_number, key=_frame)
        if at == 0:
            return False
        time = known[at - 1].time_ns
        return time is None or first.time_ns is None or first.time_ns - time <= PATIENCE_NS

    def _after(self, n: Negotiation, exchange: Exchange, last: Step) -> list[Rest]:
        known = self._between.get(_ends(n, last)[::-1], [])
        times = [s.time_ns for s in exchange.steps if s.time_ns is not None]
        end = max(times, default=None)
        at = bisect_right(known, last.frame_number, key=_frame)
        later = known[at : at + _LOOKED_AT]
        return [r for r in later if r.time_ns is None or end is None or r.time_ns - end <= _WITHIN_NS]


def doubt_silence(n: Negotiation, verdict: Verdict, rests: Rests) -> Verdict:
    """Take back what rests on the absence of a message, where IP fragments may be that message."""
    if verdict.absence:
        found = _lacked(n, verdict, rests, of_initiator=True)
        if found is not None:
            return _refused(n, found) or incomplete(found.text)
        return _not_whole(n, verdict) or verdict
    if verdict.failed_by != "none" or verdict.failure not in (None, "no answer"):
        return verdict
    found = _lacked(n, verdict, rests, of_initiator=False)
    if found is None or incomplete_answers(found.exchange):
        return verdict
    if verdict.outcome == "established":
        if found.in_vain:
            return verdict
        _leave_open(n, found.exchange)
        return verdict._replace(failed_at=None, failed_by=None, failure=None)
    if not found.in_vain:
        return incomplete(found.text)
    outcome = "failed" if verdict.outcome == "unanswered" else verdict.outcome
    basis = verdict.basis.replace(NO_ANSWER, _NO_WHOLE_ANSWER)
    return verdict._replace(outcome=outcome, basis=f"{basis}; {found.text}")


def _lacked(n: Negotiation, verdict: Verdict, rests: Rests, *, of_initiator: bool) -> Lacking | None:
    """In the exchange at which the SA stopped."""
    exchange = _stopped(n, verdict)
    return None if exchange is None else rests.lacking(n, exchange, of_initiator=of_initiator)


def _stopped(n: Negotiation, verdict: Verdict) -> Exchange | None:
    exchanges = n.of_type(verdict.failed_at) if verdict.failed_at is not None else n.exchanges
    return exchanges[-1] if exchanges else None


def _not_whole(n: Negotiation, verdict: Verdict) -> Verdict | None:
    """What the initiator does not react to lacks fragments: whether it had the message is not known."""
    exchange = _stopped(n, verdict)
    last = None if exchange is None else newest(exchange)
    if exchange is None or last is None or last.from_initiator or not lacks_fragments(exchange, last):
        return None
    which = f"the last of {exchange.exchange}, in frame {named(last.frame_number)},"
    return incomplete(f"the responder's message, {which} lacks IP fragments: whether it arrived is not known")


def _refused(n: Negotiation, found: Lacking) -> Verdict | None:
    """Main mode: the responder's encrypted INFORMATIONAL behind them refuses the proof that the initiator sent in them.

    In aggressive mode nothing of the responder is due any more: such an INFORMATIONAL may be about anything.
    """
    if found.exchange.exchange != "IDENTITY_PROTECTION":
        return None
    said = (s for e in n.of_type("INFORMATIONAL") for s in e.steps if not s.from_initiator and s.encrypted)
    if not any(s.frame_number > found.rests[0].first_frame for s in said):
        return None
    basis = f"{found.text}; an INFORMATIONAL stands where the responder's proof of identity was due"
    failure = error_name(n, from_initiator=False)
    return Verdict("failed", found.exchange.exchange, "responder", failure, basis, "likely")


def _leave_open(n: Negotiation, exchange: Exchange) -> None:
    for child in n.children:
        if child.frame_number == exchange.first_frame and child.outcome == "failed":
            child.outcome = "unknown"


def _ends(n: Negotiation, step: Step) -> tuple[str, str]:
    """The addresses that a message goes from and to."""
    _, initiator, _, responder, _ = n.place_at(step.frame_number)
    return (initiator, responder) if step.from_initiator else (responder, initiator)


_frame = attrgetter("last_frame")
