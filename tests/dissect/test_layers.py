import struct

import dpkt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.capture import Frame
from analyzer.capture.link import link_name
from analyzer.dissect.layers import frame_headers, headers
from analyzer.isakmp import Node
from tests.capture.packets import HOST_A, HOST_A6, HOST_B, HOST_B6, ethernet, ipv4, ipv6, ipv6_fragment, tcp, udp
from tests.isakmp.wire import SA_2, message

LINKS = (0, 1, 9, 12, 101, 113, 228, 239, 276, 147)
UDP_PACKET = udp(500, 4500, b"message")


def frame(data: bytes, link_type: int | None = 1, original: int | None = None) -> Frame:
    name = "" if link_type is None else link_name(link_type)
    return Frame(1, 0, link_type, name, data, original or len(data), (), (), ())


def values(nodes: list[Node]) -> dict[str, dict[str, str]]:
    return {node.name: {child.name: child.value for child in node.children} for node in nodes}


def test_ethernet_ipv4_udp() -> None:
    found = headers(frame(ethernet(ipv4(17, UDP_PACKET))))
    assert [(node.name, node.offset, node.length) for node in found] == [
        ("ethernet", 0, 14),
        ("ipv4", 14, 20),
        ("udp", 34, 8),
    ]
    shown = values(found)
    assert shown["ipv4"]["source_address"] == HOST_A
    assert shown["ipv4"]["destination_address"] == HOST_B
    assert shown["udp"]["source_port"] == "500"
    assert shown["udp"]["destination_port"] == "4500"
    assert found[1].field("protocol").meaning == "UDP"  # type: ignore[union-attr]
    assert found[1].field("version_and_length").meaning == "version 4, header of 20 bytes"  # type: ignore[union-attr]


def test_values_are_those_that_dpkt_reads_of_the_whole_frame() -> None:
    data = ethernet(ipv4(6, tcp(500, 4500, 7, b"x", acknowledgment=9), identification=77))
    theirs = dpkt.ethernet.Ethernet(data)
    shown = values(headers(frame(data)))
    assert int(shown["ipv4"]["identification"]) == theirs.data.id == 77
    assert int(shown["ipv4"]["total_length"]) == theirs.data.len
    assert int(shown["tcp"]["sequence_number"]) == theirs.data.data.seq == 7
    assert int(shown["tcp"]["acknowledgment_number"]) == theirs.data.data.ack == 9
    assert int(shown["tcp"]["window"]) == theirs.data.data.win


def test_tags_options_and_extension_headers() -> None:
    tagged = headers(frame(ethernet(ipv4(17, UDP_PACKET, options=b"\x94\x04\0\0"), tags=[(0x88A8, 5), (0x8100, 6)])))
    assert [node.name for node in tagged] == ["ethernet", "vlan_tag", "vlan_tag", "ipv4", "options", "udp"]
    assert [n.field("tag_control_information").meaning for n in tagged[1:3]] == [  # type: ignore[union-attr]
        "VLAN 5, priority 0",
        "VLAN 6, priority 0",
    ]
    six = headers(frame(ethernet(ipv6(0, b"\x11\0" + bytes(6) + UDP_PACKET))))
    assert [node.name for node in six] == ["ethernet", "ipv6", "extension_headers", "udp"]
    assert values(six)["ipv6"]["source_address"] == HOST_A6
    assert values(six)["ipv6"]["destination_address"] == HOST_B6


def test_what_a_tunnel_carries() -> None:
    inner = ipv4(17, UDP_PACKET)
    assert [n.name for n in headers(frame(ipv4(4, inner), 101))] == ["ipv4", "ipv4", "udp"]
    gre = struct.pack(">HH", 0, 0x0800) + inner
    assert [n.name for n in headers(frame(ipv4(47, gre), 101))] == ["ipv4", "gre", "ipv4", "udp"]


def test_the_header_of_a_tunnel_in_udp_is_named_and_shown_as_bytes() -> None:
    vxlan = bytes.fromhex("0800000000002a00") + ethernet(ipv4(17, UDP_PACKET))
    for port in (4789, 12345):
        found = headers(frame(ipv4(17, udp(50000, port, vxlan)), 101))
        assert [n.name for n in found] == ["ipv4", "udp", "tunnel_header", "ipv4", "udp"]
        assert (found[2].length, found[2].meaning) == (22, "VXLAN")
    assert [n.name for n in headers(frame(ipv4(17, udp(50000, 4789, b"\x08 anything")), 101))] == ["ipv4", "udp"]


def test_a_message_of_ike_between_ports_of_tunnels_is_no_tunnel() -> None:
    found = headers(frame(ipv4(17, udp(4500, 4789, bytes(4) + message((33, SA_2)))), 101))
    assert [n.name for n in found] == ["ipv4", "udp", "non_esp_marker"]


def test_a_later_fragment_has_no_udp_header() -> None:
    assert [n.name for n in headers(frame(ipv4(17, UDP_PACKET, fragment=3), 101))] == ["ipv4"]
    first = ipv6(44, ipv6_fragment(17, UDP_PACKET, 0, more=True))
    assert [n.name for n in headers(frame(first, 101))] == ["ipv6", "extension_headers", "udp"]


def test_the_marker_before_ike_on_port_4500() -> None:
    packet = ipv4(17, udp(4500, 4500, bytes(4) + b"message"))
    assert [n.name for n in headers(frame(packet, 101))] == ["ipv4", "udp", "non_esp_marker"]


def test_four_zeros_on_another_port_are_a_marker_only_before_ike() -> None:
    for payload, names in ((b"message", []), (message((33, SA_2)), ["non_esp_marker"])):
        packet = ipv4(17, udp(53, 1024, bytes(4) + payload))
        assert [n.name for n in headers(frame(packet, 101))] == ["ipv4", "udp", *names]


def test_an_unknown_link_layer_is_bytes_up_to_ip() -> None:
    found = headers(frame(b"\xff\x03\0\x21" + ipv4(17, UDP_PACKET), 9))
    assert (found[0].name, found[0].value) == ("link_layer", "ff030021")
    assert [n.name for n in found] == ["link_layer", "ipv4", "udp"]


@pytest.mark.parametrize("link_type", [None, 147])
def test_no_headers_are_known(link_type: int | None) -> None:
    assert frame_headers(frame(ipv4(17, UDP_PACKET), link_type)) is None


@given(st.sampled_from(LINKS), st.binary(max_size=120), st.integers(0, 200), st.data())
@settings(max_examples=150, deadline=None)
def test_any_bytes_have_headers_in_order_within_them(link: int, noise: bytes, cut: int, data: st.DataObject) -> None:
    whole = data.draw(
        st.sampled_from([noise, ethernet(ipv4(17, noise)), ethernet(ipv6(6, noise)), ipv4(47, noise), ipv4(4, noise)])
    )
    for captured in (whole, whole[:cut]):
        found = headers(frame(captured, link, len(whole)))
        at = 0
        for node in found:
            assert node.offset >= at
            at = node.offset + node.length
            assert sum(child.length for child in node.children) in (0, node.length)
        assert at <= len(captured)
        tree = frame_headers(frame(captured, link, len(whole)))
        assert (tree is None) == (not found)
        assert tree is None or (tree.data == captured[: len(tree.data)] and tree.root.length == at)


def names_of(port: int, payload: bytes) -> list[str]:
    return [node.name for node in headers(frame(ipv4(17, udp(port, port, payload)), 101))]


def test_esp_in_udp_has_its_header() -> None:
    found = headers(frame(ipv4(17, udp(4500, 4500, struct.pack(">II", 0xC0FFEE01, 7) + bytes(40))), 101))
    assert [node.name for node in found] == ["ipv4", "udp", "esp"]
    assert values(found)["esp"] == {"spi": "0xc0ffee01", "sequence_number": "7"}


def test_what_is_no_esp_in_udp_has_none() -> None:
    spi = struct.pack(">II", 0xC0FFEE01, 7) + bytes(40)
    assert names_of(53, spi) == ["ipv4", "udp"]
    assert names_of(4500, b"\xff") == ["ipv4", "udp"], "a keepalive"
    assert names_of(4500, spi[:7]) == ["ipv4", "udp"], "a header that is cut"
    assert names_of(4500, message((33, SA_2))) == ["ipv4", "udp"], "IKE without a marker"


def test_the_first_fragment_of_ike_is_no_esp() -> None:
    """UDP says how long all fragments are together, IP only how long the first is."""
    whole = udp(4500, 4500, message((33, SA_2), (43, bytes(200))))
    found = headers(frame(ipv4(17, whole[:96], fragment=0x2000), 101))
    assert [node.name for node in found] == ["ipv4", "udp"]


def test_the_integrity_check_value_is_a_part_of_ah() -> None:
    header = bytes((4, 4, 0, 0)) + struct.pack(">II", 0xC0FFEE02, 1)
    found = headers(frame(ipv4(51, header + bytes(range(12)) + bytes(60)), 101))
    assert [(node.name, node.length) for node in found] == [("ipv4", 20), ("ah", 12), ("icv", 12)]
    cut = headers(frame(ipv4(51, header + bytes(4)), 101))
    assert [node.name for node in cut] == ["ipv4", "ah"]
