from pathlib import Path

import pytest

from analyzer.capture.belonging import Belonging
from analyzer.capture.frame_set import FrameSet
from analyzer.capture.tracing import MAX_DATAGRAMS, trace
from tests.capture.packets import (
    HOST_A,
    HOST_B,
    esp,
    ethernet,
    ike_frame,
    ipv4,
    ipv6,
    ipv6_fragment,
    isakmp,
    pcap,
    tcp,
    udp,
)

MORE = 0x2000
WHOLE = udp(500, 500, isakmp(bytes(600)))


def piece(
    start: int, end: int | None = None, identification: int = 7, whole: bytes = WHOLE, protocol: int = 17
) -> bytes:
    """A fragment of one datagram: its bytes from `start` on."""
    stop = len(whole) if end is None else end
    flags = start // 8 | (MORE if stop < len(whole) else 0)
    return ethernet(ipv4(protocol, whole[start:stop], fragment=flags, identification=identification))


def found(tmp_path: Path, frames: list[bytes], wanted: Belonging) -> list[int]:
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap(frames))
    trace(path, wanted)
    return list(wanted.frames)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_all_fragments_of_a_message_whatever_their_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    parts = [piece(0, 200), piece(200, 400), piece(400)]
    others = [piece(0, 200, 8), piece(200, 400, 8), piece(400, None, 8)]
    frames = [ike_frame(), *(frame for place in order for frame in (others[place], parts[place])), ike_frame()]
    assert found(tmp_path, frames, Belonging(FrameSet([7]))) == [3, 5, 7]


def test_what_there_is_of_a_message_that_is_not_whole(tmp_path: Path) -> None:
    frames = [piece(0, 200), ike_frame(), piece(400), piece(0, 200, 8)]
    assert found(tmp_path, frames, Belonging(FrameSet([1]))) == [1, 3]


def test_fragments_without_the_first_belong_between_hosts_of_the_sa(tmp_path: Path) -> None:
    wanted = Belonging(FrameSet([2]))
    wanted.add_flow("udp", (HOST_A, 500, HOST_B, 500))
    other = ethernet(ipv4(17, WHOLE[200:], "192.0.2.77", HOST_B, fragment=25, identification=7))
    esp_rest = piece(200, None, 9, esp(size=600), 50)
    assert found(tmp_path, [piece(200), ike_frame(), other, esp_rest], wanted) == [1, 2]


def test_fragments_of_ipv6(tmp_path: Path) -> None:
    cut = [(0, 304), (304, 616), (616, len(WHOLE))]
    parts = [ipv6_fragment(17, WHOLE[a:b], a, more=b < len(WHOLE)) for a, b in cut]
    frames = [ethernet(ipv6(44, part)) for part in parts]
    assert found(tmp_path, [ike_frame(), *frames, ike_frame()], Belonging(FrameSet([4]))) == [2, 3, 4]


def test_a_stream_in_fragments(tmp_path: Path) -> None:
    wanted = Belonging()
    wanted.add_stream("c0ffee01", HOST_A, HOST_B, "esp")
    ours, other = esp(size=600), esp(0xC0FFEE02, size=600)
    frames = [piece(0, 304, n, data, 50) for n, data in ((1, ours), (2, other))]
    frames += [piece(304, None, n, data, 50) for n, data in ((1, ours), (2, other))]
    assert found(tmp_path, frames, wanted) == [1, 3]


def test_keepalives_of_a_flow_and_no_other(tmp_path: Path) -> None:
    wanted = Belonging()
    wanted.add_flow("udp-4500", (HOST_A, 4500, HOST_B, 4500))
    frames = [
        ethernet(ipv4(17, udp(4500, 4500, b"\xff"))),
        ethernet(ipv4(17, udp(4500, 4500, b"\xff"), HOST_B, HOST_A)),
        ethernet(ipv4(17, udp(4500, 4501, b"\xff"))),
        ethernet(ipv4(17, udp(4500, 4500, b"\xff"), "192.0.2.77", HOST_B)),
        ethernet(ipv4(17, udp(4500, 4500, esp()))),
    ]
    assert found(tmp_path, frames, wanted) == [1, 2]


def test_every_segment_of_a_stream(tmp_path: Path) -> None:
    wanted = Belonging()
    wanted.add_flow("tcp", (HOST_A, 4500, HOST_B, 4500))
    frames = [
        ethernet(ipv4(6, tcp(4500, 4500, 1, flags=2))),
        ethernet(ipv4(6, tcp(4500, 4500, 1, flags=0x12), HOST_B, HOST_A)),
        ethernet(ipv4(6, tcp(4500, 4500, 2, b"IKETCP"))),
        ethernet(ipv4(6, tcp(4500, 4501, 2, b"IKETCP"))),
    ]
    assert found(tmp_path, frames, wanted) == [1, 2, 3]


def test_very_many_datagrams_in_parts_are_bounded(tmp_path: Path) -> None:
    wanted = Belonging(FrameSet([2]))
    later = [piece(200, 400, n) for n in range(100, 100 + MAX_DATAGRAMS + 10)]
    assert found(tmp_path, [piece(0, 200), piece(200), *later], wanted) == [1, 2]
