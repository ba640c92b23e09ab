"""UDP payloads, ESP and AH: handed on as datagrams or booked in the ledger. Both readers, the fast and the careful one, end here."""

from collections.abc import Iterable

from analyzer.capture import natt
from analyzer.capture.addresses import pair_text
from analyzer.capture.damage import Damage
from analyzer.capture.datagram import Datagram
from analyzer.capture.ledger import NO_PORTS, EspPacket, Ledger
from analyzer.capture.network import IpPacket
from analyzer.capture.span import Span


class Transport:
    """Tells IKE, ESP and keepalives apart and books them."""

    def __init__(self, ports: Iterable[int], ledger: Ledger, damage: Damage) -> None:
        self._services = natt.port_services(ports)
        self.ledger = ledger
        self.damage = damage

    def service(self, ports: bytes) -> int:
        """How payloads between two ports (packed, source first) are read. Either port counts: a NAT may have changed the other."""
        source = self._services.get(int.from_bytes(ports[:2], "big"), natt.UNLISTED)
        destination = self._services.get(int.from_bytes(ports[2:], "big"), natt.UNLISTED)
        if natt.PLAIN in (source, destination):
            return natt.PLAIN
        return source or destination

    def udp(
        self, frame_number: int, time_ns: int | None, key: bytes, payload: bytes, missing: int, offset: int | None
    ) -> Datagram | None:  # noqa: PLR0913 (the hot path: no object for what becomes one)
        """Read one UDP payload. key: packed address pair and ports; offset: of the payload in the frame, None if it is not in one frame."""
        length = len(payload) + missing
        kind = natt.classify(payload, length, self.service(key[-4:]))
        if kind == natt.IKE or kind == natt.MARKED_IKE:  # noqa: PLR1714 (faster than a membership test)
            transport = "udp"
            if kind == natt.MARKED_IKE:
                transport, payload = "udp-4500", payload[4:]
                offset = None if offset is None else offset + 4
            self.ledger.message(transport, key, frame_number, length)
            return self.datagram(frame_number, time_ns, transport, key, payload, offset, missing)
        if kind == natt.ESP:
            self.esp(frame_number, time_ns, "udp", key, payload, length)
        elif kind == natt.KEEPALIVE:
            self.ledger.keepalive("udp", key, frame_number)
        return None

    def datagram(
        self,
        frame_number: int,
        time_ns: int | None,
        transport: str,
        key: bytes,
        payload: bytes,
        offset: int | None,
        missing: int,
    ) -> Datagram:  # noqa: PLR0913 (the fields of a Datagram)
        """The datagram of an IKE message, its cut recorded."""
        source, destination = pair_text(key[:-4])
        if missing:
            expected, found = f"{len(payload) + missing} bytes", f"{len(payload)} captured"
            self.damage.add(
                "capture-cut-datagram",
                offset or 0,
                expected,
                found,
                "the end of the message cannot be read",
                frame_number,
            )
        return Datagram(
            frame_number,
            time_ns,
            transport,
            source,
            int.from_bytes(key[-4:-2], "big"),
            destination,
            int.from_bytes(key[-2:], "big"),
            payload,
            offset,
            missing,
        )

    def esp(
        self, frame_number: int, time_ns: int | None, encapsulation: str, key: bytes, payload: bytes, length: int
    ) -> None:  # noqa: PLR0913 (the fields of an EspPacket)
        """Book an ESP packet of which at least the SPI was captured (RFC 4303 section 2)."""
        sequence = int.from_bytes(payload[4:8], "big") if len(payload) >= 8 else None
        self.ledger.esp(EspPacket(frame_number, time_ns, encapsulation, key, payload[:4], sequence, length))

    def ip_esp(self, frame_number: int, time_ns: int | None, packet: IpPacket) -> None:
        """Book an ESP packet directly in IP."""
        span = packet.payload
        if span.captured >= 4:
            payload = bytes(span.data[span.start : min(span.start + 8, span.end)])
            self.esp(frame_number, time_ns, "esp", packet.pair + NO_PORTS, payload, span.wire_length)

    def ip_ah(self, frame_number: int, time_ns: int | None, packet: IpPacket) -> IpPacket | None:
        """Book an AH packet (RFC 4302 section 2); what it protects, if that is captured."""
        span = packet.payload
        if span.captured < 8:
            return None
        header = bytes(span.data[span.start : min(span.start + 12, span.end)])
        sequence = int.from_bytes(header[8:], "big") if len(header) == 12 else None
        event = EspPacket(frame_number, time_ns, "ah", packet.pair + NO_PORTS, header[4:8], sequence, span.wire_length)
        self.ledger.esp(event)
        size = (header[1] + 2) * 4
        if size < 12 or span.captured < size:
            return None
        return IpPacket(packet.pair, header[0], span.skip(size), None)

    def udp_payload(self, frame_number: int, packet: IpPacket) -> tuple[bytes, Span] | None:
        """Key (address pair and ports) and payload of a UDP packet; a length field smaller than what IP carries ends the payload there."""
        span = packet.payload
        if span.captured < 8:
            return None
        key = packet.pair + bytes(span.data[span.start : span.start + 4])
        length = int.from_bytes(span.data[span.start + 4 : span.start + 6], "big")
        if length >= 8:
            return key, span.part(8, length - 8)
        if length:  # 0: of a jumbogram (RFC 2675), or of a segmented one
            self.damage.add(
                "wire-udp-length",
                span.start + 4,
                "a UDP length of at least 8",
                str(length),
                "IP's length is used",
                frame_number,
            )
        return key, span.skip(8)
