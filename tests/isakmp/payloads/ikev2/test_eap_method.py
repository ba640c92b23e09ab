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
        (
            13,
            "c000000400aabb",
            [("flags", "L, M"), ("tls_message_length", "1024"), ("tls_fragment", "2 bytes of a TLS message of 1024")],
        ),
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
        (254, "00013700000001aa", [("vendor_id", "000137"), ("vendor_type", "1"), ("vendor_data", "aa")]),
        (
            254,
            "0028af00000003" + "0200" + "0002aabb" + "0003010203",
            [
                ("vendor_id", "0028af"),
                ("vendor_type", "3"),
                ("message_id", "5G-NAS"),
                ("spare", "0x00"),
                ("length", "2"),
                ("access_network_parameters", "aabb"),
                ("length", "3"),
                ("nas_message", "010203"),
            ],
        ),
    ],
)
def test_methods(eap_type: int, data: str, told: list[tuple[str, str]]) -> None:
    assert fields(eap_type, bytes.fromhex(data)) == told


def test_aka_identity() -> None:
    data = bytes.fromhex("050000") + bytes.fromhex("0e020003") + b"joe\0"
    packet = bytes((2, 9)) + (5 + len(data)).to_bytes(2, "big") + b"\x17" + data
    tree = tree_of(48, packet)
    assert find(tree, "identity").meaning == "joe"


@pytest.mark.parametrize(
    ("attribute", "told"),
    [
        ("01050000" + "aa" * 16, [("reserved", "0x0000"), ("rand", "aa" * 16)]),
        (
            "03030030" + "010203040506" + "0000",
            [("length_in_bits", "48"), ("res", "010203040506"), ("padding", "0000")],
        ),
        ("0404" + "bb" * 14, [("auts", "bb" * 14)]),
        ("0c014000", [("number", "general failure")]),
        ("0f0200020001" + "0000", [("actual_length", "2"), ("version", "1"), ("padding", "0000")]),
        ("16010003", [("number", "RANDs are not fresh")]),
        (
            "17030006" + b"wlan01".hex() + "0000",
            [("actual_length", "6"), ("network_name", "wlan01"), ("padding", "0000")],
        ),
        ("18010001", [("number", "EAP-AKA' with CK' and IK'")]),
        ("8801" + "8000", [("number", "32768")]),
        ("8901" + "0001", []),
    ],
)
def test_aka_attributes(attribute: str, told: list[tuple[str, str]]) -> None:
    data = bytes.fromhex("010000" + attribute)
    packet = bytes((1, 9)) + (5 + len(data)).to_bytes(2, "big") + b"\x32" + data
    assert pairs(find(tree_of(48, packet), "attribute_value")) == told


def test_an_aka_attribute_of_no_length_ends_the_list() -> None:
    tree = tree_of(48, bytes.fromhex("0109000b17010000010000"))
    assert "wire-payload-length" in kinds(defect for node in nodes(tree) for defect in node.defects)


def test_unknown_methods_stay_bytes() -> None:
    assert fields(99, b"abc") == []
