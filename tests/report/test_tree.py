from analyzer.defects import Defect
from analyzer.isakmp import Node
from analyzer.report.tree import hex_lines, tree_lines
from tests.report.sample import ESC


def test_a_line_for_each_field_with_its_place() -> None:
    inner = Node("exchange_type", 18, 1, "34", "IKE_SA_INIT", "RFC7296")
    inner.defects.append(Defect("wire-odd", 18, "35", ESC, "nothing"))
    root = Node("message", 0, 28, children=[inner, Node("flags", 19, 1, "", ESC)])
    lines = [line.text for line in tree_lines("10.0.0.1 > 10.0.0.2", root)]
    assert lines[0] == "10.0.0.1 > 10.0.0.2"
    assert lines[2] == "     0     28  message"
    assert lines[3] == "    18      1    exchange_type: 34 = IKE_SA_INIT  [RFC7296]"
    assert "! wire-odd at byte 18" in lines[4]
    assert lines[5].endswith("flags: \\x1b]0;owned\\x07\\x1b[31mred")
    assert all(line.isprintable() for line in lines)


def test_long_values_are_cut() -> None:
    (*_, last) = tree_lines("t", Node("data", 0, 60_000, "00" * 60_000))
    assert "(120,000 characters)" in last.text
    assert len(last.text) < 250


def test_hex_pane() -> None:
    lines = [line.text for line in hex_lines(bytes(range(0x41, 0x41 + 18)))]
    assert lines == [
        "0000  41 42 43 44 45 46 47 48  49 4a 4b 4c 4d 4e 4f 50  ABCDEFGHIJKLMNOP",
        "0010  51 52                                             QR",
    ]
    assert [line.text for line in hex_lines(b"")] == []
    assert next(hex_lines(b"\x00\x7f\xff\x1b")).text.endswith("....")
