"""Captures of SAs at chosen times, as files: nothing here uses the code under test."""

import struct
from collections.abc import Iterable
from pathlib import Path

from tests.capture.packets import HOST_A, HOST_B, ethernet, ipv4, isakmp, udp

START = 1_700_000_000.0
REQUEST, RESPONSE = 8, 0x20
INIT, AUTH, INFORMATIONAL = 34, 35, 37
Packet = tuple[float, bytes]


def spi(number: int) -> bytes:
    return b"\xa5" + number.to_bytes(7, "big")


def message(
    exchange: int = INFORMATIONAL,
    number: int = 0,
    *,
    sa: int = 1,
    answered: bool = True,
    response: bool = False,
    ident: int = 0,
    hosts: tuple[str, str] = (HOST_A, HOST_B),
    body: bytes = b"",
) -> bytes:
    """A frame. answered: with a responder's SPI. ident: of the IP packet. number: of the message, in its bytes too."""
    responder = spi(sa | 1 << 40) if answered else bytes(8)
    flags = RESPONSE if response else REQUEST
    payload = isakmp(
        body or struct.pack(">IIII", number, exchange, flags, sa) * 3,
        exchange=exchange,
        flags=flags,
        message_id=number,
        initiator=spi(sa),
        responder=responder,
    )
    source, destination = hosts[::-1] if response else hosts
    return ethernet(ipv4(17, udp(500, 500, payload), source, destination, identification=ident))


def negotiation(at: float, sa: int = 1, ident: int = 0, **more: tuple[str, str]) -> list[Packet]:
    """IKE_SA_INIT and IKE_AUTH, a tenth of a second from one message to the next. ident: of the first packet, or 0."""
    steps = [(INIT, 0, False, False), (INIT, 0, True, True), (AUTH, 1, True, False), (AUTH, 1, True, True)]
    return [
        (
            at + place / 10,
            message(
                exchange, number, sa=sa, answered=answered, response=response, ident=ident and ident + place, **more
            ),
        )
        for place, (exchange, number, answered, response) in enumerate(steps)
    ]


def checks(times: Iterable[float], sa: int = 1, first: int = 2) -> list[Packet]:
    """Requests of an SA that is up."""
    return [(at, message(INFORMATIONAL, number, sa=sa)) for number, at in enumerate(times, first)]


def noise(times: Iterable[float]) -> list[Packet]:
    """Packets without IKE."""
    return [(at, ethernet(ipv4(17, udp(53, 5353, b"no IKE")))) for at in times]


def write(path: Path, packets: Iterable[Packet], link_type: int = 1) -> str:
    """A pcap file with these packets, seconds after START; its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    out = [struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, link_type)]
    for at, frame in packets:
        time = int(START) * 10**9 + round(at * 1e9)
        out += (struct.pack("<IIII", time // 10**9, time % 10**9, len(frame), len(frame)), frame)
    path.write_bytes(b"".join(out))
    return str(path)
