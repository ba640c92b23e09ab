"""What a point has of a message that it did not see as one: later IP fragments of it, or an ICMP error that quotes it.

Such a message passed there, or was known there: it is not one that this point never saw.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from analyzer.capture.datagram import IcmpError, Rest
    from analyzer.capture.points import Points
    from analyzer.negotiation.conclude.rests import Rests
    from analyzer.negotiation.model import Negotiation, Step

Ends = tuple[str, str]
"""The initiator's address and the responder's."""

_MOMENT_NS: Final = 10**9  # on the way from one point to another
_QUOTED_NS: Final = 4 * 10**9  # a router asks for the next hop's address for three seconds, then sends its error
_OVERHEADS: Final = (8, 12)  # bytes of a datagram before the message: UDP's header, and RFC 3948's marker
_MESSAGE_ID: Final = slice(20, 24)
_LOOKED_AT: Final = 64  # errors after a message


class PartlySeen:
    """Fragments and quotes of one SA's messages at each point. rests: datagrams without their first IP fragment."""

    def __init__(self, n: Negotiation, points: Points, rests: Rests | None) -> None:
        self._n, self._points, self._rests = n, points, rests
        self._errors: dict[int, list[IcmpError]] = {}

    def at(self, place: int, ends: Collection[Ends], step: Step, message_id: int, offset_ns: int) -> bool:
        """Whether a point has some of a transmission. ends: the SA's there; offset_ns: of its clock to the step's."""
        if step.time_ns is None:
            return False
        time, ways = step.time_ns + offset_ns, [pair if step.from_initiator else pair[::-1] for pair in ends]
        return self._has_rest(place, ways, step, time) or self._is_quoted(place, ways, message_id, time)

    def _has_rest(self, place: int, ways: Collection[Ends], step: Step, time: int) -> bool:
        near = (r for way in ways for r in self._rests.near(way, step.frame_number)) if self._rests is not None else ()
        return any(
            self._points.of(rest.last_frame) == place
            and rest.time_ns is not None
            and abs(rest.time_ns - time) <= _MOMENT_NS
            and _may_hold(rest, step)
            for rest in near
        )

    def _is_quoted(self, place: int, ways: Collection[Ends], message_id: int, time: int) -> bool:
        errors = self._errors_at(place)
        first = bisect_left(errors, time - _MOMENT_NS, key=_time)
        return any(
            _time(error) <= time + _QUOTED_NS
            and (error.src_ip, error.dst_ip) in ways
            and error.quoted[_MESSAGE_ID] in (b"", message_id.to_bytes(4, "big"))
            for error in errors[first : first + _LOOKED_AT]
        )

    def _errors_at(self, place: int) -> list[IcmpError]:
        if place not in self._errors:
            timed = (e for e in self._n.icmp_errors if e.time_ns is not None)
            self._errors[place] = sorted((e for e in timed if self._points.of(e.frame_number) == place), key=_time)
        return self._errors[place]


def _may_hold(rest: Rest, step: Step) -> bool:
    """Its size is that of the message, or is not known."""
    return rest.size is None or rest.size - step.length in _OVERHEADS


def _time(error: IcmpError) -> int:
    return error.time_ns or 0
