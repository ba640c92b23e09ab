import pytest

from analyzer.redact.key import Key
from analyzer.redact.macs import Macs

MACS = Macs(Key(b"a secret"))


@pytest.mark.parametrize("text", ["00163e112233", "02163e112233", "01163e112233", "03163e112233"])
def test_group_and_local_bits_stay(text: str) -> None:
    mac = bytes.fromhex(text)
    image = MACS.of(mac)
    assert image != mac
    assert image[0] & 3 == mac[0] & 3
    assert MACS.of(mac) == image


@pytest.mark.parametrize(
    ("text", "kept"),
    [("ffffffffffff", 6), ("000000000000", 6), ("0180c200000e", 6), ("01005e0a0b0c", 3), ("3333ff0a0b0c", 2)],
)
def test_groups_that_everybody_knows(text: str, kept: int) -> None:
    mac = bytes.fromhex(text)
    image = MACS.of(mac)
    assert image[:kept] == mac[:kept]
    assert (image == mac) == (kept == 6)


def test_an_interface_identifier_follows_its_mac() -> None:
    image = MACS.of(bytes.fromhex("00163e112233"))
    found = MACS.interface(bytes.fromhex("02163efffe112233"))
    assert found == bytes([image[0] ^ 2]) + image[1:3] + b"\xff\xfe" + image[3:]
    assert MACS.interface(bytes.fromhex("0000000000000001")) is None
