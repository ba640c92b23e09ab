"""The tree against the decoder: same defects, spans inside the bytes; on random and on mutated real messages."""

import random
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.dissect import dissect, dissect_payloads
from analyzer.isakmp import Message, Node, decode, decode_payloads
from analyzer.isakmp.cursor import DEFECT_LIMIT
from analyzer.isakmp.recorder import NODE_LIMIT
from tests.isakmp.wire import SA_1, SA_2, chain, datagrams, find, header, message, nodes, recorded
from tests.work import lines_run

BUILT = [
    message(
        (33, SA_2), (34, b"\x00\x0e\x00\x00" + bytes(256)), (40, bytes(32)), (41, bytes.fromhex("00004004") + bytes(20))
    ),
    message((1, SA_1), (13, b"vendor"), (20, bytes(20)), version=0x10, exchange=2, flags=0),
    message(
        (44, bytes.fromhex("01000000070000100000ffff0a0000000a0000ff")),
        (47, bytes.fromhex("0100000000010000")),
        exchange=35,
    ),
    message((48, bytes.fromhex("02010009016a6f65")), (42, bytes.fromhex("03040002aabbccdd11223344")), exchange=37),
]
NUMBERS = [*range(1, 23), *range(33, 55), 130, 131, 132]


def real_messages() -> list[bytes]:
    """A spread of recorded messages, and built ones where nothing is recorded."""
    found = [data for path in recorded() for _, data in datagrams(path) if len(data) > 28]
    return BUILT + found[:: max(1, len(found) // 150)]


def mutated(rng: random.Random, pool: list[bytes]) -> bytes:
    data = bytearray(rng.choice(pool))
    for _ in range(rng.choice((1, 1, 2, 3, 8, 30))):
        if len(data) < 21:
            break
        place = rng.randrange(len(data))
        match rng.randrange(6):
            case 0:
                data[place] = rng.randrange(256)
            case 1:
                del data[place : place + rng.randrange(1, 20)]
            case 2:
                data[place:place] = rng.randbytes(rng.randrange(1, 20))
            case 3:
                data[place : place + 2] = rng.choice((b"\0\0", b"\xff\xff", b"\0\4", b"\0\1", b"\x80\x0e"))
            case 4:
                data[place : place + 8] = data[-8:]
            case 5:
                data[16], data[17], data[19] = rng.choice(NUMBERS), rng.choice((0x10, 0x20)), data[19] & 0xFE
    return bytes(data)


def check(data: bytes) -> tuple[Message, Node]:
    """Everything that must hold of any bytes."""
    found, tree = decode(data), dissect(data)
    for defect in found.defects:
        assert 0 <= defect.offset <= len(data)
    for node in nodes(tree):
        assert 0 <= node.offset <= node.offset + node.length <= len(data)
        for child in node.children:
            assert node.offset <= child.offset
            assert child.offset + child.length <= node.offset + node.length
    for payload in found.payloads:
        assert 28 <= payload.offset <= len(data)
    told = [defect for node in nodes(tree) for defect in node.defects]
    assert sum(1 for _ in nodes(tree)) <= 2 * NODE_LIMIT
    if len(told) < DEFECT_LIMIT and not any(defect.kind == "limit-nodes" for defect in told):
        assert set(found.defects) <= set(told)
    return found, tree


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes(data: bytes) -> None:
    check(data)


@pytest.mark.parametrize("version", [0x10, 0x20, 0x30])
def test_a_header_cut_after_each_byte(version: int) -> None:
    whole = bytes(16) + bytes([33, version, 34, 8]) + bytes(8)
    for size in range(len(whole)):
        check(whole[:size])


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(NUMBERS),
    st.binary(max_size=200),
    st.sampled_from([0x10, 0x20]),
    st.integers(0, 255),
)
def test_random_bodies_of_every_payload(first: int, body: bytes, version: int, exchange: int) -> None:
    data = chain((first, body))
    check(header(first, 28 + len(data), version=version, exchange=exchange, flags=0) + data)
    payloads, defects = decode_payloads(data, first, version >> 4, 1000)
    trees = dissect_payloads(data, first, version >> 4, 1000)
    assert all(1000 <= d.offset <= 1000 + len(data) for d in defects)
    assert all(n.offset >= 1000 and n.offset + n.length <= 1000 + len(data) for tree in trees for n in nodes(tree))
    assert [p.type for p in payloads] == [int(tree.value) for tree in trees if tree.name == "payload"]


def test_mutated_messages() -> None:
    pool = real_messages()
    rng = random.Random(20)  # the same mutations in every run
    for _ in range(4000):
        check(mutated(rng, pool))


def test_hostile_sizes_stay_cheap() -> None:
    tiny_transforms = bytes.fromhex("0300000801000001") * 8000
    tiny_attributes = bytes.fromhex("800e0080") * 16000
    sa = bytes.fromhex("0000fde801010008") + tiny_transforms
    many = [
        message((33, sa[:65000])),
        message((47, bytes(4) + tiny_attributes[:65000]), exchange=35),
        message((1, bytes.fromhex("0000000100000001") + sa[:65000]), version=0x10, exchange=2, flags=0),
        header(43, 65500) + bytes.fromhex("2b000004") * 16000,
        message((44, bytes.fromhex("ff000000") + bytes.fromhex("0700001000000000") * 8000), exchange=35),
        message((42, bytes.fromhex("0301ffff") + bytes(65000)), exchange=37),
    ]
    for data in many:
        assert lines_run(partial(decode, data)) < 6 * len(data)
        check(data)


def test_a_tree_of_too_many_fields_says_what_it_leaves_out() -> None:
    attributes = bytes.fromhex("80010001") * 900
    data = message(*[(47, bytes(4) + attributes)] * 17, exchange=34)
    found, tree = check(data)
    assert found.defects == ()
    rest = tree.children[-1]
    assert (rest.name, [d.kind for d in rest.defects]) == ("not_shown", ["limit-nodes"])
    assert rest.offset + rest.length == len(data)
    shown = [node for node in tree.children if node.name == "payload"]
    assert len(shown) < 17
    last = max(node.offset + node.length for group in shown for node in nodes(group))
    assert last == rest.offset
    trees = dissect_payloads(data[28:], 47, 2, 1000)
    assert [d.kind for d in trees[-1].defects] == ["limit-nodes"]


def test_the_tree_of_a_message() -> None:
    tree = dissect(BUILT[0])
    assert (tree.name, tree.offset, tree.length) == ("message", 0, len(BUILT[0]))
    names = [node.name for node in tree.children]
    assert names[:8] == [
        "initiator_spi",
        "responder_spi",
        "next_payload",
        "version",
        "exchange_type",
        "flags",
        "message_id",
        "length",
    ]
    assert [node.meaning for node in tree.children if node.name == "payload"] == [
        "Security Association",
        "Key Exchange",
        "Nonce",
        "Notify",
    ]
    assert find(tree, "version").meaning == "2.0"
    assert find(tree, "exchange_type").meaning == "IKE_SA_INIT"
    assert find(tree, "transform").meaning == "ENCR_AES_CBC, 256 bits"
    assert find(tree, "key_exchange_method").meaning == "2048-bit MODP Group"
    assert find(tree, "notify_type").reference == "RFC7296"


def test_the_tree_of_an_ikev1_suite() -> None:
    tree = dissect(BUILT[1])
    told = find(tree, "transform").meaning
    assert told == "KEY_IKE, 256 bits, AES-CBC, SHA, alternate 1024-bit MODP group, pre-shared key, 86400 seconds"


def test_defects_stand_in_the_tree() -> None:
    data = bytearray(BUILT[0])
    data[29] = 0x80  # critical bit of the SA payload
    tree = dissect(bytes(data))
    (node,) = [node for node in nodes(tree) if node.defects]
    assert (node.name, node.offset) == ("critical_and_reserved", 29)


def test_trees_of_decrypted_payloads() -> None:
    (tree,) = dissect_payloads(chain((41, bytes.fromhex("0000001100 13".replace(" ", "")))), 41, 2, base=500)
    assert (tree.offset, tree.meaning) == (500, "Notify")
    assert find(tree, "key_exchange_method").meaning == "256-bit random ECP group"


def test_padding_behind_an_ikev1_chain_is_no_defect() -> None:
    plain = chain((8, bytes(20))) + bytes(8)
    assert decode_payloads(plain, 8, 1)[1] == ()
    assert [tree.name for tree in dissect_payloads(plain, 8, 1)] == ["payload", "padding"]
    assert len(decode_payloads(plain, 40, 2)[1]) > 0


def test_a_payload_of_the_other_version_has_its_name() -> None:
    data = message((34, bytes(20)), version=0x10, exchange=2, flags=0)
    assert find(dissect(data), "payload").meaning == "Key Exchange of IKEv2"
    assert find(dissect(message((1, bytes(20)))), "payload").meaning == "Security Association of IKEv1"
