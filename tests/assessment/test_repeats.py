from itertools import pairwise

from analyzer.assessment.policies import load
from analyzer.assessment.repeats import Around
from analyzer.assessment.scene import Scene
from tests.assessment.build import SECOND, Talk, healthy, story


def row(count: int, gap: float, *, delete: bool = False) -> list[Talk]:
    """SAs of one pair; each is deleted a second after the next one is up, if at all."""
    talks = [healthy(k + 1, 10 * k + 1, at=k * gap) for k in range(count)]
    for old, new in pairwise(talks) if delete else ():
        old.now = new.now + 1
        old.say("INFORMATIONAL", message_id=2, length=65)
    return talks


def test_those_around_one() -> None:
    talks = row(30, 5)
    repeats = Scene(story(*talks), load("ietf")).repeats
    assert repeats.of_pair(talks[15].n, 60) == Around(25, 120 * SECOND, 0)
    assert repeats.of_pair(talks[0].n, 60) == Around(13, 60 * SECOND, 0)
    assert repeats.of_pair(talks[0].n, 60).gap_ns == 5 * SECOND
    assert repeats.in_its_place(talks[0].n, 60) is None  # nothing shows that one replaces another


def test_those_that_take_each_others_place() -> None:
    talks = row(12, 40, delete=True)
    repeats = Scene(story(*talks), load("ietf")).repeats
    assert repeats.in_its_place(talks[5].n, 100) == Around(5, 160 * SECOND, 5)
    assert [n.number for n in repeats.chain(talks[5].n, 100, 3)] == [4, 5, 6]
    assert repeats.of_pair(talks[0].n, 10_000) == Around(12, 440 * SECOND, 11)


def test_one_alone_failed_or_made_inside_another() -> None:
    alone, failed = healthy(1), Talk(number=2, frame=10, at=5, outcome="failed").ike_sa_init()
    rekeyed = healthy(3, 20, at=9, rekeyed_from=1)
    repeats = Scene(story(alone, failed, rekeyed), load("ietf")).repeats
    assert [repeats.of_pair(talk.n, 60) for talk in (alone, failed, rekeyed)] == [None, None, None]
