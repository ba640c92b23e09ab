import struct
from pathlib import Path

import pytest

from analyzer.capture import open_capture
from analyzer.redact.streams import esp_head
from tests.capture.packets import esp, ethernet, ipv4, pcap, tcp
from tests.isakmp import wire
from tests.redact.same_story import VALUES, redacted

NAME = b"gw01.example.org"
IDENTITY = wire.message((36, b"\2\0\0\0" + NAME), (40, bytes(range(32))))
ANONYMOUS = IDENTITY.replace(NAME, VALUES.names.text(NAME))


def framed(*contents: bytes) -> bytes:
    return b"IKETCP" + b"".join(struct.pack(">H", 2 + len(content)) + content for content in contents)


STREAM = framed(bytes(4) + IDENTITY, esp(), b"\xff", bytes(4) + IDENTITY)


def copied(tmp_path: Path, segments: list[bytes]) -> tuple[list[bytes], bytes, int]:
    capture, copy = tmp_path / "capture.pcap", tmp_path / "copy.pcapng"
    capture.write_bytes(pcap([ethernet(ipv4(6, segment)) for segment in segments]))
    done = redacted(capture, copy, keep_other=False)
    return (
        [item.payload for item in open_capture(str(copy)) if hasattr(item, "payload")],
        copy.read_bytes(),
        done.packets,
    )


@pytest.mark.parametrize(("port", "cut"), [(p, c) for p in (4500, 443) for c in (7, 60, 1000)] + [(4500, 1), (4500, 4)])
@pytest.mark.parametrize("first", [1, (1 << 32) - 90])
def test_messages_go_back_into_their_segments(tmp_path: Path, port: int, cut: int, first: int) -> None:
    parts = [(first + at, STREAM[at : at + cut]) for at in range(0, len(STREAM), cut)]
    segments = [tcp(40000, port, number % (1 << 32), data) for number, data in parts]
    opening = tcp(40000, port, (first - 1) % (1 << 32), flags=2)
    found, copy, packets = copied(tmp_path, [opening, *segments, segments[-1]])
    assert found == [ANONYMOUS, ANONYMOUS]
    assert b"example" not in copy
    assert packets == len(segments) + 2


def test_bare_messages_and_what_ends_in_one(tmp_path: Path) -> None:
    found, copy, _ = copied(tmp_path, [tcp(40000, 500, 1, flags=2), tcp(40000, 500, 2, IDENTITY + IDENTITY[:48])])
    assert found == [ANONYMOUS, ANONYMOUS[:48]]
    assert b"gw01" not in copy


def test_another_stream_is_left_out(tmp_path: Path) -> None:
    found, copy, packets = copied(tmp_path, [tcp(40000, 4500, 1, b"GET /secret"), tcp(40000, 80, 1, b"GET /secret")])
    assert (found, packets) == ([], 0)
    assert b"secret" not in copy


def test_of_esp_spi_and_sequence_number_stay() -> None:
    assert esp_head(esp(size=4)) == esp(size=4)[:8] + bytes(4)
    assert esp_head(b"\1\2\3") == b"\1\2\3"
