import pytest

from analyzer.capture.decoder import Packet
from analyzer.capture.pieces import Piece, pieces
from tests.capture.packets import ETHERNET, esp, ethernet, ipv4, ipv6, ipv6_fragment, isakmp, tcp, udp

MORE = 0x2000
BODY = isakmp(bytes(80))
DATAGRAM = udp(500, 500, BODY)
TCP_PART = b"IKETCP" + bytes(60)


def found(packet: bytes) -> list[tuple[bytes, str, bool]]:
    frame = ethernet(packet)
    all_of_it, left = pieces(Packet(1, 0, ETHERNET, frame, len(frame)), (500, 4500))
    assert left == ()
    assert all(isinstance(piece, Piece) and piece.end <= len(frame) for piece in all_of_it)
    return [(frame[piece.start : piece.end], piece.what, piece.starts_message) for piece in all_of_it]


def test_the_first_fragment_begins_a_message_and_later_ones_do_not() -> None:
    first = [(BODY[:56], "the first IP fragment of a datagram", True)]
    assert found(ipv4(17, DATAGRAM[:64], fragment=MORE)) == first
    assert found(ipv6(44, ipv6_fragment(17, DATAGRAM[:64], 0, more=True))) == first
    later = [(DATAGRAM[64:], "an IP fragment", False)]
    assert found(ipv4(17, DATAGRAM[64:], fragment=8)) == later
    assert found(ipv6(44, ipv6_fragment(17, DATAGRAM[64:], 64, more=False))) == later


def test_the_marker_is_left_out() -> None:
    marked = udp(4500, 4500, bytes(4) + BODY)
    assert found(ipv4(17, marked[:64], fragment=MORE))[0][::2] == (BODY[:52], True)


def test_a_first_fragment_of_other_things() -> None:
    tunnel = udp(4789, 4789, bytes(100))
    assert found(ipv4(17, tunnel[:64], fragment=MORE))[0][1:] == ("the first IP fragment of a datagram", False)
    assert found(ipv4(17, udp(4500, 4500, esp())[:48], fragment=MORE)) == []
    assert found(ipv4(50, esp(), fragment=8)) == []
    assert found(ipv4(17, DATAGRAM[:4], fragment=MORE))[0][2] is False


def test_a_segment_is_a_piece_of_its_stream() -> None:
    assert found(ipv4(6, tcp(40000, 4500, 1, TCP_PART))) == [(TCP_PART, "a TCP segment", False)]
    assert found(ipv4(6, tcp(40000, 4500, 1))) == []
    assert found(ipv4(6, tcp(40000, 4500, 1)[:10])) == []


@pytest.mark.parametrize("cut", [0, 40])
def test_what_an_icmp_error_quotes(cut: int) -> None:
    quoted = ipv4(17, DATAGRAM)
    error = bytes((3, 3, 0, 0, 0, 0, 0, 0)) + quoted[: len(quoted) - cut]
    assert found(ipv4(1, error)) == [(BODY[: len(BODY) - cut], "what an ICMP error quotes", True)]
    assert found(ipv4(1, error.replace(b"\3\3", b"\0\0", 1))) == []  # an echo reply
    later = bytes((11, 1, 0, 0, 0, 0, 0, 0)) + ipv4(17, DATAGRAM[64:], fragment=8)
    assert found(ipv4(1, later)) == [(DATAGRAM[64:], "an IP fragment", False)]
    assert found(ipv4(1, error[:20]))[0][1:] == ("what an ICMP error quotes", False)


def test_tunnels_are_looked_into() -> None:
    inner = ipv4(17, DATAGRAM[64:], fragment=8)
    assert found(ipv4(4, inner)) == [(DATAGRAM[64:], "an IP fragment", False)]
    vxlan = udp(50000, 4789, b"\x08" + bytes(7) + ethernet(inner))
    assert found(ipv4(17, vxlan)) == [(DATAGRAM[64:], "an IP fragment", False)]


def test_whole_datagrams_are_no_pieces() -> None:
    assert found(ipv4(17, DATAGRAM)) == []
    assert found(ipv4(17, udp(53, 5353, b"x" * 60))) == []
    assert found(ipv4(17, udp(4500, 4500, esp()))) == []


def test_datagrams_cut_by_the_capture_are_none_either() -> None:
    frame = ethernet(ipv4(17, DATAGRAM))[:-20]  # read as far as it goes
    assert pieces(Packet(1, 0, ETHERNET, frame, len(frame) + 20), (500, 4500)) == ((), ())
