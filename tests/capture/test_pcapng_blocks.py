"""Names, secrets, custom blocks and options, as they are and with lengths that lie."""

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.capture.notes import Note, Notes
from analyzer.capture.pcapng_blocks import note_block, note_option, options
from tests.capture.packets import block, option


def noted(kind: int, body: bytes, order: str = "<") -> Notes:
    notes, data = Notes(), block(kind, body, order)
    note_block(notes, kind, data, order, 0, len(data))
    return notes


def record(kind: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(order + "HH", kind, len(value)) + value + bytes(-len(value) % 4)


@pytest.mark.parametrize("order", ["<", ">"])
def test_names_of_addresses(order: str) -> None:
    four, six = ip_address("192.0.2.1").packed, ip_address("2001:db8::1").packed
    records = record(1, four + b"vpn.example\0gw.example\0", order) + record(2, six + b"six.example\0", order)
    mac = record(3, bytes(6) + b"mac.example\0", order)
    found = noted(4, records + mac + bytes(4) + option(1, b"by hand", order), order)
    assert found.comments == [
        Note("name", "vpn.example", "192.0.2.1"),
        Note("name", "gw.example", "192.0.2.1"),
        Note("name", "six.example", "2001:db8::1"),
        Note("other", "by hand", "names"),
    ]


@pytest.mark.parametrize("order", ["<", ">"])
def test_of_secrets_only_kind_and_size(order: str) -> None:
    secret = b"CLIENT_RANDOM 00 11"
    body = struct.pack(order + "II", 0x544C534B, len(secret)) + secret + bytes(-len(secret) % 4)
    found = noted(10, body + option(1, b"of a test", order), order)
    assert found.secret_texts == (f"TLS key log (1 block, {len(secret)} bytes)",)
    assert found.comments == [Note("other", "of a test", "decryption secrets")]
    assert b"CLIENT_RANDOM" not in repr(found).encode()
    assert noted(10, struct.pack(order + "II", 7, 0xFFFFFFFF), order).secret_texts == (
        "secrets of type 0x00000007 (1 block, 0 bytes)",
    )


def test_other_blocks_are_counted_by_what_they_are() -> None:
    names = {9: "systemd journal entry", 0x80000001: "process event", 0x7777: "block type 0x00007777"}
    for kind, name in names.items():
        assert noted(kind, bytes(8)).block_texts == (f"{name} (1)",)
    maker = struct.pack("<I", 32473)
    assert noted(0x0BAD, maker).block_texts == ("custom block, PEN 32473 (1)",)
    assert noted(0x40000BAD, maker).block_texts == ("custom block, PEN 32473, not to be copied (1)",)
    assert noted(0x0BAD, b"").block_texts == ("custom block, PEN missing (1)",)


def test_custom_options_are_texts_or_sizes() -> None:
    notes = Notes()
    data = b"".join(option(code, struct.pack("<I", 9) + b"text") for code in (2988, 2989, 19372, 1)) + option(
        2988, b"ab"
    )
    for found in options(data + bytes(4), "<", 0, len(data) + 4):
        note_option(notes, data, "<", found)
    assert [(n.text, n.subject) for n in notes.comments] == [("text", "PEN 9"), ("4 bytes", "PEN 9"), ("text", "PEN 9")]


@given(st.sampled_from([4, 10, 0x0BAD, 0x40000BAD, 9, 77]), st.binary(max_size=80), st.sampled_from("<>"))
def test_no_block_raises(kind: int, body: bytes, order: str) -> None:
    noted(kind, body, order)
