"""One IKE message under other names: as long as it was, every length and number where it stood."""

import re
from typing import Final, NamedTuple

from analyzer.defects import Defect
from analyzer.isakmp import message
from analyzer.isakmp.header import FLAG_ENCRYPTION, SIZE
from analyzer.redact.nat import End, NatHashes
from analyzer.redact.pseudonyms import is_text
from analyzer.redact.spans import Field, Finder
from analyzer.redact.values import UNREAD, Values, is_nat_hash

_SPIS: Final = 16
_LEAST_TEXT: Final = 4
_ENVELOPES: Final = frozenset(("iv_ciphertext_icv", "ciphertext"))
_FRAGMENT: Final = "fragment_data"
# Drawn at random or encrypted, if the message is what it looks like
_RANDOM: Final = _ENVELOPES | frozenset(
    (
        *("initiator_spi", "responder_spi", "spi", "nonce_data", "key_exchange_data", "initialization_vector"),
        *("random", "public_key"),
    )
)
_KNOWN: Final = frozenset(("vendor_id", "notification_data"))  # which may be text that stays
# What looks like text among numbers is a name, read as what it is not. Random bytes have six such letters in a row
# once in some thousand bytes, twelve once in ten millions
_TEXT, _LONG_TEXT = re.compile(rb"[0-9A-Za-z_.@-]{6,}"), re.compile(rb"[0-9A-Za-z_.@-]{12,}")
_MOST_ICV: Final = 32  # bytes behind a payload chain: its checksum, or padding
_MOST_PAYLOADS: Final = 64
_FRAGMENT_HEAD: Final = 4  # bytes before it: fragment ID, number and flags


class Piece(NamedTuple):
    """A vendor's fragment of a larger message: bytes of this one that are bytes of that one."""

    offset: int
    size: int
    fragment_id: int
    number: int
    last: bool


class Redacted(NamedTuple):
    """What a message became.

    sealed: it has a body that stays encrypted. unread: bytes that became zeros, since nobody understands them,
    and of text that stands where numbers should.
    """

    data: bytes
    sealed: bool
    unread: int
    pieces: tuple[Piece, ...] = ()


class MessageRedactor:
    """Redacts messages."""

    def __init__(self, values: Values, hashes: NatHashes) -> None:
        self.values = values
        self.hashes = hashes

    def redact(self, data: bytes, missing: int = 0, ends: tuple[End, ...] = ()) -> Redacted:
        """One message. missing: bytes of it that the capture does not have; ends: of its packet, for its hashes."""
        if len(data) < SIZE:
            return Redacted(self._beginning(data, cut=missing > 0), sealed=False, unread=0)
        defects: list[Defect] = []
        cursor = Finder(data, 0, defects)
        found = message.read(cursor, missing)
        if found.major_version not in (1, 2):
            return self._of_no_version(data)
        fields = [inner for field in cursor.found for inner in self._opened(cursor, field)]
        spis, version = data[:_SPIS], found.major_version
        out, numbers, kept = (bytearray(len(data)) for _ in range(3))
        unread, pieces = 0, []
        for field in fields:
            start, end = field.offset, field.offset + field.size
            old = data[start:end]
            if field.name == _FRAGMENT:
                pieces.append(_piece(data, field))
            elif is_nat_hash(field):
                out[start:end] = self.hashes.replace(version, spis, old, ends)
            else:
                out[start:end] = self.values.replace(field, old, cut=missing > 0 and end == len(data))
                unread += field.size if field.name in UNREAD and any(old) else 0
                if out[start:end] == old and field.name not in _KNOWN:
                    kept[start:end] = old
                    numbers[start:end] = old if field.name not in _RANDOM else bytes(len(old))
        for run in (*_TEXT.finditer(numbers), *_LONG_TEXT.finditer(kept)):
            out[run.start() : run.end()] = self.values.names.text(run.group())
            unread += len(run.group())
        sealed = any(field.name in _ENVELOPES for field in fields)
        return Redacted(bytes(out), sealed, unread, tuple(pieces))

    def _opened(self, cursor: Finder, field: Field) -> list[Field]:
        """The fields of a body that says it is encrypted and is not, as under ENCR_NULL: a payload chain to its end."""
        if field.name not in _ENVELOPES:
            return [field]
        data, end = cursor.data, field.offset + field.size
        first = data[16] if cursor.major_version == 1 else data[field.offset - 4]
        behind = _chain_end(data, field.offset, end, first)
        if behind is None:
            return [field]
        inner = Finder(data, 0, [], cursor.major_version)
        inner.start = inner.position = field.offset
        inner.stop = behind
        message.read_payloads(inner, first)
        return [*inner.found, Field(behind, end - behind, "icv", number=True)]

    def _beginning(self, data: bytes, *, cut: bool) -> bytes:
        """Less than a header: of one that the capture cuts what is there; else it may be anything."""
        return data if cut or len(data) < _LEAST_TEXT or not is_text(data) else self.values.names.text(data)

    def _of_no_version(self, data: bytes) -> Redacted:
        """A header of a version that nobody knows, and zeros: who sends text to port 500 sends no SPIs."""
        head = self._beginning(data[:SIZE], cut=False)
        return Redacted(head + bytes(len(data) - SIZE), sealed=False, unread=len(data) - SIZE)


def is_sealed(data: bytes) -> bool:
    """Whether an IKEv1 message is encrypted behind its header."""
    return len(data) >= SIZE and data[17] >> 4 == 1 and bool(data[19] & FLAG_ENCRYPTION)


def _piece(data: bytes, field: Field) -> Piece:
    at = field.offset
    head = data[max(at - _FRAGMENT_HEAD, 0) : at]
    if len(head) < _FRAGMENT_HEAD:
        return Piece(at, field.size, 0, 0, last=False)
    return Piece(at, field.size, int.from_bytes(head[:2], "big"), head[2], last=bool(head[3] & 1))


def _chain_end(data: bytes, start: int, end: int, payload_type: int) -> int | None:
    """Where a payload chain ends that fills these bytes but for an ICV; None: there is none."""
    for _ in range(_MOST_PAYLOADS):
        if not payload_type:
            return start if end - start <= _MOST_ICV else None
        if start + 4 > end or data[start + 1] & 0x7F:
            return None
        length = int.from_bytes(data[start + 2 : start + 4], "big")
        if length < 4 or start + length > end:
            return None
        payload_type, start = data[start], start + length
    return None
