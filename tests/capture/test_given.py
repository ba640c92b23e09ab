"""Captures that are bytes or open files: read like the file they came from, as often as asked."""

import io

import pytest

import analyzer
from analyzer.analysis import Analysis
from analyzer.capture.given import Given
from analyzer.errors import CaptureError
from tests.fixtures.cases import case

CAPTURE = case("ikev2-psk-gcm").capture


class Pipe:
    """Reads, and no more, as a network stream."""

    def __init__(self, data: bytes) -> None:
        self._inner = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._inner.read(size)


def test_bytes_and_open_files_are_read_like_the_file() -> None:
    expected = analyzer.read_pcap(CAPTURE)
    data = CAPTURE.read_bytes()
    with CAPTURE.open("rb") as file:
        for given, name in (
            (data, "bytes"),
            (bytearray(data), "bytes"),
            (file, str(CAPTURE)),
            (Pipe(data), "file object"),
        ):
            found = analyzer.read_pcap(given)  # type: ignore[arg-type]
            assert found.paths == [name]
            assert found.captures["sha256"].tolist() == expected.captures["sha256"].tolist()
            assert found.captures["size_bytes"].tolist() == [len(data)]
            mine, theirs = (one.messages.drop(columns="capture") for one in (found, expected))
            assert mine.equals(theirs)
            number = int(mine["frame_number"].iloc[0])
            assert found.dissect(number) == expected.dissect(number) == found.dissect(number, capture=name)
        assert not file.closed


def test_an_open_file_is_read_from_where_it_stands() -> None:
    file = io.BytesIO(b"before" + CAPTURE.read_bytes())
    file.seek(6)
    assert len(analyzer.read_pcap(file).negotiations) == 1


def test_each_has_a_name_of_its_own() -> None:
    data = CAPTURE.read_bytes()
    analysis = analyzer.read_pcap([data, CAPTURE, data])
    assert analysis.paths == ["bytes", str(CAPTURE), "bytes (2)"]
    assert analysis.negotiations["capture"].tolist() == analysis.paths


def test_what_is_no_capture_raises_under_its_name() -> None:
    with pytest.raises(CaptureError, match=r"^bytes: "):
        analyzer.read_pcap(b"nothing of the kind")
    with pytest.raises(TypeError, match="binary mode"):
        Analysis().add(io.StringIO("text"))  # type: ignore[arg-type]
    assert Given(b"") == "bytes"
