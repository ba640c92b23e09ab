from cryptography.hazmat.primitives.serialization import Encoding

from analyzer.isakmp import Node
from tests.isakmp.test_x509 import certificate
from tests.isakmp.wire import find, kinds, nodes, tree_of

CERTIFICATE = certificate().public_bytes(Encoding.DER)


def method(data: bytes, eap_type: int = 13) -> Node:
    packet = bytes((1, 9)) + (5 + len(data)).to_bytes(2, "big") + bytes((eap_type,)) + data
    return find(tree_of(48, packet), "type_data")


def record(kind: int, body: bytes) -> bytes:
    return bytes((kind, 3, 3)) + len(body).to_bytes(2, "big") + body


def handshake(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + len(body).to_bytes(3, "big") + body


def told(tree: Node, name: str) -> list[str]:
    return [node.meaning for node in nodes(tree) if node.name == name]


def test_records_and_handshakes() -> None:
    tree = method(b"\0" + record(22, handshake(2, bytes(10)) + handshake(14, b"")) + record(21, b"\2\x30"))
    assert told(tree, "tls_record") == ["handshake", "alert"]
    assert told(tree, "handshake") == ["server_hello", "server_hello_done"]
    assert (told(tree, "level"), told(tree, "alert")) == (["fatal"], ["unknown_ca"])


def test_what_follows_a_change_of_cipher_is_encrypted() -> None:
    tree = method(b"\0" + record(20, b"\1") + record(22, bytes(40)))
    assert told(tree, "tls_record") == ["change_cipher_spec", "handshake"]
    assert told(tree, "handshake") == []


def test_certificates_inside() -> None:
    listed = len(CERTIFICATE).to_bytes(3, "big") + CERTIFICATE
    tree = method(b"\0" + record(22, handshake(11, len(listed).to_bytes(3, "big") + listed)))
    assert "subject" in [child.name for child in find(tree, "certificate").children]


def test_fragments() -> None:
    first = method(b"\xc0\0\0\x10\0" + record(22, handshake(11, bytes(5000)))[:100])
    fragment = find(first, "tls_fragment")
    assert fragment.meaning == "100 bytes of a TLS message of 4096"
    assert told(first, "handshake") == ["certificate"]
    middle = method(b"\x40" + bytes(50))
    assert find(middle, "tls_fragment").meaning == "50 bytes of a TLS message"
    assert [child.name for child in find(middle, "tls_fragment").children] == ["tls_bytes"]


def test_acknowledgement_and_version() -> None:
    assert [child.name for child in method(b"\0").children] == ["flags"]
    assert find(method(b"\x21", 25), "method_version").value == "1"


def test_lying_lengths() -> None:
    tree = method(b"\0" + b"\x16\3\3\xff\xff" + b"\x0b\xff\xff\xff" + bytes(3))
    assert told(tree, "handshake") == ["certificate"]
    assert kinds(d for node in nodes(tree) for d in node.defects) == []
    assert [child.name for child in method(b"\0\x16\3").children] == ["flags", "tls_data"]
