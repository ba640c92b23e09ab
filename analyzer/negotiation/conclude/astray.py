"""Answers that do not come back between the addresses and ports between which the request went (RFC 7296 section 2.11).

A host with several addresses, a cluster behind a virtual address, a daemon that answers to port 500 whatever port
asked: the side that asked, or a NAT or firewall before it, may drop such an answer.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from analyzer.negotiation.conclude.lost_answers import LostAnswers
from analyzer.negotiation.model import MOVES_KEPT, Exchange, Negotiation, Step

Place = tuple[str, int, str, int]  # the address and port of the side that asks, and of the side that answers
_LOOKED_AT = 64  # messages of an exchange


class Astray(NamedTuple):
    """Where a request went, where an answer to it came from and went to, and their frames."""

    asked: Place
    answered: Place
    request_frame: int
    answer_frame: int

    @property
    def elsewhere(self) -> bool:
        """Another address, not only another port."""
        return self.asked[::2] != self.answered[::2]

    @property
    def ends(self) -> str:
        """Who was asked and who answers, in few words."""
        (asks, to_port, asked_ip, asked_port), (reached, reached_port, from_ip, from_port) = self.asked, self.answered
        if from_ip != asked_ip:
            return f"{asked_ip} asked, {from_ip} answers"
        if reached != asks:
            return f"{asks} asks, {reached} is answered"
        if from_port != asked_port:
            return f"port {asked_port} asked, port {from_port} answers"
        return f"port {to_port} asks, port {reached_port} is answered"

    @property
    def sentence(self) -> str:
        """The clause as a sentence, without its full stop."""
        return f"{self.text[0].upper()}{self.text[1:]}"

    @property
    def text(self) -> str:
        """A clause: the answers come from another address than the one asked, or the like."""
        (_, to_port, asked_ip, asked_port), (_, reached_port, from_ip, from_port) = self.asked, self.answered
        if from_ip != asked_ip:
            return f"the answers come from {from_ip}, another address than the one asked ({asked_ip})"
        if self.answered[0] != self.asked[0]:
            return f"the answers go to {self.answered[0]}, another address than the one that asks ({self.asked[0]})"
        parts = []
        if from_port != asked_port:
            parts.append(f"come from port {from_port} though port {asked_port} was asked")
        if reached_port != to_port:
            parts.append(f"go to port {reached_port} though the request came from port {to_port}")
        return f"the answers {' and '.join(parts)}"


class Places:
    """Between which addresses and ports the messages of an SA went."""

    def __init__(self, n: Negotiation) -> None:
        known, addresses = len(n.moves) < MOVES_KEPT, n.addresses  # what is not known of is not judged
        self._seen = sorted(addresses) if known and len(addresses) > 1 else []
        self._starts = [place[0] for place in self._seen]

    def astray(self, asked: Iterable[Step], answers: Iterable[Step], *, by_initiator: bool) -> Astray | None:
        """None: an answer came back the way that a request went, or where they went is not known.

        A capture on both sides of a NAT has each message between two pairs of ends. by_initiator: it asks.
        """
        if not self._seen:
            return None
        there, back = self._first_at(asked, by_initiator), self._first_at(answers, by_initiator)
        if not there or not back or not there.keys().isdisjoint(back):
            return None
        (went, request), (came, answer) = next(iter(there.items())), next(iter(back.items()))
        return None if came[2] == went[0] else Astray(went, came, request, answer)  # nobody answers himself

    def moves_in(self, exchange: Exchange) -> bool:
        """Its messages went between several places: else none went astray."""
        frames = exchange.frames
        if len(frames) < 2:
            return False
        return bisect_right(self._starts, min(frames)) != bisect_right(self._starts, max(frames))

    def _first_at(self, steps: Iterable[Step], by_initiator: bool) -> dict[Place, int]:
        """The first frame at each place, the side that asks first."""
        found: dict[Place, int] = {}
        for step in steps:
            at = max(0, bisect_right(self._starts, step.frame_number) - 1)
            _, i_ip, i_port, r_ip, r_port = self._seen[at]
            place = (i_ip, i_port, r_ip, r_port) if by_initiator else (r_ip, r_port, i_ip, i_port)
            found.setdefault(place, step.frame_number)
        return found


def lost_astray(n: Negotiation, lost: LostAnswers) -> Astray | None:
    """Where answers that do not arrive went astray.

    IKEv1's initiator goes on to port 4500 inside phase 1 where there is a NAT (RFC 3947 section 4): it answers there.
    """
    by_initiator, answers = lost.request.from_initiator, lost.answers
    if n.ike_version == 1 and not by_initiator:
        answers = tuple(s for s in answers if s.transport == lost.request.transport)
    return Places(n).astray((lost.request, *lost.repeats), answers, by_initiator=by_initiator)


def astray_exchanges(n: Negotiation) -> Iterator[tuple[Exchange, Astray]]:
    """Exchanges whose answers went astray; of IKEv1's phase 1 as far as it stays on one port."""
    if not n.moves or (n.began is None and len(n.moves) < 2):
        return
    places = Places(n)
    for exchange in n.exchanges:
        if not places.moves_in(exchange):
            continue
        steps, begins = exchange.steps[:_LOOKED_AT], exchange.begun_by_initiator
        if exchange.ike_version == 1:
            steps = [s for s in steps if s.transport == steps[0].transport]
        asked, answers = ([s for s in steps if (s.from_initiator == begins) is own] for own in (True, False))
        found = places.astray(asked, answers, by_initiator=begins)
        if found is not None:
            yield exchange, found
