import struct
from pathlib import Path

import pytest

from analyzer.capture import open_capture
from tests.capture.packets import ethernet, ipv4, ipv6, ipv6_fragment, isakmp, pcap, udp
from tests.fixtures.spoiled import raw_frames
from tests.isakmp import wire
from tests.redact.same_story import VALUES, redacted

NAME = b"gw01.example.org"
NOISE = bytes(range(128, 256)) * 2
IDENTITY = wire.message((5, b"\2\0\0\0" + NAME), (10, NOISE), (4, NOISE * 2), version=0x10, exchange=4, flags=0)
DATAGRAM = udp(500, 500, IDENTITY)


def fragments(version: int, cut: int = 400) -> list[bytes]:
    parts = [(at, DATAGRAM[at : at + cut], at + cut < len(DATAGRAM)) for at in range(0, len(DATAGRAM), cut)]
    if version == 4:
        return [
            ethernet(ipv4(17, data, fragment=at // 8 | 0x2000 * more, identification=9)) for at, data, more in parts
        ]
    return [ethernet(ipv6(44, ipv6_fragment(17, data, at, more=more))) for at, data, more in parts]


def messages(tmp_path: Path, frames: list[bytes]) -> tuple[list[bytes], bytes]:
    capture, copy = tmp_path / "capture.pcap", tmp_path / "copy.pcapng"
    capture.write_bytes(pcap(frames))
    redacted(capture, copy, keep_other=False)
    return [item.payload for item in open_capture(str(copy)) if hasattr(item, "payload")], copy.read_bytes()


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("order", [1, -1])
def test_a_message_goes_back_into_its_fragments(tmp_path: Path, version: int, order: int) -> None:
    (found,), copy = messages(tmp_path, fragments(version)[::order])
    assert found == IDENTITY.replace(NAME, VALUES.names.text(NAME))
    assert b"example" not in copy


def test_a_copy_of_a_fragment_is_one_again(tmp_path: Path) -> None:
    frames = [frame for frame in fragments(4) for _ in range(2)]
    (found, *_), copy = messages(tmp_path, [*fragments(4), *frames])
    assert found == IDENTITY.replace(NAME, VALUES.names.text(NAME))
    assert b"example" not in copy


def test_the_beginning_of_what_did_not_come_is_replaced_too(tmp_path: Path) -> None:
    (found,), copy = messages(tmp_path, fragments(4)[:1])
    assert found == IDENTITY.replace(NAME, VALUES.names.text(NAME))[:392]
    assert b"example" not in copy


def test_of_a_fragment_without_its_beginning_nobody_knows_what_it_is(tmp_path: Path) -> None:
    found, copy = messages(tmp_path, [*fragments(4)[1:], ethernet(ipv4(17, NAME * 3, fragment=100, identification=3))])
    assert not found
    assert b"example" not in copy


def test_a_tunnel_in_fragments_is_opened(tmp_path: Path) -> None:
    inner = ipv4(17, udp(500, 500, isakmp(bytes(600), next_payload=46, exchange=35)), "10.0.0.7", "10.0.0.8")
    frames = [
        ethernet(ipv4(4, inner[:320], fragment=0x2000, identification=5)),
        ethernet(ipv4(4, inner[320:], fragment=40, identification=5)),
    ]
    found, copy = messages(tmp_path, frames)
    assert found == [inner[28:]]
    assert b"\x0a\0\0\x07" not in copy
    assert VALUES.addresses.of(b"\x0a\0\0\x07") in copy


def folded(data: bytes) -> int:
    """The sum of 16-bit words that the Internet checksum is made of (RFC 1071)."""
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


@pytest.mark.parametrize("outer", [1, -1])
@pytest.mark.parametrize("inner", [1, -1])
def test_fragments_inside_of_fragments(tmp_path: Path, outer: int, inner: int) -> None:
    """Each datagram gets what the fragments in it become, and its checksum is right again."""
    frames = []
    for number, some in enumerate(fragments(4)[::inner]):
        fragment = some + bytes(len(some) % 2)
        head, word = b"\x80\0\x65\x58", 0xFFFF ^ folded(b"\x80\0\x65\x58" + fragment)
        tunnel = head + word.to_bytes(2, "big") + bytes(2) + fragment
        parts = [
            ipv4(47, tunnel[:40], fragment=0x2000, identification=number),
            ipv4(47, tunnel[40:], fragment=5, identification=number),
        ]
        frames += [ethernet(part) for part in parts[::outer]]
    (found,), copy = messages(tmp_path, frames)
    assert found == IDENTITY.replace(NAME, VALUES.names.text(NAME))
    assert b"example" not in copy
    bodies = [frame.data[34:] for frame in raw_frames(tmp_path / "copy.pcapng")]
    whole = [b"".join(bodies[at : at + 2][::outer]) for at in range(0, len(bodies), 2)]
    assert [folded(tunnel) for tunnel in whole] == [0xFFFF] * len(whole)
