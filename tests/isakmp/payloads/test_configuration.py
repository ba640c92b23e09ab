from analyzer.isakmp.payloads.attribute import Attribute
from analyzer.isakmp.payloads.configuration import Configuration
from tests.isakmp.wire import body_of, find, long, nodes, short, tree_of


def test_ikev2() -> None:
    data = b"\x02\0\0\0" + long(1, bytes((10, 0, 0, 7))) + long(3, b"")
    body = Configuration(2, None, (Attribute(1, 0x0A000007, bytes((10, 0, 0, 7))), Attribute(3, None, b"")))
    assert body_of(47, data) == (body, [])
    tree = tree_of(47, data)
    assert find(tree, "cfg_type").meaning == "CFG_REPLY"
    assert [n.meaning for n in nodes(tree) if n.name == "attribute_value"] == ["10.0.0.7"]


def test_ikev1_with_xauth() -> None:
    data = bytes.fromhex("01000007") + short(16520, 0) + long(16521, b"joe") + long(16522, b"password")
    body, defects = body_of(14, data, version=1)
    assert isinstance(body, Configuration)
    assert (body.cfg_type, body.identifier, defects) == (1, 7, [])
    assert [(a.attribute_type, a.value) for a in body.attributes[:1]] == [(16520, 0)]
    values = [(n.value, n.meaning) for n in nodes(tree_of(14, data, version=1)) if n.name == "attribute_value"]
    assert values == [("0", "Generic"), (b"joe".hex(), "joe"), ("", "8 bytes, a credential")]


def test_status() -> None:
    tree = tree_of(14, bytes.fromhex("03000007") + short(16527, 1), version=1)
    assert find(tree, "attribute_value").meaning == "OK"
