"""Captures that are bytes or open files: read like the file they came from, as often as asked."""

import io
from pathlib import Path

import pytest

import analyzer
from analyzer.analysis import Analysis
from analyzer.capture.given import Given
from analyzer.errors import CaptureError, OutputError
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
            (data, "<bytes>"),
            (bytearray(data), "<bytes>"),
            (file, f"<{CAPTURE.name}>"),
            (Pipe(data), "<file object>"),
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
    analysis = analyzer.read_pcap([data, CAPTURE, data], as_one=False)
    assert analysis.paths == ["<bytes>", str(CAPTURE), "<bytes 2>"]
    assert analysis.negotiations["capture"].tolist() == analysis.paths


def test_a_path_that_comes_later_has_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("bytes", "a.pcap"):
        Path(name).write_bytes(CAPTURE.read_bytes())
    with Path("a.pcap").open("rb") as file:
        analysis = analyzer.read_pcap([CAPTURE.read_bytes(), "bytes", file, "a.pcap"], as_one=False)
    assert analysis.paths == ["<bytes>", "bytes", "<a.pcap>", "a.pcap"]


def test_only_the_file_that_was_read_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = CAPTURE.read_bytes()
    Path("a.pcap").write_bytes(data)
    in_archive = io.BytesIO(data)
    in_archive.name = "b.pcap"  # type: ignore[attr-defined]
    with Path("a.pcap").open("rb") as file:
        analysis = analyzer.read_pcap([data, in_archive, file])
    for name in ("bytes", "<bytes>", "b.pcap"):
        analysis.to_json(name)
        assert Path(name).stat().st_size
    with pytest.raises(OutputError, match="it is the input"):
        analysis.to_json(tmp_path / "a.pcap")
    assert Path("a.pcap").read_bytes() == data


def test_what_is_no_capture_raises_under_its_name() -> None:
    with pytest.raises(CaptureError, match=r"^<bytes>: "):
        analyzer.read_pcap(b"nothing of the kind")
    with pytest.raises(TypeError, match="binary mode"):
        Analysis().add(io.StringIO("text"))  # type: ignore[arg-type]
    assert Given(b"") == "<bytes>"
