"""UDP payloads, ESP and AH."""

import struct
from ipaddress import ip_address

import pytest

from analyzer.capture import transport as module
from analyzer.capture.damage import Damage
from analyzer.capture.framing import Message
from analyzer.capture.ledger import Ledger
from analyzer.capture.natt import IKE, NAT_T, PLAIN, UNLISTED
from analyzer.capture.network import AH, ESP, UDP, Fragment, IpPacket
from analyzer.capture.span import Span
from analyzer.capture.transport import Transport
from tests.capture.packets import esp, isakmp, udp

PAIR = ip_address("192.0.2.1").packed + ip_address("198.51.100.2").packed
MESSAGE = isakmp(bytes(30))


def new(ports: tuple[int, ...] = (500, 4500)) -> Transport:
    return Transport(ports, Ledger(), Damage())


def ports(source: int, destination: int) -> bytes:
    return struct.pack(">HH", source, destination)


@pytest.mark.parametrize(
    ("source", "destination", "service"),
    [
        (500, 500, PLAIN),
        (496, 500, PLAIN),
        (4500, 31000, NAT_T),
        (31000, 4500, NAT_T),
        (4500, 500, PLAIN),
        (848, 848, PLAIN),
        (12345, 53, UNLISTED),
    ],
)
def test_either_port_counts(source: int, destination: int, service: int) -> None:
    assert new().service(ports(source, destination)) == service


def test_ports_by_option() -> None:
    transport = new((500, 4500, 10500))
    assert transport.service(ports(1, 10500)) == NAT_T
    assert new((4500,)).service(ports(500, 500)) == UNLISTED


def test_a_datagram() -> None:
    transport = new()
    datagram = transport.udp(3, 77, PAIR + ports(500, 501), MESSAGE, 0, 42)
    assert datagram == (3, 77, "udp", "192.0.2.1", 500, "198.51.100.2", 501, MESSAGE, 42, 0, b"")
    datagram = transport.udp(3, 77, PAIR + ports(500, 501), MESSAGE, 0, 42, b"IP header")
    assert datagram is not None
    assert datagram.hop == b"IP header"
    assert type(datagram).__name__ == "Datagram"


def test_the_marker_is_taken_off() -> None:
    transport = new()
    datagram = transport.udp(3, 77, PAIR + ports(4500, 4500), bytes(4) + MESSAGE, 0, 42)
    assert datagram is not None
    assert (datagram.transport, datagram.payload, datagram.offset) == ("udp-4500", MESSAGE, 46)
    assert transport.ledger.flows()[0].transport == "udp-4500"
    assert transport.ledger.flows()[0].bytes == len(MESSAGE) + 4


def test_a_message_put_together_has_no_offset() -> None:
    datagram = new().udp(3, 77, PAIR + ports(4500, 4500), bytes(4) + MESSAGE, 0, None)
    assert datagram is not None
    assert datagram.offset is None


def test_a_cut_message_is_handed_on_with_a_defect() -> None:
    transport = new()
    datagram = transport.udp(3, 77, PAIR + ports(500, 500), MESSAGE[:20], 38, 42)
    assert datagram is not None
    assert (datagram.payload, datagram.missing) == (MESSAGE[:20], 38)
    (defect,) = transport.damage.defects()
    assert (defect.kind, defect.offset, defect.frame_number) == ("capture-cut-datagram", 42, 3)


def test_keepalives_and_esp_are_booked() -> None:
    transport = new()
    key = PAIR + ports(4500, 4500)
    assert transport.udp(1, 1, key, b"\xff", 0, 42) is None
    assert transport.udp(2, 2, key, esp(5, 9), 0, 42) is None
    assert transport.udp(3, 3, key, bytes(4) + MESSAGE, 0, 42) is not None
    (flow,) = transport.ledger.flows()
    assert (flow.keepalives, flow.esp_packets, flow.messages, flow.bytes) == (1, 1, 1, 1 + 48 + 4 + len(MESSAGE))
    (stream,) = transport.ledger.streams()
    assert (stream.spi, stream.first_seq, stream.bytes, stream.encapsulation) == ("00000005", 9, 48, "udp")


def test_keepalives_know_their_sender() -> None:
    transport = new()
    there, back = PAIR + ports(1024, 4500), PAIR[4:] + PAIR[:4] + ports(4500, 1024)
    for second, key in enumerate((there, back, there, there)):
        transport.udp(second, second * 10**9, key, b"\xff", 0, 42)
    (flow,) = transport.ledger.flows()
    assert (flow.client_port, flow.keepalives, flow.keepalives_from_client) == (1024, 4, 3)
    assert flow.keepalive_gap_ns == 10**9


def test_paths_are_forgotten_but_flows_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PATHS", 3)
    transport = new()
    for _ in range(2):
        for port in range(10):
            for key in (PAIR + ports(1000 + port, 500), PAIR[4:] + PAIR[:4] + ports(500, 1000 + port)):
                assert transport.udp(1, 1, key, MESSAGE, 0, 42) is not None
    assert len(transport._paths) <= 4
    flows = transport.ledger.flows()
    assert len(flows) == 10
    assert {(f.messages, f.messages_from_client, f.server_port) for f in flows} == {(4, 2, 500)}


def test_esp_needs_its_spi() -> None:
    transport = new()
    for size, sequence in ((48, 9), (8, 9), (7, None), (4, None)):
        transport = new()
        transport.ip_esp(1, 1, IpPacket(PAIR, ESP, Span(esp(5, 9), 0, size, 48 - size, in_frame=True), None))
        (stream,) = transport.ledger.streams()
        assert (stream.spi, stream.first_seq, stream.bytes) == ("00000005", sequence, 48)
    transport = new()
    transport.ip_esp(1, 1, IpPacket(PAIR, ESP, Span(esp(5, 9), 0, 3, 45, in_frame=True), None))
    assert transport.ledger.streams() == []


def test_ah_is_booked_and_opened() -> None:
    transport = new()
    header = bytes([UDP, 4, 0, 0]) + struct.pack(">II", 0xABCD, 3) + bytes(12)
    data = header + udp(500, 500, MESSAGE)
    inner = transport.ip_ah(1, 1, IpPacket(PAIR, AH, Span(data, 0, len(data), 0, in_frame=True), None))
    assert inner is not None
    assert (inner.protocol, inner.payload.start) == (UDP, 24)
    (stream,) = transport.ledger.streams()
    assert (stream.spi, stream.encapsulation, stream.first_seq, stream.bytes) == ("0000abcd", "ah", 3, len(data))


@pytest.mark.parametrize(("length", "size", "streams"), [(0, 30, 1), (200, 30, 1), (4, 23, 1), (4, 11, 1), (4, 7, 0)])
def test_ah_that_cannot_be_opened(length: int, size: int, streams: int) -> None:
    transport = new()
    data = (bytes([UDP, length, 0, 0]) + bytes(40))[:size]
    assert transport.ip_ah(1, 1, IpPacket(PAIR, AH, Span(data, 0, size, 0, in_frame=True), None)) is None
    assert len(transport.ledger.streams()) == streams


@pytest.mark.parametrize(
    ("length", "captured", "expected"),
    [
        (None, 58, None),
        (8 + 20, 20, None),
        (8 + 59, 58, "a UDP length of at most 66 bytes, as IP carries"),
        (0, 58, None),
        (5, 58, "a UDP length of at least 8"),
    ],
)
def test_udp_lengths(length: int | None, captured: int, expected: str | None) -> None:
    """Smaller than what IP carries: a trailer is cut off. Larger, or below 8: IP's length counts."""
    transport = new()
    data = udp(500, 500, MESSAGE, length=length)
    found = transport.udp_payload(4, IpPacket(PAIR, UDP, Span(data, 0, len(data), 0, in_frame=True), None))
    assert found is not None
    assert found[0] == PAIR + ports(500, 500)
    assert (found[1].captured, found[1].missing) == (captured, 0)
    kinds = [(d.kind, d.expected, d.offset) for d in transport.damage.defects()]
    assert kinds == ([] if expected is None else [("wire-udp-length", expected, 4)])


@pytest.mark.parametrize(
    ("lost", "fragment"), [(0, Fragment(7, 0, more=True)), (5, None), (5, Fragment(7, 0, more=True))]
)
def test_udp_length_of_a_part_of_the_packet(lost: int, fragment: Fragment | None) -> None:
    """A fragment, or the first that the snapshot length cut: the UDP length tells what is missing."""
    transport = new()
    data = udp(500, 500, MESSAGE, length=8 + 70)
    found = transport.udp_payload(4, IpPacket(PAIR, UDP, Span(data, 0, len(data), lost, in_frame=True), fragment))
    assert found is not None
    assert (found[1].captured, found[1].missing) == (58, 12)
    assert transport.damage.defects() == []


@pytest.mark.parametrize(
    ("source", "destination", "marked", "told"),
    [
        (500, 500, True, True),
        (31000, 500, True, True),
        (500, 500, False, False),
        (4500, 4500, True, False),
        (4500, 500, True, False),
        (31000, 4500, True, False),
    ],
)
def test_a_marker_where_none_belongs(source: int, destination: int, marked: bool, told: bool) -> None:
    transport = new()
    datagram = transport.udp(3, 77, PAIR + ports(source, destination), bytes(4 * marked) + MESSAGE, 0, 42)
    assert datagram is not None
    assert (datagram.payload, datagram.offset) == (MESSAGE, 46 if marked else 42)
    assert [(d.kind, d.offset) for d in transport.damage.defects()] == ([("wire-marker", 42)] if told else [])


def test_udp_header_not_captured() -> None:
    data = udp(500, 500, MESSAGE)[:7]
    assert new().udp_payload(4, IpPacket(PAIR, UDP, Span(data, 0, 7, 50, in_frame=True), None)) is None


def test_tcp_messages_below_an_spi_are_nothing() -> None:
    transport = new()
    assert transport.tcp_message(1, 1, PAIR + ports(4500, 9), Message(4, b"abc", 0, 3, 0), 5) is None
    assert transport.ledger.esp_packets == 0
    assert transport.tcp_message(1, 1, PAIR + ports(4500, 9), Message(IKE, MESSAGE, 0, 62, 0), 5) is not None
