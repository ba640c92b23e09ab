from cryptography.hazmat.primitives.serialization import Encoding

from analyzer.isakmp.payloads.certificate import Certificate
from tests.isakmp.test_x509 import certificate
from tests.isakmp.wire import body_of, find, kinds, nodes, tree_of


def test_encoding_and_data() -> None:
    assert body_of(37, b"\x04data") == (Certificate(4, b"data"), [])
    assert body_of(6, b"\x04", version=1) == (Certificate(4, b""), [])


def test_the_tree_says_what_an_x509_certificate_says() -> None:
    tree = tree_of(37, b"\x04" + certificate().public_bytes(Encoding.DER))
    assert find(tree, "certificate_encoding").meaning == "X.509 Certificate - Signature"
    assert find(tree, "subject").value == "CN=gw.example"
    assert find(tree, "public_key").value == "EC secp256r1"


def test_what_is_no_certificate_is_said() -> None:
    tree = tree_of(37, b"\x04no certificate")
    defects = [defect for node in nodes(tree) for defect in node.defects]
    assert kinds(defects) == ["wire-value"]


def test_hash_and_url() -> None:
    tree = tree_of(37, b"\x0c" + bytes(20) + b"http://ca.example/1")
    assert find(tree, "url").meaning == "http://ca.example/1"
