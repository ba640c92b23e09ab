"""Checksums of headers that were changed: right ones are made right again, wrong ones stay wrong.

A wrong checksum is not kept as it is: it may be the sum of the addresses alone, which a network adapter was to
complete.
Where bytes are missing nobody can say which it was, and it becomes zero: none, as far as UDP is concerned.
"""

from collections.abc import Callable
from typing import NamedTuple

_WRONG = 0x5555  # makes another number of any right one


class Checksum(NamedTuple):
    """A checksum at `at`, over the bytes from `start` to `end`; pseudo: what of the IP header counts too.

    pseudo is asked twice: of the bytes as they were, and of the new ones. optional: zero stands for none (UDP).
    whole: all bytes that it is about are there.
    """

    at: int
    start: int
    end: int
    pseudo: Callable[[bytes], bytes]
    optional: bool = False
    whole: bool = True


def nothing(_data: bytes) -> bytes:
    """No pseudo header."""
    return b""


def repair(check: Checksum, old: bytes, new: bytearray) -> None:
    """Write the checksum of the new bytes."""
    before = int.from_bytes(old[check.at : check.at + 2], "big")
    if (not before and check.optional) or not check.whole:
        value = 0
    else:
        was_right = (_sum(check, old) or 0xFFFF) == (before or 0xFFFF)  # two ways to write zero
        value = _sum(check, bytes(new))
        if not was_right:
            value = value ^ _WRONG if before else 0
        if check.optional and not value:
            value = 0xFFFF
    new[check.at : check.at + 2] = value.to_bytes(2, "big")


def _sum(check: Checksum, data: bytes) -> int:
    """The Internet checksum (RFC 1071), the field itself taken as zero."""
    head = check.pseudo(data)
    body = b"".join((head, data[check.start : check.at], bytes(2), data[check.at + 2 : check.end]))
    total = (sum(body[::2]) << 8) + sum(body[1::2])
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF
