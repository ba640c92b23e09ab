from analyzer.isakmp.payloads.attribute import Attribute
from analyzer.isakmp.payloads.ikev2.group_security_association import GroupPolicy, GroupSecurityAssociation
from tests.isakmp.payloads.ikev2.test_traffic_selectors import NET
from tests.isakmp.wire import body_of, find, long, short, transform2, tree_of

INNER = (
    bytes.fromhex("aabbccdd") + NET * 2 + transform2(1, 20, attributes=short(14, 256)) + transform2(13, 1, more=False)
)
INNER += long(1, bytes.fromhex("00015180"))
GSA = bytes.fromhex("0304") + (4 + len(INNER)).to_bytes(2, "big") + INNER + bytes.fromhex("00000008") + short(1, 5)


def test_policies() -> None:
    body, defects = body_of(51, GSA)
    assert defects == []
    assert isinstance(body, GroupSecurityAssociation)
    esp, group = body.policies
    assert (esp.protocol_id, esp.spi, len(esp.selectors)) == (3, bytes.fromhex("aabbccdd"), 2)
    assert [(t.transform_type, t.transform_id, t.key_bits) for t in esp.transforms] == [(1, 20, 256), (13, 1, None)]
    assert esp.attributes == (Attribute(1, 86400, bytes.fromhex("00015180")),)
    assert group == GroupPolicy(0, b"", (), (), (Attribute(1, 5, b""),))


def test_tree() -> None:
    tree = tree_of(51, GSA)
    assert find(tree, "gsa_policy").meaning == "ESP"
    assert find(tree, "transform").meaning == "ENCR_AES_GCM_16, 256 bits"
