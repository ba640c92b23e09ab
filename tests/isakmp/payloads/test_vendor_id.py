from analyzer.isakmp.payloads.vendor_id import VendorID
from tests.isakmp.wire import body_of, find, tree_of


def test_both_versions() -> None:
    assert body_of(43, b"some vendor") == (VendorID(b"some vendor"), [])
    assert body_of(13, b"some vendor", version=1) == (VendorID(b"some vendor"), [])


def test_the_tree_names_it() -> None:
    tree = tree_of(13, bytes.fromhex("afcad71368a1f1c96b8696fc77570100"), version=1)
    assert find(tree, "vendor_id").meaning == "Dead Peer Detection v1.0 (version 1.0)"
    assert find(tree_of(43, b"Gateway 9000"), "vendor_id").meaning == "'Gateway 9000'"
