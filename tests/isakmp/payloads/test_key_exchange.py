import pytest

from analyzer.isakmp import decode
from analyzer.isakmp.payloads.key_exchange import KeyExchange, groups, sizes
from tests.isakmp.wire import SA_2, body_of, find, kinds, message, tree_of


def test_ikev2_says_its_group() -> None:
    assert body_of(34, bytes.fromhex("001f0000") + bytes(32)) == (KeyExchange(31, bytes(32)), [])
    assert find(tree_of(34, bytes.fromhex("001f0000") + bytes(32)), "key_exchange_method").meaning == "Curve25519"


def test_ikev1_does_not() -> None:
    assert body_of(4, bytes(128), version=1) == (KeyExchange(None, bytes(128)), [])
    assert kinds(body_of(4, b"", version=1)[1]) == ["wire-empty"]


def test_empty_and_reserved() -> None:
    body, defects = body_of(34, bytes.fromhex("000e0001"))
    assert body == KeyExchange(14, b"")
    assert kinds(defects) == ["wire-reserved-bits", "wire-empty"]


@pytest.mark.parametrize("size", [31, 33, 256])
def test_a_value_that_is_none_of_its_group(size: int) -> None:
    body, (defect,) = body_of(34, bytes.fromhex("001f0000") + bytes(size))
    assert body == KeyExchange(31, bytes(size))
    assert (defect.kind, defect.offset) == ("wire-ke-length", 4)
    assert (defect.expected, defect.found) == ("32 bytes, a value of Curve25519", f"{size} bytes")
    node = find(tree_of(34, bytes.fromhex("001f0000") + bytes(size)), "key_exchange_data")
    assert [d.kind for d in node.defects] == ["wire-ke-length"]


def test_sizes_and_groups() -> None:
    assert sizes(36) == [1184, 1088]
    assert groups(128) == [2, 22, 30, 34]
    assert groups(77) == sizes(1000) == []
    for size in (1184, 1088):
        assert body_of(34, bytes.fromhex("00240000") + bytes(size))[1] == []
    assert body_of(34, bytes.fromhex("04000000") + bytes(7))[1] == []


def test_a_value_cut_off_by_the_capture_is_no_fault_of_the_sender() -> None:
    data = message((33, SA_2), (34, bytes.fromhex("000e0000") + bytes(256)))
    assert kinds(decode(data[:-100], 100).defects) == ["capture-truncated"] * 3
    followed = message((34, bytes.fromhex("000e0000") + bytes(25)), (40, bytes(32)))
    assert kinds(decode(followed[:-10], 10).defects) == ["capture-truncated", "wire-ke-length", "capture-truncated"]
