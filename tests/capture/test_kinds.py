"""What kind of file something is, by first bytes and by name."""

import pytest

from analyzer.capture.kinds import OTHER_FORMATS, Kind, guess, is_named_like_capture, kind_of


@pytest.mark.parametrize(
    "name",
    [
        "x.pcap", "X.PCAP.GZ", "x.pcap1", "x.pcap1.gz", "x.pcap.2.gz", "x.pcapng.zst", "x.dmp.xz", "x.pcap.bz2",
        "x.snoop", "x.etl", "x.erf", "x.trc", "x.pcap.zip", "x.pcap_2026", "a/b.pcap",
    ],
)  # fmt: skip
def test_names_of_captures(name: str) -> None:
    assert is_named_like_capture(name)
    assert kind_of(b"some words", name) is Kind.CAPTURE  # which its reader refuses, so that it is named


@pytest.mark.parametrize(
    "name", ["x", "x.txt", "pcap", "x.pcap.txt", "x.pcap.sha256", "x.capture", "pcap/readme", "x.gz"]
)
def test_other_names(name: str) -> None:
    assert not is_named_like_capture(name)
    assert kind_of(b"some words", name) is Kind.OTHER


def test_content_counts_before_the_name() -> None:
    ustar = bytes(257) + b"ustar\x0000" + bytes(247)
    for head, kind in (
        (b"\xd4\xc3\xb2\xa1", Kind.CAPTURE),
        (b"\x0a\x0d\x0d\x0a", Kind.CAPTURE),
        (b"snoop\0\0\0", Kind.CAPTURE),
        (b"GMBU", Kind.CAPTURE),
        (b"7z\xbc\xaf", Kind.CAPTURE),
        (b"PK\x05\x06", Kind.ZIP),
        (b"PK\x03\x04".ljust(30, b"\0") + b"a.pcap", Kind.ZIP),
        (b"PK\x03\x04".ljust(30, b"\0") + b"[Content_Types].xml", Kind.OTHER),
        (b"PK\x03\x04".ljust(30, b"\0") + b"META-INF/MANIFEST.MF", Kind.OTHER),
        (ustar, Kind.TAR),
        (b"\x7fELF", Kind.OTHER),
        (b"%PDF", Kind.OTHER),
        (b"", Kind.OTHER),
    ):
        assert kind_of(head, "core") is kind, head
    assert kind_of(b"\x00\x05\x16\x07", "._x.pcap") is Kind.OTHER  # what macOS keeps beside x.pcap
    assert kind_of(b"PK\x05\x06", "x.pcap") is Kind.ZIP


def test_sentences() -> None:
    for magic, other in OTHER_FORMATS.items():
        assert guess(magic + b"\xff" * 40, "x") == other
        assert other.advice
    assert guess(b"\xff\xfe", "x.erf").name == "perhaps an Endace ERF capture"
    assert "etl2pcapng" in guess(b"\xff\xfe", "C.ETL").advice
    assert guess(b"words", "x.erf").name == "a text file"
    assert guess(b"\xff\xfe", "x").name == "of no known format"
