"""Every place that tshark shows of a message is a place in our tree: what it tells, we tell, byte for byte."""

import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import analyzer
from tests.capture.packets import ethernet, ipv4, pcap, udp
from tests.every_field import everything
from tests.isakmp.wire import nodes

# Fields of another extent there, and why ours is right
DIFFER = {
    "isakmp.reserved": "three reserved bytes are one field there and two of ours",
    "isakmp.cfg.attr.internal_ip6_netmask": "reads 18 bytes of a mask of 16",
}
LEAST = 290  # of the 357 fields that tshark 4.0 has; the others take keys, sets of fragments or damage


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_every_place_that_tshark_shows(tmp_path: Path) -> None:
    path = tmp_path / "every.pcap"
    path.write_bytes(pcap([ethernet(ipv4(17, udp(500, 500, data))) for data in everything()]))
    command = ["tshark", "-r", str(path), "-Y", "isakmp", "-T", "pdml"]
    answer = subprocess.run(command, capture_output=True, check=False, timeout=120).stdout
    analysis = analyzer.read_pcap(path)
    trees = analysis.dissect_frames(set(range(1, len(everything()) + 1)))
    seen, lacking = set(), []
    for number, packet in enumerate(ET.fromstring(answer).findall("packet"), 1):
        ours = {(t.offset + n.offset, n.length) for t in trees[number] if t.offset is not None for n in nodes(t.root)}
        for told in packet.iterfind("proto[@name='isakmp']//field"):
            name, place = told.get("name", ""), (int(told.get("pos", 0)), int(told.get("size", 0)))
            if name.startswith("isakmp."):
                seen.add(name)
                if place[1] and place not in ours and name not in DIFFER:
                    lacking.append((number, name, place, told.get("showname")))
    assert not lacking
    assert len(seen) > LEAST
