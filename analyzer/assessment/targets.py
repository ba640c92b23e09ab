"""Targets: which addresses were asked for IKE and did not answer it, and what came back instead, if anything did.

Silence is no filter, and proves no closed port: the answer may have gone another way than the capture saw.
"""

import sys
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple

from analyzer.assessment.case import Case
from analyzer.assessment.model import Responder
from analyzer.assessment.scope import Scope
from analyzer.capture.handshakes import TcpTarget
from analyzer.negotiation.model import MOVES_KEPT, Negotiation, Step
from analyzer.negotiation.model import Place as Between
from analyzer.vocabulary import TARGET_STATES, Confidence, TargetState

PEERS_KEPT: Final = 20
FRAMES_KEPT: Final = 10
Place = tuple[str, int, str]
"""Address, port and transport."""

_MEANT: Final[dict[str, TargetState]] = {
    "port-unreachable": "refused",
    "admin-prohibited": "filtered",
    "host-unreachable": "unreachable",
    "net-unreachable": "unreachable",
    "protocol-unreachable": "unreachable",
}
_ASKED_ONLY: Final = frozenset(("unanswered", "probe", "failed"))  # else the capture may have ended
_SPOKE_ELSEWHERE: Final = _ASKED_ONLY | {"established", "redirected"}


class _Sign(NamedTuple):
    """What came back: how sure it makes the state that it stands for, and its first frame.

    An ICMP error makes it likely, whatever it says: nobody signs it, and who saw the request can forge it.
    """

    confidence: Confidence
    frame: int


@dataclass(slots=True, eq=False, repr=False)
class _Target:
    requests: int = 0
    askers: dict[str, int] = field(default_factory=dict)  # with the frame of the first request of each
    all_askers: bool = True
    accepted: dict[str, int] = field(default_factory=dict)  # whose connections it accepted
    all_peers: bool = True
    unclear: bool = False  # as in TcpTarget
    signs: dict[TargetState, list[_Sign]] = field(default_factory=dict)
    first_time: int | None = None
    last_time: int | None = None

    def sign(self, state: TargetState, confidence: Confidence, frames: Iterable[int]) -> None:
        """Something came back."""
        signs = self.signs.setdefault(state, [])
        signs += (_Sign(confidence, frame) for frame in islice(frames, FRAMES_KEPT - len(signs)))

    def note_time(self, time: int | None) -> None:
        """Of something that came back."""
        if time is not None:
            self.first_time = time if self.first_time is None else min(time, self.first_time)
            self.last_time = time if self.last_time is None else max(time, self.last_time)

    def take(self, later: "_Target") -> None:
        """What is known of the same place from elsewhere."""
        self.requests += later.requests
        for peer, frame in later.askers.items():
            self.askers[peer] = min(frame, self.askers.get(peer, frame))
        self.all_askers &= later.all_askers
        self.accepted |= later.accepted
        self.all_peers &= later.all_peers
        for state, signs in later.signs.items():
            self.signs[state] = [*self.signs.get(state, []), *signs][:FRAMES_KEPT]
        for time in (later.first_time, later.last_time):
            self.note_time(time)

    def row(self, place: Place, scope: Scope) -> Responder:
        """Its row: the most that came back says what it is."""
        state: TargetState = next((state for state in TARGET_STATES if state in self.signs), "unanswered")
        signs = self.signs.get(state, [])
        askers = sorted(self.askers, key=lambda peer: (self.askers[peer], peer))
        frames = [sign.frame for sign in signs] or [self.askers[peer] for peer in askers]
        surest: Confidence | None = None
        if signs:
            surest = "certain" if any(sign.confidence == "certain" for sign in signs) else "likely"
        return Responder(
            *place,
            versions=(),
            modes=(),
            answered_peers=(),
            first_time=self.first_time,
            last_time=self.last_time,
            implementation=None,
            evidence_frames=tuple(sorted(frames)[:FRAMES_KEPT]),
            state=state,
            confidence=surest,
            requests=self.requests,
            askers=len(self.askers) if self.all_askers else None,
            asked_by=tuple(askers[:PEERS_KEPT]),
            inside=scope.is_inside(place[0]),
            outside_peers=tuple(filter(scope.is_outside, self.accepted)),
            all_peers=self.all_peers,
        )


class Targets:
    """Who was asked and did not answer, negotiation by negotiation."""

    def __init__(self) -> None:
        self._found: dict[Place, _Target] = {}

    def add(self, case: Case) -> None:
        """Note where a negotiation asked in vain, if that says anything."""
        n = case.n
        for place, first, times in _in_vain(case):
            errors = [e for e in n.icmp_errors if (e.dst_ip, e.dst_port) == place[:2] and e.kind in _MEANT]
            if not errors and n.outcome not in (_SPOKE_ELSEWHERE if case.from_responder else _ASKED_ONLY):
                continue
            target = self._found.setdefault(place, _Target())
            target.requests += times
            target.askers.setdefault(n.initiator_ip, first)
            for error in errors:
                target.sign(_MEANT[error.kind], "likely", [error.frame_number])
                target.note_time(error.time_ns)

    def take(self, later: "Targets") -> None:
        """What negotiations behind these show."""
        for place, target in later._found.items():
            self._found.setdefault(place, _Target()).take(target)

    def rows(self, tcp: Iterable[TcpTarget], answered: Container[Place], scope: Scope) -> Iterator[Responder]:
        """Those that did not answer IKE, by state, address and port. tcp: what the capture shows of connections.

        Where something may have come back that was not noted nothing can be said; the capture's defects count these.
        """
        found = dict(self._found)
        for one in tcp:
            place = one.ip, one.port, "tcp"
            of_tcp = _of_tcp(one)
            if place in found:
                of_tcp.take(found[place])
            found[place] = of_tcp
        known = {place: target for place, target in found.items() if target.signs or not target.unclear}
        rows = [target.row(place, scope) for place, target in known.items() if place not in answered]
        yield from sorted(rows, key=lambda row: (TARGET_STATES.index(row.state), row.ip, row.port, row.transport))


class Where:
    """Between which addresses and ports the messages of one negotiation went."""

    def __init__(self, n: Negotiation) -> None:
        self._n = n
        self._seen = sorted(n.addresses)
        self._starts = [place[0] for place in self._seen]
        self._known_to = self._starts[-1] if len(n.moves) >= MOVES_KEPT else sys.maxsize

    def of(self, step: Step) -> Between | None:
        """Those of one message; None: it lies behind the last change that is kept of very many."""
        if step.frame_number > self._known_to:
            return None
        at = bisect_right(self._starts, step.frame_number)
        return self._seen[at - 1] if at else self._n.place_at(step.frame_number)


def _in_vain(case: Case) -> Iterator[tuple[Place, int, int]]:
    """Where the initiator asked and over whose transport the responder never spoke: with the first frame, how often."""
    spoken = {transport for e in case.exchanges for transport, asked in e.figure.transports if not asked}
    quiet = [e for e in case.exchanges if any(asked and t not in spoken for t, asked in e.figure.transports)]
    if not quiet:
        return
    where, found = Where(case.n), dict[Place, tuple[int, int]]()
    for step in (step for e in quiet for step in e.steps):
        if step.from_initiator and not step.duplicate and step.transport not in spoken:
            at = where.of(step)
            if at is not None:
                place = at[3], at[4], step.transport
                first, times = found.get(place, (step.frame_number, 0))
                found[place] = first, times + 1
    yield from ((place, *seen) for place, seen in found.items())


def _of_tcp(one: TcpTarget) -> _Target:
    target = _Target(
        one.asked, dict(one.askers), one.all_askers, one.unasked | one.accepted, one.all_peers, one.unclear
    )
    target.sign("open", "certain", one.accepted.values())
    target.sign("open", "likely", one.unasked.values())
    target.sign("refused", "certain", one.refused.values())
    for kind, frame in one.errors.items():
        if kind in _MEANT:
            target.sign(_MEANT[kind], "likely", [frame])
    target.signs = {state: signs for state, signs in target.signs.items() if signs}
    for time in (one.first_time, one.last_time):
        target.note_time(time)
    return target
