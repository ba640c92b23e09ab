from functools import partial
from itertools import pairwise

from analyzer.assessment.displaced import Displaced, displaced
from analyzer.negotiation.life import Lives
from analyzer.negotiation.story import Story
from tests.assessment.build import Talk, healthy, story
from tests.work import lines_run

DELETE, EMPTY = 65, 57


def taking_turns(*hosts: str, length: int = DELETE, by: str = "r") -> list[Talk]:
    """Each client's SA is deleted while the next client's IKE_AUTH is being answered."""
    talks = [healthy(k + 1, 10 * k + 1, at=10 * k, initiator=host) for k, host in enumerate(hosts)]
    for old, new in pairwise(talks):
        asked = new.n.exchanges[-1].steps[0].time_ns
        old.frame, old.now = new.frame - 1, asked / 1e9
        old.say("INFORMATIONAL", by=by, begun_by=by, after=0.05, length=length)
        old.say("INFORMATIONAL", by="i" if by == "r" else "r", begun_by=by, after=0.001, length=EMPTY)
    return talks


def found(talks: list[Talk]) -> Displaced:
    tale = story(*talks)
    return displaced(tale, Lives(tale).life)


def pairs(talks: list[Talk]) -> dict[int, int]:
    return {old: new.number for old, new in found(talks).after.items()}


def test_deleted_while_another_client_is_let_in() -> None:
    talks = taking_turns("192.0.2.1", "192.0.2.2", "192.0.2.1")
    assert pairs(talks) == {1: 2, 2: 3}
    assert {new: old.number for new, old in found(talks).before.items()} == {
        2: 1,
        3: 2,
    }


def test_the_same_client_again_is_reauthentication() -> None:
    assert pairs(taking_turns("192.0.2.1", "192.0.2.1")) == {}


def test_the_client_itself_went() -> None:
    assert pairs(taking_turns("192.0.2.1", "192.0.2.2", by="i")) == {}


def test_a_question_is_no_delete() -> None:
    assert pairs(taking_turns("192.0.2.1", "192.0.2.2", length=EMPTY)) == {}


def test_deleted_at_another_time() -> None:
    talks = taking_turns("192.0.2.1", "192.0.2.2")
    for step in talks[0].n.exchanges[-1].steps:
        talks[0].change(step.frame_number, time_ns=step.time_ns + 5 * 10**9)
    assert pairs(talks) == {}


def test_a_flood_of_deletes_at_one_moment_costs_each_client_the_same() -> None:
    def crowd(size: int) -> Story:
        talks = [healthy(k + 1, 10 * k + 1, at=k / 1000, initiator=f"198.51.{k >> 8}.{k & 255}") for k in range(size)]
        for talk in talks:
            talk.say("INFORMATIONAL", by="r", begun_by="r", after=0.01, length=DELETE)
            talk.say("INFORMATIONAL", by="i", begun_by="r", after=0.001, length=EMPTY)
        return story(*talks)

    def work(size: int) -> float:
        tale = crowd(size)
        return lines_run(partial(displaced, tale, Lives(tale).life)) / size

    assert work(400) < 1.5 * work(100)
