"""Key Download payload of GDOI (RFC 6407 section 5.6)."""

from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads.attribute import Attribute, read_attributes

COUNT = Layout(">HH", "number_of_key_packets", "reserved2=hex")
PACKET = Layout(">BBHB", "kd_type=gdoi-key-download-types", "reserved=hex", "kd_length", "spi_size")


class KeyPacket(NamedTuple):
    """Keys of one SA."""

    kd_type: int
    spi: bytes
    attributes: tuple[Attribute, ...]


class KeyDownload(NamedTuple):
    """The key packets."""

    packets: tuple[KeyPacket, ...]


def decode(cursor: Cursor) -> KeyDownload:
    """Decode a KD payload, as many key packets as there are bytes for."""
    count, _ = cursor.fields(COUNT)
    packets: list[KeyPacket] = []
    while len(packets) < count and cursor.more(packets, PACKET.size):
        cursor.begin("key_packet")
        kd_type, _, length, spi_size = cursor.fields(PACKET)
        if length < PACKET.size:
            expected = f"at least {PACKET.size} bytes of key packet"
            cursor.defect("wire-payload-length", expected, str(length), "no further key packets are read")
            cursor.end("gdoi-key-download-types", kd_type)
            break
        inner = cursor.sub(length - PACKET.size)
        spi = inner.take(spi_size, "spi")
        table = registry.values_table("gdoi-key-download-types", kd_type)
        packets.append(KeyPacket(kd_type, spi, read_attributes(inner, table)))
        cursor.end("gdoi-key-download-types", kd_type)
    if len(packets) != count:
        found = f"{len(packets)} key packets"
        cursor.defect("wire-packet-count", f"{count} key packets", found, "what is there is decoded", cursor.start)
    return KeyDownload(tuple(packets))
