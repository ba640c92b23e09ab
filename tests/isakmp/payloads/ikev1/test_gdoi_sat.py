from analyzer.isakmp.payloads.attribute import Attribute
from analyzer.isakmp.payloads.ikev1.gdoi_sak import TrafficIdentity
from analyzer.isakmp.payloads.ikev1.gdoi_sat import IpsecTek, SaTek
from tests.isakmp.payloads.ikev1.test_gdoi_sak import END
from tests.isakmp.wire import body_of, find, short, tree_of

SAT = b"\x01\x00" + END * 2 + b"\x0c" + bytes.fromhex("aabbccdd") + short(6, 256)


def test_esp() -> None:
    identity = TrafficIdentity(4, 500, END[4:])
    tek = IpsecTek(0, identity, identity, 12, bytes.fromhex("aabbccdd"), (Attribute(6, 256, b""),))
    assert body_of(16, SAT, version=1) == (SaTek(1, tek, b""), [])
    assert find(tree_of(16, SAT, version=1), "transform_id").meaning == "ESP_AES-CBC"


def test_other_protocols_stay_bytes() -> None:
    assert body_of(16, b"\x80abc", version=1) == (SaTek(128, None, b"abc"), [])
