import struct
from pathlib import Path

import pytest

from analyzer.redact.draft import Draft, Part
from analyzer.redact.message import Piece
from analyzer.redact.vendor_fragments import VendorFragments, may_have_pieces
from tests.capture.packets import ethernet, ipv4, pcap, udp
from tests.isakmp import wire
from tests.redact.same_story import VALUES, redacted

NAME = b"gw01.example.org"
WHOLE = wire.message((5, b"\2\0\0\0" + (NAME + b" ") * 5), version=0x10, exchange=4, flags=0)


def pieces(cut: int = 50) -> list[bytes]:
    parts = [WHOLE[at : at + cut] for at in range(0, len(WHOLE), cut)]
    return [
        wire.message((132, struct.pack(">HBB", 7, n, n == len(parts)) + part), version=0x10, exchange=4, flags=0)
        for n, part in enumerate(parts, 1)
    ]


def copied(tmp_path: Path, messages: list[bytes]) -> tuple[bytes, int]:
    capture, copy = tmp_path / "capture.pcap", tmp_path / "copy.pcapng"
    capture.write_bytes(pcap([ethernet(ipv4(17, udp(500, 500, message))) for message in messages]))
    return (done := redacted(capture, copy)) and copy.read_bytes(), done.lost


@pytest.mark.parametrize("order", [1, -1])
def test_a_message_goes_back_into_its_pieces(tmp_path: Path, order: int) -> None:
    copy, lost = copied(tmp_path, pieces()[::order])
    new = WHOLE.replace(NAME, VALUES.names.text(NAME))
    assert all(new[at : at + 50] in copy for at in range(0, len(new), 50))
    assert b"example" not in copy
    assert not lost


def test_of_one_that_is_not_whole_pieces_become_zeros_and_are_counted(tmp_path: Path) -> None:
    copy, lost = copied(tmp_path, pieces()[:-1])
    assert b"gw01" not in copy
    assert b"ample" not in copy
    assert lost == len(pieces()) - 1


def test_pieces_that_are_there_twice_are_kept_both() -> None:
    book, draft = VendorFragments(), Draft(b"abcd", 1)
    first, last = Piece(0, 2, 7, 1, last=False), Piece(0, 2, 7, 2, last=True)
    assert book.add(("key",), first, Part(0, 2, draft, 0)) is None
    assert book.add(("key",), first, Part(0, 2, draft, 0)) is None
    assert book.waiting == 2
    whole = book.add(("key",), last, Part(0, 2, draft, 2))
    assert whole is not None
    assert (whole.old, len(whole.parts), book.waiting) == (b"abcd", 3, 0)


def test_only_a_message_that_may_have_one_is_looked_into() -> None:
    assert may_have_pieces(pieces()[0])
    assert not may_have_pieces(WHOLE)
    assert not may_have_pieces(b"")
