from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from analyzer.redact.crypto_pan import CryptoPan

# The key and some lines of the trace that the authors' reference implementation comes with
KEY = bytes((
    21, 34, 23, 141, 51, 164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16,
    216, 152, 143, 131, 121, 121, 101, 39, 98, 87, 76, 45, 42, 132, 34, 2,
))  # fmt: skip
TRACE = {
    "128.11.68.132": "135.242.180.132",
    "129.118.74.4": "134.136.186.123",
    "130.132.252.244": "133.68.164.234",
    "141.223.7.43": "141.167.8.160",
    "141.233.145.108": "141.129.237.235",
    "152.163.225.39": "151.140.114.167",
    "156.29.3.236": "147.225.12.42",
    "165.247.96.84": "162.9.99.234",
    "166.107.77.190": "160.132.178.185",
    "192.102.249.13": "252.138.62.131",
}
PAN = CryptoPan(KEY)


def test_it_is_the_permutation_of_its_authors() -> None:
    found = {one: str(ip_address(PAN.permute(ip_address(one).packed))) for one in TRACE}
    assert found == TRACE


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
