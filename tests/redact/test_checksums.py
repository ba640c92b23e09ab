import struct

import dpkt
import pytest

from analyzer.redact.checksums import Checksum, nothing, repair


def packet(checksum: int | None) -> bytes:
    head = dpkt.ip.IP(src=b"\xc0\0\2\1", dst=b"\xc0\0\2\2", p=17, data=b"")
    data = bytearray(bytes(head))
    if checksum is not None:
        data[10:12] = struct.pack(">H", checksum)
    return bytes(data)


def repaired(old: bytes, *, whole: bool = True, optional: bool = False) -> int:
    new = bytearray(old)
    new[12:16] = b"\x0a\1\2\3"
    repair(Checksum(10, 0, 20, nothing, optional, whole), old, new)
    return int.from_bytes(new[10:12], "big")


def right() -> int:
    other = dpkt.ip.IP(src=b"\x0a\1\2\3", dst=b"\xc0\0\2\2", p=17, data=b"")
    return int.from_bytes(bytes(other)[10:12], "big")


def test_a_right_one_is_right_again() -> None:
    assert repaired(packet(None)) == right()


@pytest.mark.parametrize("checksum", [0x1234, 0xBEEF])
def test_a_wrong_one_stays_wrong_and_is_not_the_old_one(checksum: int) -> None:
    assert repaired(packet(checksum)) not in (right(), checksum, 0)


def test_none_stays_none_and_what_is_not_whole_becomes_none() -> None:
    assert repaired(packet(0)) == repaired(packet(0), optional=True) == 0
    assert repaired(packet(None), whole=False) == 0
