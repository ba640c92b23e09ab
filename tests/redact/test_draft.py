from analyzer.redact.checksums import Checksum, nothing
from analyzer.redact.draft import Draft, Part, Patches


def test_what_nobody_puts_is_zero() -> None:
    draft = Draft(b"abcdef", 1)
    draft.keep(1, 2)
    draft.put(4, b"X")
    assert draft.new == b"\0bc\0X\0"


def test_what_several_frames_carry_goes_back_into_each() -> None:
    one, other = Draft(b"..abc", 1), Draft(b"def..", 2)
    joined = Draft(b"abcdef", None, (Part(0, 3, one, 2), Part(3, 3, other, 0)))
    inner = Draft(b"cd", None, (Part(0, 2, joined, 2),))
    joined.put(0, b"ABCDEF")
    inner.put(0, b"xy")
    patches = Patches()
    inner.scatter(patches)
    joined.scatter(patches)
    assert joined.new == b"ABxyEF"
    assert [*patches.take(1)][-1] == (2, b"ABx")
    assert [*patches.take(2)][-1] == (0, b"yEF")
    assert not [*patches.take(3)]


def test_a_part_that_says_something_else_keeps_that_out() -> None:
    odd = Draft(b"aXcd", 1)
    joined = Draft(b"abcd", None, (Part(0, 4, odd, 0),))
    joined.put(0, b"ABCD")
    patches = Patches()
    joined.scatter(patches)
    assert [*patches.take(1)] == [(0, b"A"), (2, b"CD")]


def test_checksums_are_repaired_from_the_inside() -> None:
    draft = Draft(bytes.fromhex("ffff0000ffff0000"), 1)  # a right sum of zeros, around another
    draft.check(Checksum(0, 0, 8, nothing))
    draft.check(Checksum(4, 4, 8, nothing))
    draft.put(2, b"\0\1")
    draft.put(6, b"\0\1")
    draft.repair()
    assert draft.new[4:6] == b"\xff\xfe"
