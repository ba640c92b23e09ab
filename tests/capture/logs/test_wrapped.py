"""Messages of logs as packets that other programs read."""

from pathlib import Path

import pytest

from analyzer.capture import Datagram, open_capture
from analyzer.capture.decoder import Packet
from analyzer.capture.frame_set import FrameSet
from analyzer.capture.given import Given
from analyzer.capture.logs.wrapped import wrapped
from analyzer.capture.picking import Origin, pick
from tests.capture.logs.samples import datagrams, samples, story
from tests.capture.packets import isakmp, pcap


@pytest.mark.parametrize("name", ["charon", "fortigate", "mikrotik-ikev2", "wireshark_json"])
def test_an_extract_holds_the_messages(name: str, tmp_path: Path) -> None:
    sample = next(one for one in samples() if one.name == name)
    frames, taken = FrameSet(), []
    for item in datagrams(sample.log):
        frames.add(item.frame_number)

    def take(packet: Packet, origin: Origin) -> None:
        taken.append((packet, origin))

    pick(str(sample.log), frames, take)
    copy = tmp_path / "copy.pcap"
    copy.write_bytes(pcap([packet.data for packet, _ in taken], link_type=taken[0][1].interface.link_type))
    assert story(datagrams(copy)) == story(datagrams(sample.log))


def test_headers_around_ipv6_are_whole() -> None:
    head = isakmp(b"", next_payload=0)
    text = f"ike 0: comes 2001:db8::1:500->2001:db8::2:500,ifindex=5\nike 0: in {head.hex()}\n"
    (item,) = open_capture(Given(text.encode()))
    assert isinstance(item, Datagram)
    assert (item.src_ip, item.dst_ip, item.dst_port) == ("2001:db8::1", "2001:db8::2", 500)


def test_what_has_headers_is_left_alone() -> None:
    packet = Packet(1, 0, 1, b"frame", 5)
    assert wrapped(packet) is packet
