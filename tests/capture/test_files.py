"""The files that a reader goes through."""

from pathlib import Path

import pytest

from analyzer.capture.damage import Damage
from analyzer.capture.files import SMALL, CaptureFile, Files
from analyzer.capture.source import Source
from analyzer.capture.window import Window
from analyzer.errors import CaptureError
from tests.capture.packets import ike_frame, pcap


def test_one_capture_is_one_file_of_no_set(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(pcap([ike_frame()] * 3))
    files = Files(Source(str(path)), None)
    assert (files.places, files.unread, files.is_merged, files.is_small) == (None, [], False, True)
    ((file, packets),) = files.runs()
    assert file is files.now
    assert [packet.frame_number for packet in packets] == [1, 2, 3]
    files.finish()
    assert files.infos == [files.info]
    assert (files.info.packets, files.info.size_bytes, len(files.info.sha256)) == (3, path.stat().st_size, 64)
    path.write_bytes(pcap([ike_frame(bytes(60_000))] * 20))
    assert path.stat().st_size > SMALL
    assert not Files(Source(str(path)), None).is_small


def test_what_is_no_capture_is_closed_again(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(b"nothing of the kind")
    source = Source(str(path))
    with pytest.raises(CaptureError, match="text file"):
        CaptureFile(source, Damage(), Window(source, 100))
    assert source._file.closed


def test_its_packets_are_numbered_behind_those_of_the_file_before(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    path.write_bytes(pcap([ike_frame()] * 3))
    source = Source(str(path))
    file = CaptureFile(source, Damage(), Window(source, SMALL), before=7)
    found = file.container.packet(file.window.data, file.window.position, file.window.limit)
    assert found is not None
    assert found.frame_number == 8
    file.see_times(5, 9)
    file.see_times(7, 8)
    file.finish()
    assert (file.info.packets, file.info.first_time, file.info.last_time) == (1, 5, 9)
