"""What the capture layer hands on: IKE datagrams and ICMP errors; flows and ESP/AH streams as counts."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from analyzer.capture.notes import Notes

if TYPE_CHECKING:
    from analyzer.capture.pcapng_statistics import Statistics

# Intervals are configured in whole seconds; what comes sooner is a mirror port's copy, or another SA's on the same flow
LEAST_KEEPALIVE_GAP_NS = 900_000_000
NO_TIME = -(1 << 63)  # where times are columns
# So soon comes a copy: at once of a mirror port and over a NAT, of a second point as late as the message is on its way.
# No implementation sends again as soon
COPIED_NS = 10**8
OVERTAKEN_NS = 10**9  # so much out of order packets of several queues are written; more is a clock set back


class Datagram(NamedTuple):
    """The bytes of one ISAKMP message as carried by UDP or TCP, the non-ESP marker or TCP length taken off.

    frame_number: as Wireshark counts (of the last IP fragment or TCP segment, where several carry the message).
    time_ns: nanoseconds since 1970-01-01 UTC; None where the file has none (pcapng simple packets).
    transport: "udp", "udp-4500" (a non-ESP marker stood before it) or "tcp" (RFC 9329 framing or bare).
    payload: all bytes of the datagram from the ISAKMP header on, those behind the header's length field included.
    offset: of payload[0] in the captured frame; None where the message was put together from several frames.
    missing: bytes of this datagram that the capture does not hold (snap length, end of file).
    hop: what of its IP header no two packets of a host share, or a router changes: of IPv4 the 8 bytes from the
    identification to the checksum, with the TTL; of IPv6 the hop limit; empty where several packets or TCP carry it.
    """

    frame_number: int
    time_ns: int | None
    transport: str
    src_ip: str
    src_port: int
    dst_ip: str
    dst_port: int
    payload: bytes
    offset: int | None
    missing: int
    hop: bytes = b""


class Shown(NamedTuple):
    """What a log shows of the inside of an encrypted message.

    first_payload: the type that it begins with, of what the message says once all its fragments are together; None: the
    message's own bytes say it, fragment by fragment.
    """

    first_payload: int | None
    plaintext: bytes


class Sent(NamedTuple):
    """A UDP payload of a log, which has no headers around it. key: packed address pair and ports."""

    key: bytes
    shown: Shown | None = None


class Revealed(Datagram):
    """A datagram of a log that shows what is encrypted in it: a class of its own, for which captures pay nothing."""

    shown: Shown | None = None


class IcmpError(NamedTuple):
    """An ICMP or ICMPv6 error that quotes a datagram of an IKE port, ESP, AH or an IP fragment: evidence, no message.

    kind: port-unreachable, host-unreachable, net-unreachable, protocol-unreachable, admin-prohibited,
    fragmentation-needed, time-exceeded, reassembly-timeout, other. src_* and dst_* are the quoted datagram's (no ports:
    None); reporter_ip sent the error. mtu is of fragmentation-needed / packet too big. quoted: the bytes quoted of the
    ISAKMP message (often only its first 8 bytes: the initiator SPI), marker taken off. protocol: udp, esp, ah, or
    fragment, of which nothing but the addresses is known. spi: of the quoted ESP, in UDP too, or AH.
    """

    frame_number: int
    time_ns: int | None
    reporter_ip: str
    icmp_type: int
    icmp_code: int
    kind: str
    mtu: int | None
    src_ip: str
    src_port: int | None
    dst_ip: str
    dst_port: int | None
    quoted: bytes
    protocol: str = "udp"
    spi: str | None = None


class Rest(NamedTuple):
    """IP fragments of one UDP datagram without its first one, which holds the ports and the beginning: of any flow.

    first_frame, last_frame: of those that are there. time_ns: of the first of them. size: bytes of the datagram with
    its UDP header; None where the last fragment is missing too.
    """

    src_ip: str
    dst_ip: str
    first_frame: int
    last_frame: int
    time_ns: int | None
    size: int | None


@dataclass(slots=True)
class Flow:
    """Counts of one transport flow.

    The client sent its first datagram seen; for ESP and AH without ports the ports are None.
    """

    transport: str
    client_ip: str
    client_port: int | None
    server_ip: str
    server_port: int | None
    first_frame: int
    last_frame: int
    messages: int = 0
    esp_packets: int = 0
    keepalives: int = 0
    bytes: int = 0
    messages_from_client: int = 0
    esp_from_client: int = 0
    keepalives_from_client: int = 0
    keepalive_gap_ns: int | None = None  # shortest time between two keepalives of one side, copies at once left out
    last_keepalives: tuple[int | None, int | None] = (None, None)  # time of the server's and the client's latest
    first_keepalive_frame: int | None = None
    last_keepalive_frame: int | None = None

    def keepalive(self, frame_number: int, time_ns: int | None, *, from_client: bool) -> None:
        """Count a NAT keepalive.

        A host sends one when it has sent nothing else for its interval: the shortest gap is the interval, traffic
        makes the others longer.
        """
        self.keepalives += 1
        if self.first_keepalive_frame is None:
            self.first_keepalive_frame = frame_number
        self.last_keepalive_frame = frame_number
        self.keepalives_from_client += from_client
        if time_ns is None:
            return
        server, client = self.last_keepalives
        before = client if from_client else server
        self.last_keepalives = (server, time_ns) if from_client else (time_ns, client)
        if before is not None and time_ns - before >= LEAST_KEEPALIVE_GAP_NS:
            gap = time_ns - before
            self.keepalive_gap_ns = gap if self.keepalive_gap_ns is None else min(gap, self.keepalive_gap_ns)


@dataclass(slots=True)
class EspStream:
    """Counts of one ESP or AH SPI in one direction.

    `missing`, `duplicates` and late_32, late_64 (packets that an anti-replay window of that size drops, as they come so
    far out of order) are of sequence numbers, None once they cannot be known. ports: of the first packet, source and
    destination, where UDP or TCP carries it.
    """

    spi: str
    src_ip: str
    dst_ip: str
    encapsulation: str  # "esp", "ah", "udp", "tcp"
    first_frame: int
    last_frame: int
    first_time: int | None
    last_time: int | None
    packets: int = 0
    bytes: int = 0
    first_seq: int | None = None
    last_seq: int | None = None
    missing: int | None = None
    duplicates: int | None = None
    late_32: int | None = None
    late_64: int | None = None
    ports: tuple[int, int] | None = None


@dataclass(slots=True)
class CaptureInfo:
    """What is known of one input once it is read: the `captures` row and what could not be read."""

    path: str
    sha256: str = ""
    size_bytes: int = 0
    format: str = ""
    link_types: list[str] = field(default_factory=list)
    packets: int = 0
    dropped: int = 0  # packets that the capturing host counted and did not write
    notes: Notes = field(default_factory=Notes)
    statistics: "Statistics | None" = None  # of the interfaces of a pcapng file
    unopened: dict[str, int] = field(default_factory=dict)  # packets that were not looked into, by what they are
    esp_packets: int = 0  # ESP and AH, also of flows and streams beyond the limits of their lists
    first_time: int | None = None
    last_time: int | None = None
    clock_ns: int | None = None  # of a tap: what its clock shows more than the first one's; None: cannot be known
    broken: str = ""  # why it was not read to its end, or has none; empty: it was, as far as `stopped` says
    stopped: bool = False  # compressed, and read only as far as it may expand
