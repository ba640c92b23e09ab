"""What a point has of a message it did not see: fragments and quotes that are of it, and those that are not."""

from types import SimpleNamespace
from typing import Any

import pytest

from analyzer.capture.datagram import IcmpError, Rest
from analyzer.negotiation.conclude.partly_seen import PartlySeen
from analyzer.negotiation.conclude.rests import Rests

A, B, SECOND = "192.0.2.10", "192.0.2.20", 10**9
STEP: Any = SimpleNamespace(frame_number=5, time_ns=100 * SECOND, from_initiator=True, length=300)
POINTS: Any = SimpleNamespace(of=lambda frame: int(frame >= 10))
REST = Rest(A, B, 10, 11, 107 * SECOND, 312)
SPI = bytes(range(1, 9))
ERROR = IcmpError(10, 108 * SECOND, "198.51.100.1", 3, 1, "host-unreachable", None, A, 500, B, 500, SPI)


def seen(rest: Rest | None = None, error: IcmpError | None = None) -> bool:
    """Whether place 1, whose clock shows 7 s more, has some of it."""
    n: Any = SimpleNamespace(icmp_errors=[] if error is None else [error])
    parts = PartlySeen(n, POINTS, None if rest is None else Rests([rest]))
    return parts.at(1, {(A, B)}, STEP, 2, 7 * SECOND)


@pytest.mark.parametrize("size", [308, 312, None])
def test_later_fragments_of_its_size_are_of_it(size: int | None) -> None:
    assert seen(REST._replace(size=size))


@pytest.mark.parametrize(
    "other",
    [
        {"size": 1400},
        {"time_ns": 100 * SECOND},
        {"time_ns": None},
        {"src_ip": B, "dst_ip": A},
        {"dst_ip": "192.0.2.21"},
        {"first_frame": 3, "last_frame": 4},
    ],
)
def test_other_fragments_are_not(other: dict[str, Any]) -> None:
    """Of another size, time, direction or host; at the other point."""
    assert not seen(REST._replace(**other))


def quote(message_id: int) -> bytes:
    return SPI + bytes(12) + message_id.to_bytes(4, "big") + bytes(4)


def test_an_error_that_quotes_it_knows_it() -> None:
    assert seen(error=ERROR)
    assert seen(error=ERROR._replace(quoted=quote(2)))
    assert seen(error=ERROR._replace(time_ns=110 * SECOND)), "a router asked for the next hop first"


@pytest.mark.parametrize(
    "other",
    [
        {"quoted": quote(1)},
        {"time_ns": 101 * SECOND},
        {"time_ns": 150 * SECOND},
        {"src_ip": B, "dst_ip": A},
        {"frame_number": 4},
    ],
)
def test_an_error_about_another_message_does_not(other: dict[str, Any]) -> None:
    assert not seen(error=ERROR._replace(**other))
    assert not seen()
