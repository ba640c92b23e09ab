"""Whether what is shown decrypted is the inside of a message, and all of it."""

from functools import partial

import pytest

from analyzer.capture.logs.inside import (
    IKE_SA_INIT,
    Inside,
    Name,
    before_encryption,
    exchange,
    sealed,
    under_header,
    unmarked,
)
from tests.capture.logs.made import DELETE, HASH, Message, messages_of

GCM, CBC, IKEV1 = (messages_of(version, cbc, 3)[2] for version, cbc in ((2, False), (2, True), (1, True)))
BOTH = pytest.mark.parametrize("one", [GCM, CBC], ids=["gcm", "cbc"])
ALL = pytest.mark.parametrize("one", [GCM, CBC, IKEV1], ids=["gcm", "cbc", "ikev1"])


def inside(one: Message) -> Inside:
    return Inside(one.plain, one.sealed, one.iv if one.icv else b"")


def relabelled(payload: bytes, at: int, value: int) -> bytes:
    return payload[:at] + bytes([value]) + payload[at + 1 :]


def test_what_is_encrypted_in_a_message() -> None:
    one = sealed(GCM.payload)
    assert one == (2, Name(1, False, 0), DELETE, GCM.iv + GCM.sealed + GCM.icv)
    assert sealed(bytes(4) + GCM.payload) == one
    assert sealed(IKEV1.payload) == (1, Name(int.from_bytes(IKEV1.payload[20:24], "big")), HASH, IKEV1.sealed)
    assert unmarked(bytes(4) + IKEV1.payload) == IKEV1.payload
    assert exchange(messages_of(2, False, 1)[0].payload) == (2, IKE_SA_INIT)


@ALL
def test_nothing_is_encrypted_in_what_is_not_whole(one: Message) -> None:
    for payload in (one.payload[:-1], one.payload + b"\0", one.payload[:27], b"", bytes(4)):
        assert sealed(payload) is None
    assert sealed(messages_of(one.payload[17] >> 4, False, 1)[0].payload) is None
    assert sealed(relabelled(one.payload, 19, 0)) is None or one.icv


def test_other_payloads_and_wrong_lengths_are_not_read() -> None:
    assert sealed(relabelled(GCM.payload, 16, 41)) is None
    assert sealed(relabelled(GCM.payload, 31, GCM.payload[31] + 1)) is None
    assert sealed(relabelled(GCM.payload, 17, 0x30)) is None


def test_a_fragment_has_its_number() -> None:
    body = GCM.payload[28:32] + b"\0\2\0\3" + GCM.payload[32:]
    size = len(body).to_bytes(2, "big")
    payload = GCM.payload[:16] + b"\x35" + GCM.payload[17:26] + (28 + len(body)).to_bytes(2, "big")
    payload += body[:2] + size + body[4:]
    one = sealed(payload)
    assert one is not None
    assert one.name == Name(1, False, 2)
    named = inside(GCM)._replace(name=one.name)
    shown = named.of(payload)
    assert shown is not None
    assert shown.plaintext == GCM.content
    assert named._replace(name=Name(1, False, 3)).of(payload) is None
    assert under_header(payload[:28] + GCM.content, payload[28], 28, payload) is None
    assert before_encryption(GCM.plain, payload) is None


@ALL
def test_an_inside_is_the_message_s(one: Message) -> None:
    shown = inside(one).of(one.payload)
    assert shown is not None
    assert shown.plaintext == one.content
    other = next(two for two in messages_of(one.payload[17] >> 4, len(one.iv) == 16, 3)[3:] if two.plain)
    assert inside(one).of(other.payload) is None
    assert inside(one)._replace(header=one.payload[:28]).of(one.payload) == shown
    assert inside(one)._replace(header=other.payload[:28]).of(one.payload) is None


@ALL
def test_what_is_cut_short_is_not_used(one: Message) -> None:
    for cut in range(1, 33):
        assert inside(one)._replace(plaintext=one.plain[:-cut]).of(one.payload) is None
        assert inside(one)._replace(plaintext=one.plain[:-cut], ciphertext=one.sealed[:-cut]).of(one.payload) is None
        assert inside(one)._replace(plaintext=one.plain[cut:], ciphertext=one.sealed[cut:]).of(one.payload) is None


@BOTH
def test_iv_icv_and_words_must_be_the_message_s(one: Message) -> None:
    whole = inside(one)._replace(icv=one.icv, name=Name(1))
    assert whole.of(one.payload) is not None
    assert whole._replace(iv=b"").of(one.payload) is not None
    for wrong in (
        {"iv": bytes(len(one.iv))},
        {"iv": one.iv[:4]},
        {"icv": one.icv[:-1]},
        {"icv": bytes(16)},
        {"name": Name(2)},
        {"name": Name(1, True)},
        {"name": Name(1, False, 1)},
    ):
        assert whole._replace(**wrong).of(one.payload) is None


@ALL
def test_what_is_still_encrypted_in_part_is_not_used(one: Message) -> None:
    for at in range(8, len(one.plain) - 16, 8):
        mixed = one.plain[:at] + one.sealed[at : at + 8] + one.plain[at + 8 :]
        assert inside(one)._replace(plaintext=mixed).of(one.payload) is None


@ALL
def test_what_is_no_chain_of_payloads_is_not_used(one: Message) -> None:
    for length in (b"\0\0", b"\0\3", b"\xff\xff"):
        broken = one.plain[:2] + length + one.plain[4:]
        assert inside(one)._replace(plaintext=broken).of(one.payload) is None


def test_by_lengths_alone_a_plaintext_is_whole() -> None:
    for one in (GCM, CBC):
        shown = before_encryption(one.plain, one.payload)
        assert shown is not None
        assert shown == (DELETE, one.content)
        for cut in (*range(1, 33), 48):
            assert before_encryption(one.plain[:-cut], one.payload) is None
        assert before_encryption(one.content, one.payload) is None
    assert before_encryption(IKEV1.plain, IKEV1.payload) is None


@BOTH
def test_a_message_that_is_printed_again_has_the_header_of_one(one: Message) -> None:
    find = partial(under_header, first_payload=DELETE, start=28)
    for content in (one.content, one.plain):
        shown = find(one.payload[:28] + content, payload=one.payload)
        assert shown is not None
        assert shown.plaintext == one.content
    for at in (0, 15, 17, 18, 19, 23):
        changed = relabelled(one.payload[:28], at, one.payload[at] ^ 1)
        assert find(changed + one.content, payload=one.payload) is None
    for cut in range(1, 33):
        assert find(one.payload[:28] + one.content[:-cut], payload=one.payload) is None
    assert under_header(one.payload[:28] + one.content, HASH, 28, one.payload) is None


def test_of_ikev1_a_message_that_is_printed_again_is_as_long_as_it_says() -> None:
    find = partial(under_header, first_payload=HASH, start=28, payload=IKEV1.payload)
    assert find(IKEV1.payload[:28] + IKEV1.plain) == (HASH, IKEV1.plain)
    short = IKEV1.plain[:-6]
    assert find(IKEV1.payload[:28] + short) is None
    assert find(IKEV1.payload[:24] + (28 + len(short)).to_bytes(4, "big") + short) == (HASH, short)
    assert find(IKEV1.payload) is None
