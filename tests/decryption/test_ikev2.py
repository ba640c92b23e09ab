"""SK and SKF payloads: every suite sealed here and opened there, real recordings, and every byte wrong once."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from cryptography.hazmat.decrepit.ciphers import algorithms as decrepit
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.decryption.ikev2 import open_sk
from analyzer.decryption.keyfile import Ikev2Keys, load_keys
from analyzer.decryption.suites import Encryption, Integrity, encryption, integrity
from tests.decryption.recordings import Recording, chain, messages, recordings


@dataclass(frozen=True)
class Ids:
    encryption_id: int | None
    key_bits: int | None = None
    integrity_id: int | None = None


INSIDE = bytes.fromhex("2900000c0200000061626364") + bytes.fromhex("0000000800004000")  # IDi, then a Notify
SK, SKF = 46, 53
Maker = Callable[[bytes], BlockCipherAlgorithm]
CIPHERS: dict[str, Maker] = {
    "AES": algorithms.AES,
    "Camellia": decrepit.Camellia,
    "Blowfish": decrepit.Blowfish,
    "CAST5": decrepit.CAST5,
    "IDEA": decrepit.IDEA,
}
SIZES = {2: [8], 3: [24], 5: [16], 6: [16], 7: [16, 20], 11: [0], 28: [32]}
ENCRYPTION = [2, 3, 5, 6, 7, 11, 12, 13, 14, 15, 16, 18, 19, 20, 23, 28]
INTEGRITY = [1, 2, 5, 6, 7, 8, 12, 13, 14, 1024]


def keys_of(cipher: Encryption, size: int, check: Integrity | None) -> Ikev2Keys:
    def material(n: int, seed: int) -> bytes:
        return bytes((seed + 7 * i) & 0xFF for i in range(n))

    sk_a = check.key_bytes if check else 0
    return Ikev2Keys(
        "11" * 8, "22" * 8, material(size + cipher.salt_bytes, 1), material(size + cipher.salt_bytes, 101),
        material(sk_a, 51), material(sk_a, 151), None, None,
    )  # fmt: skip


def seal(
    cipher: Encryption,
    check: Integrity | None,
    sk_e: bytes,
    sk_a: bytes,
    *,
    inside: bytes = INSIDE,
    fragment: tuple[int, int] | None = None,
) -> bytes:
    """A whole IKE_AUTH request with one encrypted payload, made step by step as in RFC 7296 section 3.14."""
    iv = bytes(range(cipher.iv_bytes))
    padding = -(len(inside) + 1) % max(cipher.block_bytes, 4)
    plain = inside + bytes([0xA5]) * padding + bytes([padding])
    icv = cipher.icv_bytes or (check.icv_bytes if check else 0)
    own = b"" if fragment is None else fragment[0].to_bytes(2) + fragment[1].to_bytes(2)
    length = 4 + len(own) + len(iv) + len(plain) + icv
    header = (
        bytes.fromhex("11" * 8 + "22" * 8)
        + bytes([SKF if fragment else SK, 0x20, 35, 0x08])
        + (1).to_bytes(4)
        + (28 + length).to_bytes(4)
    )
    head = header + bytes([35, 0]) + length.to_bytes(2) + own
    key, salt = sk_e[: len(sk_e) - cipher.salt_bytes], sk_e[len(sk_e) - cipher.salt_bytes :]
    if cipher.mode == "CCM":
        return head + iv + AESCCM(key, tag_length=icv).encrypt(salt + iv, plain, head)
    if cipher.mode == "POLY1305":
        return head + iv + ChaCha20Poly1305(key).encrypt(salt + iv, plain, head)
    if cipher.mode == "GCM":
        gcm = Cipher(algorithms.AES(key), modes.GCM(salt + iv)).encryptor()
        gcm.authenticate_additional_data(head)
        return head + iv + gcm.update(plain) + gcm.finalize() + gcm.tag[:icv]
    if cipher.mode != "NULL":
        mode = modes.CBC(iv) if cipher.mode == "CBC" else modes.CTR(salt + iv + (1).to_bytes(4))
        algorithm = CIPHERS[cipher.cipher](key) if cipher.cipher in CIPHERS else decrepit.TripleDES((key * 3)[:24])
        plain = Cipher(algorithm, mode).encryptor().update(plain)
    assert check is not None
    return head + iv + plain + code(check, sk_a, head + iv + plain)


def code(check: Integrity, key: bytes, data: bytes) -> bytes:
    if check.mac == "hmac":
        return hmac.new(key, data, check.hash).digest()[: check.icv_bytes]
    if check.mac == "cmac":
        whole = CMAC(algorithms.AES(key))
        whole.update(data)
        return whole.finalize()[:12]
    return xcbc(key, data)[:12]


def xcbc(key: bytes, data: bytes) -> bytes:
    """AES-XCBC-MAC written from RFC 3566 block by block, unlike the one under test."""

    def block(k: bytes, x: bytes) -> bytes:
        return Cipher(algorithms.AES(k), modes.ECB()).encryptor().update(x)

    def xor(a: bytes, b: bytes) -> bytes:
        return bytes(x ^ y for x, y in zip(a, b, strict=True))

    k1, k2, k3 = (block(key, bytes([n] * 16)) for n in (1, 2, 3))
    blocks = [data[i : i + 16] for i in range(0, len(data), 16)] or [b""]
    e = bytes(16)
    for m in blocks[:-1]:
        e = block(k1, xor(m, e))
    last = blocks[-1]
    if len(last) == 16:
        return block(k1, xor(xor(last, e), k2))
    return block(k1, xor(xor((last + b"\x80").ljust(16, b"\0"), e), k3))


def suites() -> list[tuple[int, int, int]]:
    """Every cipher with each key size; with each integrity algorithm where it takes one (the first key size only)."""
    found = []
    for number in ENCRYPTION:
        method = encryption(2, number)
        assert method is not None
        for i, size in enumerate(SIZES.get(number, [16, 24, 32])):
            found += [(number, size, check) for check in ([0] if method.aead else INTEGRITY if i == 0 else [12])]
    return found


@pytest.mark.parametrize(("number", "size", "check_id"), suites())
@pytest.mark.parametrize("fragment", [None, (1, 3), (3, 3)])
def test_every_suite_opens_what_it_sealed(
    number: int, size: int, check_id: int, fragment: tuple[int, int] | None
) -> None:
    cipher, check = encryption(2, number), integrity(check_id)
    assert cipher is not None
    keys = keys_of(cipher, size, check)
    for from_initiator in (True, False):
        own, other = ((keys.sk_ei, keys.sk_ai), (keys.sk_er, keys.sk_ar))[:: 1 if from_initiator else -1]
        for secrets, expected in ((own, (INSIDE, True, None)), (other, (None, False, "wrong-key"))):
            message = seal(cipher, check, *secrets, fragment=fragment)
            suite = Ids(number, size * 8, check_id)
            opened = open_sk(
                message, 28, [keys], from_initiator=from_initiator, suite=suite, fragment=fragment is not None
            )
            assert (opened.plaintext, opened.verified, opened.failure) == expected


def test_no_byte_of_a_message_can_change_unseen() -> None:
    for number, check_id in ((12, 12), (20, 0), (15, 0), (28, 0), (13, 5)):
        cipher, check = encryption(2, number), integrity(check_id)
        assert cipher is not None
        keys = keys_of(cipher, 32, check)
        message = seal(cipher, check, keys.sk_ei, keys.sk_ai)
        for at in range(len(message)):
            if at in (30, 31):  # the payload's own length: another cut, tested below
                continue
            bad = message[:at] + bytes([message[at] ^ 0x40]) + message[at + 1 :]
            assert (
                open_sk(bad, 28, [keys], from_initiator=True, suite=Ids(number, 256, check_id)).failure == "wrong-key"
            ), at


def test_all_rows_are_tried_and_the_row_may_name_what_the_capture_lacks() -> None:
    cipher, check = encryption(2, 12), integrity(12)
    assert cipher is not None
    right = keys_of(cipher, 32, check)
    wrong = replace(right, sk_ei=right.sk_er, sk_ai=right.sk_ar)
    message = seal(cipher, check, right.sk_ei, right.sk_ai)
    assert open_sk(message, 28, [wrong, right], from_initiator=True, suite=Ids(12, 256, 12)).plaintext == INSIDE
    assert open_sk(message, 28, [wrong, right], from_initiator=True, suite=None).failure == "unknown-algorithm"
    named = replace(right, encryption=cipher, integrity=check)
    assert open_sk(message, 28, [wrong, named], from_initiator=True, suite=None).verified
    assert open_sk(
        message, 28, [named], from_initiator=True, suite=Ids(20, 256)
    ).verified  # the capture's suite is tried first


def test_reasons() -> None:
    cipher, check = encryption(2, 12), integrity(12)
    assert cipher is not None
    keys = keys_of(cipher, 32, check)
    suite = Ids(12, 256, 12)
    message = seal(cipher, check, keys.sk_ei, keys.sk_ai)

    def failure(data: bytes, row: Ikev2Keys = keys, ids: Ids = suite, offset: int = 28) -> str | None:
        opened = open_sk(data, offset, [row], from_initiator=True, suite=ids)
        assert opened.plaintext is None
        return opened.failure

    assert open_sk(message, 28, [], from_initiator=True, suite=suite).failure == "no-keys"
    assert failure(message[:-1]) == "truncated"
    assert failure(message, offset=len(message) - 3) == "truncated"
    assert failure(message, offset=-1) == "truncated"
    assert failure(message[:30] + b"\0\3" + message[32:]) == "length"
    assert failure(message[:30] + (4 + 16 + 16 + 15).to_bytes(2) + message[32:]) == "length"
    assert failure(message, ids=Ids(31, 256)) == "unknown-algorithm"  # ChaCha20-Poly1305 with implicit IV is for ESP
    assert failure(message, ids=Ids(None)) == "unknown-algorithm"
    assert failure(message, row=replace(keys, sk_ei=keys.sk_ei[:20])) == "key-length"
    assert failure(message, row=replace(keys, sk_ai=keys.sk_ai[:20])) == "key-length"
    assert failure(message, row=replace(keys, sk_ai=keys.sk_ar)) == "wrong-key"


def test_padding_that_does_not_fit_is_the_senders_fault() -> None:
    cipher = encryption(2, 20)
    assert cipher is not None
    keys = keys_of(cipher, 32, None)
    head = seal(cipher, None, keys.sk_ei, b"")[:28]
    plain = INSIDE[:15] + b"\xff"
    message = head + bytes([35, 0]) + (4 + 8 + 16 + 16).to_bytes(2)
    gcm = Cipher(algorithms.AES(keys.sk_ei[:32]), modes.GCM(keys.sk_ei[32:] + bytes(8))).encryptor()
    gcm.authenticate_additional_data(message)
    message += bytes(8) + gcm.update(plain) + gcm.finalize() + gcm.tag
    opened = open_sk(message, 28, [keys], from_initiator=True, suite=Ids(20, 256))
    assert (opened.plaintext, opened.verified, opened.failure) == (None, False, "padding")


def test_without_an_integrity_key_the_plaintext_must_be_a_payload_chain() -> None:
    cipher, check = encryption(2, 12), integrity(12)
    assert cipher is not None
    keys = keys_of(cipher, 32, check)
    message = seal(cipher, check, keys.sk_ei, keys.sk_ai)
    bare = replace(keys, sk_ai=b"", sk_ar=b"")
    opened = open_sk(message, 28, [bare], from_initiator=True, suite=Ids(12, 256, 12))
    assert (opened.plaintext, opened.verified) == (INSIDE, False)
    wrong = replace(bare, sk_ei=bytes(32))
    assert open_sk(message, 28, [wrong], from_initiator=True, suite=Ids(12, 256, 12)).failure == "implausible"


CIPHER_ROWS = [None, *(encryption(2, number) for number in ENCRYPTION)]
CHECK_ROWS = [None, *(integrity(number) for number in INTEGRITY)]
SECRETS = [st.binary(max_size=70)] * 4
ANY_KEYS = st.builds(
    Ikev2Keys, st.just(""), st.just(""), *SECRETS, st.sampled_from(CIPHER_ROWS), st.sampled_from(CHECK_ROWS)
)


@given(
    st.binary(max_size=200),
    st.integers(-5, 300),
    st.lists(ANY_KEYS, max_size=2),
    st.integers(0, 40),
    st.integers(0, 15),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise(
    data: bytes, offset: int, rows: list[Ikev2Keys], cipher: int, check: int, fragment: bool
) -> None:
    opened = open_sk(data, offset, rows, from_initiator=True, suite=Ids(cipher, None, check), fragment=fragment)
    assert (opened.plaintext is None) == (opened.failure is not None)


@given(st.sampled_from(suites()), st.data())
@settings(max_examples=200, deadline=None)
def test_no_damage_raises_or_verifies(suite: tuple[int, int, int], data: st.DataObject) -> None:
    number, size, check_id = suite
    cipher, check = encryption(2, number), integrity(check_id)
    assert cipher is not None
    keys = keys_of(cipher, size, check)
    message = bytearray(seal(cipher, check, keys.sk_ei, keys.sk_ai))
    for _ in range(data.draw(st.integers(1, 3))):
        message[data.draw(st.integers(0, len(message) - 1))] ^= data.draw(st.integers(1, 255))
    cut = bytes(message[: data.draw(st.integers(0, len(message)))])
    whole = seal(cipher, check, keys.sk_ei, keys.sk_ai)
    opened = open_sk(cut, 28, [keys], from_initiator=True, suite=Ids(number, size * 8, check_id))
    assert not opened.verified or cut == whole


IKEV2 = [r for r in recordings() if any(m[17] == 0x20 for m in messages(r.capture))]


@pytest.mark.parametrize("recording", IKEV2, ids=lambda r: r.name)
def test_recordings_open_whole(recording: Recording) -> None:
    """Each whole encrypted message of an SA that has rows verifies; its plaintext is a payload chain."""
    store = load_keys(recording.keys)
    chosen: dict[str, Ids] = {}
    opened_any = False
    for message in messages(recording.capture):
        if message[17] != 0x20:
            continue
        pair = message[:8].hex(), message[8:16].hex()
        if message[16] == 33 and message[19] & 0x20:
            chosen[pair[0]] = suite_of(chain(message[28:], 33)[0][1])
        if message[16] not in (SK, SKF) or not store.ikev2(*pair):
            continue
        opened = open_sk(
            message,
            28,
            store.ikev2(*pair),
            from_initiator=bool(message[19] & 8),
            suite=chosen.get(pair[0]),
            fragment=message[16] == SKF,
        )
        if opened.failure == "truncated":
            assert len(message) < int.from_bytes(message[24:28])
            continue
        assert opened.verified, opened.failure
        opened_any = True
        if message[16] == SK and opened.plaintext:
            assert chain(opened.plaintext, message[28])
    assert opened_any


def suite_of(sa: bytes) -> Ids:
    """Encryption and integrity of an answered IKEv2 SA payload."""
    ids: dict[int, int] = {}
    bits, at = None, 8 + sa[6]
    while at < len(sa):
        ids[sa[at + 4]] = int.from_bytes(sa[at + 6 : at + 8])
        if sa[at + 4] == 1 and int.from_bytes(sa[at + 2 : at + 4]) > 8:
            bits = int.from_bytes(sa[at + 10 : at + 12])
        at += int.from_bytes(sa[at + 2 : at + 4])
    return Ids(ids.get(1), bits, ids.get(3))


@pytest.mark.parametrize(
    ("ids", "key", "failure"),
    [
        (Ids(20, 256), 3, "key-length"),  # shorter than the salt
        (Ids(20, 256), 36, "length"),  # a whole AES-GCM key, and no room for an IV
    ],
)
def test_reasons_that_come_before_the_cipher(ids: Ids, key: int, failure: str) -> None:
    keys = replace(keys_of(encryption(2, 20), 32, None), sk_ei=bytes(key))
    head = bytes.fromhex("11" * 8 + "22" * 8) + bytes([SK, 0x20, 35, 8]) + (1).to_bytes(4) + (28 + 8).to_bytes(4)
    data = head + bytes([35, 0]) + (8).to_bytes(2) + bytes(4)
    opened = open_sk(data, 28, [keys], from_initiator=True, suite=ids)
    assert (opened.plaintext, opened.failure) == (None, failure)


def test_an_integrity_key_that_fits_beside_an_encryption_key_that_does_not() -> None:
    cipher, check = encryption(2, 12), integrity(12)
    assert cipher is not None
    keys = keys_of(cipher, 32, check)
    wrong = replace(keys, sk_ei=bytes(32))
    for inside in (INSIDE, INSIDE * 3):
        message = seal(cipher, check, keys.sk_ei, keys.sk_ai, inside=inside)
        opened = open_sk(message, 28, [wrong], from_initiator=True, suite=Ids(12, 256, 12))
        assert (opened.plaintext, opened.verified) == (None, False)
        assert opened.failure in ("encryption-key", "padding")  # by chance: the last byte of garbage
        assert open_sk(message, 28, [wrong, keys], from_initiator=True, suite=Ids(12, 256, 12)).plaintext == inside
    cut = INSIDE[:2] + (4000).to_bytes(2) + INSIDE[4:]  # the first of a large payload's fragments
    message = seal(cipher, check, keys.sk_ei, keys.sk_ai, inside=cut, fragment=(1, 3))
    assert open_sk(message, 28, [keys], from_initiator=True, suite=Ids(12, 256, 12), fragment=True).plaintext == cut
