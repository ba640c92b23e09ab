"""Exposure: which addresses answered IKE, on which port, to whom. Only an answer proves it; silence proves nothing."""

from dataclasses import dataclass, field

from analyzer.assessment.model import Responder
from analyzer.negotiation.model import Negotiation, Step, Story

FRAMES_KEPT = 10


@dataclass(slots=True)
class _Open:
    versions: set[int] = field(default_factory=set)
    modes: set[str] = field(default_factory=set)
    peers: dict[str, None] = field(default_factory=dict)
    first_time: int | None = None
    last_time: int | None = None
    implementation: str | None = None
    frames: list[int] = field(default_factory=list)


def responders(story: Story, implementations: dict[int, tuple[str | None, str | None]]) -> list[Responder]:
    """One row for each address, port and transport that answered, in order of address, port and transport."""
    found: dict[tuple[str, int, str], _Open] = {}
    for negotiation in story.negotiations:
        for (peer, ip, port, transport), (first, last) in _answers(negotiation).items():
            row = found.setdefault((ip, port, transport), _Open())
            row.versions.add(negotiation.ike_version)
            row.modes.add(negotiation.mode)
            if peer not in row.peers:
                row.peers[peer] = None
                if len(row.frames) < FRAMES_KEPT:
                    row.frames.append(first.frame_number)
            if row.implementation is None:
                row.implementation = implementations.get(negotiation.number, (None, None))[1]
            times = [t for t in (first.time_ns, last.time_ns, row.first_time, row.last_time) if t is not None]
            row.first_time, row.last_time = min(times, default=None), max(times, default=None)
    return [
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
            tuple(row.frames),
        )
        for (ip, port, transport), row in sorted(found.items())
    ]


def _answers(n: Negotiation) -> dict[tuple[str, str, int, str], tuple[Step, Step]]:
    """First and last answer by initiator's address, responder's address and port, and transport."""
    found: dict[tuple[str, str, int, str], tuple[Step, Step]] = {}
    here = (n.initiator_ip, n.responder_ip, n.responder_port)
    for exchange in n.exchanges:
        # What the responder begins itself, and what answers nothing seen, is no answer
        if not exchange.begun_by_initiator or not (exchange.steps[0].from_initiator or exchange.request):
            continue
        for step in exchange.steps:
            if not step.from_initiator:
                place = here if not n.addresses else _addresses_at(n, step.frame_number)
                key = (*place, step.transport)
                found[key] = (found[key][0] if key in found else step, step)
    return found


def _addresses_at(n: Negotiation, frame: int) -> tuple[str, str, int]:
    """Initiator's address, responder's address and port as they were at a frame."""
    current = (n.initiator_ip, n.responder_ip, n.responder_port)
    for changed, initiator_ip, _, responder_ip, responder_port in n.addresses:
        if changed > frame:
            break
        current = (initiator_ip, responder_ip, responder_port)
    return current
