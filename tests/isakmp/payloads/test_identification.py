import pytest

from analyzer.isakmp.payloads.identification import Identification, identity_text
from tests.isakmp.test_der import NAME
from tests.isakmp.wire import body_of, find, pairs, tree_of


@pytest.mark.parametrize(
    ("id_type", "data", "text"),
    [
        (1, bytes((192, 0, 2, 1)), "192.0.2.1"),
        (1, bytes(3), "000000"),
        (2, b"gw.example", "gw.example"),
        (2, b"gw\x1b[2J", "gw\\x1b[2J"),
        (3, b"joe@example", "joe@example"),
        (4, bytes.fromhex("0a010000ffff0000"), "10.1.0.0/16"),
        (5, bytes(15) + b"\x01", "::1"),
        (7, bytes.fromhex("0a0100000a0100ff"), "10.1.0.0/24"),
        (9, NAME, "CN=moon lit,O=IKE\\, Lab,C=XX"),
        (9, b"not DER", b"not DER".hex()),
        (10, bytes.fromhex("82016d"), "DNS:m"),
        (11, b"group", "group"),
        (12, b"\x01\x02", "0102"),
        (13, b"", ""),
        (200, b"\xff", "ff"),
        (1, b"", ""),
    ],
)
def test_text(id_type: int, data: bytes, text: str) -> None:
    assert identity_text(id_type, data) == text
    assert Identification(id_type, None, None, data).text == text


def test_ikev1_narrows_by_protocol_and_port() -> None:
    data = bytes.fromhex("011101f4c0000201")
    assert body_of(5, data, version=1) == (Identification(1, 17, 500, bytes((192, 0, 2, 1))), [])


def test_ikev2() -> None:
    assert body_of(35, b"\x0d\0\0\0") == (Identification(13, None, None, b""), [])
    assert body_of(36, b"\x02\0\0\0moon")[0] == Identification(2, None, None, b"moon")
    assert body_of(50, b"\x0b\0\0\0group")[0] == Identification(11, None, None, b"group")


def test_tree() -> None:
    assert find(tree_of(35, b"\x0d\0\0\0"), "id_type").meaning == "ID_NULL"
    assert find(tree_of(35, b"\x03\0\0\0joe@example"), "identification_data").meaning == "joe@example"


def test_subnets_and_ranges_have_two_halves() -> None:
    for number, version in ((5, 1), (35, 2)):
        node = find(tree_of(number, bytes.fromhex("04000000 c0000200 ffffff00"), version), "identification_data")
        assert node.meaning == "192.0.2.0/24"
        assert pairs(node) == [("address", "192.0.2.0"), ("netmask", "255.255.255.0")]
    node = find(tree_of(5, bytes.fromhex("07000000 c0000201 c0000205"), 1), "identification_data")
    assert pairs(node) == [("first_address", "192.0.2.1"), ("last_address", "192.0.2.5")]
