"""What stands around messages, held to tshark's fields where it is installed."""

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

import analyzer
from analyzer.capture import open_capture
from analyzer.capture.evidence import MAX_TTLS, Evidence, community_id
from analyzer.tables.kinds import Need
from analyzer.tables.schema import SCHEMA
from tests.capture.layers.frames import FRAMES, gre, gtp, outer
from tests.capture.packets import (
    HOST_A,
    HOST_B,
    block,
    enhanced,
    esp,
    ethernet,
    interface,
    ipv4,
    isakmp,
    option,
    pcap,
    section,
    tcp,
    udp,
)
from tests.conftest import ROOT

IKE = ipv4(17, udp(500, 500, isakmp()), identification=77)
NAMES = tuple(column.name for column in SCHEMA["messages"].columns if column.needs & Need.EVIDENCE)


def evidence(path: Path) -> dict[int, Evidence]:
    reader = open_capture(path, evidence=True)
    assert [item.frame_number for item in reader] or True
    assert reader.seen is not None
    return reader.seen.frames


def written(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "made.pcap"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("source", "source_port", "destination", "destination_port", "kind", "known"),
    [
        ("1.2.3.4", 1122, "5.6.7.8", 3344, 6, "1:wCb3OG7yAFWelaUydu0D+125CLM="),
        ("1.2.3.4", 1122, "5.6.7.8", 3344, 17, "1:0Mu9InQx6z4ZiCZM/7HXi2WMhOg="),
        ("192.168.1.52", 54585, "8.8.8.8", 53, 17, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
        ("2001:470:e5bf:dead:4957:2174:e82c:4887", 63943, "2607:f8b0:400c:c03::1a", 25, 6,
         "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4="),
        ("10.1.12.1", None, "10.1.12.2", None, 46, "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw="),
    ],
)  # fmt: skip
def test_community_ids_are_those_of_the_specification(
    source: str, source_port: int | None, destination: str, destination_port: int | None, kind: int, known: str
) -> None:
    """Of the baseline that corelight/community-id-spec publishes; and both directions are one flow."""
    assert community_id(source, source_port, destination, destination_port, kind) == known
    assert community_id(destination, destination_port, source, source_port, kind) == known


def test_the_names_are_in_the_order_of_the_columns() -> None:
    assert (*Evidence._fields, "community_id") == NAMES


def test_a_frame_without_anything_around_it(tmp_path: Path) -> None:
    (found,) = evidence(written(tmp_path, pcap([ethernet(IKE)]))).values()
    head = ethernet(IKE)[:12]
    assert found == Evidence(src_mac=head[6:].hex(":"), dst_mac=head[:6].hex(":"), ttl=64, dscp=0, ip_id=77)


def test_tunnels_and_tags_outer_first(tmp_path: Path) -> None:
    tagged = ethernet(IKE, tags=((0x8100, 0x2007),))
    vxlan = ethernet(
        ipv4(17, udp(49152, 4789, b"\x08\0\0\0\0\x13\x88\0" + tagged), "10.0.0.1", "10.0.0.2"),
        tags=((0x88A8, 100), (0x8100, 0xE065)),
    )
    keyed = gre(0x0800, IKE, 0x2000, struct.pack(">I", 9))
    found = [
        *evidence(
            written(tmp_path, pcap([vxlan, gtp(IKE), keyed, ethernet(ipv4(4, IKE, "10.0.0.1", "10.0.0.2"))]))
        ).values()
    ]
    assert (found[0].vlan, found[0].tunnel_id) == ((100, 101, 7), 5000)
    assert [f.tunnel for f in found] == [
        ("VXLAN VNI 5000 10.0.0.1 > 10.0.0.2",),
        ("GTP-U TEID 7 10.0.0.1 > 10.0.0.2",),
        ("GRE key 9 10.0.0.1 > 10.0.0.2",),
        ("IPv4 in IP 10.0.0.1 > 10.0.0.2",),
    ]
    assert {(f.outer_src_ip, f.outer_dst_ip, f.ip_id) for f in found} == {("10.0.0.1", "10.0.0.2", 77)}


def test_of_fragments_it_is_the_frame_that_the_message_is_named_by(tmp_path: Path) -> None:
    whole = udp(500, 500, isakmp(bytes(100)))
    first = ipv4(17, whole[:64], fragment=0x2000, identification=5)
    last = bytearray(ipv4(17, whole[64:], fragment=8, identification=5))
    last[8] = 50
    alone = ipv4(17, whole[:64], fragment=0x2000, identification=6)
    found = evidence(written(tmp_path, pcap([ethernet(first), ethernet(bytes(last)), ethernet(alone)])))
    assert {frame: (e.ttl, e.ip_id) for frame, e in found.items()} == {2: (50, 5), 3: (64, 6)}


def test_interface_and_direction(tmp_path: Path) -> None:
    named = block(1, struct.pack("<HHI", 1, 0, 0) + option(2, b"eth7"))
    inbound, outbound = (option(2, struct.pack("<I", flags)) for flags in (0x11, 2))
    frame = ethernet(IKE)
    data = section() + named + interface() + enhanced(frame, options=inbound)
    data += enhanced(frame, number=1, options=outbound) + enhanced(frame)
    found = evidence(written(tmp_path, data)).values()
    assert [(e.interface, e.direction) for e in found] == [("eth7", "inbound"), ("1", "outbound"), ("eth7", None)]


def ttl(frame: bytes, value: int) -> bytes:
    return frame[:22] + bytes((value,)) + frame[23:]


def test_flows_have_what_their_first_packet_has_and_the_ttls_of_both_ends(tmp_path: Path) -> None:
    answer = ethernet(ipv4(17, udp(500, 500, isakmp(flags=0x20)), HOST_B, HOST_A))
    injected = ttl(answer, 31)
    traffic = ethernet(ipv4(50, esp()), tags=((0x8100, 9),))
    many = [ttl(answer, value) for value in range(100, 130)]
    data = pcap([ethernet(IKE), answer, injected, ethernet(IKE), traffic, *many])
    wanted = {"flows": ["transport", "vlan", "ttls_from_client", "ttls_from_server", "community_id"]}
    analysis = analyzer.Analysis(wanted=wanted)
    analysis.add(written(tmp_path, data))
    ours, theirs = analysis.tables["flows"].rows()
    assert ours[:3] == ("udp", (), (64,))
    assert (ours[3][:2], len(ours[3])) == ((64, 31), MAX_TTLS)
    assert theirs[:4] == ("esp", (9,), (), ())
    assert theirs[4] == community_id(HOST_A, None, HOST_B, None, 50)


def test_only_what_is_named_is_filled(tmp_path: Path) -> None:
    stream = ethernet(ipv4(6, tcp(40000, 4500, 1, b"IKETCP" + struct.pack(">H", 34) + bytes(4) + isakmp())))
    path = written(tmp_path, pcap([stream]))
    usual = analyzer.read_pcap(path)
    assert not {*NAMES} & {*usual.messages.columns}
    named = analyzer.Analysis(wanted={"messages": ["ttl", "transport", "src_mac"]})
    named.add(path)
    assert [*named.tables["messages"].rows()] == [(64, "tcp", stream[6:12].hex(":"))]
    part = analyzer.Analysis(wanted={"messages": [*SCHEMA["messages"].names], "negotiations": None, "captures": None})
    part.add(path)
    assert part.tables["messages"].column("ttl") == [64]
    for name in usual.messages.columns:
        assert part.tables["messages"].column(name) == usual.tables["messages"].column(name), name


FIELDS = {
    "ttl": ("ip.ttl", "ipv6.hlim"),
    "ip_id": ("ip.id",),
    "dscp": ("ip.dsfield.dscp", "ipv6.tclass.dscp"),
    "src_mac": ("eth.src",),
    "vlan": ("vlan.id", "ieee8021ad.id"),
}


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_fields_are_those_of_tshark(tmp_path: Path) -> None:
    """One capture of all frames of Ethernet that the tests of layers have, and of fixtures."""
    frames = [frame for some in FRAMES.values() for link_type, frame in some.values() if link_type == 1]
    frames += [ethernet(IKE, tags=((0x8100, 5), (0x8100, 6))), outer(4789, b"\x08\0\0\0\0\0\x09\0" + ethernet(IKE))]
    made = written(tmp_path, pcap(frames))
    fixtures = [ROOT / "fixtures" / "pcaps" / name / "capture.pcap" for name in ("ikev2-many-sas", "ikev2-psk-gcm")]
    for path in (made, *fixtures):
        asked = [option for names in FIELDS.values() for name in names for option in ("-e", name)]
        told = ("-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,", "-d", "udp.port==8472,vxlan")
        run = subprocess.run(
            ["tshark", "-n", "-r", path, "-o", "ip.check_checksum:FALSE", *told, "-e", "isakmp.ispi", *asked],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        rows = dict(enumerate((line.split("\t") for line in run.stdout.splitlines()), 1))
        for frame, found in evidence(path).items():
            spi, *values = rows[frame]
            if not spi:
                continue
            ttls, hops, ids, dscps, classes, macs, *tags = (value.split(",") if value else [] for value in values)
            assert str(found.ttl) in (ttls[-1:] + hops[-1:]), (path, frame)
            assert found.ip_id is None or found.ip_id == int(ids[-1], 0), (path, frame)
            assert str(found.dscp) in (dscps[-1:] + classes[-1:]), (path, frame)
            assert found.src_mac == macs[0], (path, frame)
            assert sorted(map(str, found.vlan)) == sorted(tag for some in tags for tag in some), (path, frame)
