from analyzer.isakmp.payloads.vendor_id import VendorID
from tests.isakmp.wire import body_of, find, pairs, tree_of


def test_both_versions() -> None:
    assert body_of(43, b"some vendor") == (VendorID(b"some vendor"), [])
    assert body_of(13, b"some vendor", version=1) == (VendorID(b"some vendor"), [])


def test_the_tree_names_it() -> None:
    tree = tree_of(13, bytes.fromhex("afcad71368a1f1c96b8696fc77570100"), version=1)
    assert find(tree, "vendor_id").meaning == "Dead Peer Detection v1.0 (version 1.0)"
    assert find(tree_of(43, b"Gateway 9000"), "vendor_id").meaning == "'Gateway 9000'"


def test_the_numbers_in_it_are_fields() -> None:
    firewall = bytes.fromhex("f4ed19e0c114eb516faaac0ee37daf2807b4381f 00000001 0000138d 451a2b3c 00000000 1824018a")
    node = find(tree_of(13, firewall + b"\0\0", version=1), "vendor_id")
    assert pairs(node) == [
        ("pattern", "f4ed19e0c114eb516faaac0ee37daf2807b4381f"),
        ("product", "Firewall-1"),
        ("version", "NG with Application Intelligence R55"),
        ("timestamp", "1159342908"),
        ("reserved", "0"),
        ("features", "0x1824018a"),
        ("more", "0000"),
    ]
    assert [(child.offset, child.length) for child in node.children] == [
        *((4, 20), (24, 4), (28, 4), (32, 4), (36, 4), (40, 4), (44, 2))
    ]
    dpd = find(tree_of(13, bytes.fromhex("afcad71368a1f1c96b8696fc77570100"), version=1), "vendor_id")
    assert pairs(dpd)[1:] == [("major_version", "1"), ("minor_version", "0")]
    gate = find(tree_of(43, bytes.fromhex("8299031757a36082c6a621de00050215")), "vendor_id")
    assert pairs(gate)[1:] == [("release", "5"), ("build", "533")]


def test_numbers_that_are_cut_off_are_no_fields() -> None:
    short = bytes.fromhex("f4ed19e0c114eb516faaac0ee37daf2807b4381f 00000001")
    assert pairs(find(tree_of(13, short, version=1), "vendor_id"))[1:] == [("more", "00000001")]
    assert find(tree_of(43, b"Gateway 9000"), "vendor_id").children == []


def test_text_behind_a_pattern() -> None:
    profile = bytes.fromhex("56494120417574682050726f66696c65203a20") + b"office"
    assert pairs(find(tree_of(13, profile, version=1), "vendor_id"))[1] == ("more", "'office'")
