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
        for step, ip, port, peer in _answers(negotiation):
            row = found.setdefault((ip, port, step.transport), _Open())
            _note(row, negotiation, step, peer)
            row.implementation = row.implementation or implementations.get(negotiation.number, (None, None))[1]
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


def _answers(n: Negotiation) -> list[tuple[Step, str, int, str]]:
    """Messages of the responder that answer, each with its address and port at the time and the peer's address."""
    found: list[tuple[Step, str, int, str]] = []
    for exchange in n.exchanges:
        if not exchange.begun_by_initiator or exchange.request is None:
            continue  # what the responder begins itself, or what answers nothing seen, is no answer
        for step in exchange.steps:
            if not step.from_initiator:
                initiator, ip, port = _addresses_at(n, step.frame_number)
                found.append((step, ip, port, initiator))
    return found


def _addresses_at(n: Negotiation, frame: int) -> tuple[str, str, int]:
    """Initiator's address, responder's address and port as they were at a frame."""
    current = (n.initiator_ip, n.responder_ip, n.responder_port)
    for changed, initiator_ip, _, responder_ip, responder_port in n.addresses:
        if changed > frame:
            break
        current = (initiator_ip, responder_ip, responder_port)
    return current


def _note(row: _Open, n: Negotiation, step: Step, peer: str) -> None:
    row.versions.add(n.ike_version)
    row.modes.add(n.mode)
    if peer not in row.peers:
        row.peers[peer] = None
        if len(row.frames) < FRAMES_KEPT:
            row.frames.append(step.frame_number)
    if step.time_ns is not None:
        row.first_time = step.time_ns if row.first_time is None else min(row.first_time, step.time_ns)
        row.last_time = step.time_ns if row.last_time is None else max(row.last_time, step.time_ns)
