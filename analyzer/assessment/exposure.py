"""Exposure: which addresses answered IKE, on which port, to whom. Only an answer shows it; silence proves nothing.

An answer proves it with its request; without that one it is likely, since it may be forged.

Those that were asked and did not answer stand behind them (targets.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from analyzer.assessment.answers import answered
from analyzer.assessment.case import Case
from analyzer.assessment.model import Responder
from analyzer.assessment.scope import Scope
from analyzer.assessment.targets import Place, Targets
from analyzer.capture.handshakes import TcpTarget
from analyzer.negotiation.model import Step

FRAMES_KEPT = 10


@dataclass(slots=True, eq=False, repr=False)
class _Open:
    versions: set[int] = field(default_factory=set)
    modes: set[str] = field(default_factory=set)
    peers: dict[str, int] = field(default_factory=dict)  # with the frame of the first answer to each
    first_time: int | None = None
    last_time: int | None = None
    implementation: str | None = None
    asked: bool = False  # a request that it answers is in the capture

    def take(self, later: "_Open") -> None:
        """What negotiations behind these show of the same place."""
        self.versions |= later.versions
        self.modes |= later.modes
        for peer, frame in later.peers.items():
            self.peers.setdefault(peer, frame)
        self.note_times(later.first_time, later.last_time)
        self.implementation = self.implementation or later.implementation
        self.asked |= later.asked

    def note_times(self, first: int | None, last: int | None) -> None:
        """Of a first and a last answer."""
        if first is not None and (self.first_time is None or first < self.first_time):
            self.first_time = first
        if last is not None and (self.last_time is None or last > self.last_time):
            self.last_time = last


class Exposure:
    """Who answered whom, negotiation by negotiation."""

    def __init__(self) -> None:
        self._found: dict[Place, _Open] = {}
        self._targets = Targets()

    def add(self, case: Case, implementation: str | None) -> None:
        """Note the answers of one negotiation; `implementation` is what its responder looks like.

        A flood of answers may come from more addresses than anybody looks after: of those only what lies inside.
        """
        self._targets.add(case)
        flooded = case.n.number in case.scene.flood_of
        for (place, peer, asked), answers in answered(case.n).items():
            if not flooded or case.scene.scope.is_inside(place[0]):
                row = self._note(case, place, peer, answers)
                row.implementation = row.implementation or implementation
                row.asked |= asked

    def _note(self, case: Case, place: Place, peer: str, spoken: tuple[Step, Step]) -> _Open:
        row = self._found.get(place)
        if row is None:
            row = self._found[place] = _Open()
        row.versions.add(case.n.ike_version)
        row.modes.add(case.n.mode)
        row.peers.setdefault(peer, spoken[0].frame_number)
        row.note_times(spoken[0].time_ns, spoken[1].time_ns)
        return row

    def take(self, later: "Exposure") -> None:
        """What negotiations behind these show."""
        self._targets.take(later._targets)
        for place, row in later._found.items():
            known = self._found.get(place)
            if known is None:
                self._found[place] = row
            else:
                known.take(row)

    def responders(self, tcp: Iterable[TcpTarget] = (), scope: Scope | None = None) -> list[Responder]:
        """One row for each address, port and transport that answered, in that order, then those that did not.

        tcp: what the capture shows of TCP connections. scope: what lies inside.
        """
        scope = scope or Scope()
        answered = [
            Responder(
                ip,
                port,
                transport,
                tuple(sorted(row.versions)),
                tuple(sorted(row.modes)),
                tuple(row.peers),
                row.first_time,
                row.last_time,
                row.implementation,
                tuple(islice(row.peers.values(), FRAMES_KEPT)),
                confidence="certain" if row.asked else "likely",
                inside=scope.is_inside(ip),
                outside_peers=tuple(filter(scope.is_outside, row.peers)),
            )
            for (ip, port, transport), row in sorted(self._found.items())
        ]
        return [*answered, *self._targets.rows(tcp, self._found, scope)]
