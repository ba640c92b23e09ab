from analyzer.isakmp.payloads.attribute import Attribute
from analyzer.isakmp.payloads.ikev1.gdoi_sak import SaKek, TrafficIdentity
from tests.isakmp.wire import body_of, find, kinds, long, nodes, short, tree_of

END = bytes.fromhex("0401f4080a000000ff000000")  # ID_IPV4_ADDR_SUBNET, port 500
SAK = b"\x11" + END * 2 + bytes(range(16)) + bytes(4) + short(2, 3) + long(4, bytes.fromhex("00015180"))


def test_policy_of_the_rekey_messages() -> None:
    body, defects = body_of(15, SAK, version=1)
    identity = TrafficIdentity(4, 500, END[4:])
    attributes = (Attribute(2, 3, b""), Attribute(4, 86400, bytes.fromhex("00015180")))
    assert body == SaKek(17, identity, identity, bytes(range(16)), attributes)
    assert defects == []
    assert identity.text == "10.0.0.0/8"


def test_tree() -> None:
    tree = tree_of(15, SAK, version=1)
    assert find(tree, "source_identification_data").meaning == "10.0.0.0/8"
    assert [n.meaning for n in nodes(tree) if n.name == "attribute_value"] == ["KEK_ALG_AES", "86400 seconds"]


def test_cut() -> None:
    body, defects = body_of(15, SAK[:30], version=1) if len(SAK) < 30 else (None, [])
    assert (body, defects) == (None, [])
    assert kinds(body_of(15, SAK[:-1], version=1)[1]) == ["wire-field-overlong"]
