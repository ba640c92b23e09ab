"""What stands behind the rarer layers is what tshark finds there: one capture with an interface for each link type."""

import shutil
import subprocess
from pathlib import Path

import pytest

import analyzer
from tests.capture.layers.frames import FRAMES
from tests.capture.packets import enhanced, interface, section

ALL = [(f"{layer}, {name}", *frame) for layer, frames in FRAMES.items() for name, frame in frames.items()]
AS = ("-d", "udp.port==12345,vxlan", "-d", "udp.port==8472,vxlan")  # ours is known by its form
# Frames that tshark 4.0 reads otherwise, and why ours is right.
OTHERWISE = {
    "atm, of one protocol": "tshark takes the first byte of IP for an address of LLC: nothing says what it is",
    "capwap, IEEE 802.11": "tshark's preference capwap.swap_fc is on unless it is turned off",
    "erspan, type III, IP": "tshark 4.0 takes every mirrored frame for Ethernet, whatever the frame type says",
    "network, NSH in IP": "tshark 4.0 does not know that protocol number",
    "ppp_with_direction, of pppd": "tshark 4.0 opens no packet of link type 166",
}


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_messages_behind_rarer_layers_are_those_of_tshark(tmp_path: Path) -> None:
    link_types = sorted({link_type for _, link_type, _ in ALL})
    blocks = [section(), *map(interface, link_types)]
    blocks += [enhanced(frame, number=link_types.index(link_type)) for _, link_type, frame in ALL]
    path = tmp_path / "all.pcapng"
    path.write_bytes(b"".join(blocks))
    ours = analyzer.read_pcap(path).messages
    assert ours["frame_number"].tolist() == list(range(1, len(ALL) + 1))
    fields = ("-T", "fields", "-e", "isakmp.ispi")
    run = subprocess.run(["tshark", "-n", "-r", path, *AS, *fields], capture_output=True, text=True, check=True)
    found = run.stdout.splitlines()
    assert {name for (name, _, _), spi in zip(ALL, found, strict=True) if not spi} == set(OTHERWISE)
