import pytest

from tests.isakmp.wire import find, kinds, nodes, pairs, tree_of


def told(notify_type: int, data: bytes, version: int = 2) -> list[tuple[str, str]]:
    """Fields of the notification data, or what the whole of it means."""
    head = bytes.fromhex("0000") if version == 2 else bytes.fromhex("000000010300")
    tree = tree_of(41 if version == 2 else 11, head + notify_type.to_bytes(2, "big") + data, version)
    node = find(tree, "notification_data")
    return pairs(node) if node.children else [("", node.meaning)]


@pytest.mark.parametrize(
    ("notify_type", "data", "fields"),
    [
        (1, "35", [("payload_type", "Encrypted and Authenticated Fragment")]),
        (9, "00000007", [("message_id", "0x00000007")]),
        (17, "0013", [("key_exchange_method", "256-bit random ECP group")]),
        (16385, "00000005", [("window_size", "5")]),
        (16387, "123402", [("cpi", "0x1234"), ("transform_id", "IPCOMP_DEFLATE")]),
        (16397, "c0000201", [("", "192.0.2.1")]),
        (16398, "20010db8000000000000000000000001", [("", "2001:db8::1")]),
        (
            16402,
            "c0000201c000020201f41194",
            [
                ("source_address", "192.0.2.1"),
                ("destination_address", "192.0.2.2"),
                ("source_port", "500"),
                ("destination_port", "4500"),
            ],
        ),
        (16403, "00000e10", [("authentication_lifetime_seconds", "3600")]),
        (
            16407,
            "0307" + b"gw.test".hex() + "aabb",
            [
                ("gateway_identity_type", "FQDN of the VPN gateway"),
                ("gateway_identity_length", "7"),
                ("gateway_identity", "gw.test"),
                ("nonce_data", "aabb"),
            ],
        ),
        (
            16408,
            "0104c0000201",
            [
                ("gateway_identity_type", "IPv4 address of the VPN gateway"),
                ("gateway_identity_length", "4"),
                ("gateway_identity", "192.0.2.1"),
            ],
        ),
        (16409, "00000e10aabb", [("ticket_lifetime_seconds", "3600"), ("ticket", "aabb")]),
        (
            16422,
            "000000010000000200000003",
            [
                ("nonce", "0x00000001"),
                ("expected_send_request_message_id", "2"),
                ("expected_receive_request_message_id", "3"),
            ],
        ),
        (16424, "00010003", [("method", "PACE"), ("method", "Secure PSK Authentication")]),
        (16431, "00020005", [("hash_algorithm", "SHA2-256"), ("hash_algorithm", "Identity")]),
        (16436, "02aabb", [("ppk_id_type", "PPK_ID_FIXED"), ("ppk_id", "aabb")]),
        (41041, "0125", [("length", "1"), ("timer", "0x25")]),
        (
            41101,
            "00090153024010000000f0",
            [("length", "9"), ("identity_type", "IMEI"), ("identity", "352004010000000")],
        ),
        (55506, "1194", [("port", "4500")]),
        (16390, "aabb", [("cookie", "aabb")]),
        (16429, "00000003", [("requested_sender_ids", "3")]),
        (16437, "aabb", [("authentication_data_without_ppk", "aabb")]),
        (16442, "03", [("flags", "D, C")]),
        (
            16446,
            "02" + "6964" + "1122334455667788",
            [("ppk_id_type", "PPK_ID_FIXED"), ("ppk_id", "6964"), ("ppk_confirmation", "1122334455667788")],
        ),
        (14, b"no match".hex(), [("", "'no match'")]),
        (14, "6e6f00ff", [("", "")]),
    ],
)
def test_ikev2(notify_type: int, data: str, fields: list[tuple[str, str]]) -> None:
    assert told(notify_type, bytes.fromhex(data)) == fields


def test_private_data_of_fortinet() -> None:
    assert told(61520, b"\x05") == [("", "5")]
    assert told(61696, b"VER=1\nHOST=a\x1bb\r\nUSER=x") == [
        ("line", "VER=1"),
        ("line", r"HOST=a\x1bb"),
        ("line", "USER=x"),
    ]


def test_private_data_of_another_form_are_no_damage() -> None:
    tree = tree_of(41, bytes.fromhex("0000") + (61520).to_bytes(2, "big") + bytes(20))
    assert (find(tree, "notification_data").meaning, find(tree, "notification_data").defects) == ("", [])


def test_rohc_attributes() -> None:
    assert told(16416, bytes.fromhex("8001000f")) == [("attribute", "MAX_CID")]


def test_announced_authentication_methods() -> None:
    ecdsa = bytes.fromhex("300a06082a8648ce3d040302")
    data = bytes.fromhex("0202") + bytes((3 + len(ecdsa), 14, 1)) + ecdsa
    assert told(16443, data) == [
        ("announcement", "Shared Key Message Integrity Code"),
        ("announcement", "ecdsa-with-SHA256"),
    ]


@pytest.mark.parametrize(
    ("notify_type", "data", "fields"),
    [
        (
            24576,
            "8001000180027080",
            [("attribute", "SA Life Type"), ("attribute", "SA Life Duration")],
        ),
        (24577, "00000001", [("replay_protection", "1")]),
        (36136, "00001000", [("sequence_number", "4096")]),
        (9101, b"no proposal".hex(), [("", "no proposal")]),
        (40501, "c0000201", [("", "192.0.2.1")]),
        (14, "aabb", [("", "")]),
    ],
)
def test_ikev1(notify_type: int, data: str, fields: list[tuple[str, str]]) -> None:
    assert told(notify_type, bytes.fromhex(data), version=1) == fields


def test_data_of_another_size_are_a_defect_and_stay_bytes() -> None:
    tree = tree_of(41, bytes.fromhex("0000001100"))
    assert kinds(defect for node in nodes(tree) for defect in node.defects) == ["wire-field-short"]
    tree = tree_of(41, bytes.fromhex("0000400dc00002"))
    assert kinds(defect for node in nodes(tree) for defect in node.defects) == ["wire-value"]


def test_the_same_number_means_something_else_in_the_other_version() -> None:
    assert told(17, bytes.fromhex("000e"), version=1) == [("", "")]
