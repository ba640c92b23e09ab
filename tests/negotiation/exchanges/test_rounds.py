"""The exchanges that make an IKE SA, by their kind."""

from analyzer.negotiation.exchanges.rounds import Rounds
from analyzer.negotiation.model import Exchange
from tests.negotiation.exchanges.steps import GCM, step
from tests.negotiation.logged import logged


def exchange(kind: int, message_id: int, *notifies: int) -> Exchange:
    return logged(kind, message_id, True, [step(10 * message_id + 1, notifies=notifies)])


def test_each_kind_in_order() -> None:
    given = [exchange(kind, number) for number, kind in enumerate((34, 38, 43, 43, 35, 37, 36, 35))]
    rounds = Rounds(given)
    assert [e.message_id for e in rounds.init] == [0, 1]
    assert [e.message_id for e in rounds.intermediate] == [2, 3]
    assert [e.message_id for e in rounds.auth] == [4, 7]


def test_what_a_round_is_judged_by() -> None:
    first, later = exchange(35, 1), exchange(35, 2, 16405)
    rounds = Rounds([exchange(34, 0), first, later])
    assert rounds.judged(first, GCM) == (GCM, True, True, False)
    assert rounds.judged(later, GCM) == (GCM, False, False, True)


def test_the_first_seen_need_not_be_the_first() -> None:
    late = exchange(35, 3)
    assert Rounds([exchange(34, 0), late]).judged(late, None) == (None, True, False, False)
    after_intermediate = exchange(35, 2)
    rounds = Rounds([exchange(34, 0), exchange(43, 1), after_intermediate])
    assert rounds.judged(after_intermediate, None).first
