"""A datagram's bytes become a Message: header, payload chain, defects. Nothing raises for bad bytes."""

import struct
from typing import NamedTuple

from analyzer.defects import Defect
from analyzer.isakmp import chain, header
from analyzer.isakmp.chain import Payload
from analyzer.isakmp.cursor import CAPTURE_TRUNCATED, Cursor, ShortError, build
from analyzer.isakmp.memory import NOTHING, Memory
from analyzer.isakmp.numbers import ExchangeV2, NotifyV2
from analyzer.isakmp.payloads.ikev2.encrypted import Encrypted
from analyzer.isakmp.payloads.notify import Notify

_SEALED = struct.Struct(">8s8sBBBBIIBBH")  # ISAKMP header, and IKEv2's header of the one payload
_VERSION, _EXCHANGE_TYPE, _FLAGS = 3, 4, 5  # places among the header's fields
_NO_FIRST = (CAPTURE_TRUNCATED, "wire-payload-length")
MOST_PADDING = 256  # bytes behind an IKEv1 chain that fill the cipher's last blocks


class Message(NamedTuple):
    """One ISAKMP message, IKEv1 (RFC 2408) or IKEv2 (RFC 7296).

    SPIs are 16 lower-case hex digits (IKEv1 calls them cookies). `length` is the header's field as it is. `encrypted`:
    IKEv1 flag E, or an SK or SKF payload, even one of which the capture holds nothing. `ciphertext`: of IKEv1 with flag
    E, the bytes after the header. `trailing`: bytes behind the header's length. `header_ok` False: fewer than 28 bytes;
    the SPIs hold what there is of them, and numbers that are not there are 0, as `length` always is then.
    """

    initiator_spi: str
    responder_spi: str
    next_payload: int
    major_version: int
    minor_version: int
    exchange_type: int
    flags: int
    message_id: int
    length: int
    payloads: tuple[Payload, ...]
    defects: tuple[Defect, ...]
    encrypted: bool
    ciphertext: bytes | None
    trailing: int
    header_ok: bool

    @property
    def payload_types(self) -> tuple[int, ...]:
        """Types of the top-level payloads in wire order; empty for an encrypted IKEv1 message."""
        return tuple([payload.type for payload in self.payloads])

    @property
    def announced(self) -> tuple[int, ...]:
        """Where no payload could be read, for it was cut or its length cannot be: what the header says of the first."""
        if self.payloads or not self.next_payload or self.ciphertext is not None:
            return ()
        return (self.next_payload,) if any(defect.kind in _NO_FIRST for defect in self.defects) else ()

    @property
    def is_response(self) -> bool | None:
        """IKEv2's R flag; None for IKEv1, which has none."""
        return bool(self.flags & header.FLAG_RESPONSE) if self.major_version == 2 else None

    @property
    def is_initiator(self) -> bool | None:
        """IKEv2's I flag: the sender is the IKE SA's original initiator; None for IKEv1."""
        return bool(self.flags & header.FLAG_INITIATOR) if self.major_version == 2 else None

    def first(self, payload_type: int) -> object | None:
        """Body of the first payload of this type."""
        for payload in self.payloads:
            if payload.type == payload_type:
                return payload.body
        return None

    def all(self, payload_type: int) -> list[object]:
        """Bodies of all payloads of this type, in wire order."""
        return [payload.body for payload in self.payloads if payload.type == payload_type]


def decode(data: bytes, missing: int = 0, memory: Memory = NOTHING) -> Message:
    """Decode one datagram's payload.

    missing: bytes of it that the capture does not hold. memory: what this run has decoded before.
    """
    return _sealed(data) or read(Cursor(data, 0, [], 0, memory), missing)


def undecoded(data: bytes, defect: Defect) -> Message:
    """What stands for a message that could not be decoded: its SPIs, and why."""
    return Message(data[:8].hex(), data[8:16].hex(), 0, 0, 0, 0, 0, 0, 0, (), (defect,), False, None, 0, False)


def _sealed(data: bytes) -> Message | None:
    """What most messages are, read at once: a header and what is encrypted, both without any fault. None: read it."""
    size = len(data)
    if size < _SEALED.size:
        return None
    initiator, responder, first, version, exchange, flags, message_id, length, inner, reserved, announced = (
        _SEALED.unpack_from(data)
    )
    if length != size or header.NO_SPI in (initiator, responder) or (version, exchange, flags) not in header.REGULAR:
        return None
    head = initiator.hex(), responder.hex(), first, version >> 4, 0, exchange, flags, message_id, length
    if version == 0x20 and first == chain.SK and not reserved and announced == size - header.SIZE:
        body = build(Encrypted, (inner, data[_SEALED.size :]))
        payload = build(Payload, (chain.SK, False, announced, header.SIZE, body))
        return build(Message, (*head, (payload,), (), True, None, 0, True))
    if version == 0x10 and flags & header.FLAG_ENCRYPTION:
        return build(Message, (*head, (), (), True, data[header.SIZE :], 0, True))
    return None


def decode_payloads(
    data: bytes, first_payload: int, major_version: int, base: int = 0, memory: Memory = NOTHING
) -> tuple[tuple[Payload, ...], tuple[Defect, ...]]:
    """Decode a payload chain that came out of decryption. `base` is the offset that data[0] is given."""
    cursor = Cursor(data, base, [], major_version, memory)
    return read_payloads(cursor, first_payload), tuple(cursor.defects)


def read_payloads(cursor: Cursor, first_payload: int) -> tuple[Payload, ...]:
    """Read a decrypted chain with either cursor. IKEv1 leaves the cipher's padding behind its chain."""
    payloads = chain.walk(cursor, first_payload)
    if cursor.major_version == 1 and cursor.remaining <= MOST_PADDING:
        cursor.rest("padding")
    else:
        cursor.finish("payload chain")
    return payloads


def read(cursor: Cursor, missing: int = 0) -> Message:
    """Read a whole message with either cursor."""
    try:
        initiator_spi, responder_spi, first, version, exchange_type, flags, message_id, length = cursor.fields(
            header.HEADER
        )
    except ShortError:
        return _without_header(cursor, missing)
    major = cursor.major_version = version >> 4
    if cursor.recording:
        _explain_header(cursor, major)
    size = cursor.size
    body = cursor if length == size else _bounded(cursor, length, size, missing)
    if (version, exchange_type, flags) not in header.REGULAR:
        header.check(cursor, version, exchange_type, flags)
    payloads: tuple[Payload, ...] = ()
    ciphertext = None
    encrypted = False
    if major == 2:
        payloads = chain.walk(body, first, exchange_type)
        encrypted = (payloads[-1].type if payloads else missing and first) in chain.ENVELOPES
        if not encrypted and payloads:
            header.check_envelope(cursor, exchange_type, [p.type for p in payloads])
    elif major == 1:
        encrypted = bool(flags & header.FLAG_ENCRYPTION)
        if encrypted:
            ciphertext = body.rest("ciphertext", chain.read_sealed, exchange_type)
        else:
            payloads = chain.walk(body, first, exchange_type)
    if header.NO_SPI in (initiator_spi, responder_spi):
        outside = _is_outside(major, exchange_type, payloads)
        _check_zeros(cursor, initiator_spi, encrypted=encrypted, outside=outside)
    if body.position < body.stop:
        _left_over(body, major)
    if body is not cursor and cursor.position < size:
        cursor.rest("bytes_after_message")
    return build(
        Message,
        (
            initiator_spi.hex(),
            responder_spi.hex(),
            first,
            major,
            version & 15,
            exchange_type,
            flags,
            message_id,
            length,
            payloads,
            tuple(cursor.defects),
            encrypted,
            ciphertext,
            size - length if header.SIZE <= length < size else 0,
            True,
        ),
    )


def _check_zeros(cursor: Cursor, initiator_spi: bytes, *, encrypted: bool, outside: bool) -> None:
    """One SPI is zero at least. Keys need both; `outside`: the message is of no IKE SA, and may have none."""
    if initiator_spi == header.NO_SPI and not outside:
        cursor.defect("wire-zero-spi", "an initiator SPI other than zero", "zero", "decoded anyway", 0)
    elif encrypted and initiator_spi != header.NO_SPI:
        expected = "a responder SPI other than zero in an encrypted message"
        cursor.defect("wire-zero-spi", expected, "zero", "decoded anyway", len(initiator_spi))


def _is_outside(major: int, exchange_type: int, payloads: tuple[Payload, ...]) -> bool:
    """INVALID_SPI in clear: its SPIs say nothing, and may be zero (RFC 7296 section 1.5)."""
    bodies = (p.body for p in payloads) if (major, exchange_type) == (2, ExchangeV2.INFORMATIONAL) else ()
    return any(isinstance(body, Notify) and body.notify_type == NotifyV2.INVALID_SPI for body in bodies)


def _without_header(cursor: Cursor, missing: int) -> Message:
    """What there is of a header that is not whole: cut by the capture, or sent so."""
    expected, found = f"{header.SIZE} bytes of ISAKMP header", f"{cursor.size} bytes"
    if missing:
        found += f", {missing} missing in the capture"
    effect = "of the header only what is there is read, of the message nothing"
    cursor.defect(CAPTURE_TRUNCATED if missing else "wire-header-short", expected, found, effect, 0)
    there = header.HEADER.whole(cursor.data, cursor.position, cursor.stop)
    if cursor.recording and len(there) > _VERSION:
        _explain_header(cursor, there[_VERSION] >> 4, len(there))
    initiator, responder = cursor.data[:8].hex(), cursor.data[8:16].hex()
    first, version, exchange_type, flags, message_id = (*there[2:], *(0,) * 5)[:5]
    cursor.position += sum(size for _, size in header.HEADER.spans()[: len(there)])
    cursor.rest("header_bytes")
    numbers = first, version >> 4, version & 15, exchange_type, flags, message_id, 0
    return Message(initiator, responder, *numbers, (), tuple(cursor.defects), False, None, 0, False)


def _bounded(cursor: Cursor, length: int, size: int, missing: int) -> Cursor:
    """The cursor over what the header's length says belongs to the message, where that is not the datagram's size."""
    whole = size + missing
    if not header.SIZE <= length <= whole:
        expected = f"{'' if whole == header.SIZE else '28 to '}{whole} bytes, the size of the datagram"
        cursor.defect("wire-length", expected, str(length), "read up to the end of the datagram", 24)
    if missing and (length > size or length < header.SIZE):
        found = f"{size} bytes, {missing} missing in the capture"
        cursor.defect(CAPTURE_TRUNCATED, f"{whole} bytes", found, "what was not captured is not decoded", size)
    if length > size or length < header.SIZE:
        return cursor.sub(size)
    expected, found = f"a datagram of {length} bytes, as the header says", f"{size - length} bytes more"
    cursor.defect("wire-trailing-bytes", expected, found, "the bytes are ignored", length)
    return cursor.sub(length - header.SIZE)


def _left_over(body: Cursor, major: int) -> None:
    if major in (1, 2):
        body.finish("payload chain")
    else:
        body.rest("undecoded_bytes")


def _explain_header(cursor: Cursor, major: int, fields: int = len(header.HEADER.fields)) -> None:
    """Say what the header's numbers mean. fields: how many of them are there, up to the version at least."""
    cursor.explain("version", "version")
    if major not in (1, 2):
        return
    cursor.explain("next_payload", f"ikev{major}-payload-types")
    if fields > _EXCHANGE_TYPE:
        cursor.explain("exchange_type", f"ikev{major}-exchange-types")
    if fields > _FLAGS:
        cursor.explain("flags", f"&ikev{major}-flags")
