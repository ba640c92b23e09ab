import re
from pathlib import Path

import pytest

from analyzer.capture import open_capture
from analyzer.capture.datagram import Datagram
from tests.capture.layers.frames import BSSID, FRAMES, MAC
from tests.capture.layers.plain import PLAIN
from tests.capture.packets import ike_frame, pcap
from tests.redact.same_story import VALUES, redacted

NAMES = (MAC[:6], MAC[6:], BSSID, b"\x0a\0\0\1", b"\x0a\0\0\2", b"\xc0\0\2\1", b"\xc6\x33\x64\2")
ALL = FRAMES | PLAIN
CASES = [(link, kind) for link, kinds in ALL.items() for kind in kinds]


def messages(path: Path) -> list[Datagram]:
    return [item for item in open_capture(str(path)) if isinstance(item, Datagram)]


@pytest.mark.parametrize(("link", "kind"), CASES, ids=[f"{link}: {kind}" for link, kind in CASES])
def test_behind_each_layer_the_message_is_found_and_nobody_else(tmp_path: Path, link: str, kind: str) -> None:
    capture, copy = tmp_path / "capture.pcap", tmp_path / "copy.pcapng"
    link_type, frame = ALL[link][kind]
    capture.write_bytes(pcap([frame], link_type=link_type))
    done = redacted(capture, copy, keep_other=False)
    (before,), (after,) = messages(capture), messages(copy)
    assert done.packets == 1
    assert after.payload == before.payload
    assert after.offset == before.offset
    assert (after.src_port, after.dst_port) == (before.src_port, before.dst_port)
    assert after.src_ip != before.src_ip
    assert not [name.hex() for name in NAMES if name in copy.read_bytes()]


@pytest.mark.parametrize("name", ["en0", "Safari"])
def test_names_in_a_wrapper_s_header_go(tmp_path: Path, name: str) -> None:
    head = bytearray(108)
    head[:12] = (108).to_bytes(4, "little") + (1).to_bytes(4, "little") + (1).to_bytes(4, "little")
    head[12 : 12 + len(name)] = name.encode()
    capture, copy = tmp_path / "capture.pcap", tmp_path / "copy.pcapng"
    capture.write_bytes(pcap([bytes(head) + ike_frame()], link_type=258))
    redacted(capture, copy)
    assert name.encode() not in copy.read_bytes()
    assert len(messages(copy)) == 1


def test_a_frame_without_ip_keeps_its_kind_and_nothing_else(tmp_path: Path) -> None:
    arp = bytes.fromhex(
        "ffffffffffff 0016 3e112233 0806 0001 0800 0604 0001 00163e112233 c0000201 000000000000 c0000202"
    )
    capture, copy = tmp_path / "capture.pcap", tmp_path / "copy.pcapng"
    capture.write_bytes(pcap([arp]))
    redacted(capture, copy)
    image = VALUES.macs.of(bytes.fromhex("00163e112233"))
    assert b"\xff" * 6 + image + b"\x08\x06" + bytes(28) in copy.read_bytes()
    assert not re.search(rb"\x00\x16\x3e\x11|\xc0\x00\x02\x01", copy.read_bytes())
