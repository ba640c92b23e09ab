from analyzer.isakmp.payloads.key_exchange import KeyExchange
from tests.isakmp.wire import body_of, find, kinds, tree_of


def test_ikev2_says_its_group() -> None:
    assert body_of(34, bytes.fromhex("001f0000") + bytes(32)) == (KeyExchange(31, bytes(32)), [])
    assert find(tree_of(34, bytes.fromhex("001f0000") + bytes(32)), "key_exchange_method").meaning == "Curve25519"


def test_ikev1_does_not() -> None:
    assert body_of(4, bytes(128), version=1) == (KeyExchange(None, bytes(128)), [])


def test_empty_and_reserved() -> None:
    body, defects = body_of(34, bytes.fromhex("000e0001"))
    assert body == KeyExchange(14, b"")
    assert kinds(defects) == ["wire-reserved-bits", "wire-empty"]
