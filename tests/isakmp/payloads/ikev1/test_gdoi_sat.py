from analyzer.isakmp.payloads.attribute import Attribute
from analyzer.isakmp.payloads.ikev1.gdoi_sak import TrafficIdentity
from analyzer.isakmp.payloads.ikev1.gdoi_sat import IpsecTek, PowerTek, SaTek
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


OID = bytes.fromhex("0603550403")
POWER = b"\x03\x05" + OID + b"\0\x02ab" + bytes.fromhex("aabbccdd 0002 0004 00000e10") + short(2, 90)


def test_power_systems() -> None:
    tek = PowerTek(OID, b"ab", bytes.fromhex("aabbccdd"), 2, 4, 3600, (Attribute(2, 90, b""),))
    assert body_of(16, POWER, version=1) == (SaTek(3, None, b"", tek), [])
    tree = tree_of(16, POWER, version=1)
    assert find(tree, "oid").meaning == "CN"
    assert find(tree, "authentication_algorithm").meaning == "HMAC-SHA256-128"


def test_identity_of_power_systems() -> None:
    tree = tree_of(5, b"\x0d\0\0\0\x05" + OID + b"\0\0", version=1)
    assert [child.name for child in find(tree, "identification_data").children] == [
        "oid_length",
        "oid",
        "selector_length",
    ]
