from analyzer.report.compare.model import Aspect, absent, seen, unknown


def test_three_answers() -> None:
    here, there = seen("A", [4, None, 2]), seen("B")
    assert here.frames == (2, 4)
    assert Aspect("T", "n", here, there).differs
    assert Aspect("T", "n", here, absent()).differs
    assert not Aspect("T", "n", absent("none"), absent("not announced")).differs
    assert not Aspect("T", "n", here, unknown("inside encryption")).differs


def test_what_is_compared_may_be_another_thing_than_what_is_shown() -> None:
    assert not Aspect("T", "n", seen("3 packets", key="some"), seen("9 packets", key="some")).differs
    assert Aspect("T", "n", seen("some", key=1), seen("some", key=2)).differs


def test_what_cannot_be_known_is_never_absent() -> None:
    assert unknown("cut").or_absent("none of it") == unknown("cut")
    assert absent().or_absent("none of it") == absent("none of it")
