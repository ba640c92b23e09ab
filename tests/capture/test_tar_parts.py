"""The bytes of tar archives, stored and unpacked."""

import gzip
from pathlib import Path

from analyzer.capture.compressions import Bound
from analyzer.capture.spool import Spool
from analyzer.capture.tar_parts import SpooledPart, Stored, StoredPart, Unpacked


def test_stored(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"0123456789")
    with path.open("rb", buffering=0) as file:
        stored = Stored(file)
        assert stored.read(2) == b"01"
        stored.skip(3)
        assert (stored.read(2), stored.position) == (b"56", 7)
        stored.skip(100)
        assert stored.read(1) == b""
    with StoredPart(path.open("rb", buffering=0), 2, 5) as part:
        assert (part.readall(), part.trouble, part.stored_bytes) == (b"23456", "", 5)
    with StoredPart(path.open("rb", buffering=0), 8, 5) as part:
        assert (part.readall(), part.trouble) == (b"89", "the archive ends early")


def test_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(gzip.compress(b"0123456789" * 1000)))
    with path.open("rb", buffering=0) as file:
        unpacked = Unpacked(file, "gzip in gzip", Bound(1 << 20, 1))
        assert unpacked.read(12) == b"012345678901"
        unpacked.skip(8)
        assert (unpacked.read(3), unpacked.position, unpacked.trouble) == (b"012", 23, "")
        unpacked.skip(1 << 20)
        assert (unpacked.read(1), unpacked.position) == (b"", 10_000)
        assert unpacked.share == path.stat().st_size / 10_000
    path.write_bytes(gzip.compress(bytes(300_000)))
    with path.open("rb", buffering=0) as file:
        unpacked = Unpacked(file, "gzip", Bound(100_000, 1))
        assert 100_000 < len(unpacked.read(300_000)) < 170_000
        assert "larger than 100,000 bytes" in unpacked.trouble
    path.write_bytes(gzip.compress(bytes(300_000))[:-20])
    with path.open("rb", buffering=0) as file:
        unpacked = Unpacked(file, "gzip", Bound(1 << 20, 1))
        unpacked.skip(300_000)
        assert "end early" in unpacked.trouble


def test_spooled() -> None:
    spool = Spool()
    spool.write(b"0123456789")
    spool.name, spool.share = "tar.gz", 0.5
    with SpooledPart(spool, 2, 6, "cut") as part:
        assert (part.read(4), part.stored_bytes, part.trouble) == (b"2345", 2, "")
        assert (part.readall(), part.stored_bytes, part.trouble) == (b"67", 3, "cut")
        assert (part.size_bytes, part.inside, part.is_packed) == (6, "tar.gz", False)
