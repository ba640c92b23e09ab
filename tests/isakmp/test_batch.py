"""Headers and payload chains of many messages at once: what the decoder of single messages reads of them."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest

from analyzer.isakmp import batch, decode, header
from analyzer.isakmp.batch import MOST_PAYLOADS, Heads, envelopes, heads
from tests.capture.packets import ike_frame, pcap
from tests.isakmp.wire import chain, message
from tests.isakmp.wire import header as head
from tests.together import columns_of, made_capture, messages_of

BROKEN = {"wire-length", "wire-header-short", "wire-trailing-bytes"}
FIELDS = ("next_payload", "exchange_type", "flags", "message_id", "length")
SK = chain((46, bytes(40)))


def one(data: bytes, folder: Path) -> Heads:
    path = folder / "one.pcap"
    path.write_bytes(pcap([ike_frame(data)]))
    (columns,) = columns_of(path)
    return heads(columns)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_read_is_what_the_decoder_of_one_message_reads(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(made_capture(Random(seed), 200))
    regular = others = 0
    for columns in columns_of(path):
        found, datagrams = heads(columns), messages_of(columns)
        assert sorted([*found.places, *found.others]) == list(range(len(columns)))
        for place, fields, types, encrypted in zip(
            found.places.tolist(), found.fields, found.types, found.encrypted.tolist(), strict=True
        ):
            datagram = datagrams[place]
            assert datagram is not None
            decoded = decode(datagram.payload, datagram.missing)
            assert [int(fields[name]) for name in FIELDS] == [getattr(decoded, name) for name in FIELDS]
            assert (f"{fields['initiator_spi']:016x}", f"{fields['responder_spi']:016x}") == decoded[:2]
            assert divmod(int(fields["version"]), 16) == (decoded.major_version, decoded.minor_version)
            assert tuple(types[types != 0].tolist()) == decoded.payload_types
            assert encrypted == decoded.encrypted
            assert decoded.header_ok
            assert not decoded.trailing
            assert BROKEN.isdisjoint(defect.kind for defect in decoded.defects)
        regular += len(found.places)
        others += len(found.others)
    assert regular > 20
    assert others > 20


@pytest.mark.parametrize(
    ("data", "types", "encrypted"),
    [
        (head(0, 28), [], False),
        (message((33, b""), (34, bytes(8)), (40, bytes(32))), [33, 34, 40], False),
        (message((33, b""), version=0x10, exchange=2, flags=0), [33], False),
        (message((46, bytes(40)), exchange=35), [46], True),
        (message((53, bytes(40)), exchange=35), [53], True),
        (message((41, bytes(4)), (46, bytes(40)), exchange=35), [41, 46], True),
        (message((46, bytes(4)), (41, bytes(4)), version=0x10, exchange=2, flags=0), [46, 41], False),
        (message((8, bytes(4)), version=0x10, exchange=5, flags=1), [], True),
        (message((33, b""), extra=b"behind the chain"), [33], False),
        (message(*[(43, b"")] * MOST_PAYLOADS), [43] * MOST_PAYLOADS, False),
    ],
)
def test_regular_ones(data: bytes, types: list[int], encrypted: bool, tmp_path: Path) -> None:
    found = one(data, tmp_path)
    assert found.places.tolist() == [0]
    assert found.types[0, : len(types)].tolist() == types
    assert not found.types[0, len(types) :].any()
    assert found.encrypted.tolist() == [encrypted]


@pytest.mark.parametrize(
    "data",
    [
        head(33, 28),  # announced, and not there
        head(33, 30) + b"\0\0",
        head(33, 32) + b"\0\0\0\3",  # shorter than its own header
        head(33, 32) + b"\0\0\0\5",  # longer than what is there
        message((33, b""))[:-1],
        message((33, b"")) + b"x",
        message((33, b""), version=0x11),
        message((33, b""), version=0x30),
        message((33, b""), version=0x21),
        message(*[(43, b"")] * (MOST_PAYLOADS + 1)),
        bytes(27),
        b"",
    ],
)
def test_odd_ones_are_left_to_the_decoder_of_one_message(data: bytes, tmp_path: Path) -> None:
    found = one(data, tmp_path)
    assert not len(found.places)
    assert found.others.tolist() == [0]


def test_the_same_layout_serves_both_ways() -> None:
    record = batch._record(header.HEADER)
    assert record.itemsize == header.SIZE
    fields = np.frombuffer(head(33, 28, message_id=7), record)[0]
    assert tuple(fields.tolist())[2:] == header.HEADER.unpack_from(head(33, 28, message_id=7))[2:]


@pytest.mark.parametrize("make", [lambda n: message(*[(43, b"")] * n), lambda n: message((46, bytes(n)), exchange=35)])
def test_a_walk_reads_a_chain_once(
    make: Callable[[int], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One gather for the headers, and one for each payload of the longest chain, however many messages there are."""
    gathered: list[int] = []
    right = batch.gather

    def count(data: bytearray, at: batch.Numbers, size: int) -> object:
        gathered.append(len(at))
        return right(data, at, size)

    monkeypatch.setattr(batch, "gather", count)
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap([ike_frame(make(n % 9 + 1)) for n in range(90)]))
    (columns,) = columns_of(path, 1 << 20)
    found = heads(columns)
    assert len(found.places) == 90
    assert sum(gathered) == 90 + int((found.types != 0).sum())
    assert len(gathered) == 1 + int((found.types != 0).sum(axis=1).max())


def test_envelopes(tmp_path: Path) -> None:
    assert envelopes(one(message((46, bytes(40))), tmp_path)) == [44]
    assert envelopes(one(head(8, 60, version=0x10, flags=1) + bytes(32), tmp_path)) == [0]
