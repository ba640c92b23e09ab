"""UDP payloads, ESP and AH: handed on as datagrams or booked in the ledger.

Both readers, the fast and the careful one, end here.
"""

from collections.abc import Iterable

from analyzer.capture import natt
from analyzer.capture.addresses import Addresses, reversed_key
from analyzer.capture.damage import Damage
from analyzer.capture.datagram import Datagram, Flow
from analyzer.capture.framing import Message
from analyzer.capture.ledger import ENCAPSULATIONS, NO_PORTS, EspPacket, Ledger
from analyzer.capture.network import IpPacket
from analyzer.capture.span import Span

MAX_PATHS = 8192
"""Directions of UDP flows in each half of the memory; the ledger remembers all flows."""

_new = tuple.__new__  # of a NamedTuple: half the time of its constructor, and a capture may hold millions of messages


_Ends = tuple[str, int, str, int]


class _Path:
    """What is remembered of the two directions between two UDP ends.

    forward, backward: the ends as a Datagram has them, once somebody asks (`named`); service: how payloads are read;
    flow: once there was IKE; client_is_source: whether forward is the direction that the flow's client sends in.
    """

    __slots__ = ("_key", "backward", "client_is_source", "flow", "forward", "service")

    def __init__(self, key: bytes, service: int) -> None:
        self._key = key
        self.forward: _Ends | None = None
        self.backward: _Ends | None = None
        self.service = service
        self.flow: Flow | None = None
        self.client_is_source = True

    def named(self, addresses: Addresses, *, is_forward: bool) -> _Ends:
        """The ends of one direction."""
        self.forward = source, source_port, destination, destination_port = _ends(self._key, addresses)
        self.backward = destination, destination_port, source, source_port
        return self.forward if is_forward else self.backward


def _ends(key: bytes, addresses: Addresses) -> _Ends:
    """The ends that a key of address pair and ports stands for."""
    source, destination = addresses.pair(key[:-4])
    return source, int.from_bytes(key[-4:-2], "big"), destination, int.from_bytes(key[-2:], "big")


class Transport:
    """Tells IKE, ESP and keepalives apart and books them."""

    def __init__(self, ports: Iterable[int], ledger: Ledger, damage: Damage) -> None:
        self._services = natt.port_services(ports)
        self._paths: dict[bytes, tuple[_Path, bool]] = {}  # by flow key; whether the key is of the forward direction
        self._older_paths: dict[bytes, tuple[_Path, bool]] = {}
        self.ledger = ledger
        self.damage = damage
        self.late = False  # reading what was captured before others: streams count packets in order, and not these

    def service(self, ports: bytes) -> int:
        """How payloads between two ports (packed, source first) are read.

        Either port counts: a NAT may have changed the other.
        """
        source = self._services.get(int.from_bytes(ports[:2], "big"), natt.UNLISTED)
        destination = self._services.get(int.from_bytes(ports[2:], "big"), natt.UNLISTED)
        if natt.PLAIN in (source, destination):
            return natt.PLAIN
        return source or destination

    def udp(
        self,
        frame_number: int,
        time_ns: int | None,
        key: bytes,
        payload: bytes,
        missing: int,
        offset: int | None,
        hop: bytes = b"",
    ) -> Datagram | None:
        """Read one UDP payload.

        key: packed address pair and ports; offset: of the payload in the frame, None if it is not in one frame; hop: as
        of a Datagram.
        """
        path, is_forward = self._paths.get(key) or self._recall(key)
        length = len(payload) + missing
        kind = natt.classify(payload, length, path.service)
        if kind == natt.ESP:
            self.esp(frame_number, time_ns, "udp", key, payload, length)
            return None
        if kind == natt.NOTHING:
            return None
        flow = path.flow
        if flow is None and self.ledger.counts:
            flow = self._flow(path, key, frame_number, is_forward=is_forward)
        if flow is not None:
            flow.last_frame = max(flow.last_frame, frame_number)  # a beginning comes late
            flow.bytes += length
        if kind == natt.KEEPALIVE:
            if flow is not None:
                flow.keepalive(frame_number, time_ns, from_client=path.client_is_source is is_forward)
            return None
        transport = "udp"
        if kind == natt.MARKED_IKE:
            if path.service == natt.PLAIN and not self._is_natt(key[-4:]):
                self._report_marker(frame_number, offset)
            transport, payload = "udp-4500", payload[4:]
            offset = None if offset is None else offset + 4
        if flow is not None:
            flow.messages += 1
            flow.messages_from_client += path.client_is_source is is_forward
            if kind == natt.MARKED_IKE:
                flow.transport = transport
        if missing:
            self._report_cut(frame_number, payload, missing, offset)
        ends = path.forward if is_forward else path.backward
        source, source_port, destination, destination_port = ends or path.named(
            self.ledger.addresses, is_forward=is_forward
        )
        return _new(
            Datagram,
            (
                frame_number,
                time_ns,
                transport,
                source,
                source_port,
                destination,
                destination_port,
                payload,
                offset,
                missing,
                hop,
            ),
        )

    def book(self, key: bytes, frame_numbers: tuple[int, int], count: int, length: int, marked: bool) -> None:
        """Book IKE messages of one direction together, as `udp` does one by one.

        frame_numbers: the first and the last; length: of all; marked: whether a non-ESP marker stood before any.
        """
        path, is_forward = self._paths.get(key) or self._recall(key)
        flow = path.flow or self._flow(path, key, frame_numbers[0], is_forward=is_forward, count=count)
        if flow is None:
            return
        flow.last_frame = max(flow.last_frame, frame_numbers[1])
        flow.bytes += length
        flow.messages += count
        if path.client_is_source is is_forward:
            flow.messages_from_client += count
        if marked:
            flow.transport = "udp-4500"

    def message(
        self,
        frame_number: int,
        time_ns: int | None,
        key: bytes,
        payload: bytes,
        missing: int,
        offset: int | None,
        hop: bytes = b"",
    ) -> Datagram:
        """The datagram of a payload that is known to be IKE and is booked, the non-ESP marker taken off."""
        known, transport = self._paths.get(key), "udp"
        if payload[:4] == natt.NON_ESP_MARKER:
            transport, payload = "udp-4500", payload[4:]
            offset = None if offset is None else offset + 4
        ends = None
        if known is not None:
            path, is_forward = known
            ends = path.forward if is_forward else path.backward
            ends = ends or path.named(self.ledger.addresses, is_forward=is_forward)
        ends = ends or _ends(key, self.ledger.addresses)  # of a flow that is not used of late
        return _new(Datagram, (frame_number, time_ns, transport, *ends, payload, offset, missing, hop))

    def tcp_message(
        self, frame_number: int, time_ns: int | None, key: bytes, message: Message, offset: int | None
    ) -> Datagram | None:
        """Read one message of a TCP stream. offset: of its data in the frame, None if they are not in one frame."""
        if message.kind == natt.ESP:
            if len(message.data) >= 4:
                self.esp(frame_number, time_ns, "tcp", key, message.data, message.length)
            return None
        found = self.ledger.ike_flow("tcp", key, frame_number)
        if found is not None:
            flow, from_client = found
            flow.last_frame = max(flow.last_frame, frame_number)
            flow.bytes += message.length
            if message.kind == natt.KEEPALIVE:
                flow.keepalive(frame_number, time_ns, from_client=from_client)
            else:
                flow.messages += 1
                flow.messages_from_client += from_client
        if message.kind == natt.KEEPALIVE:
            return None
        return self.datagram(frame_number, time_ns, "tcp", key, message.data, offset, message.missing)

    def datagram(
        self,
        frame_number: int,
        time_ns: int | None,
        transport: str,
        key: bytes,
        payload: bytes,
        offset: int | None,
        missing: int,
    ) -> Datagram:
        """The datagram of an IKE message, its cut recorded."""
        if missing:
            self._report_cut(frame_number, payload, missing, offset)
        source, destination = self.ledger.addresses.pair(key[:-4])
        ports = int.from_bytes(key[-4:-2], "big"), int.from_bytes(key[-2:], "big")
        return Datagram(
            frame_number, time_ns, transport, source, ports[0], destination, ports[1], payload, offset, missing
        )

    def esp(
        self, frame_number: int, time_ns: int | None, encapsulation: str, key: bytes, payload: bytes, length: int
    ) -> None:
        """Book an ESP packet of which at least the SPI was captured (RFC 4303 section 2)."""
        if self.late:
            return
        sequence = int.from_bytes(payload[4:8], "big") if len(payload) >= 8 else None
        number = ENCAPSULATIONS.index(encapsulation)
        self.ledger.esp(EspPacket(frame_number, time_ns, number, key, payload[:4], sequence, length))

    def _recall(self, key: bytes) -> tuple[_Path, bool]:
        """A path not used of late: from the older half of the memory, or made."""
        if len(self._paths) >= MAX_PATHS:
            self._older_paths, self._paths = self._paths, {}
        found = self._older_paths.get(key)
        if found is None:
            path = _Path(key, self.service(key[-4:]))
            self._paths[reversed_key(key)] = path, False
            found = path, True
        self._paths[key] = found
        return found

    def _flow(self, path: _Path, key: bytes, frame_number: int, *, is_forward: bool, count: int = 1) -> Flow | None:
        found = self.ledger.ike_flow("udp", key, frame_number, count)
        if found is not None:
            path.flow, from_client = found
            path.client_is_source = from_client is is_forward
        return path.flow

    def _is_natt(self, ports: bytes) -> bool:
        """One of two ports is one of those whose messages have a marker."""
        each = (int.from_bytes(ports[:2], "big"), int.from_bytes(ports[2:], "big"))
        return any(self._services.get(port) == natt.NAT_T for port in each)

    def _report_marker(self, frame_number: int, offset: int | None) -> None:
        expected, found = "an ISAKMP header at once on this port", "the non-ESP marker before it"
        self.damage.add("wire-marker", offset or 0, expected, found, "read behind the marker", frame_number)

    def _report_cut(self, frame_number: int, payload: bytes, missing: int, offset: int | None) -> None:
        expected, found = f"{len(payload) + missing} bytes", f"{len(payload)} captured"
        effect = "the end of the message cannot be read"
        self.damage.add("capture-cut-datagram", offset or 0, expected, found, effect, frame_number)

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
        number = ENCAPSULATIONS.index("ah")
        key = packet.pair + NO_PORTS
        if not self.late:
            self.ledger.esp(EspPacket(frame_number, time_ns, number, key, header[4:8], sequence, span.wire_length))
        size = (header[1] + 2) * 4
        if size < 12 or span.captured < size:
            return None
        return IpPacket(packet.pair, header[0], span.skip(size), None)

    def udp_payload(self, frame_number: int, packet: IpPacket) -> tuple[bytes, Span] | None:
        """Key (address pair and ports) and payload of a UDP packet, which ends where the UDP length says.

        Where that length cannot be, IP's counts. Of a fragment, and where the capture cut the packet, IP's length does
        not tell what is missing: the UDP length does.
        """
        span = packet.payload
        if span.captured < 8:
            return None
        key = packet.pair + bytes(span.data[span.start : span.start + 4])
        length = int.from_bytes(span.data[span.start + 4 : span.start + 6], "big")
        whole = packet.fragment is None and not span.missing
        if length >= 8 and (length <= span.wire_length or not whole):
            return key, span.part(8, length - 8)
        if length:  # 0: of a jumbogram (RFC 2675), or of a segmented one
            bound = "at least 8" if length < 8 else f"at most {span.wire_length} bytes, as IP carries"
            self.damage.add(
                "wire-udp-length",
                span.start + 4,
                f"a UDP length of {bound}",
                str(length),
                "IP's length is used",
                frame_number,
            )
        return key, span.skip(8)
