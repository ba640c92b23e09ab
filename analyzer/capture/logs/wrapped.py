"""A message of a log as a packet that other programs read: IP and UDP headers are made around it."""

from struct import pack

from analyzer.capture.decoder import Packet
from analyzer.capture.logs.frames import RAW
from analyzer.capture.network import UDP

_HOPS = 64


def wrapped(packet: Packet) -> Packet:
    """With headers of our own, where it has none: only addresses, ports and lengths in them are the log's."""
    if packet.sent is None:
        return packet
    pair, ports = packet.sent.key[:-4], packet.sent.key[-4:]
    datagram = ports + pack(">HH", min(len(packet.data) + 8, 0xFFFF), 0) + packet.data
    if len(pair) == 32:
        header = pack(">IHBB", 6 << 28, min(len(datagram), 0xFFFF), UDP, _HOPS) + pair
    else:
        start = pack(">BBHHHBB", 0x45, 0, min(len(datagram) + 20, 0xFFFF), 0, 0, _HOPS, UDP)
        header = start + _checksum(start + b"\0\0" + pair) + pair
    data = header + datagram
    return packet._replace(link_type=RAW, data=data, original_length=len(data), sent=None)


def _checksum(header: bytes) -> bytes:
    """RFC 1071."""
    total = sum(int.from_bytes(header[at : at + 2], "big") for at in range(0, len(header), 2))
    total = (total & 0xFFFF) + (total >> 16)
    return ((total & 0xFFFF) + (total >> 16) ^ 0xFFFF).to_bytes(2, "big")
