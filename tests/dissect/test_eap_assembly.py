from hypothesis import given
from hypothesis import strategies as st

from analyzer.dissect.eap_assembly import EapAssembly, dissect_tls
from analyzer.isakmp.payloads.ikev2.eap import Eap
from tests.isakmp.wire import nodes

REQUEST, RESPONSE, TLS, PEAP, IDENTITY = 1, 2, 13, 25, 1
MORE, LENGTH = 0x40, 0x80
HELLO = bytes.fromhex("16 0303 0008 02000004 aabbccdd")


def packet(data: bytes, *, code: int = REQUEST, kind: int | None = TLS) -> Eap:
    return Eap(code, 1, kind, data)


def first(data: bytes) -> bytes:
    return bytes([LENGTH | MORE]) + (100).to_bytes(4, "big") + data


def test_fragments_make_a_message_across_packets() -> None:
    assembly = EapAssembly()
    assert assembly.add(7, packet(first(HELLO[:5]))) is None
    assert assembly.add(7, packet(b"\0", code=RESPONSE)) is None  # what acknowledges a fragment
    assert assembly.add(7, packet(bytes([MORE]) + HELLO[5:9])) is None
    assert assembly.add(7, packet(b"\0" + HELLO[9:])) == HELLO
    assert assembly.add(7, packet(b"\0" + HELLO[9:])) is None


def test_sides_and_sas_are_kept_apart() -> None:
    assembly = EapAssembly()
    for sa, code, data in ((1, REQUEST, b"a"), (2, REQUEST, b"b"), (1, RESPONSE, b"c")):
        assert assembly.add(sa, packet(first(data), code=code)) is None
    assert assembly.add(1, packet(b"\0C", code=RESPONSE)) == b"cC"
    assert assembly.add(2, packet(b"\0B", kind=PEAP)) == b"bB"
    assert assembly.add(1, packet(b"\0A")) == b"aA"


def test_what_is_no_fragment_is_left_alone() -> None:
    assembly = EapAssembly()
    assert assembly.add(1, packet(bytes([LENGTH]) + bytes(4) + HELLO)) is None  # whole in one packet
    assert assembly.add(1, packet(b"name", kind=IDENTITY)) is None
    assert assembly.add(1, packet(b"", kind=None)) is None
    assert assembly.add(1, packet(b"")) is None
    assert assembly.add(1, packet(bytes([LENGTH | MORE, 0]))) is None
    assert assembly.add(1, packet(b"\0rest")) is None


def test_memory_is_bounded() -> None:
    assembly = EapAssembly()
    for sa in range(257):
        assembly.add(sa, packet(first(b"x")))
    assert assembly.add(0, packet(b"\0y")) is None
    assert assembly.add(256, packet(b"\0y")) == b"xy"
    for _ in range(3):
        assembly.add("long", packet(bytes([MORE]) + bytes(60000)))
    assert assembly.add("long", packet(b"\0end")) is None


def test_the_tree_of_a_message() -> None:
    root = dissect_tls(HELLO)
    assert (root.name, root.length) == ("tls_message", len(HELLO))
    assert [node.meaning for node in nodes(root) if node.name == "handshake"] == ["server_hello"]


@given(st.binary(max_size=200))
def test_bad_bytes_never_raise(data: bytes) -> None:
    root = dissect_tls(data)
    assert all(node.offset + node.length <= len(data) for node in nodes(root))
    EapAssembly().add(1, packet(data))


def test_a_tree_has_an_end() -> None:
    assert dissect_tls(HELLO + bytes.fromhex("1703030001aa") * 1000).children[-1].name == "not_shown"
