"""IKEv1: CBC with an IV that nobody sends (RFC 2409 appendix B).

  phase 1: the first encrypted message uses hash(g^xi | g^xr), each later one the last ciphertext block of the message
  before it;
  phase 2, informational and transaction exchanges: the first message of each message ID uses hash(last phase 1
  ciphertext block | message ID), each later one the last ciphertext block of the message before it with that ID.

A phase 2 exchange that begins before phase 1 encrypted anything (a notify in aggressive mode) takes the phase 1 IV in
place of the last ciphertext block. An IV is as long as the cipher's block: hashes are cut to it. Which message came
before is the caller's knowledge; nothing is kept here. There is no integrity check that could be made without
SKEYID_a, so a plaintext counts only if it is a plausible payload chain.
"""

import hashlib
from collections.abc import Sequence

from analyzer.decryption.keyfile import Ikev1Keys
from analyzer.decryption.opened import Opened, plausible
from analyzer.decryption.suites import encryption
from analyzer.isakmp.numbers import HashAlgorithmV1, PayloadV1

_GENERIC_HEADER, _DOI = 4, 4
_IPSEC_DOI = 1
_HASHES = {  # Tiger is not to be had
    int(HashAlgorithmV1.MD5): "md5",
    int(HashAlgorithmV1.SHA): "sha1",
    int(HashAlgorithmV1.SHA2_256): "sha256",
    int(HashAlgorithmV1.SHA2_384): "sha384",
    int(HashAlgorithmV1.SHA2_512): "sha512",
}


def block_size(encryption_id: int | None) -> int | None:
    """Block length in bytes of an IKEv1 encryption id; None: an algorithm that cannot be opened here."""
    method = encryption(1, encryption_id)
    return method.block_bytes if method else None


def phase1_iv(hash_id: int | None, encryption_id: int | None, ke_initiator: bytes, ke_responder: bytes) -> bytes | None:
    """IV of the first encrypted phase 1 message, from both Key Exchange payloads. None: hash or cipher unknown."""
    return _iv(hash_id, encryption_id, ke_initiator + ke_responder)


def phase2_iv(
    hash_id: int | None, encryption_id: int | None, last_phase1_block: bytes, message_id: int
) -> bytes | None:
    """IV of the first message with this message ID, from phase 1's last ciphertext block. None: as above."""
    return _iv(hash_id, encryption_id, last_phase1_block + (message_id & 0xFFFFFFFF).to_bytes(4))


def last_block(ciphertext: bytes, encryption_id: int | None) -> bytes | None:
    """The IV for the message that follows; None: cipher unknown, or not one whole block."""
    size = block_size(encryption_id)
    whole = len(ciphertext) // size * size if size else 0
    return ciphertext[whole - size : whole] if size and whole else None


def open_ikev1(
    ciphertext: bytes, rows: Sequence[Ikev1Keys], encryption_id: int | None, iv: bytes | None, first_payload: int
) -> Opened:
    """Decrypt what follows the header of a message with flag E. `first_payload`: the header's next payload.

    Each row is tried; the first plausible payload chain wins. Bytes behind the last whole block are not decrypted.
    The plaintext keeps its padding: IKEv1 has no reliable mark of where it begins but the end of the payload chain.
    """
    method = encryption(1, encryption_id)
    if not rows:
        return Opened(None, failure="no-keys")
    if method is None or iv is None or len(iv) != method.block_bytes:
        return Opened(None, failure="unknown-algorithm")
    whole = ciphertext[: len(ciphertext) // method.block_bytes * method.block_bytes]
    if not whole:
        return Opened(None, failure="length")
    from analyzer.decryption import ciphers  # noqa: PLC0415  (the library behind it is not needed without keys)

    fitting = [row for row in rows if len(row.encryption_key) in method.key_sizes]
    try:
        for row in fitting:
            plaintext = ciphers.decrypt(method, row.encryption_key, b"", iv, whole)
            if plausible(plaintext, first_payload, 1):
                return Opened(plaintext)
    except (ciphers.UnsupportedAlgorithm, ValueError):  # a cipher or key that this build of the library does not take
        return Opened(None, failure="unknown-algorithm")
    return Opened(None, failure="implausible" if fitting else "key-length")


def open_without_iv(
    ciphertext: bytes, rows: Sequence[Ikev1Keys], encryption_id: int | None, hash_id: int | None
) -> Opened:
    """Decrypt quick mode's first or second message, whose predecessor is missing: CBC's IV is in the first block only.

    That block holds the beginning of HASH, whose length the negotiated hash gives, and SA follows (RFC 2409 section
    5.5). It counts if IPsec's DOI is in its place. The bytes of HASH in the first block are zeros in the plaintext.
    """
    method, name = encryption(1, encryption_id), _HASHES.get(hash_id or 0)
    if method is None or name is None:
        return Opened(None, failure="unknown-algorithm")
    size = method.block_bytes
    whole = ciphertext[: len(ciphertext) // size * size]
    end = _GENERIC_HEADER + hashlib.new(name, usedforsecurity=False).digest_size
    if len(whole) < end + _GENERIC_HEADER + _DOI:
        return Opened(None, failure="length")
    from analyzer.decryption import ciphers  # noqa: PLC0415

    try:
        for row in rows:
            if len(row.encryption_key) not in method.key_sizes:
                continue
            rest = ciphers.decrypt(method, row.encryption_key, b"", bytes(size), whole)[size:]
            plaintext = bytes((PayloadV1.SA, 0)) + end.to_bytes(2) + bytes(size - _GENERIC_HEADER) + rest
            doi = int.from_bytes(plaintext[end + _GENERIC_HEADER : end + _GENERIC_HEADER + _DOI])
            if doi == _IPSEC_DOI and plausible(plaintext, int(PayloadV1.HASH), 1):
                return Opened(plaintext)
    except (ciphers.UnsupportedAlgorithm, ValueError):
        return Opened(None, failure="unknown-algorithm")
    return Opened(None, failure="implausible")


def _iv(hash_id: int | None, encryption_id: int | None, seed: bytes) -> bytes | None:
    name, size = _HASHES.get(hash_id or 0), block_size(encryption_id)
    return hashlib.new(name, seed, usedforsecurity=False).digest()[:size] if name and size else None
