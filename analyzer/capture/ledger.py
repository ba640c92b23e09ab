"""The ledger: running counts of flows and of ESP and AH streams, packet by packet."""

from collections.abc import Iterator
from typing import NamedTuple

from analyzer.capture.addresses import pair_text, reversed_key
from analyzer.capture.damage import Damage
from analyzer.capture.datagram import EspStream, Flow
from analyzer.capture.sequence import SequenceWindow

MAX_IKE_FLOWS = 1 << 18
MAX_ESP_FLOWS = 1 << 14  # for each encapsulation
MAX_STREAMS = 1 << 14

NO_PORTS = b"\0\0\0\0"


class EspPacket(NamedTuple):
    """One ESP or AH packet. key: packed address pair and, where UDP or TCP carries it, ports (else zeros). length: from the SPI on, on
    the wire; of AH the whole header and what it protects. sequence: None where it was not captured.
    """

    frame_number: int
    time_ns: int | None
    encapsulation: str
    key: bytes
    spi: bytes
    sequence: int | None
    length: int


def stream_key(packet: EspPacket) -> bytes:
    """What tells streams apart: encapsulation, SPI and addresses, but not ports, which a NAT may change on the way."""
    return packet.encapsulation.encode() + packet.spi + packet.key[:-4]


class FlowTable:
    """Flows of one transport by key: packed address pair and ports, in the direction of the first datagram."""

    def __init__(self, transport: str, limit: int) -> None:
        self.transport = transport
        self.flows: dict[bytes, Flow] = {}
        self.unlisted = 0  # packets of flows beyond the limit
        self._limit = limit

    def find(self, key: bytes, frame_number: int, count: int = 1) -> tuple[Flow, bool] | None:
        """The flow of `count` packets, made if it is new, and whether the client sent them; None once the table is full."""
        from_client = True
        flow = self.flows.get(key)
        if flow is None:
            flow = self.flows.get(reversed_key(key))
            from_client = False
        if flow is not None:
            flow.last_frame = max(flow.last_frame, frame_number)
            return flow, from_client
        if len(self.flows) >= self._limit:
            self.unlisted += count
            return None
        source, destination = pair_text(key[:-4])
        ported = self.transport in ("udp", "tcp")
        source_port = int.from_bytes(key[-4:-2], "big") if ported else None
        destination_port = int.from_bytes(key[-2:], "big") if ported else None
        flow = Flow(self.transport, source, source_port, destination, destination_port, frame_number, frame_number)
        self.flows[key] = flow
        return flow, True


class Ledger:
    """All flows and streams of one capture.

    Flows with IKE messages and flows with ESP are kept apart until the end, so that the order in which the two kinds are booked inside a
    window does not matter.
    """

    def __init__(self) -> None:
        self._ike = {name: FlowTable(name, MAX_IKE_FLOWS) for name in ("udp", "tcp")}
        self._esp = {name: FlowTable(name, MAX_ESP_FLOWS) for name in ("udp", "tcp", "esp", "ah")}
        self._streams: dict[bytes, tuple[EspStream, SequenceWindow]] = {}
        self._unlisted_streams = 0
        self.esp_packets = 0

    def message(self, transport: str, key: bytes, frame_number: int, length: int) -> None:
        """Book one IKE message; transport as of Datagram, length of the transport's payload on the wire."""
        found = self._ike["tcp" if transport == "tcp" else "udp"].find(key, frame_number)
        if found is None:
            return
        flow, from_client = found
        flow.messages += 1
        flow.bytes += length
        if from_client:
            flow.messages_from_client += 1
        if transport == "udp-4500":
            flow.transport = transport

    def keepalive(self, transport: str, key: bytes, frame_number: int) -> None:
        """Book one NAT keepalive."""
        found = self._ike[transport].find(key, frame_number)
        if found is not None:
            found[0].keepalives += 1
            found[0].bytes += 1

    def esp(self, packet: EspPacket) -> None:
        """Book one ESP or AH packet in its flow and its stream."""
        self.esp_flow(packet, packet.frame_number, 1, packet.length)
        found = self.stream(packet, 1)
        if found is not None:
            stream, window = found
            stream.last_frame, stream.last_time = packet.frame_number, packet.time_ns
            stream.packets += 1
            stream.bytes += packet.length
            window.add(packet.sequence)

    def esp_flow(self, first: EspPacket, last_frame: int, count: int, length: int) -> None:
        """Book `count` packets of one direction of a flow, `length` bytes in all."""
        self.esp_packets += count
        found = self._esp[first.encapsulation].find(first.key, first.frame_number, count)
        if found is None:
            return
        flow, from_client = found
        flow.last_frame = max(flow.last_frame, last_frame)
        flow.esp_packets += count
        flow.bytes += length
        if from_client:
            flow.esp_from_client += count

    def stream(self, first: EspPacket, count: int) -> tuple[EspStream, SequenceWindow] | None:
        """The stream that `count` packets belong to, made if it is new; None once there are too many."""
        key = stream_key(first)
        found = self._streams.get(key)
        if found is None:
            if len(self._streams) >= MAX_STREAMS:
                self._unlisted_streams += count
                return None
            source, destination = pair_text(first.key[:-4])
            frame, time = first.frame_number, first.time_ns
            stream = EspStream(first.spi.hex(), source, destination, first.encapsulation, frame, frame, time, time)
            found = self._streams[key] = stream, SequenceWindow()
        return found

    def flows(self) -> list[Flow]:
        """Flows by first frame. A flow that carried both IKE and ESP is one."""
        for name, table in self._esp.items():
            ike = self._ike.get(name)
            if ike is None:
                continue
            for key in list(table.flows):
                other = ike.flows.get(key)
                if other is not None:
                    _merge(other, table.flows.pop(key), same_client=True)
                    continue
                other = ike.flows.get(reversed_key(key))
                if other is not None:
                    _merge(other, table.flows.pop(key), same_client=False)
        flows = [flow for table in (*self._ike.values(), *self._esp.values()) for flow in table.flows.values()]
        for flow in flows:
            if flow.transport == "udp" and flow.esp_packets:
                flow.transport = "udp-4500"
        return sorted(flows, key=lambda f: (f.first_frame, f.transport, f.client_ip, f.client_port or 0))

    def streams(self) -> list[EspStream]:
        """Streams by first frame."""
        return sorted(self._finished(), key=lambda s: (s.first_frame, s.spi, s.src_ip, s.dst_ip))

    def _finished(self) -> Iterator[EspStream]:
        for stream, window in self._streams.values():
            stream.first_seq, stream.last_seq = window.first, window.last
            stream.missing, stream.duplicates = (window.missing, window.duplicates) if window.known else (None, None)
            yield stream

    def report(self, damage: Damage) -> None:
        """Say what the limits left out."""
        tables = (*self._ike.values(), *self._esp.values())
        for what, unlisted in (("flows", sum(t.unlisted for t in tables)), ("ESP streams", self._unlisted_streams)):
            if unlisted:
                effect = f"their packets are in the totals, but these {what} are not listed"
                damage.add(
                    "limit-" + what.replace(" ", "-").lower(),
                    0,
                    f"a bounded number of {what}",
                    f"{unlisted} packets of others",
                    effect,
                )


def _merge(flow: Flow, esp: Flow, *, same_client: bool) -> None:
    """Add the ESP counts of a flow to its IKE counts; the client is who sent the first packet of either."""
    if not same_client:
        esp.esp_from_client = esp.esp_packets - esp.esp_from_client
    flow.esp_packets, flow.esp_from_client = esp.esp_packets, esp.esp_from_client
    flow.bytes += esp.bytes
    flow.last_frame = max(flow.last_frame, esp.last_frame)
    if esp.first_frame < flow.first_frame:
        flow.first_frame = esp.first_frame
        if not same_client:
            flow.client_ip, flow.server_ip = flow.server_ip, flow.client_ip
            flow.client_port, flow.server_port = flow.server_port, flow.client_port
            flow.messages_from_client = flow.messages - flow.messages_from_client
            flow.esp_from_client = flow.esp_packets - flow.esp_from_client
