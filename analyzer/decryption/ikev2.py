"""IKEv2: open an Encrypted payload (SK, RFC 7296 section 3.14) or an Encrypted Fragment (SKF, RFC 7383 section 2.5).

What is protected by what:
  with an integrity algorithm, the ICV covers the message from the IKE header to the Pad Length (RFC 7296 section 3.14);
  with an AEAD cipher, the associated data is the message from the IKE header to the end of the payload's own header,
  which for SKF includes fragment number and total (RFC 5282 section 5.1, RFC 7383 section 2.5). Nonce: salt from
  SK_e, then the IV.
Decrypted bytes are payloads, padding, Pad Length; the padding may hold anything (section 3.14).
"""

import hmac
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from analyzer.decryption.keyfile import Ikev2Keys
from analyzer.decryption.opened import Failure, Opened, begins_with_payload, plausible
from analyzer.decryption.suites import Encryption, Integrity, SuiteIds, encryption, integrity

_GENERIC_HEADER = 4
_FRAGMENT_HEADER = 8
# of several rows' failures the one that says most about the message is reported
_REPORTED_FIRST: tuple[Failure, ...] = (
    "padding",
    "encryption-key",
    "implausible",
    "wrong-key",
    "length",
    "key-length",
    "unknown-algorithm",
    "truncated",
    "no-keys",
)


class _Sealed(NamedTuple):
    """An encrypted payload taken apart as far as it can be without its algorithms."""

    covered: bytes  # message up to the end of the payload: what an ICV covers, and the ICV
    header_end: int  # where the IV begins
    first_payload: int | None  # type of the first payload inside; None: inside a later fragment, which begins anywhere


def open_sk(
    message: bytes,
    offset: int,
    rows: Sequence[Ikev2Keys],
    *,
    from_initiator: bool,
    suite: SuiteIds | None,
    fragment: bool = False,
) -> Opened:
    """Open the SK (or, with `fragment`, the SKF) payload whose generic header begins at `offset` of the message.

    rows: all keys known for this SPI pair; each is tried, first with the suite seen in the capture, then with the
    algorithms that the row itself names. from_initiator: sent by the IKE SA's original initiator (the header's I
    flag): SK_ei and SK_ai, else SK_er and SK_ar. Plaintext: the payloads inside without padding; of a fragment its
    part of them.
    """
    if not rows:
        return Opened(None, failure="no-keys")
    sealed = _take_apart(message, offset, fragment)
    if isinstance(sealed, Opened):
        return sealed
    failures: set[Failure] = set()
    for row in rows:
        sk_e, sk_a = (row.sk_ei, row.sk_ai) if from_initiator else (row.sk_er, row.sk_ar)
        for cipher, check in _methods(row, suite):
            opened = _open(sealed, cipher, check, sk_e, sk_a)
            if opened.failure is not None:
                failures.add(opened.failure)
            elif cipher.aead or fragment or _fits(opened.plaintext or b"", sealed.first_payload):
                return opened
            else:
                failures.add("encryption-key")  # SK_a is this SA's, and SK_e is not
    return Opened(None, failure=next((f for f in _REPORTED_FIRST if f in failures), "unknown-algorithm"))


def opens_with(suite: SuiteIds | None, plaintext: bytes, first_payload: int) -> bool:
    """What fragments make together is what was sealed: with an integrity key of its own SK_e may be another SA's."""
    cipher = encryption(2, suite.encryption_id) if suite is not None else None
    return cipher is None or cipher.aead or _fits(plaintext, first_payload)


def _fits(plaintext: bytes, first_payload: int | None) -> bool:
    """The bytes begin with a payload, or are none where none is announced."""
    return begins_with_payload(plaintext) if first_payload else not plaintext


def _take_apart(message: bytes, offset: int, fragment: bool) -> _Sealed | Opened:
    header = _FRAGMENT_HEADER if fragment else _GENERIC_HEADER
    if offset < 0 or offset + header > len(message):
        return Opened(None, failure="truncated")
    length = int.from_bytes(message[offset + 2 : offset + 4])
    if length < header:
        return Opened(None, failure="length")
    if offset + length > len(message):
        return Opened(None, failure="truncated")
    later = fragment and int.from_bytes(message[offset + 4 : offset + 6]) != 1
    return _Sealed(message[: offset + length], offset + header, None if later else message[offset])


def _methods(row: Ikev2Keys, suite: SuiteIds | None) -> Iterator[tuple[Encryption, Integrity | None]]:
    """Algorithms to try with a row: the negotiated ones, then the row's own where they differ."""
    negotiated = encryption(2, suite.encryption_id) if suite is not None else None
    first = None
    if suite is not None and negotiated is not None:
        first = (negotiated, integrity(suite.integrity_id))
        yield first
    if row.encryption is not None and (row.encryption, row.integrity) != first:
        yield row.encryption, row.integrity


def _open(sealed: _Sealed, cipher: Encryption, check: Integrity | None, sk_e: bytes, sk_a: bytes) -> Opened:
    key, salt = sk_e[: len(sk_e) - cipher.salt_bytes], sk_e[len(sk_e) - cipher.salt_bytes :]
    if len(sk_e) < cipher.salt_bytes or len(key) not in cipher.key_sizes:
        return Opened(None, failure="key-length")
    from analyzer.decryption import ciphers  # noqa: PLC0415  (the library behind it is not needed without keys)

    try:
        if cipher.aead:
            return _open_aead(sealed, cipher, key, salt)
        if check is None:
            return Opened(None, failure="unknown-algorithm")
        return _open_plain(sealed, cipher, check, (key, salt, sk_a))
    except (ciphers.UnsupportedAlgorithm, ValueError):  # a cipher or key that this build of the library does not take
        return Opened(None, failure="unknown-algorithm")


def _open_aead(sealed: _Sealed, cipher: Encryption, key: bytes, salt: bytes) -> Opened:
    from analyzer.decryption import ciphers  # noqa: PLC0415

    begin = sealed.header_end + cipher.iv_bytes
    if len(sealed.covered) < begin + cipher.icv_bytes + 1:
        return Opened(None, failure="length")
    iv = sealed.covered[sealed.header_end : begin]
    plaintext = ciphers.open_aead(cipher, key, salt + iv, sealed.covered[begin:], sealed.covered[: sealed.header_end])
    if plaintext is None:
        return Opened(None, failure="wrong-key")
    return _without_padding(plaintext, verified=True, first_payload=sealed.first_payload)


def _open_plain(sealed: _Sealed, cipher: Encryption, check: Integrity, keys: tuple[bytes, bytes, bytes]) -> Opened:
    """Cipher and integrity algorithm apart. The ICV is checked first, if there is a key to check it with."""
    from analyzer.decryption import ciphers  # noqa: PLC0415

    key, salt, sk_a = keys
    begin, end = sealed.header_end + cipher.iv_bytes, len(sealed.covered) - check.icv_bytes
    if end - begin < 1 or (end - begin) % cipher.block_bytes:
        return Opened(None, failure="length")
    checkable = check.mac not in ("none", "unchecked") and bool(sk_a)
    if checkable:
        if len(sk_a) != check.key_bytes:
            return Opened(None, failure="key-length")
        if not hmac.compare_digest(ciphers.mac(check, sk_a, sealed.covered[:end]), sealed.covered[end:]):
            return Opened(None, failure="wrong-key")
    iv = sealed.covered[sealed.header_end : begin]
    plaintext = ciphers.decrypt(cipher, key, salt, iv, sealed.covered[begin:end])
    return _without_padding(plaintext, verified=checkable, first_payload=sealed.first_payload)


def _without_padding(plaintext: bytes, *, verified: bool, first_payload: int | None) -> Opened:
    kept = len(plaintext) - 1 - plaintext[-1]
    if kept < 0:
        return Opened(None, failure="padding" if verified else "implausible")
    inside = plaintext[:kept]
    if not verified and first_payload is not None and not plausible(inside, first_payload, 2):
        return Opened(None, failure="implausible")
    return Opened(inside, verified=verified)
