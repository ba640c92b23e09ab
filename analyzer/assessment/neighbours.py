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
BY_OTHERS = "; other negotiations of these hosts"


def shown_by_others(case: Case, silent: Step) -> Shown:
    """What the negotiations around this one say of the message that nobody answered."""
    near = list(case.scene.neighbours(case.n, WITHIN_S, most=_MOST))
    came_up = _came_up(case, near, began(case.n))
    if came_up is not None:
        return came_up
    found = smaller(case, silent)
    if found is not None:
        other, size = found
        text = (
            f" A first message of {size} bytes was answered (negotiation {other.number}), this one of {silent.length} "
            "bytes was not: its size, or what it holds, may be the reason."
        )
        return Shown(text, worked=False, frames=frames(first_step(other)))
    return _serves(case, None)


def shown_of_path(case: Case) -> Shown:
    """What the negotiations around this one say of an SA that does not come up although its messages are answered."""
    near = list(case.scene.neighbours(case.n, WITHIN_S, most=_MOST))
    return _came_up(case, near, began(case.n)) or _serves(case, None)


def shown_after(case: Case, silent: Step) -> Shown:
    """What others say of an SA that was up, in which nobody answers from this message on."""
    if silent.time_ns is None:
        return NOTHING
    near = list(case.scene.begun_after(case.n, silent.time_ns, WITHIN_S, most=_MOST))
    came_up = _came_up(case, near, silent.time_ns)
    return came_up or (_serves(case, silent.time_ns) if silent.from_initiator else NOTHING)


def shown_on_4500(case: Case) -> Shown:
    """Another negotiation in which this responder answers on UDP 4500: of the same host, or of another one."""
    for other in case.scene.neighbours(case.n, WITHIN_S, most=_MOST):
        if other.outcome == "established" and other.responder_ip == case.n.responder_ip and _answered_on_4500(other):
            when = _when(began(case.n), other)
            text = f" Negotiation {other.number} of the two came up over UDP 4500 {when}: it passed then."
            return Shown(text, worked=True, frames=frames(first_step(other)))
    serves = case.scene.served_another(case.n, WITHIN_S)
    if serves is None or not _answered_on_4500(serves):
        return NOTHING
    text = (
        f" {case.n.responder_ip} answered {serves.initiator_ip} on UDP 4500 (negotiation {serves.number}): the port is "
        "open there, so the difference is on the way from this initiator."
    )
    return Shown(text, worked=False, frames=frames(first_step(serves)))


def _came_up(case: Case, near: list[Negotiation], time: int | None) -> Shown | None:
    """Another negotiation of the two hosts came up, over UDP or over TCP only."""
    up = next((o for o in near if o.outcome == "established" and not _over_tcp(o)), None)
    tcp = next((o for o in near if o.outcome == "established" and _over_tcp(o)), None)
    if up is not None:
        by = "the other side" if up.initiator_ip == case.n.responder_ip else "the same side"
        when = _when(time, up)
        text = f" Negotiation {up.number} of the two came up {when}, begun by {by}: path and ports worked then."
        return Shown(text, worked=True, frames=frames(first_step(up)))
    if tcp is None:
        return None
    text = f" Negotiation {tcp.number} of the two came through over TCP: UDP does not."
    return Shown(text, worked=False, frames=frames(first_step(tcp)))


def _serves(case: Case, time: int | None) -> Shown:
    """The responder let another host in."""
    serves = case.scene.served_another(case.n, WITHIN_S, time)
    if serves is None:
        return NOTHING
    text = (
        f" {case.n.responder_ip} let {serves.initiator_ip} in within {WITHIN_S} s of that "
        f"(negotiation {serves.number}): the peer was up."
    )
    return Shown(text, worked=False, frames=frames(first_step(serves)))


def smaller(case: Case, silent: Step) -> tuple[Negotiation, int] | None:
    """A first message of the same side, much smaller than this first message, and answered; and its bytes."""
    n = case.n
    first = first_step(n)
    if first is None or silent.frame_number != first.frame_number or silent.encrypted:
        return None
    for other in case.scene.neighbours(n, WITHIN_S, most=_MOST):
        step = first_step(other)
        answered = any(not s.from_initiator for s in other.steps())
        same = (other.initiator_ip, other.ike_version) == (n.initiator_ip, n.ike_version)
        if step is not None and answered and same and step.length + _MUCH_SMALLER <= silent.length:
            return other, step.length
    return None


def _answered_on_4500(other: Negotiation) -> bool:
    return any(s.transport == "udp-4500" and not s.from_initiator for s in other.steps())


def _over_tcp(other: Negotiation) -> bool:
    step = first_step(other)
    return step is not None and step.transport == "tcp"


def _when(mine: int | None, other: Negotiation) -> str:
    theirs = began(other)
    if mine is None or theirs is None:
        return "too"
    seconds = (theirs - mine) / 1e9
    return f"{abs(seconds):.1f} s {'later' if seconds >= 0 else 'before'}"
