"""Dumps whose rows are all there, and those of which nobody can be sure."""

import pytest

from analyzer.capture.logs.dump import Dump
from tests.capture.logs.made import messages_of

ENCRYPTED, PLAIN = (messages_of(2, False, 1)[number].payload for number in (2, 0))


def rows(payload: bytes) -> list[bytes]:
    return [payload[at : at + 16] for at in range(0, len(payload), 16)]


def dump(size: int, found: list[bytes], stamp: str = "Nov 30 01:00:19", later: str | None = None) -> Dump:
    made = Dump(1, stamp, size)
    for row in found:
        made.note(f"{later or stamp} {row.hex()}")
        made.data += row
    return made


@pytest.mark.parametrize("payload", [ENCRYPTED, PLAIN])
def test_every_row_is_there_once(payload: bytes) -> None:
    some, size = rows(payload), len(payload)
    assert dump(size, some).is_message
    assert not dump(size, some[1:]).is_message
    assert not dump(size, some[:-1]).is_message
    assert not dump(size, [*some, some[-1]]).is_message
    assert not dump(size, [some[0], *some[:1], *some[2:]]).is_message
    assert not dump(size, some, later="Nov 30 01:00:21").is_message
    torn = dump(size, some)
    torn.tear()
    assert not torn.is_message


def test_rows_that_are_alike_are_those_of_payloads_that_hold_together() -> None:
    """Two proposals may have the same transforms, at the same place in a row; of what is encrypted nothing says so."""
    header = PLAIN[:16] + b"\x21" + PLAIN[17:28]
    alike = header + b"\0\0\0\x44" + b"p" * 16 + b"q" * 16 + b"p" * 16 + bytes(16)
    alike = alike[:24] + len(alike).to_bytes(4, "big") + alike[28:]
    some = rows(alike)
    assert len(set(some)) < len(some)
    assert dump(len(alike), some).is_message
    assert not dump(len(alike), [*some[:2], *some[3:4], *some[3:]]).is_message
    sealed = alike[:16] + b"\x2e" + alike[17:]
    assert not dump(len(sealed), rows(sealed)).is_message


def test_many_rows_are_compared_in_little_time() -> None:
    some = [bytes([number & 1]) * 16 for number in range(4096)]
    assert not dump(65_535, some).is_message
