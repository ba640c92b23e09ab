from random import Random

import pytest

from analyzer.isakmp import Memory
from analyzer.isakmp.cursor import Cursor
from analyzer.isakmp.payloads.transform import read_transforms
from tests.isakmp.wire import (
    AES_256,
    SUITE_1,
    SUITE_2,
    find,
    kinds,
    long,
    proposal,
    short,
    transform1,
    transform2,
    tree_of,
)


def test_without_a_declared_count_none_is_compared() -> None:
    cursor = Cursor(AES_256 + transform2(2, 5, more=False), 0, [], 2)
    transforms, budget = read_transforms(cursor, 3, None, 10)
    assert [(t.transform_type, t.transform_id, t.key_bits) for t in transforms] == [(1, 12, 256), (2, 5, None)]
    assert (budget, cursor.defects) == (8, [])


def test_the_budget_is_kept() -> None:
    cursor = Cursor(AES_256 * 20, 0, [], 2)
    transforms, budget = read_transforms(cursor, 3, 20, 5)
    assert (len(transforms), budget) == (5, 0)


def test_reserved_bytes() -> None:
    cursor = Cursor(transform1(1)[:6] + b"\x00\x01", 0, [], 1)
    read_transforms(cursor, 1, 1, 10)
    assert kinds(cursor.defects) == ["wire-reserved-bits"]


def test_equal_transforms_are_one_object() -> None:
    cursor = Cursor(AES_256 + AES_256, 0, [], 2, Memory())
    (one, other), _ = read_transforms(cursor, 1, 2, 10)
    assert one is other


def test_a_long_transform_is_not_remembered() -> None:
    long_one = transform2(1, 12, attributes=short(14, 256) * 20)
    cursor = Cursor(long_one + long_one, 0, [], 2, Memory())
    (one, other), _ = read_transforms(cursor, 1, 2, 10)
    assert one == other
    assert one is not other


def test_the_protocol_decides_what_an_attribute_means() -> None:
    data = transform1(1, attributes=short(6, 128) + short(14, 256))
    ike, esp = (read_transforms(Cursor(data, 0, [], 1), protocol, 1, 10)[0][0].key_bits for protocol in (1, 3))
    assert (ike, esp) == (256, 128)


def test_shorter_than_its_fields() -> None:
    cursor = Cursor(bytes.fromhex("0000000701000c"), 0, [], 2)
    assert read_transforms(cursor, 1, 1, 10)[0] == ()
    assert kinds(cursor.defects)[0] == "wire-payload-length"


def test_the_tree_names_algorithms_by_type_and_protocol() -> None:
    mlkem = proposal(1, [transform2(6, 36, more=False)])
    assert find(tree_of(33, mlkem), "transform").meaning == "ADDKE1 ml-kem-768"
    unknown = proposal(1, [transform2(200, 36, more=False)])
    assert find(tree_of(33, unknown), "transform").meaning == "36"
    ah = bytes.fromhex("0000000100000001") + proposal(
        1, [transform1(1, identifier=5, attributes=short(5, 5))], protocol=2, spi=bytes(4)
    )
    assert find(tree_of(1, ah, version=1), "transform").meaning == "AH_SHA2-256, HMAC-SHA2-256"


def read(data: bytes, version: int, declared: int | None, budget: int, memory: Memory) -> tuple[object, ...]:
    """All that reading transforms says and does, between bytes that are not theirs."""
    cursor = Cursor(b"\x03" + data + b"\x00", 40, [], version, memory)
    cursor.position, cursor.stop = 1, 1 + len(data)
    found = read_transforms(cursor, 1, declared, budget)
    return found, cursor.defects, cursor.start, cursor.position, cursor.stop


ONES = [transform1(n, more=True, attributes=SUITE_1 + long(12, bytes(n))) for n in (1, 2, 3)]
ONES += [transform1(n, attributes=short(1, n) * n) for n in (0, 4, 15)]  # the longest one is too long to be remembered
TWOS = [*SUITE_2, transform2(3, 2), transform2(3, 2, more=False), transform2(3, 3, attributes=short(14, 0x300))]


@pytest.mark.parametrize(("version", "pool"), [(1, ONES), (2, TWOS)])
def test_what_is_made_of_known_transforms_is_what_reading_each_of_them_finds(version: int, pool: list[bytes]) -> None:
    random, memory, known = Random(version), Memory(), 0
    for _ in range(4000):
        pieces = [b"\3" + piece[1:] for piece in random.choices(pool, k=random.randrange(1, 6))]
        pieces[-1] = random.choice([b"\0", b"\0", b"\3"]) + pieces[-1][1:]
        data = bytearray(b"".join(pieces))
        for _ in range(random.choice([0, 0, 1, 2])):
            at = random.randrange(len(data))
            data[at : at + random.randrange(3)] = random.choice([b"", b"\0", b"\3", b"\x08", random.randbytes(1)])
        arguments = version, random.choice([None, 0, 1, 2, 3, 4, 5]), random.choice([1, 3, 9])
        found = read(bytes(data), *arguments, memory)
        assert found == read(bytes(data), *arguments, Memory(0))
        known += not found[1]
    assert known > 200


def test_a_mark_that_stands_inside_a_transform_begins_none() -> None:
    """The header of another one inside of a value, and behind the last: it is read by lengths."""
    inside = transform2(9, 9, attributes=long(77, AES_256 + b"ab"))
    pieces, memory = [inside, *SUITE_2], Memory()
    data = b"".join(pieces)
    for _ in range(3):
        found, defects, *_ = read(data, 2, 5, 9, memory)
        assert (found, defects) == read(data, 2, 5, 9, Memory(0))[:2]
        assert defects == []


def test_known_transforms_are_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    memory, data = Memory(), b"".join(SUITE_2)
    first = read(data, 2, 4, 9, memory)
    monkeypatch.delattr(Cursor, "fields")
    assert read(data, 2, 4, 9, memory) == first
