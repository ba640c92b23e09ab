"""What a file is, by its first bytes."""

import gzip
from pathlib import Path

import pytest

from analyzer.capture import open_capture
from analyzer.errors import CaptureError
from tests.capture.packets import ike_frame, isakmp, pcap, section

FRAMES = [ike_frame(isakmp(b"first"))]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"Frame 1: 60 bytes on wire\r\n0000  02 00\r\n", "a text file"),
        ("Das ist kein Mitschnitt: äöü\n".encode() * 60, "a text file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "of no known format"),
        (b"PK\x03\x04" + bytes(100), "a zip archive"),
        (b"snoop\0\0\0", "cut short inside the file header"),
        (b"GMBU" + bytes(100), "Network Monitor 2 capture"),
        (b"BZh91AY", "bzip2"),
        (pcap([])[:20], "cut short inside the file header"),
        (section()[:10], "cut short inside the file header"),
        (b"\x0a\x0d\x0d\x0a" + bytes(40), "damaged pcapng"),
        (gzip.compress(b"", mtime=0), "no gzip data|is empty"),
        (gzip.compress(pcap(FRAMES), mtime=0)[:8], "holds no gzip data"),
        (gzip.compress(b"just words\n", mtime=0), "a text file"),
        (b"\x1f\x8b\xff\xff" + bytes(20), "holds no gzip data"),
    ],
)
def test_what_is_no_capture(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(CaptureError, match=words) as error:
        open_capture(path)
    assert str(error.value).startswith(f"{path}: ")
