from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.redact.addresses import Addresses
from analyzer.redact.key import Key
from analyzer.redact.macs import Macs

KEY = Key(b"a secret")
MACS = Macs(KEY)
ADDRESSES = Addresses(KEY, MACS)


def image(text: str) -> str:
    return str(ip_address(ADDRESSES.of(ip_address(text).packed)))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.1.2.3", "10.0.0.0/8"), ("172.20.1.1", "172.16.0.0/12"), ("192.168.7.8", "192.168.0.0/16"),
        ("100.64.1.1", "100.64.0.0/10"), ("169.254.3.4", "169.254.0.0/16"), ("239.1.2.3", "224.0.0.0/4"),
        ("251.73.77.150", "240.0.0.0/4"),
        ("fe80::1234", "fe80::/64"), ("fd12:3456::1", "fd00::/8"), ("ff05::abcd:1", "ff05::/16"),
        ("2a02:8109::1", "2000::/3"),
    ],
)  # fmt: skip
def test_what_is_private_or_a_group_stays_so(address: str, network: str) -> None:
    assert image(address) != address
    assert ip_address(image(address)) in ip_network(network)


@given(st.integers(0, (1 << 32) - 1))
def test_an_address_stays_in_its_class(value: int) -> None:
    address = IPv4Address(value)
    found = IPv4Address(ADDRESSES.of(address.packed))
    blocks = [IPv4Network(t) for t in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4", "127.0.0.0/8")]
    assert [address in b for b in blocks] == [found in b for b in blocks]


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "127.0.0.1",
        "255.255.255.255",
        "255.255.255.0",
        "224.0.0.1",
        "::",
        "::1",
        "ff02::1",
        "ffff:ffff:ffff::",
    ],
)
def test_what_is_nobody_s_address_stays_itself(address: str) -> None:
    assert image(address) == address


@given(st.lists(st.integers(0, 255), min_size=2, max_size=2, unique=True))
def test_hosts_of_one_network_are_in_one_network_and_no_two_are_one(hosts: list[int]) -> None:
    one, other = (IPv4Address(image(f"198.51.100.{host}")) for host in hosts)
    assert one != other
    assert int(one) >> 8 == int(other) >> 8


def test_an_ipv4_address_inside_an_ipv6_address_is_the_same_one() -> None:
    inside = ip_address(image("8.8.4.4")).packed
    for text, at in (("::ffff:8.8.4.4", 12), ("64:ff9b::808:404", 12), ("2002:808:404::1", 2)):
        assert ADDRESSES.of(ip_address(text).packed)[at : at + 4] == inside


def test_an_address_made_of_a_mac_follows_it() -> None:
    found = ADDRESSES.of(ip_address("2a02:8109::216:3eff:fe11:2233").packed)
    assert found[8:] == MACS.interface(bytes.fromhex("02163efffe112233"))


def test_a_network_becomes_a_network() -> None:
    found = ADDRESSES.in_network(bytes((10, 1, 2, 0)), bytes((255, 255, 255, 0)))
    assert found[3] == 0
    assert found[:3] == ADDRESSES.of(bytes((10, 1, 2, 77)))[:3]
    assert ADDRESSES.in_network(bytes((10, 1, 2, 7)), bytes((255, 255, 255, 0))) == ADDRESSES.of(bytes((10, 1, 2, 7)))


@pytest.mark.parametrize(
    ("first", "last"),
    [("10.1.0.0", "10.1.255.255"), ("10.1.2.5", "10.1.2.9"), ("10.1.2.3", "10.1.2.3"), ("1.2.3.4", "203.0.113.9")],
)
def test_a_range_keeps_its_size_where_its_ends_share_anything(first: str, last: str) -> None:
    one, other = ip_address(first), ip_address(last)
    found = [int.from_bytes(end, "big") for end in ADDRESSES.ends(one.packed, other.packed)]
    assert found[0] <= found[1]
    assert found != [int(one), int(other)]
    if first[0] == last[0]:
        assert found[1] - found[0] == int(other) - int(one)


def test_all_addresses_are_all_addresses() -> None:
    assert ADDRESSES.ends(bytes(4), b"\xff" * 4) == (bytes(4), b"\xff" * 4)
    one = ip_address("10.1.2.3").packed
    assert ADDRESSES.ends(one, one) == (ADDRESSES.of(one), ADDRESSES.of(one))
