from analyzer.isakmp.payloads.certificate_request import CertificateRequest
from tests.isakmp.test_der import NAME
from tests.isakmp.wire import body_of, find, nodes, tree_of


def test_ikev2_lists_hashes() -> None:
    data = b"\x04" + bytes(20) + b"\x01" * 20
    assert body_of(38, data) == (CertificateRequest(4, data[1:]), [])
    tree = tree_of(38, data)
    assert [n.value for n in nodes(tree) if n.name == "sha1_of_public_key"] == ["00" * 20, "01" * 20]


def test_ikev1_names_an_authority() -> None:
    tree = tree_of(7, b"\x04" + NAME, version=1)
    assert find(tree, "certification_authority").meaning == "CN=moon lit,O=IKE\\, Lab,C=XX"


def test_an_empty_request_asks_for_any() -> None:
    assert body_of(7, b"\x04", version=1) == (CertificateRequest(4, b""), [])
