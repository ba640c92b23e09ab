import pytest

from analyzer.isakmp.payloads.ikev2.traffic_selectors import TrafficSelector, TrafficSelectors
from tests.isakmp.wire import body_of, find, kinds, pairs, tree_of

NET = bytes.fromhex("070000100000ffff0a0100000a0100ff")


def selector(data: bytes) -> TrafficSelector:
    body, defects = body_of(44, b"\x01\0\0\0" + data)
    assert isinstance(body, TrafficSelectors)
    assert defects == []
    return body.selectors[0]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (NET.hex(), "10.1.0.0/24"),
        ("0706001000500050c0000201c0000201", "192.0.2.1/32 proto 6 port 80"),
        ("0711001001f41194c0000201c0000203", "192.0.2.1-192.0.2.3 proto 17 ports 500-4500"),
        ("0711001000 00ffffc0000201c0000201".replace(" ", ""), "192.0.2.1/32 proto 17"),
        ("07000010ffff0000c0000201c0000201", "192.0.2.1/32 proto any port opaque"),
        ("080000280000ffff" + "20010db8" + "00" * 12 + "20010db8" + "ff" * 12, "2001:db8::/32"),
        ("070000100000ffff0a0100ff0a010000", "10.1.0.255-10.1.0.0"),
    ],
)
def test_text(data: str, text: str) -> None:
    assert selector(bytes.fromhex(data)).text == text


def test_fields() -> None:
    assert selector(NET) == TrafficSelector(7, 0, 0, 65535, "10.1.0.0", "10.1.0.255", b"")


def test_security_labels() -> None:
    label = bytes.fromhex("0a000009") + b"secret"[:5]
    assert selector(label) == TrafficSelector(10, 0, 0, 0, "", "", b"secre")
    assert find(tree_of(44, b"\x01\0\0\0" + label), "selector_data").meaning == "secre"


def test_fibre_channel() -> None:
    data = bytes.fromhex("09000010") + bytes.fromhex("00010203" + "00040506" + "01020304")
    tree = tree_of(44, b"\x01\0\0\0" + data)
    assert ("starting_address", "010203") in pairs(find(tree, "selector_data"))


def test_counts_and_lengths_that_disagree() -> None:
    body, defects = body_of(44, b"\x03\0\0\0" + NET)
    assert isinstance(body, TrafficSelectors)
    assert (len(body.selectors), kinds(defects)) == (1, ["wire-selector-count"])
    body, defects = body_of(44, b"\x02\0\0\0" + NET + b"\x07\0\0\x03")
    assert isinstance(body, TrafficSelectors)
    assert (len(body.selectors), kinds(defects)) == (1, ["wire-payload-length", "wire-selector-count"])
    body, defects = body_of(44, b"\x01\0\0\0" + bytes.fromhex("0700000c0000ffff0a010000"))
    assert isinstance(body, TrafficSelectors)
    assert body.selectors[0].data == bytes.fromhex("0000ffff0a010000")
    assert kinds(defects) == ["wire-payload-length"]


def test_the_tree_puts_a_selector_into_words() -> None:
    tree = tree_of(44, b"\x01\0\0\0" + NET)
    assert find(tree, "traffic_selector").meaning == "10.1.0.0/24"
    assert find(tree, "starting_address").meaning == "10.1.0.0"
