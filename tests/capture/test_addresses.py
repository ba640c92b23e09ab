"""Address pairs as text."""

from ipaddress import ip_address

import pytest

from analyzer.capture import addresses
from analyzer.capture.addresses import Addresses, packed_address, reversed_key


@pytest.mark.parametrize(
    ("source", "destination"), [("192.0.2.1", "255.255.255.255"), ("2001:db8::1", "::"), ("fe80::1", "ff02::16")]
)
def test_pair_text(source: str, destination: str) -> None:
    assert Addresses().pair(ip_address(source).packed + ip_address(destination).packed) == (source, destination)
    assert Addresses().text(ip_address(source).packed) == source
    assert packed_address(source) == ip_address(source).packed


def test_memory_is_bounded_and_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_REMEMBERED", 4)
    known = Addresses()
    for last in list(range(50)) * 2:
        assert known.pair(bytes([10, 0, 0, last, 10, 0, 1, last])) == (f"10.0.0.{last}", f"10.0.1.{last}")
        assert len(known._texts) <= 4


def test_reversed_key_swaps_addresses_and_ports() -> None:
    key = bytes([1, 2, 3, 4, 5, 6, 7, 8]) + b"\x01\xf4\x11\x94"
    assert reversed_key(key) == bytes([5, 6, 7, 8, 1, 2, 3, 4]) + b"\x11\x94\x01\xf4"
    assert reversed_key(reversed_key(key)) == key
    wide = bytes(range(32)) + b"abcd"
    assert reversed_key(wide) == bytes(range(16, 32)) + bytes(range(16)) + b"cdab"
