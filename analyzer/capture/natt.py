"""What a UDP payload is: NAT keepalive, IKE with or without the non-ESP marker, or ESP (RFC 3948)."""

from collections.abc import Iterable

NON_ESP_MARKER = b"\0\0\0\0"
HEADER_LENGTH = 28
GDOI_PORT = 848
NAT_T_PORT = 4500  # RFC 3948 section 2

# How the payloads of a port are read. PLAIN ports carry IKE as it is (500, GDOI's 848); NAT_T ports carry IKE behind
# a marker, and ESP.
UNLISTED, PLAIN, NAT_T = 0, 1, 2

NOTHING, KEEPALIVE, IKE, MARKED_IKE, ESP = range(5)

# Version byte -> exchange types, flag bits and first payloads that name a message beyond doubt. (The registries that
# name everything else
# belong to the decoder.)
_KNOWN = {
    0x10: (frozenset((1, 2, 3, 4, 5, 6, 32, 33)), 0x07, frozenset((*range(1, 24), 130, 131, 132))),
    0x20: (frozenset(range(34, 45)), 0x38, frozenset(range(33, 55))),
}


def port_services(ports: Iterable[int]) -> dict[int, int]:
    """How each listed port's payloads are read.

    Of the listed ports only 500 is plain: a port somebody chose for NAT-T carries ESP too.
    """
    services = {port: PLAIN if port == 500 else NAT_T for port in ports}
    services[GDOI_PORT] = PLAIN
    return services


def is_isakmp(payload: bytes, length: int, at: int = 0) -> bool:
    """Whether payload[at:], `length - at` bytes on the wire, is ISAKMP beyond doubt (RFC 2408, RFC 7296 3.1)."""
    if len(payload) < at + HEADER_LENGTH:
        return False
    next_payload, version, exchange, flags = payload[at + 16 : at + 20]
    if version not in _KNOWN:
        return False
    exchanges, flag_bits, payloads = _KNOWN[version]
    return (
        exchange in exchanges
        and not flags & ~flag_bits
        # An empty chain is plausible only in a message that is a header and nothing else.
        and (next_payload in payloads or (next_payload == 0 and length - at == HEADER_LENGTH))
        and int.from_bytes(payload[at + 24 : at + 28], "big") == length - at
        and payload[at : at + 8] != b"\0\0\0\0\0\0\0\0"
    )


def classify(payload: bytes, length: int, service: int) -> int:
    """What a payload of `length` wire bytes is, of which `payload` was captured.

    MARKED_IKE: the message begins behind four bytes.

    Anything on a plain port is IKE, well formed or not; on a NAT-T port a payload without a marker is ESP unless it
    is beyond doubt ISAKMP; on other ports only what is beyond doubt counts.
    """
    if length == 1 and payload == b"\xff" and service != UNLISTED:
        return KEEPALIVE
    if payload[:4] == NON_ESP_MARKER:
        return MARKED_IKE if service == NAT_T or is_isakmp(payload, length, 4) else IKE if service == PLAIN else NOTHING
    if service == PLAIN:
        return IKE if length else NOTHING
    if is_isakmp(payload, length):
        return IKE
    return ESP if service == NAT_T and len(payload) >= 4 else NOTHING
