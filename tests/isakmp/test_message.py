"""Whole messages: header, lengths, the two kinds of encryption, and agreement with tshark on recorded captures."""

import csv
import struct
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.isakmp import decode, decode_payloads
from analyzer.isakmp.cursor import Cursor
from analyzer.isakmp.message import read
from analyzer.isakmp.payloads.ikev2.encrypted import Encrypted
from analyzer.isakmp.payloads.ikev2.encrypted_fragment import EncryptedFragment
from analyzer.isakmp.payloads.nonce import Nonce
from analyzer.isakmp.payloads.notify import Notify
from analyzer.isakmp.payloads.sa import SecurityAssociation
from tests.conftest import FIXTURES, SHARED
from tests.isakmp.wire import SA_2, SPI_I, SPI_R, datagrams, header, kinds, message, payload, recorded
from tests.work import lines_run

NONCE = (40, bytes(range(32)))
SEALED = [
    header(46, 28 + 4 + 40, exchange=37) + payload(33, bytes(40)),
    header(46, 28 + 4, exchange=35, flags=0x20) + payload(0, b""),
    header(8, 28 + 40, version=0x10, exchange=32, flags=1) + bytes(range(40)),
    header(0, 28 + 8, version=0x10, exchange=5, flags=3) + bytes(8),
]


def test_an_ikev2_request() -> None:
    data = message(
        (33, SA_2), (34, struct.pack(">HH", 14, 0) + bytes(256)), NONCE, (41, bytes.fromhex("00004004") + bytes(20))
    )
    found = decode(data)
    assert found.initiator_spi == "0102030405060708"
    assert found.responder_spi == "0000000000000000"
    assert (found.major_version, found.minor_version, found.exchange_type, found.flags) == (2, 0, 34, 8)
    assert (found.message_id, found.length, found.next_payload) == (0, len(data), 33)
    assert found.payload_types == (33, 34, 40, 41)
    assert found.defects == ()
    assert (found.encrypted, found.ciphertext, found.trailing, found.header_ok) == (False, None, 0, True)
    assert (found.is_initiator, found.is_response) == (True, False)
    assert isinstance(found.first(33), SecurityAssociation)
    assert found.all(40) == [Nonce(bytes(range(32)))]
    assert found.first(44) is None
    assert [p.offset for p in found.payloads] == [
        28,
        28 + 4 + len(SA_2),
        28 + 4 + len(SA_2) + 264,
        28 + 4 + len(SA_2) + 300,
    ]


def test_ikev1_has_no_request_and_response() -> None:
    found = decode(message((10, bytes(16)), version=0x10, exchange=2, flags=0))
    assert (found.is_initiator, found.is_response) == (None, None)
    assert found.payload_types == (10,)


def test_ikev1_encrypted_keeps_ciphertext_and_walks_nothing() -> None:
    data = header(8, 28 + 40, version=0x10, exchange=5, flags=1) + bytes(range(40))
    found = decode(data)
    assert (found.encrypted, found.ciphertext, found.payloads) == (True, bytes(range(40)), ())
    assert found.next_payload == 8
    assert found.defects == ()


def test_sk_is_an_envelope_whatever_it_names_as_next() -> None:
    body = payload(35, bytes(60))
    data = header(46, 28 + len(body), exchange=35) + body
    found = decode(data)
    assert found.payload_types == (46,)
    assert found.first(46) == Encrypted(35, bytes(60))
    assert found.encrypted
    assert found.defects == ()


def test_skf() -> None:
    body = payload(0, struct.pack(">HH", 2, 3) + bytes(50))
    found = decode(header(53, 28 + len(body), exchange=35) + body)
    assert found.first(53) == EncryptedFragment(0, 2, 3, bytes(50))
    assert found.encrypted


@pytest.mark.parametrize("size", range(28))
def test_less_than_a_header(size: int) -> None:
    found = decode(message(NONCE)[:size])
    assert not found.header_ok
    assert kinds(found.defects) == ["wire-header-short"]
    assert found.initiator_spi == "0102030405060708"[: 2 * min(size, 8)]
    assert found.payloads == ()
    assert found.length == 0
    assert (found.major_version, found.exchange_type) == (2 * (size > 17), 34 * (size > 18))


@pytest.mark.parametrize("size", range(28))
def test_less_than_a_header_was_captured(size: int) -> None:
    whole = message(NONCE)
    found = decode(whole[:size], len(whole) - size)
    assert kinds(found.defects) == ["capture-truncated"], "no sender broke a rule"
    assert f"{size} bytes, {len(whole) - size} missing in the capture" in found.defects[0].found


@pytest.mark.parametrize(("first", "encrypted"), [(46, True), (53, True), (33, False), (41, False)])
@pytest.mark.parametrize("size", range(28, 32))
def test_a_header_alone_says_what_the_first_payload_is(first: int, encrypted: bool, size: int) -> None:
    body = payload(0, bytes(60))
    whole = header(first, 28 + len(body), exchange=35) + body
    cut = decode(whole[:size], len(whole) - size)
    assert (cut.payloads, cut.announced, cut.encrypted) == ((), (first,), encrypted)
    short = decode(whole[:size])
    assert (short.payloads, short.announced, short.encrypted) == ((), (), False), "nothing was cut: it has none"


def test_a_first_payload_without_a_length_is_that_of_the_header() -> None:
    body = payload(0, bytes(60), length=1)
    found = decode(header(132, 28 + len(body), version=0x10, exchange=2, flags=0) + body)
    assert (found.payloads, found.announced, kinds(found.defects)) == ((), (132,), ["wire-payload-length"])


def test_a_header_alone_of_an_encrypted_ikev1_message_says_nothing_of_payloads() -> None:
    whole = header(8, 28 + 40, version=0x10, exchange=5, flags=1) + bytes(40)
    assert decode(whole[:28], 40).announced == ()


def test_other_versions_are_left_alone() -> None:
    found = decode(message(NONCE, version=0x30))
    assert (found.major_version, found.payloads, found.payload_types) == (3, (), ())
    assert kinds(found.defects) == ["wire-version"]
    assert found.header_ok


@pytest.mark.parametrize("length", [0, 1, 27])
def test_a_length_below_the_header_is_ignored(length: int) -> None:
    data = bytearray(message(NONCE))
    data[24:28] = length.to_bytes(4, "big")
    found = decode(bytes(data))
    assert kinds(found.defects) == ["wire-length"]
    assert found.payload_types == (40,)
    assert found.length == length
    assert found.trailing == 0


def test_a_length_beyond_the_datagram() -> None:
    data = bytearray(message(NONCE))
    data[24:28] = b"\xff\xff\xff\xff"
    found = decode(bytes(data))
    assert kinds(found.defects) == ["wire-length"]
    assert found.payload_types == (40,)


def test_what_the_capture_cut_off_is_the_captures_fault() -> None:
    data = message((33, SA_2), NONCE)
    found = decode(data[:-10], missing=10)
    assert kinds(found.defects)[0] == "capture-truncated"
    assert found.payload_types == (33, 40)
    assert found.first(33) is not None
    assert set(kinds(found.defects)) == {"capture-truncated"}
    assert {kind[:5] for kind in kinds(decode(data[:60], missing=len(data) - 60).defects)} == {"captu"}


def test_bytes_behind_the_length_are_counted_and_not_read() -> None:
    found = decode(message(NONCE) + b"behind")
    assert found.trailing == 6
    assert [(d.kind, d.offset) for d in found.defects] == [("wire-trailing-bytes", found.length)]
    assert found.payload_types == (40,)


def test_stray_bytes_inside_the_length_do_not_hide_the_payloads() -> None:
    found = decode(message((33, SA_2), NONCE, extra=b"\x00"))
    assert found.payload_types == (33, 40)
    assert found.first(33) is not None
    assert kinds(found.defects) == ["wire-stray-bytes"]
    assert found.trailing == 0


def test_zero_initiator_spi() -> None:
    data = header(0, 28, spis=(bytes(8), bytes(8)))
    assert kinds(decode(data).defects) == ["wire-zero-spi"]


@pytest.mark.parametrize(
    ("first", "version", "exchange", "flags"),
    [(46, 0x20, 35, 8), (46, 0x20, 37, 0x20), (53, 0x20, 35, 8), (8, 0x10, 32, 1)],
)
def test_keys_need_both_spis(first: int, version: int, exchange: int, flags: int) -> None:
    body = payload(0, bytes(40)) if version == 0x20 else bytes(40)
    made = partial(header, first, 28 + len(body), version=version, exchange=exchange, flags=flags)
    assert "wire-zero-spi" in kinds(decode(made(spis=(SPI_I, bytes(8))) + body).defects)
    assert "wire-zero-spi" not in kinds(decode(made(spis=(SPI_I, SPI_R)) + body).defects)


def test_a_message_of_no_ike_sa_may_have_no_spis() -> None:
    none = bytes(8), bytes(8)
    invalid_spi = 41, bytes.fromhex("0304000b0a0b0c0d")
    assert decode(message(invalid_spi, exchange=37, flags=0x08, spis=none)).defects == ()
    other = 41, bytes.fromhex("00000018")
    assert kinds(decode(message(other, exchange=37, spis=none)).defects) == ["wire-zero-spi"]


def test_decrypted_payloads_keep_their_place() -> None:
    inner = message((41, bytes.fromhex("0000000e")), (40, bytes(20)))[28:]
    payloads, defects = decode_payloads(inner, 41, 2, base=100)
    assert [(p.type, p.offset) for p in payloads] == [(41, 100), (40, 108)]
    assert payloads[0].body == Notify(None, 0, b"", 14, b"")
    assert defects == ()
    _, defects = decode_payloads(inner + b"stray", 41, 2, base=100)
    assert [(d.kind, d.offset) for d in defects] == [("wire-stray-bytes", 100 + len(inner))]


def test_equal_bytes_give_equal_messages() -> None:
    data = message((33, SA_2), (43, b"vendor"), NONCE, extra=b"stray")
    assert decode(data) == decode(bytes(bytearray(data)))


# --- tshark 4.0.17, as kept beside the captures: frames it calls malformed are left out


def faults() -> set[tuple[str, int]]:
    """Frames where tshark is the one that is wrong; the file says why."""
    with Path(__file__).with_name("tshark_faults.csv").open(newline="") as file:
        return {(row["capture"], int(row["frame"])) for row in csv.DictReader(file) if row["reason"]}


def witnessed() -> list[Path]:
    return [path for path in recorded() if path.with_name(path.name + ".tshark.tsv").exists()]


def compare(path: Path) -> tuple[int, list[str]]:
    """Frames compared, and what differs: header, payload chain, numbers of proposals and transforms."""
    messages = {number: decode(data) for number, data in datagrams(path)}
    compared, differing = 0, []
    for line in path.with_name(path.name + ".tshark.tsv").read_text().splitlines():
        frame, ispi, rspi, version, exchange, flags, mid, length, types, proposals, *malformed = line.split("\t")
        found = messages.get(int(frame))
        if any(malformed) or not exchange or "," in ispi or found is None or (path.name, int(frame)) in faults():
            continue
        compared += 1
        chain = [int(number) for number in types.split(",") if number]
        bodies = [p.body for p in found.payloads if isinstance(p.body, SecurityAssociation)]
        want = (
            (ispi, rspi, int(version, 16), int(exchange), int(flags, 16), int(mid, 16), int(length)),
            tuple(number for number in chain if number not in (2, 3)),
            (len([number for number in proposals.split(",") if number]), chain.count(3)),
        )
        got = (
            (found.initiator_spi, found.responder_spi, found.major_version * 16 + found.minor_version, *found[5:9]),
            found.payload_types,
            (sum(len(b.proposals) for b in bodies), sum(len(p.transforms) for b in bodies for p in b.proposals)),
        )
        if want != got:
            differing.append(f"{path.name} frame {frame}: tshark {want}, here {got}")
    return compared, differing


def test_agrees_with_tshark() -> None:
    if not SHARED.is_dir():
        pytest.skip("no collection of captures with tshark's answers beside the checkout")
    results = [compare(path) for path in witnessed()]
    assert [text for _, texts in results for text in texts] == []
    assert sum(count for count, _ in results) > 800


def test_fixtures_decode_without_defects_in_healthy_messages() -> None:
    """Real daemons send clean messages: what is found in them would be our mistake."""
    paths = [path for path in recorded() if FIXTURES in path.parents and "noise" not in path.as_posix()]
    if not paths:
        pytest.skip("no fixtures in this checkout")
    found = {
        f"{path.parent.name}/{path.name} frame {number}": decoded.defects
        for path in paths
        for number, data in datagrams(path)
        if (decoded := decode(data)).defects and decoded.major_version in (1, 2)
    }
    assert found == {}


def test_a_length_above_the_datagram_is_the_senders_fault_even_in_a_capture_cut_short() -> None:
    data = bytearray(message((33, SA_2)))
    data[24:28] = b"\xff\x00\x00\x00"
    wire, captured = decode(bytes(data[:-8]), 8).defects[:2]
    assert (wire.kind, wire.offset, wire.found) == ("wire-length", 24, str(0xFF000000))
    assert wire.expected == f"28 to {len(data)} bytes, the size of the datagram"
    assert (captured.kind, captured.found) == (
        "capture-truncated",
        f"{len(data) - 8} bytes, 8 missing in the capture",
    )


@given(st.data())
def test_sealed_messages_are_read_at_once_as_they_are_read_step_by_step(data: st.DataObject) -> None:
    """Plain, and with any of the first bytes changed: the shortcut gives what reading field by field gives."""
    sealed = data.draw(st.sampled_from(SEALED))
    for _ in range(data.draw(st.integers(0, 2))):
        place = data.draw(st.integers(0, 33))
        sealed = sealed[:place] + bytes([data.draw(st.integers(0, 255))]) + sealed[place + 1 :]
    sealed = sealed[: data.draw(st.sampled_from((len(sealed), len(sealed) - 1, 28, 31)))]
    missing = data.draw(st.sampled_from((0, 0, 7)))
    assert decode(sealed, missing) == read(Cursor(sealed, 0, []), missing)


def test_the_shortcut_is_taken() -> None:
    for sealed in SEALED:
        decode(sealed)
        assert lines_run(partial(decode, sealed)) < 20


@pytest.mark.parametrize(
    ("exchange", "payloads", "expected"),
    [
        (35, ((35, b"\2\0\0\0a"), (39, b"\2\0\0\0" + bytes(20))), ["wire-not-encrypted"]),
        (36, ((33, SA_2),), ["wire-not-encrypted"]),
        (34, ((35, b"\2\0\0\0a"),), []),
        (38, ((34, struct.pack(">HH", 31, 0) + bytes(32)),), []),
        (35, ((41, bytes.fromhex("00000018")),), []),
        (37, ((42, bytes.fromhex("01000000")),), []),
    ],
)
def test_payloads_that_must_be_encrypted(exchange: int, payloads: tuple, expected: list[str]) -> None:
    assert kinds(decode(message(*payloads, exchange=exchange)).defects) == expected
