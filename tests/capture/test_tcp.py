"""TCP streams: order, retransmissions, gaps, limits."""

import struct
from ipaddress import ip_address

import pytest

from analyzer.capture import tcp
from analyzer.capture.damage import Damage
from analyzer.capture.datagram import Datagram
from analyzer.capture.framing import PREFIX
from analyzer.capture.ledger import Ledger
from analyzer.capture.network import TCP, IpPacket
from analyzer.capture.span import Span
from analyzer.capture.tcp import TcpStreams
from analyzer.capture.transport import Transport
from tests.capture import packets
from tests.capture.packets import HOST_A, HOST_B, esp, isakmp

CLIENT = 40_000
SYN, ACK, RST = 2, 16, 4
MESSAGES = [isakmp(bytes([n]) * 60, exchange=35, next_payload=46, message_id=n) for n in range(4)]


def framed(content: bytes) -> bytes:
    return struct.pack(">H", 2 + len(content)) + content


FRAMES = [framed(bytes(4) + m) for m in MESSAGES]


class Connection:
    """A client's stream to a port, and what is read of it."""

    def __init__(self, port: int = 4500) -> None:
        self.port = port
        self.damage, self.ledger = Damage(), Ledger()
        self.streams = TcpStreams(Transport((500, 4500), self.ledger, self.damage))
        self.frame = 0

    def send(
        self,
        sequence: int,
        data: bytes = b"",
        flags: int = ACK,
        *,
        back: bool = False,
        acknowledgment: int = 0,
        missing: int = 0,
    ) -> list[Datagram]:
        self.frame += 1
        ports = (self.port, CLIENT) if back else (CLIENT, self.port)
        segment = packets.tcp(*ports, sequence % 2**32, data, flags=flags, acknowledgment=acknowledgment)
        hosts = (HOST_B, HOST_A) if back else (HOST_A, HOST_B)
        pair = b"".join(ip_address(h).packed for h in hosts)
        return self.streams.add(
            IpPacket(pair, TCP, Span(segment, 0, len(segment), missing, in_frame=True), None), self.frame, 5
        )

    def kinds(self) -> list[str]:
        return [d.kind for d in self.damage.defects()]


def opened(initial: int = 99) -> Connection:
    connection = Connection()
    connection.send(initial, flags=SYN)
    connection.send(initial + 1, PREFIX)
    return connection


def payloads(*found: list[Datagram]) -> list[bytes]:
    return [d.payload for part in found for d in part]


def test_messages_of_both_sides() -> None:
    connection = opened()
    connection.send(500, flags=SYN | ACK, back=True)
    (there,) = connection.send(106, FRAMES[0])
    (back,) = connection.send(501, FRAMES[1], back=True)
    assert (there.payload, there.transport, there.src_port, there.dst_port) == (MESSAGES[0], "tcp", CLIENT, 4500)
    assert (there.frame_number, there.time_ns, there.offset, there.missing) == (4, 5, 20 + 6, 0)
    assert (back.payload, back.src_ip, back.src_port) == (MESSAGES[1], HOST_B, 4500)
    (flow,) = connection.ledger.flows()
    assert (flow.transport, flow.messages, flow.messages_from_client, flow.client_port) == ("tcp", 2, 1, CLIENT)


def test_a_message_in_two_segments_has_no_place_in_one_frame() -> None:
    connection = opened()
    assert connection.send(106, FRAMES[0][:40]) == []
    (message,) = connection.send(146, FRAMES[0][40:])
    assert (message.payload, message.offset, message.frame_number) == (MESSAGES[0], None, 4)


def test_several_messages_in_a_segment() -> None:
    found = opened().send(106, FRAMES[0] + FRAMES[1] + framed(esp()) + FRAMES[2])
    assert payloads(found) == MESSAGES[:3]
    assert len({d.offset for d in found}) == 3


def test_out_of_order() -> None:
    connection = opened()
    size = len(FRAMES[0])
    assert connection.send(106 + 2 * size, FRAMES[2]) == []
    assert connection.send(106 + size, FRAMES[1]) == []
    found = connection.send(106, FRAMES[0])
    assert payloads(found) == MESSAGES[:3]
    assert {d.frame_number for d in found} == {5}
    assert connection.kinds() == []


def test_retransmissions_are_read_once() -> None:
    connection = opened()
    size = len(FRAMES[0])
    found = [
        connection.send(106, FRAMES[0]),
        connection.send(106, FRAMES[0]),
        connection.send(106, FRAMES[0] + FRAMES[1]),
    ]
    found.append(connection.send(106 + size + 10, FRAMES[1][10:] + FRAMES[2]))
    assert payloads(*found) == MESSAGES[:3]
    assert connection.kinds() == []


def test_sequence_numbers_wrap() -> None:
    connection = opened(2**32 - 20)
    at = 2**32 - 20 + 7
    assert payloads(connection.send(at, FRAMES[0]), connection.send(at + len(FRAMES[0]), FRAMES[1])) == MESSAGES[:2]


def test_the_first_byte_is_number_zero() -> None:
    connection = Connection()
    connection.send(2**32 - 1, flags=SYN)
    assert payloads(connection.send(0, PREFIX + FRAMES[0])) == [MESSAGES[0]]


def test_what_was_acknowledged_but_not_captured_is_given_up_at_once() -> None:
    connection = opened()
    size = len(FRAMES[0])
    assert connection.send(106 + size, FRAMES[1]) == []
    assert connection.send(106 + 2 * size, FRAMES[2]) == []
    found = connection.send(900, back=True, acknowledgment=106 + 3 * size)
    assert payloads(found) == MESSAGES[1:3]
    assert connection.kinds() == ["capture-tcp-gap"]


def test_what_waits_at_the_end_of_the_capture_is_read() -> None:
    connection = opened()
    size = len(FRAMES[0])
    connection.send(106 + size, FRAMES[1])
    connection.send(106 + 3 * size, FRAMES[3])
    found = connection.streams.finish()
    assert payloads(found) == [MESSAGES[1], MESSAGES[3]]
    assert {d.frame_number for d in found} == {4}
    assert connection.kinds() == ["capture-tcp-gap"] * 2


def test_a_message_cut_by_a_gap_is_handed_on_with_what_is_missing() -> None:
    connection = opened()
    connection.send(106, FRAMES[0][:50])
    connection.send(106 + len(FRAMES[0]), FRAMES[1])
    first, second = connection.streams.finish()
    assert (first.payload, first.missing) == (MESSAGES[0][:44], len(MESSAGES[0]) - 44)
    assert second.payload == MESSAGES[1]


def test_segments_cut_by_the_snapshot_length() -> None:
    connection = opened()
    (cut,) = connection.send(106, FRAMES[0][:50], missing=len(FRAMES[0]) - 50)
    assert (cut.payload, cut.missing, cut.offset) == (MESSAGES[0][:44], len(MESSAGES[0]) - 44, 26)
    assert payloads(connection.send(106 + len(FRAMES[0]), FRAMES[1])) == [MESSAGES[1]]
    assert connection.kinds() == ["capture-cut-datagram"]


def test_a_capture_that_begins_inside_the_connection() -> None:
    connection = Connection()
    assert connection.send(1000, b"rest of a message") == []
    assert payloads(connection.send(1017, FRAMES[0])) == [MESSAGES[0]]


@pytest.mark.parametrize("bare", [False, True])
def test_a_stream_that_ends_inside_a_message_is_damage_and_what_is_there_is_read(bare: bool) -> None:
    connection = Connection()
    stream = MESSAGES[0] + MESSAGES[1] if bare else PREFIX + FRAMES[0] + FRAMES[1]
    connection.send(99, flags=SYN)
    assert [d.payload for d in connection.send(100, stream[:-20])] == [MESSAGES[0]]
    (last,) = connection.streams.finish()
    assert (last.payload, last.missing, last.frame_number) == (MESSAGES[1][:-20], 20, 2)
    found = next(d for d in connection.damage.defects() if d.kind == "capture-tcp-tail")
    size = len(MESSAGES[1] if bare else FRAMES[1])
    assert (found.expected, found.frame_number) == (f"a message of {size} bytes", 2)
    assert found.found.startswith(f"{size - 20} bytes of it")


def test_a_reset_and_a_new_connection_end_a_stream_too() -> None:
    for end in ({"flags": RST}, {"flags": SYN}):
        connection = Connection()
        connection.send(99, flags=SYN)
        connection.send(100, PREFIX + FRAMES[0][:-20])
        (cut,) = connection.send(5_000_000, **end)
        assert (cut.payload, cut.missing, cut.frame_number) == (MESSAGES[0][:-20], 20, 3)
        assert connection.streams.finish() == []
        assert connection.kinds().count("capture-tcp-tail") == 1
    connection = Connection()
    connection.send(99, flags=SYN)
    connection.send(100 + len(PREFIX + FRAMES[0]), FRAMES[1])
    assert [d.payload for d in connection.send(5, flags=RST)] == [MESSAGES[1]], "what waits is read"


def test_a_stream_that_ends_behind_a_message_is_whole() -> None:
    connection = Connection()
    connection.send(99, flags=SYN)
    connection.send(100, PREFIX + FRAMES[0])
    connection.send(100 + len(PREFIX + FRAMES[0]), flags=RST)
    assert connection.streams.finish() == []
    assert connection.kinds() == []
    connection = Connection()
    connection.send(99, flags=SYN)
    connection.send(100, PREFIX[:3])
    assert (connection.streams.finish(), connection.kinds()) == ([], []), "nothing shows that it is IKE's"


def test_a_length_alone_at_the_end_is_damage() -> None:
    connection = Connection()
    connection.send(99, flags=SYN)
    connection.send(100, PREFIX + FRAMES[0] + FRAMES[1][:1])
    assert connection.streams.finish() == []
    (found,) = connection.damage.defects()
    assert (found.kind, found.expected) == ("capture-tcp-tail", "a message to its end")


def test_a_new_connection_between_the_same_ports() -> None:
    connection = opened()
    connection.send(106, FRAMES[0])
    connection.send(5_000_000, flags=SYN)
    assert payloads(connection.send(5_000_001, PREFIX + FRAMES[1])) == [MESSAGES[1]]
    connection.send(0, flags=RST)
    assert payloads(connection.send(3_000_000_000, FRAMES[2])) == [MESSAGES[2]]


def test_other_ports_and_other_protocols() -> None:
    connection = Connection()
    pair = bytes(8)
    segment = packets.tcp(443, CLIENT, 1, FRAMES[0])
    packet = IpPacket(pair, TCP, Span(segment, 0, len(segment), 0, in_frame=True), None)
    assert connection.streams.add(packet, 1, 0) == []
    connection.send(99, flags=SYN)
    assert connection.send(100, b"\x16\x03\x01" + bytes(60)) == []
    assert connection.ledger.flows() == []


def test_on_other_ports_a_connection_that_begins_as_ikes_does() -> None:
    connection = Connection(443)
    connection.send(99, flags=SYN)
    assert connection.send(500, FRAMES[1], back=True) == []  # nobody has shown yet what it is
    first = connection.send(100, PREFIX + FRAMES[0])
    answer = connection.send(500, FRAMES[1], back=True)
    later = connection.send(106 + len(FRAMES[0]), FRAMES[2])
    assert payloads(first, answer, later) == [MESSAGES[0], MESSAGES[1], MESSAGES[2]]
    assert connection.send(106 + len(FRAMES[0]) + len(FRAMES[2]), framed(esp())) == []
    assert [(flow.transport, flow.server_port) for flow in connection.ledger.flows()] == [("tcp", 443)]
    assert sum(stream.packets for stream in connection.ledger.streams()) == 1


@pytest.mark.parametrize(("most", "found", "dropped"), [(2, [MESSAGES[2]], 0), (1, [], 1)])
def test_connections_on_other_ports_are_bounded(
    monkeypatch: pytest.MonkeyPatch, most: int, found: list[bytes], dropped: int
) -> None:
    """None is forgotten without a word, though only one side was captured."""
    monkeypatch.setattr("analyzer.capture.tcp.MAX_DIRECTIONS", most)
    connection = Connection(443)
    assert payloads(connection.send(100, PREFIX + FRAMES[0])) == [MESSAGES[0]]
    connection.port = 444
    assert payloads(connection.send(100, PREFIX + FRAMES[1])) == [MESSAGES[1]]
    connection.port = 443
    assert payloads(connection.send(106 + len(FRAMES[0]), FRAMES[2])) == found
    assert connection.kinds().count("limit-tcp-streams") == dropped


def test_esp_and_keepalives_are_counted() -> None:
    connection = opened()
    connection.send(106, FRAMES[0] + framed(esp(7, 1)) + framed(b"\xff") + framed(esp(7, 3)))
    (flow,) = connection.ledger.flows()
    assert (flow.messages, flow.keepalives, flow.esp_packets) == (1, 1, 2)
    (stream,) = connection.ledger.streams()
    assert (stream.encapsulation, stream.spi, stream.packets, stream.missing) == ("tcp", "00000007", 2, 1)


@pytest.mark.parametrize("size", [0, 19])
def test_headers_that_are_not_there(size: int) -> None:
    connection = Connection()
    segment = packets.tcp(CLIENT, 4500, 1, FRAMES[0])
    for data in (segment[:size], segment[:12] + b"\x40" + segment[13:], segment[:12] + b"\xf0" + segment[13:30]):
        packet = IpPacket(bytes(8), TCP, Span(data, 0, len(data), 0, in_frame=True), None)
        assert connection.streams.add(packet, 1, 0) == []


def test_streams_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "MAX_DIRECTIONS", 3)
    connection = Connection()
    for port in range(10):
        segment = packets.tcp(50_000 + port, 4500, 1, b"IKE")
        packet = IpPacket(bytes(8), TCP, Span(segment, 0, len(segment), 0, in_frame=True), None)
        connection.streams.add(packet, port, 0)
    assert len(connection.streams._directions) == 3
    assert connection.kinds().count("limit-tcp-streams") == 7
    assert connection.streams._stored == sum(d.stored for d in connection.streams._directions.values())


def test_waiting_bytes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "MAX_WAITING", 5)
    connection = opened()
    for number in range(50):
        connection.send(1000 + 20 * number, bytes(10))
    assert connection.streams._stored <= 60
    assert "capture-tcp-gap" in connection.kinds()


def test_stored_bytes_are_counted_right() -> None:
    connection = opened()
    for sequence in (300, 200, 106, 250, 120, 400, 110, 130):
        connection.send(sequence, bytes(37))
    connection.send(1, back=True, acknowledgment=350)
    assert connection.streams._stored == sum(d.stored for d in connection.streams._directions.values())
