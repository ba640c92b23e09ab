"""IKE in a byte stream: RFC 9329 framing, bare messages, losses."""

import struct

import pytest

from analyzer.capture.framing import BARE, FRAMED, IGNORED, PREFIX, SEARCHING, Framing
from analyzer.capture.natt import ESP, IKE, KEEPALIVE
from tests.capture.packets import esp, isakmp

MESSAGE = isakmp(bytes(30))
OTHER = isakmp(bytes(70), exchange=35, next_payload=46)


def framed(content: bytes) -> bytes:
    """The length counts its own two bytes (RFC 9329 section 3)."""
    return struct.pack(">H", 2 + len(content)) + content


IKE_FRAME = framed(bytes(4) + MESSAGE)
STREAM = PREFIX + IKE_FRAME + framed(esp()) + framed(b"\xff") + framed(bytes(4) + OTHER)


def test_a_stream_from_its_beginning() -> None:
    framing = Framing(anchored=True)
    messages = framing.push(STREAM)
    assert [(m.kind, m.data, m.missing) for m in messages] == [
        (IKE, MESSAGE, 0),
        (ESP, esp(), 0),
        (KEEPALIVE, b"\xff", 0),
        (IKE, OTHER, 0),
    ]
    assert [STREAM[m.start : m.start + len(m.data)] for m in messages] == [m.data for m in messages]
    assert messages[0].length == len(MESSAGE) + 4


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 33, 50])
def test_however_it_is_cut_into_segments(size: int) -> None:
    framing = Framing(anchored=True)
    parts = [STREAM[i : i + size] for i in range(0, len(STREAM), size)]
    messages = [m for part in parts for m in framing.push(part)]
    assert [m.data for m in messages] == [MESSAGE, esp(), b"\xff", OTHER]


def test_a_message_that_began_earlier_has_a_negative_start() -> None:
    framing = Framing(anchored=True)
    framing.push(PREFIX + IKE_FRAME[:20])
    (message,) = framing.push(IKE_FRAME[20:])
    assert message.start == 6 - 20


def test_the_answering_side_sends_no_prefix() -> None:
    framing = Framing(anchored=True)
    assert [m.data for m in framing.push(IKE_FRAME)] == [MESSAGE]
    assert framing.mode == FRAMED


def test_the_opposite_direction_vouches_for_what_is_not_recognised() -> None:
    odd = framed(bytes(4) + isakmp(bytes(8), exchange=250))
    framing = Framing(anchored=True)
    assert framing.push(odd) == []
    assert framing.mode == IGNORED
    framing = Framing(anchored=True)
    assert len(framing.push(odd, FRAMED)) == 1


def test_bare_messages() -> None:
    framing = Framing(anchored=True)
    messages = framing.push(MESSAGE + OTHER[:40]) + framing.push(OTHER[40:])
    assert [m.data for m in messages] == [MESSAGE, OTHER]
    assert framing.mode == BARE


def test_a_capture_that_begins_inside_the_stream() -> None:
    framing = Framing(anchored=False)
    assert framing.push(b"the rest of something") == []
    assert framing.mode == SEARCHING
    assert [m.data for m in framing.push(IKE_FRAME + framed(esp()))] == [MESSAGE, esp()]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 33])
def test_that_begins_with_a_message_in_small_segments(size: int) -> None:
    """The side that answers on a port of nobody's: its SYN was before IKE was recognised."""
    framing = Framing(anchored=False)
    parts = [STREAM[i : i + size] for i in range(len(PREFIX), len(STREAM), size)]
    assert [m.data for part in parts for m in framing.push(part)] == [MESSAGE, esp(), b"\xff", OTHER]


def test_small_segments_of_anything_else_do_not_wait() -> None:
    framing = Framing(anchored=False)
    for part in (b"rest of", b"\0\x50\0\0\0\1", IKE_FRAME[2:12].replace(bytes(4), b"junk")):
        assert framing.push(part) == []
        assert framing.buffer == b""
    assert [m.data for m in framing.push(IKE_FRAME)] == [MESSAGE]


@pytest.mark.parametrize(
    "data", [b"\x16\x03\x01\x02\x00\x01\x00" + bytes(60), b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", framed(esp())]
)
def test_other_protocols_are_left_alone(data: bytes) -> None:
    framing = Framing(anchored=True)
    assert framing.push(data) == []
    assert framing.mode == IGNORED
    assert framing.push(IKE_FRAME) == []
    assert not framing.buffer


@pytest.mark.parametrize("length", [0, 1, 2])
def test_a_length_that_cannot_be(length: int) -> None:
    framing = Framing(anchored=True)
    framing.push(PREFIX + struct.pack(">H", length) + b"rest")
    assert framing.out_of_step
    framing.out_of_step = False
    assert [m.data for m in framing.push(IKE_FRAME)] == [MESSAGE]  # recognised again at the next segment


def test_bare_out_of_step() -> None:
    framing = Framing(anchored=True)
    framing.push(MESSAGE + b"\xff" * 40)
    assert framing.out_of_step


def test_a_loss_inside_a_message() -> None:
    framing = Framing(anchored=True)
    framing.push(PREFIX + IKE_FRAME[:30])
    (message,) = framing.lose(len(IKE_FRAME) - 30)
    assert (message.kind, message.data, message.missing) == (IKE, MESSAGE[:24], len(MESSAGE) - 24)
    assert framing.mode == FRAMED  # the loss ended where the message did
    assert [m.data for m in framing.push(IKE_FRAME)] == [MESSAGE]


def test_a_loss_beyond_a_message() -> None:
    framing = Framing(anchored=True)
    framing.push(PREFIX + IKE_FRAME[:30])
    assert len(framing.lose(1000)) == 1
    assert framing.mode == SEARCHING


def test_a_loss_that_ends_inside_a_message() -> None:
    framing = Framing(anchored=True)
    framing.push(PREFIX + IKE_FRAME[:30])
    assert framing.lose(2) == []
    assert framing.mode == SEARCHING
