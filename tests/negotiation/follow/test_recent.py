from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from analyzer.negotiation.follow import recent as recent_module
from analyzer.negotiation.follow.recent import EVERY, GivenPace, Pace, Recent
from tests.negotiation.build import steady
from tests.work import lines_run


@steady
@given(st.lists(st.one_of(st.none(), st.integers(0, 30)), max_size=200), st.integers(1, 5))
def test_what_was_written_lately_is_known_and_no_more(written: list[int | None], ages: int) -> None:
    """None: memories age."""
    recent: Recent[int, int] = Recent(ages)
    last: dict[int, int] = {}
    age = 0
    for key in written:
        if key is None:
            recent.age()
            age += 1
        else:
            recent[key] = age
            last[key] = age
        assert {key: recent.get(key) for key in range(31)} == {
            key: last[key] if key in last and age - last[key] < ages else None for key in range(31)
        }


def test_forgetting_costs_no_more_the_more_is_remembered() -> None:
    def lines(count: int) -> int:
        recent: Recent[int, int] = Recent(4)

        def write() -> None:
            for age in range(8):
                recent.age()
                recent.put((key, key) for key in range(age * count, (age + 1) * count))

        return lines_run(write)

    assert lines(4000) < 10.5 * lines(400)


def test_what_is_written_again_is_new_again() -> None:
    recent: Recent[str, int] = Recent(2)
    for value, key in enumerate("ab"):
        recent[key] = value
    recent.age()
    recent["a"] = 9
    recent.age()
    assert (recent.get("a"), recent.get("b")) == (9, None)


class Noting:
    """A memory that says when it ages."""

    def __init__(self, age: Callable[[], None]) -> None:
        self.age = age


def aged_at(frames: list[int], given: list[int] | None = None) -> list[tuple[int, int]]:
    """Before which message, by place and frame, memories age."""
    found: list[int] = []
    memories = [Noting(lambda: found.append(0))]
    pace = Pace(memories) if given is None else GivenPace(memories, given)
    aged = []
    for place, frame in enumerate(frames):
        before = len(found)
        pace.step(frame)
        aged += [(place, frame)] * (len(found) - before)
    return aged


def test_memories_age_at_a_pace() -> None:
    assert aged_at(list(range(1, 2 * EVERY + 2))) == [(EVERY, EVERY + 1), (2 * EVERY, 2 * EVERY + 1)]


def test_messages_of_one_frame_stay_together() -> None:
    frames = [*range(1, EVERY), *[EVERY] * 3, EVERY + 1]
    assert aged_at(frames) == [(EVERY + 2, EVERY + 1)]


@steady
@given(st.data())
def test_a_pace_is_the_same_by_ranges_and_of_some_of_the_messages(data: st.DataObject) -> None:
    frames = data.draw(st.lists(st.integers(1, 100), min_size=1, max_size=60, unique=True).map(sorted))
    before = recent_module.EVERY
    recent_module.EVERY = 7  # type: ignore[misc]
    try:
        expected = aged_at(frames)
        found: list[int] = []
        pace = Pace([Noting(lambda: found.append(frames[place]))])
        place = 0
        while place < len(frames):
            if data.draw(st.booleans()):
                pace.step(frames[place])
                place += 1
                continue
            stop = data.draw(st.integers(place + 1, len(frames)))
            end, left = pace.reach(frames, place, stop), pace.left
            for alone in range(place, end):
                if data.draw(st.booleans()):
                    pace.step(frames[alone])
            pace.passed(frames, place, end, left)
            place = end
        assert found == [frame for _, frame in expected]
    finally:
        recent_module.EVERY = before  # type: ignore[misc]
    some = [frame for frame in frames if data.draw(st.booleans())]
    aged = [frame for _, frame in expected]
    for place, frame in aged_at(some, aged):
        assert place == 0 or some[place - 1] < max(a for a in aged if a <= frame)
        assert frame >= min(aged)
    assert len(aged_at(some, aged)) == sum(frame <= max(some, default=0) for frame in aged)
    given = GivenPace([], aged)
    for start in range(len(some)):
        end = given.reach(some, start, len(some))
        assert end > start
        assert not any(some[start] < frame <= some[end - 1] for frame in aged)
