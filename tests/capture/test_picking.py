from pathlib import Path
from unittest.mock import patch

import pytest

from analyzer.capture import files, scan
from analyzer.capture.decoder import Packet
from analyzer.capture.frame_set import FrameSet
from analyzer.capture.picking import Origin, _Picker, pick
from tests.capture.packets import block, enhanced, ike_frame, interface, option, pcap, section, simple


def picked(path: Path, frames: list[int], *, bulk: bool) -> list[tuple[Packet, Origin]]:
    found: list[tuple[Packet, Origin]] = []
    size = 400 if bulk else files.SMALL
    window = patch.multiple(files, SMALL=size, LEAST=min(size, files.LEAST))
    with window, patch.multiple(scan, WINDOW=900 if bulk else scan.WINDOW, AT_ONCE=3, FEW=1):
        pick(path, FrameSet(frames), lambda packet, origin: found.append((packet, origin)))
    return found


@pytest.mark.parametrize("bulk", [False, True])
def test_packets_as_they_are_in_the_file(tmp_path: Path, bulk: bool) -> None:
    path = tmp_path / "made.pcap"
    frames = [ike_frame() + bytes([number]) for number in range(40)]
    path.write_bytes(pcap(frames, originals={7: 1000}))
    found = picked(path, [1, 7, 39, 99], bulk=bulk)
    assert [packet.frame_number for packet, _ in found] == [1, 7, 39]
    assert [packet.data for packet, _ in found] == [frames[0], frames[6], frames[38]]
    assert found[1][0].original_length == 1000
    assert found[0][0].time_ns == 1_700_000_001_000_001_000
    assert {(origin.section, origin.interface.snaplen) for _, origin in found} == {(0, 262144)}


@pytest.mark.parametrize("bulk", [False, True])
def test_interfaces_of_each_section(tmp_path: Path, bulk: bool) -> None:
    named = block(1, b"\x71\0\0\0\x60\0\0\0" + option(2, b"eth1") + option(3, b"outside"))
    first = section() + interface() + named + b"".join(enhanced(ike_frame(), number=n % 2, units=n) for n in range(9))
    second = section() + interface(snaplen=50) + simple(ike_frame())
    path = tmp_path / "made.pcapng"
    path.write_bytes(first + second * 3)
    found = picked(path, [1, 2, 10, 12], bulk=bulk)
    places = [(origin.section, origin.number, origin.interface.name) for _, origin in found]
    assert places == [(1, 0, b""), (1, 1, b"eth1"), (2, 0, b""), (4, 0, b"")]
    assert (found[1][1].interface.link_type, found[1][1].interface.description) == (113, b"outside")
    assert (found[2][0].time_ns, len(found[2][0].data)) == (None, 50)


def test_no_more_is_read_than_up_to_the_last_frame(tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap([ike_frame()] * 400))
    found: list[Packet] = []
    see = patch.object(_Picker, "_see_batch", autospec=True, side_effect=_Picker._see_batch)
    with patch.multiple(files, SMALL=400, LEAST=400), patch.object(scan, "AT_ONCE", 3), see as batches:
        pick(path, FrameSet([2]), lambda packet, _: found.append(packet))
    assert len(found) == 1
    assert 1 <= batches.call_count <= 2
