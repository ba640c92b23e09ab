"""IKEv1's CBC chains: made here and opened there; whole recordings followed from key exchange to last message."""

import hashlib
from collections.abc import Callable

import pytest
from cryptography.hazmat.decrepit.ciphers import algorithms as decrepit
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.decryption.ikev1 import block_size, last_block, open_ikev1, open_without_iv, phase1_iv, phase2_iv
from analyzer.decryption.keyfile import Ikev1Keys, load_keys
from tests.decryption.recordings import Recording, attributes, chain, messages, recordings

SPI = "11" * 8
IDENTITY_AND_HASH = bytes([8, 0, 0, 12, 1, 0, 0, 0, 192, 0, 2, 1]) + bytes([0, 0, 0, 24]) + hashlib.sha1(b"x").digest()
Maker = Callable[[bytes], BlockCipherAlgorithm]
CIPHERS: list[tuple[int, int, Maker, int]] = [
    (2, 8, decrepit.IDEA, 16),
    (3, 8, decrepit.Blowfish, 16),
    (3, 8, decrepit.Blowfish, 56),
    (5, 8, decrepit.TripleDES, 24),
    (6, 8, decrepit.CAST5, 16),
    (7, 16, algorithms.AES, 16),
    (7, 16, algorithms.AES, 24),
    (7, 16, algorithms.AES, 32),
    (8, 16, decrepit.Camellia, 32),
]


@pytest.mark.parametrize(("number", "block", "algorithm", "size"), CIPHERS)
def test_every_cipher(number: int, block: int, algorithm: Maker, size: int) -> None:
    key, iv = bytes(range(1, size + 1)), bytes(range(block))
    plain = IDENTITY_AND_HASH + bytes(-len(IDENTITY_AND_HASH) % block)
    sealed = Cipher(algorithm(key), modes.CBC(iv)).encryptor().update(plain)
    rows = [Ikev1Keys(SPI, bytes(size)[:-1] + b"\x10"), Ikev1Keys(SPI, key)]
    assert open_ikev1(sealed, rows, number, iv, 5).plaintext == plain
    assert open_ikev1(sealed + b"tail", rows, number, iv, 5).plaintext == plain
    assert last_block(sealed + b"tail", number) == sealed[-block:]
    assert open_ikev1(sealed, rows[:1], number, iv, 5).failure == "implausible"
    assert open_ikev1(sealed, [Ikev1Keys(SPI, key[:3])], number, iv, 5).failure == "key-length"
    assert not open_ikev1(sealed, rows, number, iv, 5).verified


@pytest.mark.parametrize(("number", "block", "algorithm", "size"), CIPHERS)
@pytest.mark.parametrize(("hash_id", "digest"), [(1, 16), (2, 20), (4, 32)])
def test_quick_mode_without_its_iv(
    number: int, block: int, algorithm: Maker, size: int, hash_id: int, digest: int
) -> None:
    key, iv = bytes(range(1, size + 1)), bytes(range(block))
    hashed = bytes([1, 0, 0, 4 + digest]) + bytes(range(50, 50 + digest))
    plain = hashed + bytes([10, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 1]) + bytes([0, 0, 0, 20]) + bytes(range(16))
    plain += bytes(-len(plain) % block)
    sealed = Cipher(algorithm(key), modes.CBC(iv)).encryptor().update(plain)
    rows = [Ikev1Keys(SPI, bytes(size)[:-1] + b"\x10"), Ikev1Keys(SPI, key)]
    opened = open_without_iv(sealed, rows, number, hash_id).plaintext
    assert opened == plain[:4] + bytes(block - 4) + plain[block:]
    assert open_without_iv(sealed, rows[:1], number, hash_id).failure == "implausible"
    assert open_without_iv(sealed, rows, number, 3).failure == "unknown-algorithm"
    assert open_without_iv(sealed[:block], rows, number, hash_id).failure == "length"
    other = Cipher(algorithm(key), modes.CBC(iv)).encryptor().update(IDENTITY_AND_HASH + bytes(28))
    assert open_without_iv(other, rows, number, hash_id).plaintext is None


def test_single_des() -> None:
    key, iv = bytes(range(8)), bytes(8)
    plain = IDENTITY_AND_HASH + bytes(4)
    sealed = Cipher(decrepit.TripleDES(key * 3), modes.CBC(iv)).encryptor().update(plain)
    assert open_ikev1(sealed, [Ikev1Keys(SPI, key)], 1, iv, 5).plaintext == plain


def test_initialisation_vectors_are_hashes_cut_to_the_block() -> None:
    gi, gr = b"\1" * 128, b"\2" * 128
    assert phase1_iv(1, 5, gi, gr) == hashlib.md5(gi + gr).digest()[:8]
    assert phase1_iv(2, 7, gi, gr) == hashlib.sha1(gi + gr).digest()[:16]
    assert phase1_iv(6, 7, gi, gr) == hashlib.sha512(gi + gr).digest()[:16]
    assert phase2_iv(4, 7, b"L" * 16, 0x01020304) == hashlib.sha256(b"L" * 16 + b"\1\2\3\4").digest()[:16]
    assert phase1_iv(3, 7, gi, gr) is None  # Tiger
    assert phase1_iv(None, 7, gi, gr) is None
    assert phase1_iv(2, 99, gi, gr) is None
    assert (block_size(1), block_size(7), block_size(None), block_size(65001)) == (8, 16, None, None)


def test_reasons() -> None:
    rows, iv = [Ikev1Keys(SPI, bytes(16))], bytes(16)
    assert open_ikev1(bytes(32), [], 7, iv, 5).failure == "no-keys"
    assert open_ikev1(bytes(32), rows, 99, iv, 5).failure == "unknown-algorithm"
    assert open_ikev1(bytes(32), rows, None, iv, 5).failure == "unknown-algorithm"
    assert open_ikev1(bytes(32), rows, 7, None, 5).failure == "unknown-algorithm"
    assert open_ikev1(bytes(32), rows, 7, bytes(8), 5).failure == "unknown-algorithm"
    assert open_ikev1(bytes(15), rows, 7, iv, 5).failure == "length"
    assert open_ikev1(bytes(32), rows, 7, iv, 5).failure == "implausible"
    assert last_block(bytes(15), 7) is None
    assert last_block(bytes(15), None) is None


ROWS = st.lists(st.builds(Ikev1Keys, st.just(SPI), st.binary(max_size=60)), max_size=3)


@given(st.binary(max_size=120), ROWS, st.integers(0, 9), st.none() | st.binary(max_size=20), st.integers(-1, 300))
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise(data: bytes, rows: list[Ikev1Keys], cipher: int, iv: bytes | None, first: int) -> None:
    opened = open_ikev1(data, rows, cipher, iv, first)
    assert (opened.plaintext is None) == (opened.failure is not None)
    last_block(data, cipher)
    phase1_iv(first, cipher, data, data)
    phase2_iv(first, cipher, data, first)


class Follower:
    """One IKEv1 SA followed through a recording in the simplest way that works without loss."""

    def __init__(self) -> None:
        self.cipher = self.hash = 0
        self.key_exchanges: list[bytes] = []
        self.phase1: bytes | None = None  # last ciphertext block
        self.ivs: dict[int, bytes] = {}

    def read(self, message: bytes) -> None:
        for kind, body in chain(message[28:], message[16]):
            if kind == 1:  # the answer's only transform overwrites the offer's last
                transform = chain(body[8:], 2)[0][1]
                chosen = attributes(chain(transform[4 + transform[2] :], 3)[-1][1][4:])
                self.cipher, self.hash = chosen[1], chosen[2]
            elif kind == 4 and body not in self.key_exchanges:
                self.key_exchanges.append(body)

    def iv(self, message_id: int) -> bytes | None:
        if message_id in self.ivs:
            return self.ivs[message_id]
        if message_id == 0:
            return phase1_iv(self.hash, self.cipher, *self.key_exchanges[:2])
        start = self.phase1 or phase1_iv(self.hash, self.cipher, *self.key_exchanges[:2])
        return phase2_iv(self.hash, self.cipher, start or b"", message_id)


CISCO_FRAGMENT = 132
# Parts of their chains are in fragments, of IP or vendors, which are not put together here
FRAGMENTED = {"ikev1-main-cert", "ikev1-main-cert-identity", "ikev1-main-cert-frag", "ikev1-main-hybrid"}


IKEV1 = [r for r in recordings() if any(load_keys(r.keys).ikev1(m[:8].hex()) for m in messages(r.capture))]


@pytest.mark.parametrize("recording", IKEV1, ids=lambda r: r.name)
def test_recordings_open_whole(recording: Recording) -> None:
    """Every encrypted message of an SA with a key opens, but not those that the other key of a failed phase 1 made."""
    store = load_keys(recording.keys)
    sas: dict[str, Follower] = {}
    results, seen = [], set()
    for message in messages(recording.capture):
        spi, message_id = message[:8].hex(), int.from_bytes(message[20:24])
        if message[17] != 0x10 or message in seen or message[16] == CISCO_FRAGMENT or not store.ikev1(spi):
            continue
        seen.add(message)  # retransmissions leave the chain alone
        sa = sas.setdefault(spi, Follower())
        sealed = message[28 : int.from_bytes(message[24:28])]
        if not message[19] & 1:
            sa.read(message)
            continue
        if recording.name in FRAGMENTED:
            continue
        results.append(open_ikev1(sealed, store.ikev1(spi), sa.cipher, sa.iv(message_id), message[16]))
        after = last_block(sealed, sa.cipher)
        assert after is not None
        sa.ivs[message_id] = after
        if message_id == 0 and message[18] in (2, 4):
            sa.phase1 = after
    assert sas
    for result in results:
        assert result.failure is None or "wrong-psk" in recording.name
    assert not results or any(result.plaintext for result in results)
