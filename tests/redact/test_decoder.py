import struct
from pathlib import Path

import pytest

from analyzer.capture import open_capture, read_frame
from analyzer.capture.datagram import IcmpError
from tests.capture.packets import esp, ethernet, ike_frame, ipv4, ipv6, isakmp, pcap, udp
from tests.isakmp import wire
from tests.redact.same_story import VALUES, redacted

NAME = b"gw01.example.org"
IDENTITY = wire.message((36, b"\2\0\0\0" + NAME), (40, bytes(range(200, 232))))


def copied(tmp_path: Path, *frames: bytes, **more: object) -> tuple[Path, bytes]:
    capture, copy = tmp_path / "capture.pcap", tmp_path / "copy.pcapng"
    capture.write_bytes(pcap(frames, **more))  # type: ignore[arg-type]
    redacted(capture, copy, keep_other=False)
    return copy, copy.read_bytes()


def icmp(quoted: bytes, kind: int = 3, code: int = 3) -> bytes:
    return struct.pack(">BBHI", kind, code, 0, 0) + quoted


@pytest.mark.parametrize("size", [28, 80, 400])
def test_what_an_icmp_error_quotes_is_redacted_too(tmp_path: Path, size: int) -> None:
    quoted = ipv4(17, udp(500, 500, IDENTITY), "10.0.0.7", "8.8.4.4")[:size]
    path, copy = copied(tmp_path, ethernet(ipv4(1, icmp(quoted), "8.8.4.1", "10.0.0.7")))
    (error,) = open_capture(str(path))
    assert isinstance(error, IcmpError)
    assert error.kind == "port-unreachable"
    assert not [name for name in (b"gw01", b"\x0a\0\0\x07", b"\x08\x08\x04") if name in copy]
    assert VALUES.addresses.of(b"\x0a\0\0\x07") in copy


def test_an_icmp_error_about_esp_in_ipv6_keeps_its_spi(tmp_path: Path) -> None:
    quoted = ipv6(50, esp(0xC0FFEE01), "2a02::7", "2a02::8")
    path, copy = copied(tmp_path, ethernet(ipv6(58, struct.pack(">BBHI", 1, 4, 0, 0) + quoted, "2a02::1", "2a02::7")))
    (error,) = open_capture(str(path))
    assert isinstance(error, IcmpError)
    assert error.spi == "c0ffee01"
    assert esp()[8:16] not in copy


def test_a_gateway_that_icmp_names_is_another(tmp_path: Path) -> None:
    quoted = ipv4(50, esp(), "10.0.0.7", "8.8.4.4")
    redirect = struct.pack(">BBH", 5, 1, 0) + b"\x0a\0\0\x63" + quoted
    _, copy = copied(tmp_path, ethernet(ipv4(1, redirect, "10.0.0.1", "10.0.0.7")))
    assert b"\x0a\0\0\x63" not in copy
    assert VALUES.addresses.of(b"\x0a\0\0\x63") in copy


@pytest.mark.parametrize("packet", [ipv4(50, esp(size=200)), ipv4(17, udp(4500, 4500, esp(size=200)))])
def test_of_esp_spi_and_number_stay(tmp_path: Path, packet: bytes) -> None:
    path, copy = copied(tmp_path, ethernet(packet))
    assert esp()[:8] + bytes(200) in copy
    reader = open_capture(str(path))
    assert not [*reader]
    assert [s.packets for s in reader.streams] == [1]


def test_of_ah_the_check_value_goes_and_what_it_protects_is_opened(tmp_path: Path) -> None:
    head = struct.pack(">BBHII", 17, 4, 0, 0xC0FFEE01, 7) + b"\x55" * 12
    path, copy = copied(tmp_path, ethernet(ipv4(51, head + udp(500, 500, IDENTITY))))
    (found,) = open_capture(str(path))
    assert found.payload == IDENTITY.replace(NAME, VALUES.names.text(NAME))  # type: ignore[union-attr]
    assert b"\x55" * 4 not in copy


def test_bytes_behind_the_packet_are_zeros(tmp_path: Path) -> None:
    copy = copied(tmp_path, ike_frame(isakmp(bytes(20), next_payload=46, exchange=35)) + NAME)[1]
    assert b"example" not in copy


def test_other_packets_are_left_out_and_numbers_are_in_comments(tmp_path: Path) -> None:
    other = ethernet(ipv4(17, udp(53, 53, b"dns.example")))
    path, copy = copied(tmp_path, other, ike_frame(), other, ike_frame())
    assert b"example" not in copy
    assert [item.frame_number for item in open_capture(str(path))] == [1, 2]
    assert b"Frame 2" in copy
    assert b"Frame 4" in copy
    assert b"Frame 1" not in copy


def test_what_the_snapshot_length_cut_is_cut(tmp_path: Path) -> None:
    frame = ike_frame(IDENTITY)
    path, copy = copied(tmp_path, frame[:80], originals={1: len(frame)})
    found = read_frame(str(path), 1)
    assert found is not None
    assert (len(found.data), found.original_length) == (80, len(frame))
    assert b"gw01" not in copy
