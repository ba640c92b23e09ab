from ipaddress import ip_address
from pathlib import Path

import dpkt

from analyzer.capture import read_frame
from tests.capture.packets import HOST_A6, HOST_B6, ethernet, ipv4, ipv6, isakmp, pcap, udp
from tests.redact.same_story import VALUES, redacted

MESSAGE = isakmp(bytes(range(40)), next_payload=46, exchange=35)


def copied(tmp_path: Path, frame: bytes) -> bytes:
    capture, copy = tmp_path / "capture.pcap", tmp_path / "copy.pcapng"
    capture.write_bytes(pcap([frame]))
    redacted(capture, copy)
    found = read_frame(str(copy), 1)
    assert found is not None
    assert len(found.data) == len(frame)
    return found.data


def with_checksums(packet: bytes) -> bytes:
    """An IPv4 packet with all checksums, as dpkt makes them."""
    made = dpkt.ip.IP(packet)
    made.sum = made.data.sum = 0
    return bytes(made)


def test_checksums_are_right_again(tmp_path: Path) -> None:
    frame = ethernet(with_checksums(ipv4(17, udp(500, 500, MESSAGE), "8.8.4.4", "9.9.9.9")))
    copy = copied(tmp_path, frame)
    assert with_checksums(copy[14:]) == copy[14:]
    assert copy[26:34] == VALUES.addresses.of(bytes((8, 8, 4, 4))) + VALUES.addresses.of(bytes((9, 9, 9, 9)))
    assert copy[24:26] != frame[24:26]


def test_wrong_ones_stay_wrong(tmp_path: Path) -> None:
    frame = bytearray(ethernet(with_checksums(ipv4(17, udp(500, 500, MESSAGE)))))
    frame[24] ^= 1
    frame[40] ^= 1
    copy = copied(tmp_path, bytes(frame))
    again = with_checksums(copy[14:])
    assert again[10:12] != copy[24:26] != bytes(frame[24:26])
    assert again[26:28] != copy[40:42] != bytes(frame[40:42])


def test_options_become_padding(tmp_path: Path) -> None:
    route = bytes((7, 7, 8, 192, 0, 2, 33, 0))
    copy = copied(tmp_path, ethernet(ipv4(17, udp(500, 500, MESSAGE), options=route)))
    assert copy[34:42] == bytes(8)
    assert copy.endswith(MESSAGE)


def test_extension_headers_keep_their_lengths_and_a_route_its_stations(tmp_path: Path) -> None:
    station = ip_address("2001:db8:9::9").packed
    home = bytes((60, 2)) + b"\x01\x04\0\0\0\0" + b"\xc9\x10" + station[:14]
    route = bytes((17, 2, 2, 1, 0, 0, 0, 0)) + station
    packet = ipv6(60, bytes((43,)) + home[1:] + route + udp(500, 500, MESSAGE))
    copy = copied(tmp_path, ethernet(packet))
    assert copy.endswith(MESSAGE)
    assert station[:8] not in copy
    assert VALUES.addresses.of(station) in copy
    assert copy[22:38] == VALUES.addresses.of(ip_address(HOST_A6).packed)
    assert copy[38:54] == VALUES.addresses.of(ip_address(HOST_B6).packed)
