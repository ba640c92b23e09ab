"""Capture filters: what they certainly leave out, and of what nothing can be said."""

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from analyzer.capture.bpf import Packet, leaves_out
from tests.capture.packets import ethernet, ipv4, pcap, udp

A, B = "192.0.2.1", "198.51.100.2"
ON_500, ON_4500 = Packet(17, A, B, (500, 500)), Packet(17, A, B, (4500, 4500))
ESP, ICMP, LATER, TCP = Packet(50, A, B), Packet(1, A, B), Packet(17, A, B), Packet(6, A, B, (40000, 4500))
ALL = {"500": ON_500, "4500": ON_4500, "esp": ESP, "icmp": ICMP, "later": LATER, "tcp": TCP}

# A filter, and what of the above it certainly leaves out
FILTERS = {
    "udp port 500": "4500 esp icmp later tcp",
    "UDP PORT isakmp": "4500 esp icmp later tcp",
    "port 500 or 4500": "esp icmp later",
    "udp port 500 or udp port 4500": "esp icmp later tcp",
    "(udp port 500) || (udp && port ipsec-nat-t) or esp": "icmp later tcp",
    "udp portrange 400-600 or icmp": "4500 esp later tcp",
    "udp": "esp icmp tcp",
    "not udp": "500 4500 later",
    "! port 4500": "4500 tcp",
    "host 192.0.2.1": "",
    "host 203.0.113.7": "500 4500 esp icmp later tcp",
    "src host 198.51.100.2 and udp": "500 4500 esp icmp later tcp",
    "dst 198.51.100.2 and udp dst port 500": "4500 esp icmp later tcp",
    "esp or udp and port 500": "4500 esp icmp later tcp",  # from left to right: (esp or udp) and port 500
    "ip proto 50": "500 4500 icmp later tcp",
    "ip6": "500 4500 esp icmp later tcp",
}
# Nothing is said of these
UNKNOWN = (
    "", "udp port 500 or (ip[6:2] & 0x1fff != 0)", "udp port 500 or vlan", "udp port 500 or gateway.example",
    "greater 100", "udp port 500 or",
    "(udp port 500", "udp port 500)", "port", "and", "(" * 5000, "udp port 500 or less 64",
    "ether host 02:00:00:00:00:01", "udp port 500 or net 198.51.100.0/24",
)  # fmt: skip


@pytest.mark.parametrize("text", FILTERS)
def test_what_is_certain(text: str) -> None:
    assert {name for name, packet in ALL.items() if leaves_out(text, packet)} == set(FILTERS[text].split())


@pytest.mark.parametrize("text", UNKNOWN)
def test_of_what_is_not_understood_nothing_is_said(text: str) -> None:
    assert not any(leaves_out(text, packet) for packet in ALL.values())


@pytest.mark.skipif(shutil.which("tcpdump") is None, reason="tcpdump is not installed")
def test_tcpdump_passes_and_leaves_out_the_same(tmp_path: Path) -> None:
    frames = [
        ethernet(ipv4(17, udp(500, 500, bytes(40)), A, B)),
        ethernet(ipv4(17, udp(4500, 4500, bytes(40)), A, B)),
        ethernet(ipv4(50, bytes(40), A, B)),
        ethernet(ipv4(1, bytes(40), A, B)),
        ethernet(ipv4(17, bytes(40), A, B, fragment=5)),
        ethernet(ipv4(6, struct.pack(">HH", 40000, 4500) + bytes(40), A, B)),
    ]
    for name, frame in zip(ALL, frames, strict=True):
        (tmp_path / name).write_bytes(pcap([frame]))
    for text, left in FILTERS.items():
        for name in ALL:
            run = subprocess.run(["tcpdump", "-nr", tmp_path / name, text.lower()], capture_output=True, check=True)
            assert bool(run.stdout) == (name not in left.split()), (text, name)
