from ipaddress import ip_address

import pytest

from analyzer.isakmp.registry import vendors
from analyzer.redact.key import Key
from analyzer.redact.spans import Field
from analyzer.redact.values import Values, is_nat_hash

VALUES = Values(Key(b"a secret"))
DPD = bytes.fromhex("afcad71368a1f1c96b8696fc77570100")
UNITY = bytes.fromhex("12f5f28c457168a9702d9fe274cc0100")
STRONGSWAN = bytes.fromhex("02d7c3a0698ec33bb126b2baa70b9c2c")


def replaced(data: bytes, name: str = "data", form: str = "", **more: object) -> bytes:
    found = VALUES.replace(Field(0, len(data), name, form, **more), data)  # type: ignore[arg-type]
    assert len(found) == len(data)
    return found


@pytest.mark.parametrize("name", ["spi", "nonce_data", "key_exchange_data", "iv_ciphertext_icv"])
def test_what_is_drawn_at_random_or_encrypted_stays(name: str) -> None:
    assert replaced(b"12345678", name) == b"12345678"


@pytest.mark.parametrize(
    ("data", "more"), [(b"password", {"secret": True}), (b"anything", {"name": "undecoded_bytes"})]
)
def test_credentials_and_what_nobody_reads_become_zeros(data: bytes, more: dict[str, object]) -> None:
    assert replaced(data, **more) == bytes(len(data))  # type: ignore[arg-type]


def test_an_spi_that_is_too_long_for_one_is_none() -> None:
    assert replaced(b"0123456789abcdefg", "spi") != b"0123456789abcdefg"


@pytest.mark.parametrize("data", [DPD, UNITY])
def test_a_capability_stays(data: bytes) -> None:
    assert replaced(data, "vendor_id") == data


@pytest.mark.parametrize("data", [STRONGSWAN, b"OpenIKED-7.2", b"something else", bytes(range(16))])
def test_a_product_and_what_is_not_known_go(data: bytes) -> None:
    found = replaced(data, "vendor_id")
    assert found != data
    assert vendors.identify(found) is None


def packed(*texts: str) -> bytes:
    return b"".join(ip_address(text).packed for text in texts)


def test_forms_of_addresses() -> None:
    one, image = packed("10.1.2.3"), VALUES.addresses.of(packed("10.1.2.3"))
    assert replaced(one, form="address:4") == image
    assert replaced(one * 2, form="address:4") == image * 2
    assert replaced(packed("10.1.2.3", "255.255.255.255"), form="subnet:8") == image + b"\xff" * 4
    assert replaced(packed("10.1.2.3", "10.1.2.3"), form="range:8") == image * 2
    six = packed("2a02::1")
    assert replaced(six + b"\x80", form="subnet") == VALUES.addresses.of(six) + b"\x80"
    assert replaced(six, "address") == VALUES.addresses.of(six)
    assert replaced(b"\0\x16\x3e\x11\x22\x33", "mac_address") == VALUES.macs.of(b"\0\x16\x3e\x11\x22\x33")


def test_numbers_stay_and_two_letters_of_a_name_do_not() -> None:
    assert replaced(b"ab", "attribute_value", number=True) == b"ab"
    assert replaced(b"ab", "attribute_value", number=True, about=("ikev1-cfg-attributes", 16521)) != b"ab"
    assert replaced(b"\0\0\x0e\x10", "attribute_value", about=("ikev1-attributes", 12)) == b"\0\0\x0e\x10"


def test_a_hash_of_nat_detection_is_known() -> None:
    assert is_nat_hash(Field(0, 20, "hash_of_address_and_port"))
    assert is_nat_hash(Field(0, 20, "notification_data", about=(16389, 0)))
    assert not is_nat_hash(Field(0, 20, "notification_data", about=(16390, 0)))
