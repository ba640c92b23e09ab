from analyzer.isakmp.payloads.ikev1.gdoi_sak import SaKek
from analyzer.isakmp.payloads.ikev1.gdoi_sat import SaTek
from analyzer.isakmp.payloads.sa import SecurityAssociation
from tests.isakmp.payloads.ikev1.test_gdoi_sak import SAK
from tests.isakmp.payloads.ikev1.test_gdoi_sat import SAT
from tests.isakmp.wire import body_of, kinds, nodes, payload, tree_of

HEAD = bytes.fromhex("0000000200000000")


def test_policies_stand_inside_the_sa_payload() -> None:
    data = HEAD + bytes.fromhex("000f0000") + payload(16, SAK) + payload(0, SAT)
    body, defects = body_of(1, data, version=1)
    assert isinstance(body, SecurityAssociation)
    assert [type(policy) for policy in body.policies] == [SaKek, SaTek]
    assert defects == []
    inner = [n.meaning for n in nodes(tree_of(1, data, version=1)) if n.name == "payload"]
    assert inner == ["Security Association", "SA KEK Payload", "SA TEK Payload"]


def test_damage() -> None:
    other = body_of(1, HEAD + bytes.fromhex("000d0000") + payload(0, b"vendor"), version=1)
    assert kinds(other[1]) == ["wire-chain-value"]
    short = body_of(1, HEAD + bytes.fromhex("000f0000") + payload(0, b"", length=3), version=1)
    assert kinds(short[1]) == ["wire-payload-length"]
    missing = body_of(1, HEAD + bytes.fromhex("000f0000") + payload(16, SAK), version=1)
    assert kinds(missing[1]) == ["wire-chain-broken"]
    cut = body_of(1, HEAD + bytes.fromhex("000f0000") + payload(0, SAK[:3]), version=1)
    assert kinds(cut[1]) == ["wire-payload-short"]
