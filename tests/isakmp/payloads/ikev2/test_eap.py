from analyzer.isakmp.payloads.ikev2.eap import Eap
from tests.isakmp.wire import body_of, find, kinds, tree_of


def test_requests_have_a_type_and_success_has_none() -> None:
    assert body_of(48, bytes.fromhex("02070008016a6f65")) == (Eap(2, 7, 1, b"joe"), [])
    assert body_of(48, bytes.fromhex("03070004")) == (Eap(3, 7, None, b""), [])


def test_lengths_that_disagree() -> None:
    body, defects = body_of(48, bytes.fromhex("02070006016a6f65"))
    assert body == Eap(2, 7, 1, b"j")
    assert kinds(defects) == ["wire-eap-length", "wire-stray-bytes"]
    body, defects = body_of(48, bytes.fromhex("020700ff016a6f65"))
    assert body == Eap(2, 7, 1, b"joe")
    assert kinds(defects) == ["wire-eap-length"]
    assert body_of(48, bytes.fromhex("02070000"))[0] == Eap(2, 7, None, b"")


def test_tree() -> None:
    tree = tree_of(48, bytes.fromhex("02070008016a6f65"))
    assert (find(tree, "code").meaning, find(tree, "type").meaning, find(tree, "type_data").meaning) == (
        "Response",
        "Identity",
        "joe",
    )
