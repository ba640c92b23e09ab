import pytest

from tests.isakmp.wire import find, kinds, nodes, pairs, tree_of


def fields(eap_type: int, data: bytes) -> list[tuple[str, str]]:
    packet = bytes((1, 9)) + (5 + len(data)).to_bytes(2, "big") + bytes((eap_type,)) + data
    return pairs(find(tree_of(48, packet), "type_data"))


@pytest.mark.parametrize(
    ("eap_type", "data", "told"),
    [
        (3, "0d1a", [("type", "EAP-TLS"), ("type", "EAP-MSCHAPv2")]),
        (4, "02aabb6a6f65", [("value_size", "2"), ("value", "aabb"), ("name", "joe")]),
        (13, "20", [("flags", "S")]),
        (13, "c000000400aabb", [("flags", "L, M"), ("tls_message_length", "1024"), ("tls_data", "aabb")]),
        (21, "00aabb", [("flags", "none"), ("tls_data", "aabb")]),
        (
            23,
            "0500000a010000",
            [("subtype", "AKA-Identity"), ("reserved", "0x0000"), ("attribute", "AT_PERMANENT_ID_REQ")],
        ),
        (26, "03", [("opcode", "03")]),
        (
            26,
            "0409000b453d363931",
            [("opcode", "Failure"), ("mschapv2_id", "9"), ("ms_length", "11"), ("message", "E=691")],
        ),
        (254, "00013700000001", [("vendor_id", "000137"), ("vendor_type", "1")]),
    ],
)
def test_methods(eap_type: int, data: str, told: list[tuple[str, str]]) -> None:
    assert fields(eap_type, bytes.fromhex(data)) == told


def test_aka_identity() -> None:
    data = bytes.fromhex("050000") + bytes.fromhex("0e020003") + b"joe\0"
    packet = bytes((2, 9)) + (5 + len(data)).to_bytes(2, "big") + b"\x17" + data
    tree = tree_of(48, packet)
    assert find(tree, "text").meaning == "joe"


def test_an_aka_attribute_of_no_length_ends_the_list() -> None:
    tree = tree_of(48, bytes.fromhex("0109000b17010000010000"))
    assert "wire-payload-length" in kinds(defect for node in nodes(tree) for defect in node.defects)


def test_unknown_methods_stay_bytes() -> None:
    assert fields(99, b"abc") == []
