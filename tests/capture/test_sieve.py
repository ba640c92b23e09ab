"""The bulk filter: what is dropped, what is of a regular kind, what needs care."""

import struct

import numpy as np
import pytest

from analyzer.capture.batch import pcap_batch
from analyzer.capture.damage import Damage
from analyzer.capture.pcap import FILE_HEADER, Pcap
from analyzer.capture.rows import Sifted
from analyzer.capture.sieve import Sieve
from analyzer.capture.window import SLACK
from tests.capture.packets import esp, ethernet, ike_frame, ipv4, ipv6, ipv6_fragment, isakmp, pcap, tcp, udp

MESSAGE = isakmp(bytes(20))


def sift(frames: list[bytes], link_type: int = 1, ports: tuple[int, ...] = (500, 4500)) -> Sifted:
    data = bytearray(pcap(frames, link_type=link_type) + bytes(SLACK))
    container = Pcap(bytes(data[:FILE_HEADER]), Damage())
    starts, end = container.walk(data, FILE_HEADER, len(data) - SLACK)
    return Sieve(ports).sift(pcap_batch(container, data, np.array(starts), end))


def fate(frame: bytes, link_type: int = 1, ports: tuple[int, ...] = (500, 4500)) -> str:
    sifted = sift([frame], link_type, ports)
    esp_rows = [row for rows in sifted.esp.values() for row in rows.row.tolist()]
    fates = ["careful"] * len(sifted.careful) + ["udp"] * len(sifted.udp.row) + ["esp"] * len(esp_rows)
    fates += ["fragment"] * len(sifted.fragments.row)
    assert len(fates) <= 1
    return fates[0] if fates else "dropped"


UDP = udp(500, 500, MESSAGE)
AH = bytes(2) + struct.pack(">II", 7, 1) + bytes(12)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (ike_frame(), "udp"),
        (ethernet(ipv6(17, UDP)), "udp"),
        (ethernet(ipv4(17, UDP), tags=[(0x8100, 1), (0x88A8, 2)]), "udp"),
        (ike_frame(b"\xff", 4500, 4500), "udp"),
        (ike_frame(bytes(4) + MESSAGE, 4500, 4500), "udp"),
        (ike_frame(MESSAGE, 4500, 4500), "udp"),
        (ike_frame(MESSAGE, 7777, 8888), "udp"),
        (ike_frame(bytes(4) + MESSAGE, 7777, 8888), "udp"),
        (ike_frame(b"short", 4500, 4500), "udp"),
        (ike_frame(b"what", 848, 9), "udp"),
        (ike_frame(esp(), 4500, 999), "esp"),
        (ethernet(ipv4(50, esp())), "esp"),
        (ethernet(ipv6(50, esp())), "esp"),
        (ethernet(ipv4(50, esp(), options=bytes(8))), "esp"),
        (ethernet(ipv4(51, bytes([89, 4]) + AH + bytes(40))), "esp"),
        (ethernet(ipv4(17, UDP, fragment=0x2000)), "fragment"),
        (ethernet(ipv4(17, UDP, fragment=5), tags=[(0x8100, 1)]), "fragment"),
        (ethernet(ipv4(6, UDP, fragment=5, options=bytes(8))), "fragment"),
        # dropped: cannot be ours
        (ethernet(b"\0\1" + bytes(40), 0x0806), "dropped"),
        (ethernet(ipv4(6, tcp(443, 50000, 1, MESSAGE))), "dropped"),
        (ethernet(ipv4(6, tcp(443, 50000, 1, b"IKE"))), "dropped"),
        (ethernet(ipv4(17, udp(53, 50000, bytes(60)))), "dropped"),
        (ethernet(ipv4(17, udp(53, 50000, MESSAGE + b"x"))), "dropped"),
        (ethernet(ipv4(1, b"\x08\0" + bytes(60))), "dropped"),
        (ethernet(ipv6(58, b"\x87\0" + bytes(60))), "dropped"),
        (ethernet(ipv4(89, bytes(60), fragment=0x2000)), "dropped"),
        # careful: could be ours in an odd way
        (ethernet(ipv4(17, UDP, options=bytes(4))), "careful"),
        (ethernet(ipv4(17, UDP[:7], fragment=5) + bytes(9)), "careful"),
        (ethernet(ipv6(44, ipv6_fragment(17, UDP, 0, more=True))), "careful"),
        (ethernet(ipv6(0, bytes([17]) + bytes(7) + UDP)), "careful"),
        (ethernet(ipv4(6, tcp(4500, 50000, 1, MESSAGE))), "careful"),
        (ethernet(ipv4(1, b"\3\3" + bytes(60))), "careful"),
        (ethernet(ipv6(58, b"\1\4" + bytes(60))), "careful"),
        (ethernet(ipv4(47, bytes(60))), "careful"),
        (ethernet(ipv4(4, ipv4(17, UDP))), "careful"),
        (ethernet(ipv4(17, udp(1701, 1701, bytes(40)))), "careful"),
        (ethernet(ipv4(17, udp(9999, 4789, bytes(40)))), "careful"),
        (ethernet(ipv4(51, bytes([17, 4]) + AH + UDP)), "careful"),
        (ethernet(ipv4(51, bytes([6, 4]) + AH + tcp(80, 443, 1))), "careful"),
        (ethernet(ipv4(6, tcp(50000, 443, 1, b"IKETCP"))), "careful"),
        (ethernet(ipv4(51, bytes([89, 0]) + AH + bytes(40))), "careful"),
        (ethernet(b"\0\0\1\1" + ipv4(17, UDP), 0x8847), "careful"),
        (ethernet(ipv4(17, UDP), 0x8864), "careful"),
        (ethernet(ipv4(17, UDP), 60), "careful"),
        (ethernet(ipv4(17, UDP), tags=[(0x8100, 1)] * 5), "careful"),
        (ethernet(ipv4(17, UDP, total=0)), "careful"),
        (ethernet(ipv4(17, UDP, total=9)), "careful"),
        (ethernet(ipv4(89, bytes(40), total=9)), "careful"),
        (ethernet(b"\x44" + ipv4(17, UDP)[1:], 0x0800), "careful"),
        (ethernet(ipv4(17, udp(53, 53, bytes(30), length=5))), "careful"),
        (ethernet(ipv4(17, udp(500, 500, MESSAGE, length=9 + len(MESSAGE)))), "careful"),
        (ethernet(ipv6(17, udp(53, 53, bytes(30), length=65535))), "careful"),
        (ethernet(ipv4(17, udp(500, 500, MESSAGE, length=7 + len(MESSAGE)))), "udp"),
        (ike_frame()[:40], "careful"),
        (b"", "dropped"),
        (b"\0", "careful"),
    ],
)
def test_fates(frame: bytes, expected: str) -> None:
    assert fate(frame) == expected


def test_ports_by_option() -> None:
    assert fate(ike_frame(b"what", 10500, 9)) == "dropped"
    assert fate(ike_frame(bytes(4) + b"what", 10500, 9), ports=(10500,)) == "udp"
    assert fate(ike_frame(esp(), 10500, 9), ports=(10500,)) == "esp"
    assert fate(ethernet(ipv4(6, tcp(10500, 9, 1))), ports=(10500, 99_999)) == "careful"


@pytest.mark.parametrize(
    ("link_type", "head", "expected"),
    [
        (113, bytes(14) + b"\x08\0", "udp"),
        (276, b"\x08\0" + bytes(18), "udp"),
        (101, b"", "udp"),
        (228, b"", "udp"),
        (0, struct.pack("<I", 2), "careful"),
        (9, b"\xff\x03\0\x21", "careful"),
        (147, b"", "dropped"),
    ],
)
def test_link_types(link_type: int, head: bytes, expected: str) -> None:
    assert fate(head + ipv4(17, UDP), link_type) == expected


def test_columns_of_udp_and_esp() -> None:
    frames = [
        ethernet(ipv4(50, esp(7, 8))),
        ike_frame(),
        ethernet(ipv6(17, udp(4500, 9, esp(5, 6)))),
        ike_frame() + b"pad",
    ]
    sifted = sift(frames)
    starts = [FILE_HEADER + 16 * (n + 1) + sum(map(len, frames[:n])) for n in range(4)]
    udp_rows = sifted.udp
    assert udp_rows.row.tolist() == [1, 3]
    assert (udp_rows.payload - np.array([starts[1], starts[3]])).tolist() == [42, 42]
    assert (udp_rows.end - udp_rows.payload).tolist() == [48, 48]
    assert udp_rows.missing.tolist() == [0, 0]
    assert sifted.esp[8].head.tolist() == [[0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 8]]
    assert sifted.esp[32].head.tolist() == [[0x11, 0x94, 0, 9, 0, 0, 0, 5, 0, 0, 0, 6]]
    assert [rows.length.tolist() for rows in sifted.esp.values()] == [[48], [48]]


def test_columns_of_fragments() -> None:
    packet = ipv4(17, udp(5004, 5006, MESSAGE[:40]), fragment=0x2000, options=bytes(4))
    frames = [ethernet(packet, tags=[(0x8100, 1)]), ethernet(ipv4(17, UDP, fragment=0x2000)), ethernet(packet)[:60]]
    fragments = sift(frames).fragments
    begin = fragments.header - np.array([18, 14, 14])
    assert begin.tolist() == [
        FILE_HEADER + 16,
        FILE_HEADER + 32 + len(frames[0]),
        FILE_HEADER + 48 + sum(map(len, frames[:2])),
    ]
    assert fragments.apart.tolist() == [True, False, True]
    assert (fragments.start - fragments.header).tolist() == [24, 20, 24]
    assert (fragments.wire_end - fragments.start).tolist() == [48, len(UDP), 48]
    assert (fragments.wire_end - fragments.end).tolist() == [0, 0, 26]


def test_rows_stay_in_file_order() -> None:
    kinds = [ike_frame(), ethernet(ipv6(17, UDP)), ethernet(ipv4(50, esp())), ethernet(ipv4(47, bytes(40))), b"\0"]
    sifted = sift(kinds * 7)
    assert sifted.udp.row.tolist() == [n for n in range(35) if n % 5 < 2]
    assert sifted.esp[8].row.tolist() == [n for n in range(35) if n % 5 == 2]
    assert sifted.careful.tolist() == [n for n in range(35) if n % 5 > 2]


def test_tcp_between_two_ports_is_left_once_one_of_them_has_begun_as_ikes_does(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [
        ethernet(ipv4(6, tcp(*ports, 1, data)))
        for ports, data in (((50000, 443), b"IKETCP"), ((443, 50000), b"x"), ((443, 50001), b"x"), ((50000, 443), b""))
    ]
    assert sift(frames).careful.tolist() == [0, 1, 3]
    monkeypatch.setattr("analyzer.capture.forms._MOST_PAIRS", 1)
    assert sift(frames).careful.tolist() == [0, 1, 2, 3]


def test_ports_are_known_from_packets_that_the_careful_reader_gets_too() -> None:
    """Behind MPLS in one direction; the other comes first and is regular."""
    answer, begin = tcp(443, 50000, 1, b"x"), ipv4(6, tcp(50000, 443, 1, b"IKETCP", flags=24))
    frames = [ethernet(ipv4(6, answer)), ethernet(b"\0\0\1\1" + begin, 0x8847), ethernet(ipv4(6, answer))]
    assert sift(frames).careful.tolist() == [0, 1, 2]
    assert sift([frames[0], ethernet(b"\0\0\1\1" + begin[:-1], 0x8847), frames[2]]).careful.tolist() == [1]
