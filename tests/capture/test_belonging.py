from analyzer.capture.belonging import Belonging, NotingLedger
from analyzer.capture.ledger import EspPacket
from tests.capture.packets import HOST_A, HOST_A6, HOST_B, HOST_B6

PAIR = bytes((192, 0, 2, 1, 198, 51, 100, 2))


def packet(frame: int, spi: str = "c0ffee01", encapsulation: int = 2) -> EspPacket:
    return EspPacket(frame, None, encapsulation, PAIR + bytes(4), bytes.fromhex(spi), frame, 100)


def test_a_flow_belongs_in_both_directions() -> None:
    wanted = Belonging()
    wanted.add_flow("udp-4500", (HOST_A, 4500, HOST_B, 1025))
    wanted.add_flow("tcp", (HOST_A6, 4500, HOST_B6, 4500))
    assert wanted.udp == {PAIR + b"\x11\x94\x04\x01", PAIR[4:] + PAIR[:4] + b"\x04\x01\x11\x94"}
    assert {len(key) for key in wanted.tcp} == {36}


def test_a_stream_is_addresses_spi_and_encapsulation() -> None:
    wanted = Belonging()
    wanted.add_stream("c0ffee01", HOST_A, HOST_B, "udp")
    for other in (packet(1), packet(2, spi="c0ffee02"), packet(3, encapsulation=0), packet(4)):
        NotingLedger(wanted).esp(other)
    assert list(wanted.frames) == [1, 4]


def test_the_ends_of_a_stream() -> None:
    wanted = Belonging(ends_only=2)
    wanted.add_stream("c0ffee01", HOST_A, HOST_B, "udp")
    for frame in range(1, 10):
        NotingLedger(wanted).esp(packet(frame))
    wanted.finish()
    assert list(wanted.frames) == [1, 2, 8, 9]
    assert wanted.left_out == 5
    short = Belonging(ends_only=2)
    short.add_stream("c0ffee01", HOST_A, HOST_B, "udp")
    for frame in range(1, 4):
        NotingLedger(short).esp(packet(frame))
    short.finish()
    assert (list(short.frames), short.left_out) == ([1, 2, 3], 0)


def test_no_packet_of_a_stream() -> None:
    wanted = Belonging(ends_only=0)
    wanted.add_stream("c0ffee01", HOST_A, HOST_B, "udp")
    NotingLedger(wanted).esp(packet(1))
    wanted.finish()
    assert (list(wanted.frames), wanted.left_out) == ([], 1)
