"""The cover over credentials: what is hidden, what is not, and that no tree and no bytes have any of it."""

import struct

import pytest

from analyzer.dissect import Around, dissect, dissect_payloads
from analyzer.isakmp import registry
from analyzer.isakmp.credentials import Setting, attribute_form, cover, may_hold, places
from analyzer.isakmp.recorder import Node
from tests.isakmp.wire import chain, find, form_of, header, long, message, nodes, payload, short

PASSWORD = b"Sw0rdf1sh-longer-than-a-line-of-hex"
REQUEST = b"\1\0\0\7"
USER = long(16521, b"joe")
TRANSACTION = {"version": 0x10, "exchange": 6, "flags": 0}


def shown(roots: list[Node], data: bytes, base: int = 0) -> bytes:
    """All that a tree and its hex pane say, as bytes: texts, hex as what it stands for, and what is not covered."""
    texts = [text for root in roots for node in nodes(root) for text in (node.value, node.meaning)]
    made = b"\n".join(text.encode() for text in texts)
    decoded = b"\n".join(bytes.fromhex(text.removesuffix("...")) for text in texts if is_hex(text.removesuffix("...")))
    hidden = places(roots)
    return made + decoded + bytes(0 if base + n in hidden else byte for n, byte in enumerate(data))


def is_hex(text: str) -> bool:
    return bool(text) and len(text) % 2 == 0 and not set(text) - set("0123456789abcdef")


def leaks(roots: list[Node], data: bytes, secret: bytes = PASSWORD, base: int = 0) -> bool:
    said = shown(roots, data, base)
    return any(secret[n : n + 5] in said for n in range(len(secret) - 4))


def clear(body: bytes, **changed: int) -> tuple[list[Node], bytes]:
    data = message((14, body), **{**TRANSACTION, **changed})  # type: ignore[arg-type]
    return [dissect(data)], data


@pytest.mark.parametrize("kind", [16522, 16523, 16528, 16529])
def test_xauth_in_both_versions_and_both_forms(kind: int) -> None:
    roots, data = clear(REQUEST + USER + long(kind, PASSWORD))
    assert not leaks(roots, data)
    assert leaks(*clear(REQUEST + USER + long(16521, PASSWORD)))  # a name is no credential, and this test can fail
    for version, number in ((1, 14), (2, 47)):
        body = chain((number, b"\2\0\0\0" + long(kind, PASSWORD) + short(kind, 0x4142)))
        inside = dissect_payloads(body, number, version)
        assert not leaks(inside, body)
        assert [n.meaning for n in nodes(inside[0]) if n.secret] == ["35 bytes, a credential", "2 bytes, a credential"]
        assert str(0x4142) not in [n.value for n in nodes(inside[0])]


def test_what_the_other_attributes_say_stays() -> None:
    roots, _ = clear(REQUEST + USER + long(16522, PASSWORD) + long(16524, b"Hello there"))
    told = [n.meaning for n in nodes(roots[0]) if n.name == "attribute_value"]
    assert told == ["joe", "35 bytes, a credential", "Hello there"]
    assert len(places(roots)) == len(PASSWORD)


def test_attributes_without_a_known_meaning() -> None:
    for kind in (16, 16383, 16402, 17000):
        assert not leaks(*clear(REQUEST + long(kind, PASSWORD)))
    body = chain((47, REQUEST + long(17000, PASSWORD)))
    assert leaks(dissect_payloads(body, 47, 2), body)  # IKEv2 has EAP for passwords
    assert attribute_form("ikev1-attributes", 16522) == ""
    assert attribute_form("ikev2-cfg-attributes", 1) == "address:4"


@pytest.mark.parametrize("code", [2, 3, 77])
@pytest.mark.parametrize("kind", [5, 6, 15, 28, 32, 200, 255])
def test_eap_methods_that_send_what_the_user_types(kind: int, code: int) -> None:
    for data in (bytes((kind,)) + PASSWORD, b"\xfe\0\0\0" + struct.pack(">I", kind) + PASSWORD):
        body = chain((48, struct.pack(">BBH", code, 1, 4 + len(data)) + data))
        assert not leaks(dissect_payloads(body, 48, 2), body)


def test_eap_of_a_vendor_and_changed_passwords() -> None:
    for data in (
        b"\xfe\0\1\x37" + bytes(4) + PASSWORD,
        b"\x1a\7\1\0\x80" + PASSWORD,
        b"\xfe\0\0\0\0\0\0\xfe" + PASSWORD,
    ):
        body = chain((48, struct.pack(">BBH", 2, 1, 4 + len(data)) + data))
        assert not leaks(dissect_payloads(body, 48, 2), body)


@pytest.mark.parametrize(
    "data", [b"\1" + PASSWORD, b"\x34" + PASSWORD, b"\x04\x10" + PASSWORD, b"\x1a\4\1\0\x80" + PASSWORD]
)
def test_eap_that_sends_no_password_is_shown(data: bytes) -> None:
    body = chain((48, struct.pack(">BBH", 2, 1, 4 + len(data)) + data))
    assert leaks(dissect_payloads(body, 48, 2), body)


def test_a_prompt_is_shown() -> None:
    body = chain((48, struct.pack(">BBH", 1, 1, 14) + b"\6Password:"))
    assert find(dissect_payloads(body, 48, 2)[0], "type_data").meaning == "Password:"


def test_lengths_that_lie() -> None:
    whole = REQUEST + USER + long(16522, PASSWORD) + short(16520, 0)
    at = len(REQUEST + USER)
    for wrong in (0, 1, 3, 10, 34, 36, 60, 0xFFFF):
        lying = whole[: at + 2] + struct.pack(">H", wrong) + whole[at + 4 :]
        assert not leaks(*clear(lying)), wrong
    for wrong in (0, 2, 20, 60, 0xFFFF):  # of the name before it
        lying = whole[:6] + struct.pack(">H", wrong) + whole[8:]
        assert not leaks(*clear(lying)), wrong
    for wrong in (0, 3, 5, 20, 40, 0xFFFF):  # of the payload
        body = payload(0, whole, length=wrong)
        data = header(14, 28 + len(body), **TRANSACTION) + body
        assert not leaks([dissect(data)], data), wrong
    for wrong in (0, 28, 29, 50, 0xFFFF):  # of the message
        data = message((14, whole), **TRANSACTION)  # type: ignore[arg-type]
        data = data[:24] + struct.pack(">I", wrong) + data[28:]
        assert not leaks([dissect(data)], data), wrong


def test_messages_cut_short() -> None:
    data = message((14, REQUEST + USER + long(16522, PASSWORD)), **TRANSACTION)  # type: ignore[arg-type]
    for size in range(len(data) - len(PASSWORD), len(data)):
        assert not leaks([dissect(data[:size], len(data) - size)], data[:size])


def test_payloads_nobody_knows_in_an_exchange_of_credentials() -> None:
    data = message((200, PASSWORD), **TRANSACTION)  # type: ignore[arg-type]
    assert not leaks([dissect(data)], data)
    main_mode = message((200, PASSWORD), version=0x10, exchange=2, flags=0)
    assert leaks([dissect(main_mode)], main_mode)
    body = chain((200, PASSWORD))
    assert not leaks(dissect_payloads(body, 200, 1, exchange_type=6), body)
    assert leaks(dissect_payloads(body, 200, 1, exchange_type=32), body)


def test_padding_behind_a_chain_that_ends_early() -> None:
    body = chain((8, bytes(16))) + payload(0, REQUEST + long(16522, PASSWORD))
    assert not leaks(dissect_payloads(body, 8, 1, exchange_type=6), body)


def fragment(number: int, data: bytes, around: Around | None = None) -> tuple[list[Node], bytes]:
    whole = message((132, struct.pack(">HBB", 1, number, 0) + data), version=0x10, exchange=6, flags=0)
    return [dissect(whole, 0, around or Around())], whole


def test_vendor_fragments() -> None:
    whole = message((14, REQUEST + USER + long(16522, PASSWORD)), **TRANSACTION)  # type: ignore[arg-type]
    sealed = message((14, PASSWORD + PASSWORD), version=0x10, exchange=6, flags=1)
    roots, data = fragment(1, whole[:80])
    assert not leaks(roots, data)
    assert find(roots[0], "exchange_type")
    assert not leaks(*fragment(1, whole[:20] + PASSWORD[:7]))
    assert not leaks(*fragment(2, PASSWORD))
    assert not leaks(*fragment(2, PASSWORD, Around(beginning=whole[:80])))
    assert leaks(*fragment(2, PASSWORD, Around(beginning=sealed[:80])))
    assert leaks(*fragment(1, sealed[:80]))


def test_keys_of_groups_are_not_in_what_holds_them() -> None:
    key = struct.pack(">HBBIII", 1, 3, 0, 0, 0, 9) + PASSWORD
    for count in (2, 5):  # of two keys
        body = struct.pack(">BHB", 1, count, 0) + 2 * key
        tree = form_of("lkh-download", body)
        cover([tree], body, 0, Setting(1))
        assert not leaks([tree], body)


def test_null_encryption_hides_the_envelope() -> None:
    data = message((46, bytes(20) + PASSWORD), exchange=35)
    assert not leaks([dissect(data, 0, Around(in_clear=True))], data)
    assert leaks([dissect(data)], data)


@pytest.mark.parametrize(
    ("first", "version", "exchange", "flags", "doubtful"),
    [
        (14, 0x10, 6, 0, True),
        (8, 0x10, 6, 1, False),
        (1, 0x10, 2, 0, False),
        (132, 0x10, 2, 0, True),
        (8, 0x10, 77, 0, True),
        (33, 0x20, 34, 8, False),
        (46, 0x20, 35, 8, False),
        (53, 0x20, 35, 8, False),
        (47, 0x20, 35, 8, True),
        (14, 0x30, 6, 1, True),
    ],
)
def test_what_the_beginning_of_a_message_says(
    first: int, version: int, exchange: int, flags: int, doubtful: bool
) -> None:
    whole = header(first, 100, version=version, exchange=exchange, flags=flags)
    assert may_hold(whole) is doubtful
    assert may_hold(whole[:27])


def test_healthy_trees_are_left_as_they_are() -> None:
    data = message((43, b"vendor"), (200, b"opaque bytes"))
    tree = dissect(data)
    assert places([tree]) == frozenset()
    assert [n.value for n in nodes(tree) if n.name in ("vendor_id", "data")] == [b"vendor".hex(), b"opaque bytes".hex()]
    assert [row.value for row in registry.entries("ikev1-cfg-attributes") if row.data == "secret"]
