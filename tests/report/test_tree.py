from analyzer.capture import Frame
from analyzer.capture.pieces import Piece
from analyzer.defects import Defect
from analyzer.dissect import Dissection
from analyzer.isakmp import Node
from analyzer.report.tree import frame_bytes, frame_lines, hex_lines, tree_lines, tree_rows
from tests.report.sample import ESC


def tree(offset: int | None = 42, name: str = "message") -> Dissection:
    inner = Node("exchange_type", 18, 1, "34", "IKE_SA_INIT", "RFC7296")
    inner.defects.append(Defect("wire-odd", 18, "35", ESC, "nothing"))
    root = Node(name, 0, 28, children=[inner, Node("flags", 19, 1, "", ESC)])
    return Dissection("10.0.0.1 > 10.0.0.2", root, bytes(28), offset)


def test_a_line_for_each_field_with_its_place_in_the_frame() -> None:
    lines = [line.text for line in tree_lines(tree())]
    assert lines[:2] == ["10.0.0.1 > 10.0.0.2", "offset length  field"]
    assert lines[2] == "    42     28  ISAKMP message"
    assert lines[3] == "    60      1    Exchange type: 34 = IKE_SA_INIT  [RFC7296]"
    assert "! wire-odd at byte 60" in lines[4]
    assert lines[5].endswith("Flags: \\x1b]0;owned\\x07\\x1b[31mred")
    assert all(line.isprintable() for line in lines)


def test_rows_for_pages() -> None:
    rows = list(tree_rows(tree()))
    assert [(row.depth, row.offset, row.length, row.name) for row in rows] == [
        (0, 42, 28, "ISAKMP message"),
        (1, 60, 1, "Exchange type"),
        (1, 61, 1, "Flags"),
    ]
    assert (rows[1].value, rows[1].meaning, rows[1].reference) == ("34", "IKE_SA_INIT", "RFC7296")
    assert [defect.offset for defect in rows[1].defects] == [60]


def test_bytes_that_stand_nowhere_in_the_frame_are_counted_from_their_beginning() -> None:
    reassembled = [line.text for line in tree_lines(tree(None))]
    assert reassembled[1] == "offset length  field  (offsets within the message put together from several frames)"
    assert reassembled[3].startswith("    18      1  ")
    opened = [line.text for line in tree_lines(tree(None, "decrypted"))]
    assert opened[1] == "offset length  field  (offsets within the decrypted content)"


def test_the_hex_pane_agrees_with_the_tree() -> None:
    lines = [line.text for line in frame_lines([tree()], [], with_hex=True)]
    assert "28 bytes, from byte 42 of the frame on" in lines
    assert [line[:12] for line in lines[-2:]] == ["    42  002a", "    58  003a"]
    loose = [line.text for line in frame_lines([tree(None, "decrypted")], [], with_hex=True)]
    assert "28 bytes, offsets within the decrypted content" in loose
    assert loose[-2].startswith("     0  0000  ")
    assert not any("0000  00" in line.text for line in frame_lines([tree()], [], with_hex=False))


def test_credentials_are_not_in_the_hex_pane_either() -> None:
    secret = Node("attribute_value", 14, 4, "", "4 bytes, a credential", secret=True)
    held = Dissection("t", Node("decrypted", 0, 20, children=[secret]), b"user alice pas" + b"word" + b"!!", None)
    lines = [line.text for line in frame_lines([held], [], with_hex=True)]
    assert lines[-2].endswith("63 65 20 70 61 73 ** **  user alice pas**")
    assert lines[-1].split()[2:] == ["**", "**", "21", "21", "**!!"]


def fragment(piece: Piece) -> list[str]:
    frame = Frame(1, 0, 1, "Ethernet", b"header" + b"pass" + b"word", 14, (), (), (piece,))
    return [line.text for line in frame_bytes(frame)]


def test_pieces_of_messages_in_clear_are_hidden() -> None:
    lines = fragment(Piece(6, 14, "an IP fragment", starts_message=False))
    assert lines[0].endswith("68 65 61 64 65 72 ** **  ** ** ** ** ** **        header********")
    assert lines[1] == (
        "8 bytes are hidden: an IP fragment, without the beginning of its message, which may hold a credential in "
        "clear."
    )
    assert "whose message may hold" in fragment(Piece(6, 14, "the first IP fragment", starts_message=True))[1]


def test_pieces_of_encrypted_messages_are_shown() -> None:
    data = bytes(16) + bytes((46, 0x20, 35, 8)) + bytes(20)
    frame = Frame(1, 0, 1, "Ethernet", data, 40, (), (), (Piece(0, 40, "an IP fragment", starts_message=True),))
    assert not any("*" in line.text for line in frame_bytes(frame))


def test_an_empty_message_says_so() -> None:
    empty = Dissection("t", Node("decrypted", 0, 0), b"", None)
    assert [line.text.strip() for line in tree_lines(empty)][-1] == "nothing is in it: no payloads"


def test_damage_of_the_frame_itself_is_told_once() -> None:
    row = {"kind": "capture-ip", "offset": 14, "expected": "20 bytes", "found": "3", "effect": "not read"}
    lines = [line.text for line in frame_lines([tree()], [row, row | {"kind": "wire-odd"}], with_hex=False)]
    assert lines[0] == "! capture-ip at byte 14: expected 20 bytes, found 3; not read"
    assert sum("wire-odd" in line for line in lines) == 1
    told = tree()
    told.root.defects.append(Defect("capture-ip", 28, "20 bytes", "3", "not read"))
    lines = [line.text for line in frame_lines([told], [row], with_hex=False)]
    assert sum("capture-ip" in line for line in lines) == 1


def test_long_values_are_cut() -> None:
    long = Dissection("t", Node("data", 0, 60_000, "00" * 60_000), b"", 0)
    (*_, last) = tree_lines(long)
    assert "(120,000 characters)" in last.text
    assert len(last.text) < 250


def test_hex_pane() -> None:
    lines = [line.text for line in hex_lines(bytes(range(0x41, 0x41 + 18)))]
    assert lines == [
        "     0  0000  41 42 43 44 45 46 47 48  49 4a 4b 4c 4d 4e 4f 50  ABCDEFGHIJKLMNOP",
        "    16  0010  51 52                                             QR",
    ]
    assert [line.text for line in hex_lines(b"")] == []
    assert next(hex_lines(b"\x00\x7f\xff\x1b")).text.endswith("....")


def test_payloads_and_attributes_tell_what_is_in_them() -> None:
    kind = Node("notify_type", 4, 2, "16388", "NAT_DETECTION_SOURCE_IP")
    value = Node("attribute_value", 10, 2, "256", "256 bits")
    attribute = Node("attribute", 8, 4, "14", "Key Length", children=[Node("attribute_type", 8, 2, "0x800e"), value])
    root = Node("message", 0, 12, children=[Node("payload", 0, 8, "41", "Notify", children=[kind]), attribute])
    told = {row.name: row.meaning for row in tree_rows(Dissection("t", root, bytes(12), 0))}
    assert told["Payload"] == "Notify: NAT_DETECTION_SOURCE_IP"
    assert told["Attribute"] == "Key Length: 256 bits"


def test_payloads_tell_the_method_of_eap_and_whose_certificate_it_is() -> None:
    code, method = Node("code", 4, 1, "1", "Request"), Node("type", 8, 1, "13", "EAP-TLS")
    data = Node("certificate_data", 21, 4, "30", children=[Node("subject", 21, 4, "CN=vpn.example")])
    eap = Node("payload", 0, 16, "48", "Extensible Authentication", children=[code, method])
    root = Node("message", 0, 25, children=[eap, Node("payload", 16, 9, "37", "Certificate", children=[data])])
    told = [row.meaning for row in tree_rows(Dissection("t", root, bytes(25), 0)) if row.name == "Payload"]
    assert told == ["Extensible Authentication: Request, EAP-TLS", "Certificate: CN=vpn.example"]
