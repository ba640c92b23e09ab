import shutil
from pathlib import Path

import pytest

import analyzer
from analyzer.report.rereading import GoneError, Once, read_again
from tests.fixtures.cases import case
from tests.report.test_evidence import Reader


def test_a_capture_is_read_once_for_all_who_ask() -> None:
    reader = Reader()
    once = Once(reader, {"a": [3, 4], "b": [9]})
    assert set(once([1, 3], "a")) == {1, 3, 4}
    assert set(once([4], "a")) == {1, 3, 4}
    assert set(once([9], "b")) == {9}
    assert reader.calls == [([1, 3, 4], "a"), ([9], "b")]


@pytest.mark.parametrize(("whole", "raises"), [(True, True), (False, False)])
def test_a_frame_without_a_message_says_something_only_where_one_is_needed(whole: bool, raises: bool) -> None:
    path = str(case("ikev2-raw-esp").capture)
    analysis = analyzer.read_pcap(path)
    esp = next(s["first_frame"] for s in analysis.tables["esp_streams"].records())
    if raises:
        with pytest.raises(GoneError, match="has changed since it was read"):
            read_again(analysis.tables, path, [esp], analysis.dissected, whole=whole)
    else:
        assert set(read_again(analysis.tables, path, [esp], analysis.dissected, whole=whole)) == {esp}


def test_a_message_of_another_sa_is_another_file(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    shutil.copy(case("ikev2-psk-gcm").capture, path)
    analysis = analyzer.read_pcap(path)
    (frame, *_) = analysis.tables["messages"].column("frame_number")
    spi = bytes.fromhex(analysis.tables["messages"].column("initiator_spi")[0])
    path.write_bytes(path.read_bytes().replace(spi, bytes(range(8))))
    with pytest.raises(GoneError, match="has changed since it was read"):
        read_again(analysis.tables, str(path), [frame], analysis.dissected, whole=False)


def test_bytes_and_open_files_are_read_again_too() -> None:
    path = case("ikev2-psk-gcm").capture
    with path.open("rb") as file:
        for given in (path.read_bytes(), file):
            analysis = analyzer.read_pcap(given)
            ((capture, frame), *_) = analysis.tables["messages"].cells("capture", "frame_number")
            assert frame in read_again(analysis.tables, capture, [frame], analysis.dissected, whole=True)
    with pytest.raises(GoneError, match="cannot be read any more"):
        read_again(analysis.tables, capture, [frame], analysis.dissected, whole=True)
