"""The ledger: running counts of flows and of ESP and AH streams, packet by packet."""

from collections.abc import Collection, Iterator
from operator import attrgetter
from typing import NamedTuple

from analyzer.capture.addresses import Addresses, reversed_key
from analyzer.capture.damage import Damage
from analyzer.capture.datagram import EspStream, Flow
from analyzer.capture.sequence import SequenceWindow

MAX_IKE_FLOWS = 1 << 18
MAX_ESP_FLOWS = 1 << 14  # for each encapsulation
MAX_STREAMS = 1 << 14

NO_PORTS = b"\0\0\0\0"


ENCAPSULATIONS = ("esp", "ah", "udp", "tcp")


class EspPacket(NamedTuple):
    """One ESP or AH packet.

    encapsulation: index of ENCAPSULATIONS; key: packed address pair and, where UDP or TCP carries it, ports (else
    zeros). length: from the SPI on, on the wire; of AH all of it. sequence: None where it was not captured.
    """

    frame_number: int
    time_ns: int | None
    encapsulation: int
    key: bytes
    spi: bytes
    sequence: int | None
    length: int

    @property
    def stream_key(self) -> bytes:
        """What tells streams apart: addresses, SPI and encapsulation, but not ports, which a NAT may change."""
        return self.key[:-4] + self.spi + bytes((self.encapsulation,))


class FlowTable:
    """Flows of one transport by key: packed address pair and ports, in the direction of the first datagram."""

    def __init__(self, transport: str, limit: int, addresses: Addresses) -> None:
        self.transport = transport
        self._addresses = addresses
        self.flows: dict[bytes, Flow] = {}
        self.unlisted = 0  # packets of flows beyond the limit
        self._limit = limit

    def find(self, key: bytes, backwards: bytes, frame_number: int, count: int = 1) -> tuple[Flow, bool] | None:
        """The flow of `count` packets, made if new, and whether the client sent them; None once the table is full.

        backwards: the key of the opposite direction.
        """
        flow = self.flows.get(key)
        if flow is not None:
            return flow, True
        flow = self.flows.get(backwards)
        if flow is not None:
            return flow, False
        if len(self.flows) >= self._limit:
            self.unlisted += count
            return None
        source, destination = self._addresses.pair(key[:-4])
        ported = self.transport in ("udp", "tcp")
        source_port = int.from_bytes(key[-4:-2], "big") if ported else None
        destination_port = int.from_bytes(key[-2:], "big") if ported else None
        flow = Flow(self.transport, source, source_port, destination, destination_port, frame_number, frame_number)
        self.flows[key] = flow
        return flow, True


class Ledger:
    """All flows and streams of one capture.

    Flows with IKE messages and flows with ESP are kept apart until the end, so that the order in which the two kinds
    are booked inside a window does not matter. counts False: nobody will ask, and nothing is booked.
    """

    def __init__(self, *, counts: bool = True) -> None:
        self.counts = counts
        self.addresses = Addresses()
        self._ike = {name: FlowTable(name, MAX_IKE_FLOWS, self.addresses) for name in ("udp", "tcp")}
        self._esp = tuple(FlowTable(name, MAX_ESP_FLOWS, self.addresses) for name in ENCAPSULATIONS)
        self._streams: dict[bytes, tuple[EspStream, SequenceWindow]] = {}
        self._unlisted_streams = 0
        self.esp_packets = 0

    def ike_flow(self, protocol: str, key: bytes, frame_number: int, count: int = 1) -> tuple[Flow, bool] | None:
        """The UDP or TCP flow of datagrams that are IKE's, and whether its client sent them; None beyond the limit."""
        if not self.counts:
            return None
        return self._ike[protocol].find(key, reversed_key(key), frame_number, count)

    @property
    def listed(self) -> int:
        """How many flows are listed, of IKE and of ESP each."""
        return sum(len(table.flows) for table in (*self._ike.values(), *self._esp))

    def esp(self, packet: EspPacket) -> None:
        """Book one ESP or AH packet in its flow and its stream."""
        if not self.counts:
            return
        number, key = packet.frame_number, packet.key
        self.esp_flow(packet.encapsulation, key, reversed_key(key), number, number, 1, packet.length)
        found = self.stream(packet.stream_key, key[-4:], number, packet.time_ns, 1)
        if found is not None:
            stream, window = found
            stream.last_frame, stream.last_time = number, packet.time_ns
            stream.packets += 1
            stream.bytes += packet.length
            window.add(packet.sequence)

    def esp_flow(
        self,
        encapsulation: int,
        key: bytes,
        backwards: bytes,
        first_frame: int,
        last_frame: int,
        count: int,
        length: int,
    ) -> None:
        """Book `count` packets of one direction of a flow, `length` bytes in all."""
        self.esp_packets += count
        found = self._esp[encapsulation].find(key, backwards, first_frame, count)
        if found is None:
            return
        flow, from_client = found
        flow.last_frame = max(flow.last_frame, last_frame)
        flow.esp_packets += count
        flow.bytes += length
        if from_client:
            flow.esp_from_client += count

    def stream(
        self, key: bytes, ports: bytes, frame_number: int, time_ns: int | None, count: int
    ) -> tuple[EspStream, SequenceWindow] | None:
        """The stream that `count` packets belong to, made if it is new; None once there are too many.

        ports: of the first of them, source and destination.
        """
        found = self._streams.get(key)
        if found is None:
            if len(self._streams) >= MAX_STREAMS:
                self._unlisted_streams += count
                return None
            source, destination = self.addresses.pair(key[:-5])
            name = ENCAPSULATIONS[key[-1]]
            stream = EspStream(
                key[-5:-1].hex(), source, destination, name, frame_number, frame_number, time_ns, time_ns
            )
            if ports != NO_PORTS:
                stream.ports = int.from_bytes(ports[:2], "big"), int.from_bytes(ports[2:], "big")
            found = self._streams[key] = stream, SequenceWindow()
        return found

    def full_streams(self) -> Collection[bytes] | None:
        """Keys of the listed streams once no more are taken, else None."""
        return self._streams if len(self._streams) >= MAX_STREAMS else None

    def full_esp_tables(self) -> dict[int, Collection[bytes]]:
        """Keys of the listed flows of each encapsulation that takes no more."""
        return {number: table.flows for number, table in enumerate(self._esp) if len(table.flows) >= MAX_ESP_FLOWS}

    def count_unlisted(self, encapsulation: int, count: int) -> None:
        """Count packets of a flow and a stream that are not listed."""
        self.esp_packets += count
        self._esp[encapsulation].unlisted += count
        self._unlisted_streams += count

    def flows(self) -> list[Flow]:
        """Flows by first frame. A flow that carried both IKE and ESP is one."""
        for table in self._esp:
            ike = self._ike.get(table.transport)
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
        flows = [flow for table in (*self._ike.values(), *self._esp) for flow in table.flows.values()]
        for flow in flows:
            if flow.transport == "udp" and flow.esp_packets:
                flow.transport = "udp-4500"
        return sorted(flows, key=attrgetter("first_frame"))

    def streams(self) -> list[EspStream]:
        """Streams by first frame."""
        return sorted(self._finished(), key=attrgetter("first_frame"))

    def _finished(self) -> Iterator[EspStream]:
        for stream, window in self._streams.values():
            stream.first_seq, stream.last_seq = window.first, window.last
            stream.missing, stream.duplicates = (window.missing, window.duplicates) if window.known else (None, None)
            stream.late_32, stream.late_64 = (window.late_32, window.late_64) if window.known else (None, None)
            yield stream

    def release(self) -> None:
        """Give the memory back: what `flows` and `streams` handed out stays, their keys and windows go."""
        self._streams.clear()
        for table in (*self._ike.values(), *self._esp):
            table.flows.clear()

    def report(self, damage: Damage) -> None:
        """Say what the limits left out."""
        tables = (*self._ike.values(), *self._esp)
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
            flow.keepalives_from_client = flow.keepalives - flow.keepalives_from_client
