"""The ISAKMP header (RFC 2408 section 3.1, RFC 7296 section 3.1) and the rules both versions set for it."""

from collections.abc import Sequence
from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.numbers import ExchangeV1, ExchangeV2, PayloadV2

HEADER = Layout(
    ">8s8sBBBBII",
    "initiator_spi",
    "responder_spi",
    "next_payload",
    "version=hex",
    "exchange_type",
    "flags=hex",
    "message_id=hex",
    "length",
)
SIZE = HEADER.size
FLAG_ENCRYPTION = 0x01  # IKEv1
FLAG_INITIATOR = 0x08  # IKEv2
FLAG_RESPONSE = 0x20  # IKEv2
NO_SPI = bytes(8)

FLAG_VERSION = 0x10  # RFC 7296: the sender can speak a higher major version; of IKEv1, that it speaks IKEv2

_KNOWN_FLAGS = {1: 0x07, 2: 0x28}
_VERSION_OFFSET = 17
_EXCHANGE_OFFSET = 18
_FLAGS_OFFSET = 19
# Payloads that stand in clear in IKE_SA_INIT and IKE_SESSION_RESUME only (RFC 7296 section 1.2), and in no error
PROTECTED_PAYLOADS = frozenset(
    map(
        int,
        (
            PayloadV2.SA,
            PayloadV2.KE,
            PayloadV2.IDI,
            PayloadV2.IDR,
            PayloadV2.CERT,
            PayloadV2.CERTREQ,
            PayloadV2.AUTH,
            PayloadV2.TSI,
            PayloadV2.TSR,
            PayloadV2.CP,
            PayloadV2.EAP,
        ),
    )
)
_IN_CLEAR = frozenset(map(int, (ExchangeV2.IKE_SA_INIT, ExchangeV2.IKE_SESSION_RESUME)))
_OF_DOIS = range(34, 240)  # exchange types of IKEv1 left to domains of interpretation, which use one of them
_EXCHANGES = {
    1: (*range(34), int(ExchangeV1.GROUPKEY_PUSH_ACK), *range(240, 256)),
    2: range(ExchangeV2.IKE_SA_INIT, 256),
}
# Version, exchange type and flags that break no rule: few thousands
REGULAR = frozenset(
    (version << 4, exchange_type, flags)
    for version, known in _KNOWN_FLAGS.items()
    for flags in range(known + 1)
    if not flags & ~known
    for exchange_type in _EXCHANGES[version]
)


class Violation(NamedTuple):
    """A header rule that was broken, found from single bytes of the header alone."""

    kind: str
    offset: int
    expected: str
    found: str
    effect: str


def violations(version: int, exchange_type: int, flags: int) -> tuple[Violation, ...]:
    """Broken rules of version, exchange type and flags; empty for nearly all messages."""
    major, minor = version >> 4, version & 15
    if major not in _KNOWN_FLAGS:
        return (
            Violation(
                "wire-version", _VERSION_OFFSET, "major version 1 or 2", f"{major}.{minor}", "payload chain not walked"
            ),
        )
    found = []
    if minor:
        found.append(
            Violation(
                "wire-version", _VERSION_OFFSET, "minor version 0", f"{major}.{minor}", "decoded as minor version 0"
            )
        )
    if flags & FLAG_VERSION:
        found.append(Violation("wire-version-flag", _FLAGS_OFFSET, "flag V clear", "set", "ignored"))
    unknown = flags & ~(_KNOWN_FLAGS[major] | FLAG_VERSION)
    if unknown:
        found.append(
            Violation("wire-reserved-bits", _FLAGS_OFFSET, "reserved flags clear", f"0x{unknown:02x} set", "ignored")
        )
    if major == 2 and exchange_type < ExchangeV2.IKE_SA_INIT:
        found.append(
            Violation(
                "wire-exchange-type", _EXCHANGE_OFFSET, "an IKEv2 exchange type", str(exchange_type), "decoded as IKEv2"
            )
        )
    if major == 1 and exchange_type in _OF_DOIS and exchange_type != ExchangeV1.GROUPKEY_PUSH_ACK:
        found.append(
            Violation(
                "wire-exchange-type", _EXCHANGE_OFFSET, "an IKEv1 exchange type", str(exchange_type), "decoded as IKEv1"
            )
        )
    return tuple(found)


def check_envelope(cursor: Cursor, exchange_type: int, payload_types: Sequence[int]) -> None:
    """Note IKEv2's payloads in clear that have to be encrypted. They are decoded: a dump of what was decrypted."""
    if exchange_type in _IN_CLEAR or exchange_type not in _EXCHANGES[2]:
        return
    bare = [kind for kind in payload_types if kind in PROTECTED_PAYLOADS]
    if bare:
        names = ", ".join(registry.payload_name(2, kind) for kind in dict.fromkeys(bare))
        effect = "in clear what must be encrypted: read, but nothing protects it"
        cursor.defect("wire-not-encrypted", "an Encrypted payload around all others", f"{names} in clear", effect, SIZE)


def check(cursor: Cursor, version: int, exchange_type: int, flags: int) -> None:
    """Turn the broken rules into defects of the message under `cursor`."""
    for kind, offset, expected, instead, effect in violations(version, exchange_type, flags):
        cursor.defect(kind, expected, instead, effect, offset)
