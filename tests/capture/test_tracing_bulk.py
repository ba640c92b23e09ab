"""What the fast reader notes is what the careful one notes."""

from pathlib import Path
from unittest.mock import patch

import pytest

from analyzer.capture import files, scan
from analyzer.capture.belonging import Belonging
from analyzer.capture.frame_set import FrameSet
from analyzer.capture.tracing import trace
from analyzer.capture.tracing_bulk import NotingBulkLedger
from tests.capture.packets import HOST_A, HOST_A6, HOST_B, HOST_B6, esp, ethernet, ike_frame, ipv4, ipv6, pcap, tcp, udp
from tests.capture.test_tracing import piece


def wanted(ends_only: int | None) -> Belonging:
    found = Belonging(FrameSet([5]), ends_only=ends_only)
    found.add_stream("c0ffee01", HOST_A, HOST_B, "udp")
    found.add_stream("c0ffee02", HOST_A, HOST_B, "esp")
    found.add_stream("c0ffee01", HOST_A6, HOST_B6, "esp")
    found.add_flow("udp-4500", (HOST_A, 4500, HOST_B, 4500))
    found.add_flow("tcp", (HOST_A, 50000, HOST_B, 443))
    return found


def capture() -> bytes:
    opens, others = (ethernet(ipv4(6, tcp(port, 443, 99, b"", flags=2))) for port in (50000, 50001))
    frames = [ike_frame(), piece(400), piece(0, 200), piece(200, 400), ike_frame(), opens, others]
    for number in range(1, 60):
        frames += [
            ethernet(ipv4(17, udp(4500, 4500, esp(0xC0FFEE01, number)))),
            ethernet(ipv4(50, esp(0xC0FFEE01, number))),
            ethernet(ipv4(50, esp(0xC0FFEE02, number))),
            ethernet(ipv4(17, udp(4500, 4500, esp(0xC0FFEE01, number)), "192.0.2.77", HOST_B)),
            ethernet(ipv6(50, esp(0xC0FFEE01, number))),
            ethernet(ipv4(17, udp(4500, 4500, b"\xff"))),
        ]
    return pcap([*frames, ethernet(ipv4(6, tcp(50000, 443, 100, b"IKETCP")))])


@pytest.mark.parametrize("ends_only", [None, 3])
def test_both_readers_note_the_same(tmp_path: Path, ends_only: int | None) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(capture())
    careful, fast = wanted(ends_only), wanted(ends_only)
    trace(path, careful)
    see = patch.object(NotingBulkLedger, "close_batch", autospec=True, side_effect=NotingBulkLedger.close_batch)
    small = patch.multiple(files, SMALL=700, LEAST=700)
    with small, patch.multiple(scan, FEW=1, WINDOW=2000, AT_ONCE=7), see as batches:
        trace(path, fast)
    assert batches.call_count > 10
    assert list(fast.frames) == list(careful.frames)
    assert fast.left_out == careful.left_out
    assert len(fast.frames) == 3 + 59 * (4 if ends_only is None else 1) + (0 if ends_only is None else 18)
