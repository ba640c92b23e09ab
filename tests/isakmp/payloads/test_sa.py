import struct
from random import Random

import pytest

from analyzer.defects import Defect
from analyzer.dissect import dissect
from analyzer.isakmp import Memory, decode
from analyzer.isakmp.cursor import Cursor
from analyzer.isakmp.payloads import sa
from analyzer.isakmp.payloads.ikev1.gdoi_gap import GroupAssociatedPolicy
from analyzer.isakmp.payloads.sa import ITEM_LIMIT, SIZE, SecurityAssociation
from tests.isakmp.wire import (
    SA_1,
    SA_2,
    SUITE_1,
    SUITE_2,
    body_of,
    find,
    kinds,
    long,
    message,
    proposal,
    short,
    transform1,
    transform2,
)


def sa2(*proposals: bytes) -> tuple[SecurityAssociation, list[str]]:
    body, defects = body_of(33, b"".join(proposals))
    assert isinstance(body, SecurityAssociation)
    return body, kinds(defects)


def test_ikev2() -> None:
    esp = proposal(1, [transform2(1, 20, more=False)], protocol=3, spi=bytes.fromhex("aabbccdd"), more=True)
    body, defects = sa2(esp, proposal(2, SUITE_2))
    assert defects == []
    assert (body.doi, body.situation) == (None, None)
    first, second = body.proposals
    assert (first.number, first.protocol_id, first.spi, first.declared_transforms) == (
        1,
        3,
        bytes.fromhex("aabbccdd"),
        1,
    )
    assert (first.offset, first.length) == (4, len(esp))
    assert (second.offset, len(second.transforms)) == (4 + len(esp), 4)
    assert [(t.transform_type, t.transform_id, t.key_bits) for t in second.transforms] == [
        (1, 12, 256),
        (2, 5, None),
        (3, 12, None),
        (4, 14, None),
    ]


def test_ikev1() -> None:
    body, defects = body_of(1, SA_1, version=1)
    assert defects == []
    assert isinstance(body, SecurityAssociation)
    assert (body.doi, body.situation) == (1, 1)
    ((transform,),) = (p.transforms for p in body.proposals)
    assert (transform.number, transform.transform_type, transform.transform_id, transform.key_bits) == (1, None, 1, 256)
    assert [transform.attribute(n) for n in (1, 2, 3, 4, 11, 12, 99)] == [7, 2, 1, 2, 1, 86400, None]


def test_ikev1_phase_2_has_its_own_key_length_attribute() -> None:
    attributes = bytes.fromhex("80060100") + bytes.fromhex("800e0001")
    body, _ = body_of(
        1,
        SA_1[:8] + proposal(1, [transform1(1, identifier=12, attributes=attributes)], protocol=3, spi=bytes(4)),
        version=1,
    )
    assert isinstance(body, SecurityAssociation)
    assert body.proposals[0].transforms[0].key_bits == 256


def test_counts_that_disagree() -> None:
    body, defects = sa2(proposal(1, SUITE_2, count=7))
    assert len(body.proposals[0].transforms) == 4
    assert body.proposals[0].declared_transforms == 7
    assert not body.whole
    assert defects == ["wire-transform-count"]


def test_an_offer_that_is_cut_is_not_whole() -> None:
    both = proposal(1, SUITE_2, more=True) + proposal(2, SUITE_2)
    assert sa2(both)[0].whole
    first = len(proposal(1, SUITE_2))
    for size in (len(both) - 1, first + 9, first + 8, first + 4, first, first - 1, 8, 3):
        assert not sa2(both[:size])[0].whole


def test_an_offer_whose_last_attributes_are_cut_is_not_whole() -> None:
    """Each transform can be told apart, and of the last one the key length is missing."""
    whole = SA_1[:8] + proposal(1, [transform1(1, identifier=12, attributes=bytes.fromhex("800500028006 0100"))])
    for missing, expected in ((0, True), (4, False), (1, False)):
        body, _ = body_of(1, whole[: len(whole) - missing], version=1)
        assert isinstance(body, SecurityAssociation)
        assert (len(body.proposals[0].transforms), body.whole) == (1, expected)


def test_stray_bytes_behind_transforms_and_proposals() -> None:
    inner = proposal(1, SUITE_2)
    padded = inner[:2] + struct.pack(">H", len(inner) + 3) + inner[4:] + b"abc"
    assert sa2(padded)[1] == ["wire-stray-bytes"]
    body, defects = sa2(inner, b"xyz")
    assert len(body.proposals[0].transforms) == 4
    assert defects == ["wire-stray-bytes"]


@pytest.mark.parametrize(
    ("protocol", "size", "good"),
    [(1, 0, True), (1, 8, True), (1, 4, False), (3, 4, True), (3, 0, False), (2, 8, False), (200, 9, True)],
)
def test_spi_sizes(protocol: int, size: int, good: bool) -> None:
    body, defects = sa2(proposal(1, [transform2(1, 12, more=False)], protocol=protocol, spi=bytes(size)))
    assert body.proposals[0].spi == bytes(size)
    assert defects == ([] if good else ["wire-spi-size"])


def test_proposal_numbers() -> None:
    many = [proposal(n, [transform2(1, 12, more=False)], more=n != 9) for n in (1, 2, 4, 9)]
    assert sa2(*many)[1] == ["wire-proposal-number"] * 2
    assert sa2(proposal(3, SUITE_2))[1] == []  # what a responder chose


def test_a_missing_proposal_and_transform() -> None:
    body, defects = sa2(proposal(1, SUITE_2, more=True))
    assert len(body.proposals) == 1
    assert defects == ["wire-chain-broken"]
    body, defects = sa2(proposal(1, [transform2(1, 12)]))
    assert len(body.proposals[0].transforms) == 1
    assert defects == ["wire-chain-broken"]


@pytest.mark.parametrize("length", [0, 7])
def test_lengths_below_the_header(length: int) -> None:
    data = bytearray(SA_2)
    data[2:4] = struct.pack(">H", length)
    body, defects = sa2(bytes(data))
    assert [p.number for p in body.proposals] == [1]
    assert "wire-payload-length" in defects


def test_overlong_proposal_and_transform_keep_what_is_there() -> None:
    data = bytearray(SA_2)
    data[2:4] = b"\xff\xff"
    body, defects = sa2(bytes(data))
    assert len(body.proposals[0].transforms) == 4
    assert defects == ["wire-payload-overlong"]
    data = bytearray(SA_2)
    data[-6:-4] = b"\x01\x00"  # of the last transform
    body, defects = sa2(bytes(data))
    assert [t.transform_id for t in body.proposals[0].transforms] == [12, 5, 12, 14]
    assert defects == ["wire-payload-overlong"]


def test_reserved_bytes_and_odd_chain_values() -> None:
    data = bytearray(SA_2)
    data[0], data[1] = 7, 1
    assert sa2(bytes(data))[1][:2] == ["wire-chain-value", "wire-reserved-bits"]


def test_ikev1_too_short_for_its_situation() -> None:
    body, defects = body_of(1, bytes(5), version=1)
    assert body == SecurityAssociation(0, None, (), whole=False)
    assert kinds(defects) == ["wire-payload-short"]


def test_labelled_domains() -> None:
    labels = (
        bytes.fromhex("00000009")
        + (bytes.fromhex("00020000") + b"AB\0\0" + bytes.fromhex("00080000") + b"\xf0\0\0\0") * 2
    )
    data = bytes.fromhex("0000000100000007") + labels + SA_1[8:]
    body, defects = body_of(1, data, version=1)
    assert isinstance(body, SecurityAssociation)
    assert (body.situation, len(body.proposals), defects) == (7, 1, [])


def test_gdoi() -> None:
    gap = bytes.fromhex("00000008") + bytes.fromhex("8001000a")
    body, defects = body_of(1, bytes.fromhex("0000000200000000") + bytes.fromhex("00160000") + gap, version=1)
    assert isinstance(body, SecurityAssociation)
    assert (body.doi, body.proposals, defects) == (2, (), [])
    (policy,) = body.policies
    assert isinstance(policy, GroupAssociatedPolicy)


def test_limit() -> None:
    body, defects = sa2(proposal(1, [transform2(1, 12)] * 3000, count=8))
    assert len(body.proposals[0].transforms) <= ITEM_LIMIT
    assert defects == ["limit-items"]


def test_the_tree_explains_attributes() -> None:
    tree = dissect(message((1, SA_1), version=0x10, exchange=2, flags=0))
    life = next(n for n in find(tree, "transform").children if n.meaning == "Life Duration")
    assert (life.value, life.children[-1].meaning) == ("12", "86400 seconds")
    assert long(12, b"")[:2] == b"\x00\x0c"


def test_phase_1_under_gdois_doi_has_proposals() -> None:
    body, defects = body_of(1, under_doi(2), version=1)
    assert isinstance(body, SecurityAssociation)
    assert (body.doi, body.policies, body.whole, defects) == (2, (), True, [])
    assert [t.key_bits for p in body.proposals for t in p.transforms] == [256]


def test_several_proposals_under_gdois_doi() -> None:
    first, second = proposal(1, [transform1(1)], more=True), proposal(2, [transform1(1)])
    body, defects = body_of(1, under_doi(2)[:8] + first + second, version=1)
    assert isinstance(body, SecurityAssociation)
    assert ([p.number for p in body.proposals], defects) == ([1, 2], [])


def test_gdoi_without_policies() -> None:
    """No proposal is so short, and no policy has number 2."""
    for rest in (bytes(4), struct.pack(">HH", 0, SIZE - 1)):
        body, _ = body_of(1, struct.pack(">II", 2, 0) + rest, version=1)
        assert isinstance(body, SecurityAssociation)
        assert (body.doi, body.proposals, body.policies) == (2, (), ())


def test_proposals_under_a_doi_that_nobody_knows() -> None:
    body, defects = body_of(1, under_doi(99), version=1)
    assert isinstance(body, SecurityAssociation)
    assert (body.doi, len(body.proposals), defects) == (99, 1, [])


def under_doi(doi: int) -> bytes:
    return struct.pack(">I", doi) + SA_1[4:]


def read_whole(version: int, data: bytes) -> tuple[SecurityAssociation, list[Defect], int]:
    """An SA payload's body, what is wrong with it, and how far it was read."""
    cursor = Cursor(data, 0, [], version)
    body = sa.decode(cursor)
    at = cursor.position
    cursor.finish("payload")
    return body, cursor.defects, at


CHOICES = [
    proposal(1, SUITE_2, more=True) + proposal(2, SUITE_2[1:], protocol=3, spi=b"abcd"),
    proposal(0, SUITE_2, more=True) + proposal(5, SUITE_2),
    proposal(9, [transform2(1, 20, attributes=short(14, 256)), transform2(4, 31, more=False)]),
]
SITUATION = SA_1[:8]


@pytest.mark.parametrize("version", [1, 2])
def test_what_is_not_decoded_at_once_is_what_decoding_it_finds(version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random, later = Random(version), 0
    suites = [short(1, 7) + short(14, n) + short(11, 1) + short(12, n * 60) for n in (128, 192, 256)]
    for _ in range(3000):
        if version == 2:
            data = bytearray(random.choice([SA_2, *CHOICES]))
        else:
            chosen = random.choices([*suites, SUITE_1, b""], k=random.randrange(1, 4))
            transforms = [transform1(n, more=n < len(chosen) - 1, attributes=a) for n, a in enumerate(chosen)]
            data = bytearray(SITUATION + proposal(1, transforms, protocol=random.choice([1, 3])))
        for _ in range(random.choice([0, 1, 1, 2])):
            at = random.randrange(len(data))
            data[at : at + random.choice([0, 1, 1, 2])] = random.choice(
                [b"", b"\0", b"\3", b"\2", b"\x08", b"\x80\x01"]
            )
        body, defects, at = read_whole(version, bytes(data))
        with monkeypatch.context() as patch:
            patch.setattr(sa, "_are_regular", lambda _: False)
            expected = read_whole(version, bytes(data))
        is_later = isinstance(body.proposals, sa.Undecoded)
        later += is_later
        assert not (is_later and (defects or not body.proposals))
        assert (body, defects, at) == expected
        assert hash(body) == hash(expected[0])
        assert repr(body) == repr(expected[0])
    assert later > 300


def test_proposals_are_decoded_when_somebody_asks_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    right = sa._proposals
    monkeypatch.setattr(sa, "_proposals", lambda cursor: (asked.append(1), right(cursor))[1])
    memory = Memory()
    first, again = (decode(message((33, SA_2)), 0, memory).first(33) for _ in range(2))
    assert isinstance(first, SecurityAssociation)
    assert not asked
    assert [len(p.transforms) for p in first.proposals] == [4]
    assert first.proposals[0] is first.proposals[-1]
    assert again is first
    assert asked == [1]


def test_bytes_behind_the_proposals_are_decoded_at_once() -> None:
    body, defects = sa2(SA_2 + b"\0")
    assert isinstance(body.proposals, tuple)
    assert defects == ["wire-stray-bytes"]


def test_more_items_than_are_read_are_not_left_for_later() -> None:
    many = [proposal(n % 256, [transform2(1, 12, more=False)], more=n < ITEM_LIMIT) for n in range(ITEM_LIMIT + 1)]
    body, _ = sa2(*many)
    assert isinstance(body.proposals, tuple)
    assert len(body.proposals) <= ITEM_LIMIT
