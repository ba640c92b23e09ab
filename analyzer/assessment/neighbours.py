"""What other negotiations of the same hosts show about a silence: that path, ports or peer work."""

from typing import NamedTuple

from analyzer.assessment.case import Case, frames
from analyzer.assessment.scene import began, first_step
from analyzer.negotiation.model import Negotiation, Step

WITHIN_S = 300
_MOST = 4  # on each side in time
_MUCH_SMALLER = 200  # bytes


class Shown(NamedTuple):
    """`text`: sentences. `worked`: path and ports carried IKE over UDP between the two. `frames`: where."""

    text: str
    worked: bool
    frames: tuple[int, ...] = ()


NOTHING = Shown("", worked=False)


def shown_by_others(case: Case, silent: Step) -> Shown:
    """What the negotiations around this one say of the message that nobody answered."""
    n, scene = case.n, case.scene
    near = list(scene.neighbours(n, WITHIN_S, most=_MOST))
    up = next((o for o in near if o.outcome == "established" and not _over_tcp(o)), None)
    tcp = next((o for o in near if o.outcome == "established" and _over_tcp(o)), None)
    if up is not None:
        by = "the other side" if up.initiator_ip == n.responder_ip else "the same side"
        text = f" Negotiation {up.number} of the two came up {_when(n, up)}, begun by {by}: path and ports worked then."
        return Shown(text, worked=True, frames=frames(first_step(up)))
    if tcp is not None:
        text = f" Negotiation {tcp.number} of the two came through over TCP: UDP does not."
        return Shown(text, worked=False, frames=frames(first_step(tcp)))
    smaller = _smaller(n, near, silent)
    if smaller is not None:
        other, size = smaller
        text = (
            f" A first message of {size} bytes was answered (negotiation {other.number}), this one of {silent.length} "
            "bytes was not: its size, or what it holds, may be the reason."
        )
        return Shown(text, worked=False, frames=frames(first_step(other)))
    serves = scene.served_another(n, WITHIN_S)
    if serves is not None:
        text = (
            f" {n.responder_ip} let {serves.initiator_ip} in within {WITHIN_S} s of that "
            f"(negotiation {serves.number}): the peer was up."
        )
        return Shown(text, worked=False, frames=frames(first_step(serves)))
    return NOTHING


def _smaller(n: Negotiation, near: list[Negotiation], silent: Step) -> tuple[Negotiation, int] | None:
    """A first message of the same side, much smaller than this first message, and answered."""
    first = first_step(n)
    if first is None or silent.frame_number != first.frame_number or silent.encrypted:
        return None
    for other in near:
        step = first_step(other)
        answered = any(not s.from_initiator for s in other.steps())
        same = (other.initiator_ip, other.ike_version) == (n.initiator_ip, n.ike_version)
        if step is not None and answered and same and step.length + _MUCH_SMALLER <= silent.length:
            return other, step.length
    return None


def _over_tcp(other: Negotiation) -> bool:
    step = first_step(other)
    return step is not None and step.transport == "tcp"


def _when(n: Negotiation, other: Negotiation) -> str:
    mine, theirs = began(n), began(other)
    if mine is None or theirs is None:
        return "too"
    seconds = (theirs - mine) / 1e9
    return f"{abs(seconds):.1f} s {'later' if seconds >= 0 else 'before'}"
