from analyzer.isakmp.payloads.ikev2.authentication import Authentication, signature_algorithm
from tests.isakmp.wire import body_of, find, kinds, nodes, tree_of

ECDSA = bytes.fromhex("0c300a06082a8648ce3d040303") + b"signature"


def test_method_and_data() -> None:
    assert body_of(39, b"\x02\0\0\0mac") == (Authentication(2, b"mac"), [])


def test_digital_signatures_name_their_algorithm() -> None:
    assert signature_algorithm(ECDSA) == "ecdsa-with-SHA384"
    assert signature_algorithm(b"") is None
    assert signature_algorithm(b"\xff\x30") is None
    tree = tree_of(39, b"\x0e\0\0\0" + ECDSA)
    assert find(tree, "authentication_data").meaning == "ecdsa-with-SHA384"
    assert find(tree, "signature_value").value == b"signature".hex()


def test_a_damaged_signature() -> None:
    tree = tree_of(39, b"\x0e\0\0\0\xff\x30")
    assert kinds(defect for node in nodes(tree) for defect in node.defects) == ["wire-field-overlong"]
