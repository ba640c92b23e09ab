import struct

import pytest

from analyzer.capture import Frame, read_frames
from analyzer.capture.pieces import Piece
from analyzer.dissect import Dissected, Dissection
from analyzer.dissect.layers import headers
from analyzer.isakmp import Node
from analyzer.report.explorer.panes import Pane, ends, panes
from tests.capture.packets import ethernet, ipv4, tcp, udp
from tests.fixtures.cases import case

HEADERS = 14 + 20 + 8
WORDS = b"user" + b"word"
TRAFFIC = b"t" * 100


def opened(one: Frame, trees: list[Dissection]) -> list[Pane]:
    return panes(Dissected(one, trees), headers(one))


def frame(payload: bytes, *pieces: Piece, protocol: int = 17) -> Frame:
    data = ethernet(ipv4(protocol, udp(500, 500, payload) if protocol == 17 else payload))
    return Frame(7, 0, 1, "Ethernet", data, len(data), (), (), pieces)


def tree(*nodes: Node, offset: int | None = HEADERS, name: str = "message", data: bytes = WORDS) -> Dissection:
    return Dissection("a > b", Node(name, 0, len(data), children=list(nodes)), data, offset)


def test_the_first_tab_is_the_frame_from_its_link_layer_on() -> None:
    (pane,) = opened(frame(WORDS), [tree()])
    assert pane.title == "Frame"
    assert pane.data.endswith(WORDS)
    assert [(place + root.offset, root.name) for place, root in pane.trees] == [
        (0, "ethernet"),
        (14, "ipv4"),
        (34, "udp"),
        (42, "message"),
    ]
    assert not pane.hidden


def test_what_is_in_no_frame_has_tabs_of_its_own() -> None:
    whole, inside = tree(offset=None), tree(offset=None, name="decrypted", data=b"plain")
    tls = tree(offset=None, name="tls_message", data=b"hello")
    found = opened(frame(WORDS), [tree(), whole, inside, tls])
    assert [(pane.title, pane.data[-5:]) for pane in found] == [
        ("Frame", WORDS[-5:]),
        ("Put together", WORDS[-5:]),
        ("Decrypted", b"plain"),
        ("TLS", b"hello"),
    ]
    assert [pane.trees[0][0] for pane in found[1:]] == [0, 0, 0]


def test_credentials_are_hidden_in_frame_and_tab() -> None:
    secret = Node("attribute_value", 4, 4, "", "4 bytes, a credential", secret=True)
    first, second = opened(frame(WORDS), [tree(secret), tree(secret, offset=None, name="decrypted")])
    assert first.hidden == frozenset(range(HEADERS + 4, HEADERS + 8))
    assert first.data[HEADERS:] == b"user\0\0\0\0"
    assert (second.data, second.hidden) == (b"user\0\0\0\0", frozenset(range(4, 8)))


def test_bytes_that_nobody_has_read_are_hidden_beside_a_message() -> None:
    """Behind a length that lies may stand what the message holds; zeros are padding."""
    data = frame(WORDS).data + b"\0\0rest"
    longer = frame(WORDS)._replace(data=data, original_length=len(data))
    (pane,) = opened(longer, [tree()])
    assert pane.hidden == frozenset(range(len(data) - 4, len(data)))


def test_pieces_of_messages_in_clear_are_left_out_and_sealed_ones_shown() -> None:
    clear = Piece(HEADERS, HEADERS + 8, "a TCP segment", starts_message=False)
    (pane,) = opened(frame(WORDS, clear), [])
    assert (len(pane.data), pane.left) == (HEADERS, "8 bytes behind the UDP header")
    begins = Piece(HEADERS, HEADERS + 8, "the first IP fragment of a datagram", starts_message=True)
    (pane,) = opened(frame(WORDS, begins), [])
    assert pane.hidden == frozenset(range(HEADERS, HEADERS + 8))
    sealed = bytes(16) + bytes((46, 0x20, 35, 8)) + struct.pack(">II", 1, 40) + b"ciphertext!!"
    piece = Piece(HEADERS, HEADERS + len(sealed), "what an ICMP error quotes", starts_message=True)
    (pane,) = opened(frame(sealed, piece), [])
    assert not pane.hidden


ESP_HEADER = struct.pack(">II", 0xC0FFEE01, 1)
AH_HEADER = bytes((4, 4, 0, 0)) + struct.pack(">II", 0xC0FFEE02, 1) + bytes(12)


@pytest.mark.parametrize(
    ("packet", "left"),
    [
        (ipv4(50, ESP_HEADER + TRAFFIC), "100 bytes behind the ESP header"),
        (ipv4(17, udp(4500, 4500, ESP_HEADER + TRAFFIC)), "100 bytes behind the ESP header"),
        (ipv4(51, AH_HEADER + TRAFFIC), "100 bytes behind the AH header"),
        (ipv4(17, udp(10500, 10500, ESP_HEADER + TRAFFIC)), "108 bytes behind the UDP header"),
        (ipv4(6, tcp(4500, 40000, 1, b"\0\x6e" + ESP_HEADER + TRAFFIC)), "110 bytes behind the TCP header"),
        (ipv4(50, TRAFFIC, fragment=8), "100 bytes behind the IPv4 header"),
    ],
    ids=["ESP", "ESP in UDP", "AH", "ESP on another port", "ESP in TCP", "later fragment of ESP"],
)
def test_of_traffic_there_are_the_headers_alone(packet: bytes, left: str) -> None:
    """AH encrypts nothing: what stands behind it is readable, and kept out as well."""
    data = ethernet(packet)
    (pane,) = opened(frame(b"")._replace(data=data, original_length=len(data)), [])
    assert TRAFFIC not in pane.data
    assert data.startswith(pane.data)
    assert pane.left == left


def test_a_keepalive_is_shown() -> None:
    (pane,) = opened(frame(b"\xff"), [])
    assert (pane.data[-1:], pane.left) == (b"\xff", "")


def test_of_a_header_with_nothing_behind_it_nothing_is_left_out() -> None:
    (pane,) = opened(frame(ESP_HEADER, protocol=50), [])
    assert pane.data.endswith(ESP_HEADER)
    assert pane.left == ""


def test_a_message_behind_udp_is_whole() -> None:
    (pane,) = opened(frame(WORDS), [tree()])
    assert pane.data == frame(WORDS).data
    assert pane.left == ""


def test_an_unknown_link_layer_has_bytes_and_no_tree() -> None:
    unknown = frame(WORDS)._replace(link_type=None)
    (pane,) = opened(unknown, [])
    assert (pane.data, pane.trees) == (unknown.data, [])


def test_a_recorded_frame() -> None:
    found = read_frames(case("ikev2-link-vlan").capture, [1, 2, 3, 4])
    names = {root.name for one in found.values() for pane in opened(one, []) for _, root in pane.trees}
    assert {"ethernet", "vlan_tag", "ipv4", "udp"} <= names


def test_ends_by_the_headers() -> None:
    assert ends(headers(frame(WORDS))) == ("192.0.2.1:500", "198.51.100.2:500")
    assert ends([]) == ("", "")
