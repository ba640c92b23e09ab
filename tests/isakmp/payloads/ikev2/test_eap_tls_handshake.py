import pytest

from analyzer.isakmp import Node
from tests.isakmp.payloads.ikev2.test_eap_tls import handshake, method, record, told
from tests.isakmp.test_x509 import certificate
from tests.isakmp.wire import find, kinds, nodes

RANDOM = bytes(range(32))
NAME = certificate().issuer.public_bytes()


def sized(data: bytes, size: int = 2) -> bytes:
    return len(data).to_bytes(size, "big") + data


def extension(kind: int, data: bytes) -> bytes:
    return kind.to_bytes(2, "big") + sized(data)


def client_hello(*extensions: bytes) -> bytes:
    suites = sized(bytes.fromhex("c02c 009d 1a1a"))
    return bytes.fromhex("0303") + RANDOM + b"\0" + suites + sized(b"\0", 1) + sized(b"".join(extensions))


def server_hello(*extensions: bytes) -> bytes:
    fixed = bytes.fromhex("0303") + RANDOM + sized(b"session", 1) + bytes.fromhex("c030 00")
    return fixed + (sized(b"".join(extensions)) if extensions else b"")


def tree(kind: int, body: bytes) -> Node:
    return method(b"\0" + record(22, handshake(kind, body)))


def defects(root: Node) -> list[str]:
    return kinds(defect for node in nodes(root) for defect in node.defects)


def test_client_hello() -> None:
    found = tree(1, client_hello())
    suites = ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_256_GCM_SHA384", "GREASE"]
    assert told(found, "cipher_suite") == suites
    assert told(found, "compression_method") == ["null"]
    assert find(found, "random").value == RANDOM.hex()
    assert told(found, "tls_version") == ["TLS 1.2", "TLS 1.2"]
    assert defects(found) == []


def test_server_hello() -> None:
    found = tree(2, server_hello())
    assert told(found, "cipher_suite") == ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"]
    assert find(found, "session_id").value == b"session".hex()
    assert told(found, "extension") == []


@pytest.mark.parametrize(
    ("kind", "data", "field", "meanings"),
    [
        (0, sized(b"\0" + sized(b"vpn.example")), "server_name", ["vpn.example"]),
        (10, sized(bytes.fromhex("001d 0018")), "group", ["x25519", "secp384r1"]),
        (13, sized(bytes.fromhex("0403 0804")), "signature_scheme", ["ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256"]),
        (16, sized(sized(b"radius/1.1", 1)), "protocol", ["radius/1.1"]),
        (51, sized(bytes.fromhex("001d") + sized(bytes(32))), "group", ["x25519"]),
    ],
)
def test_extensions(kind: int, data: bytes, field: str, meanings: list[str]) -> None:
    found = find(tree(1, client_hello(extension(kind, data))), "extension")
    assert told(found, field) == meanings
    assert defects(found) == []


def test_versions_offered_and_chosen() -> None:
    offered = tree(1, client_hello(extension(43, sized(bytes.fromhex("0304 0303 2a2a"), 1))))
    assert told(find(offered, "extension"), "tls_version") == ["TLS 1.3", "TLS 1.2", "GREASE"]
    chosen = tree(2, server_hello(extension(43, bytes.fromhex("0304"))))
    assert told(find(chosen, "extension"), "tls_version") == ["TLS 1.3"]


def test_server_asks_for_another_group() -> None:
    found = tree(2, server_hello(extension(51, bytes.fromhex("0018"))))
    assert told(found, "group") == ["secp384r1"]
    assert defects(found) == []


@pytest.mark.parametrize("scheme", ["", "0804"])
def test_server_key_on_a_named_curve(scheme: str) -> None:
    key = bytes.fromhex("030017") + sized(bytes(65), 1)
    found = tree(12, key + bytes.fromhex(scheme) + sized(bytes(256)))
    assert told(found, "group") == ["secp256r1"]
    assert told(found, "signature_scheme") == (["rsa_pss_rsae_sha256"] if scheme else [])
    assert find(found, "signature").length == 256


def test_server_key_of_another_form_stays_bytes() -> None:
    found = find(tree(12, sized(bytes(256)) + sized(b"\2") + sized(bytes(256))), "handshake_data")
    assert found.children == []


@pytest.mark.parametrize("schemes", [b"", sized(bytes.fromhex("0401"))])
def test_certificate_request(schemes: bytes) -> None:
    found = tree(13, sized(b"\1\x40", 1) + schemes + sized(sized(NAME)))
    assert told(found, "certificate_type") == ["rsa_sign", "ecdsa_sign"]
    assert told(found, "signature_scheme") == (["rsa_pkcs1_sha256"] if schemes else [])
    assert told(found, "authority")[0].startswith("CN=")
    assert defects(found) == []


def test_ticket() -> None:
    found = tree(4, (7200).to_bytes(4, "big") + sized(b"ticket"))
    assert (find(found, "lifetime_hint").value, find(found, "ticket").length) == ("7200", 6)


def test_certificate_verify() -> None:
    assert told(tree(15, bytes.fromhex("0503") + sized(bytes(100))), "signature_scheme") == ["ecdsa_secp384r1_sha384"]


def test_lengths_that_lie() -> None:
    cut = tree(1, client_hello()[:40])
    assert defects(cut)
    assert all(node.offset + node.length <= cut.offset + cut.length for node in nodes(cut))
    short = tree(2, b"\3\3")
    assert defects(short) == ["wire-field-short"]
