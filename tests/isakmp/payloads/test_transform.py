from analyzer.isakmp import Memory
from analyzer.isakmp.cursor import Cursor
from analyzer.isakmp.payloads.transform import read_transforms
from tests.isakmp.wire import AES_256, find, kinds, proposal, short, transform1, transform2, tree_of


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
