"""Opened: what came of trying to decrypt one message; and the test of plaintexts that nothing protects."""

from dataclasses import dataclass
from typing import Literal

from analyzer.isakmp.numbers import PayloadV1, PayloadV2

Failure = Literal[
    "no-keys",  # no key row for this SA
    "truncated",  # bytes of the message are missing in the capture
    "length",  # too short for IV, ICV and padding, or not a multiple of the block
    "unknown-algorithm",  # not known which was chosen, or one that cannot be opened here
    "key-length",  # the row's keys do not have the length of the chosen algorithms
    "wrong-key",  # the integrity check fails: another SA's key, or damaged bytes
    "padding",  # the integrity check holds, the padding does not fit: the sender's fault
    "encryption-key",  # the integrity check has a key of its own and holds, and the plaintext begins with no payload
    "implausible",  # no integrity check exists, and the plaintext is no payload chain
]


@dataclass(slots=True, frozen=True)
class Opened:
    """One message's inside. `plaintext` is None when it could not be opened; `failure` then says why.

    verified: an integrity check was done and held. False with a plaintext: IKEv1 (which has none) or a key row
    without integrity key; the plaintext then is a plausible payload chain and nothing more.
    """

    plaintext: bytes | None
    verified: bool = False
    failure: Failure | None = None


_HEADER = 4
_LONGEST_PADDING = 255
_KNOWN_PAYLOADS = {
    # ISAKMP, GDOI, NAT-T; drafts' NAT-T and Cisco fragments in the private range
    1: frozenset([*range(PayloadV1.SA, PayloadV1.GAP + 1), *range(128, 138)]),
    2: frozenset(range(PayloadV2.SA, PayloadV2.PS + 1)),
}


def begins_with_payload(plaintext: bytes) -> bool:
    """The first generic header of IKEv2 fits: zero reserved bits, a length within the bytes. Garbage seldom has one."""
    length = int.from_bytes(plaintext[2:4])
    return len(plaintext) >= _HEADER and not plaintext[1] & 0x7F and _HEADER <= length <= len(plaintext)


def plausible(plaintext: bytes, first_payload: int, major_version: int) -> bool:
    """The bytes are a chain of this IKE version's payloads: known types, zero reserved bits, lengths that fit, padding.

    IKEv1 encrypts without integrity protection, so a wrong key yields garbage, not an error. One payload header of
    garbage passes by chance in less than one of 2000 cases (reserved byte, length, next type); a message has two or
    more.
    """
    known = _KNOWN_PAYLOADS.get(major_version, frozenset())
    next_payload, at = first_payload, 0
    while next_payload:
        if next_payload not in known or at + _HEADER > len(plaintext):
            return False
        length = int.from_bytes(plaintext[at + 2 : at + 4])
        reserved = plaintext[at + 1] & (0xFF if major_version == 1 else 0x7F)  # IKEv2: the top bit is Critical
        if reserved or length < _HEADER or at + length > len(plaintext):
            return False
        next_payload, at = plaintext[at], at + length
    return len(plaintext) - at <= _LONGEST_PADDING


def chain_length(plaintext: bytes, first_payload: int) -> int:
    """How many bytes of a `plausible` plaintext are payloads; what is behind them is padding."""
    next_payload, at = first_payload, 0
    while next_payload:
        next_payload, at = plaintext[at], at + int.from_bytes(plaintext[at + 2 : at + 4])
    return at
