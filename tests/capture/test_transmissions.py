"""What one transmission of a message lacks, shown by another one."""

from analyzer.capture import transmissions
from analyzer.capture.transmissions import MAX_BYTES, MAX_MESSAGES, Transmissions

WHOLE = bytes(range(256)) * 4


def test_a_beginning_is_read_as_the_whole() -> None:
    sent = Transmissions()
    assert sent.completed(WHOLE[:500], 524) == (WHOLE[:500], 524)
    sent.keep(WHOLE, 0)
    assert sent.completed(WHOLE[:500], 524) == (WHOLE, 0)


def test_beginnings_are_read_alike_until_one_is_whole() -> None:
    sent = Transmissions()
    sent.keep(WHOLE[:400], 624)
    sent.keep(WHOLE[:800], 224)
    for size in (300, 500, 800):
        assert sent.completed(WHOLE[:size], 1024 - size) == (WHOLE[:400], 624)
    sent.keep(WHOLE, 0)
    sent.keep(WHOLE[:400], 624)
    assert sent.completed(WHOLE[:500], 524) == (WHOLE, 0)


def test_other_messages_are_not_the_same() -> None:
    """With other bytes, at the beginning or behind it, or with too few to know it by."""
    sent = Transmissions()
    sent.keep(WHOLE, 0)
    for beginning in (b"?" + WHOLE[1:500], WHOLE[:499] + b"?", WHOLE[:127]):
        assert sent.completed(beginning, 9) == (beginning, 9)
    sent.keep(WHOLE[:127], 0)
    assert sent.completed(WHOLE[:127], 9) == (WHOLE[:127], 9)


def test_it_is_bounded() -> None:
    sent = Transmissions()
    for k in range(3 * MAX_MESSAGES):
        sent.keep(k.to_bytes(4, "big") + WHOLE[4:], 0)
    assert len(sent._known) == MAX_MESSAGES
    assert sent._stored == MAX_MESSAGES * len(WHOLE)
    size = 65_000
    for k in range(2 * MAX_BYTES // size):
        sent.keep(k.to_bytes(5, "big") + bytes(size - 5), 0)
    assert sent._stored <= MAX_BYTES
    assert sent._stored == sum(len(payload) for payload, _ in sent._known.values())
    assert transmissions._COMPARED <= 128
