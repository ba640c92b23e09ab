from hashlib import sha256
from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from analyzer.redact.crypto_pan import CryptoPan

PAN = CryptoPan(bytes(range(32)))


def test_no_network_keeps_its_address_more_often_than_chance_has_it() -> None:
    """Of 2,000 keys 7.8 keep the first byte by chance. Where prefixes are filled up alike, it is one in ten."""
    address = ip_address("192.0.2.10").packed
    keys = (sha256(number.to_bytes(4, "big")).digest() for number in range(2000))
    assert sum(CryptoPan(key).permute(address)[0] == address[0] for key in keys) < 25


def shared(one: bytes, other: bytes) -> int:
    """Bits that two addresses have in common at their beginning."""
    return 8 * len(one) - (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_length()


@given(st.integers(0, 128), st.data())
def test_as_many_bits_are_shared_as_before(keep: int, data: st.DataObject) -> None:
    size = data.draw(st.sampled_from((4, 16)))
    one, other = (data.draw(st.binary(min_size=size, max_size=size)) for _ in range(2))
    images = PAN.permute(one, keep), PAN.permute(other, keep)
    assert shared(*images) == shared(one, other)
    assert shared(images[0], one) >= min(keep, 8 * size)
