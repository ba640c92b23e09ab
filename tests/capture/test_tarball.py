"""The headers of a tar archive, against the standard library's writer."""

import io
import tarfile
from contextlib import suppress

import pytest

from analyzer.capture.tarball import CutError, Header, headers, padded

LONG = "folder/" * 40 + "x.pcap"


class Tape:
    """Bytes, forwards only."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, size: int) -> bytes:
        return self._file.read(size)

    def skip(self, size: int) -> None:
        self._file.seek(size, io.SEEK_CUR)


def made(form: int, *members: tuple[str, bytes, bytes, str]) -> bytes:
    """An archive of members: name, type, content, link."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, kind, content, link in members:
            info = tarfile.TarInfo(name)
            info.type, info.size, info.linkname = kind, len(content), link
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def listed(data: bytes) -> list[Header]:
    tape, found = Tape(data), []
    for header in headers(tape):
        found.append(header)
        tape.skip(padded(header.size))
    return found


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_all_formats(form: int) -> None:
    long = LONG if form != tarfile.USTAR_FORMAT else "x" * 90
    data = made(
        form,
        (long, tarfile.REGTYPE, b"a" * 600, ""),
        ("folder", tarfile.DIRTYPE, b"", ""),
        ("a/soft", tarfile.SYMTYPE, b"", "../b"),
        ("hard", tarfile.LNKTYPE, b"", "b"),
        ("null", tarfile.CHRTYPE, b"", ""),
        ("pipe", tarfile.FIFOTYPE, b"", ""),
        ("last", tarfile.REGTYPE, b"z", ""),
    )
    assert listed(data) == [
        Header(long, 600, "", "", holds=True),
        Header("folder", 0, "", "", holds=False),
        Header("a/soft", 0, "", "b", holds=False),
        Header("hard", 0, "", "b", holds=False),
        Header("null", 0, "is a device or a FIFO", "", holds=False),
        Header("pipe", 0, "is a device or a FIFO", "", holds=False),
        Header("last", 1, "", "", holds=True),
    ]
    assert listed(data + data) == listed(data) * 2  # what was put behind another one


def test_sparse_files_are_refused_and_passed_over() -> None:
    for extended in (0, 1):
        data = bytearray(
            made(tarfile.GNU_FORMAT, ("s", tarfile.REGTYPE, b"a" * 512, ""), ("b", tarfile.REGTYPE, b"", ""))
        )
        data[156:157] = b"S"
        data[482] = extended
        data[148:156] = b" " * 8
        data[148:156] = b"%06o\0 " % sum(data[:512])
        data[512:512] = bytes(512) * extended
        first, second = listed(bytes(data))
        assert (first.name, second.name) == ("s", "b")
        assert "sparse" in first.refused
    pax = tarfile.TarInfo("x")
    pax.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.name": "real"}
    (header,) = listed(pax.tobuf(tarfile.PAX_FORMAT) + bytes(1024))
    assert (header.name, "sparse" in header.refused) == ("real", True)


def test_lies_and_cuts() -> None:
    data = made(tarfile.PAX_FORMAT, (LONG, tarfile.REGTYPE, b"a" * 600, ""), ("b", tarfile.REGTYPE, b"b", ""))
    whole = listed(data)
    for cut in range(0, data.index(b"b" + bytes(511)) + 512, 100):
        with pytest.raises(CutError):
            listed(data[:cut])
        tape = Tape(data[:cut])
        with suppress(CutError):
            for found, header in zip(headers(tape), whole, strict=False):
                assert found == header
                tape.skip(padded(header.size))
    with pytest.raises(CutError, match="damaged"):
        listed(data[:-1] + b"x" + b"x" * 512)
    info = tarfile.TarInfo("x")
    info.size = -5
    with pytest.raises(CutError, match="below 0"):
        listed(info.tobuf(tarfile.GNU_FORMAT))


def test_a_huge_name_is_not_kept() -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = b"L", 1 << 20
    last = tarfile.TarInfo("short").tobuf()
    (header,) = listed(info.tobuf() + b"n" * (1 << 20) + last + bytes(1024))
    assert header.name == "short"


@pytest.mark.parametrize("records", [b"999 path=x\n", b"5 path=y\n", b"0 path=x\n", b"x" * 40, b"11 path=ok\n9 pa"])
def test_damaged_pax_records(records: bytes) -> None:
    info = tarfile.TarInfo("extra")
    info.type, info.size = b"x", len(records)
    data = info.tobuf() + records.ljust(512, b"\0") + tarfile.TarInfo("plain").tobuf() + bytes(1024)
    (header,) = listed(data)
    assert header.name in ("plain", "ok", "x")
