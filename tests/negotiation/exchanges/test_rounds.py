"""The exchanges that make an IKE SA, by their kind."""

import pytest

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
    assert rounds.judged(first, GCM) == (GCM, True, True, False, False)
    assert rounds.judged(later, GCM) == (GCM, False, False, True, False)


def test_the_first_seen_need_not_be_the_first() -> None:
    late = exchange(35, 3)
    assert Rounds([exchange(34, 0), late]).judged(late, None) == (None, True, False, False, False)
    after_intermediate = exchange(35, 2)
    rounds = Rounds([exchange(34, 0), exchange(43, 1), after_intermediate])
    assert rounds.judged(after_intermediate, None).first


@pytest.mark.parametrize(
    ("before", "request_length", "after_eap"),
    [
        (65, 97, True),  # EAP-Success, then AUTH alone, under AES-GCM
        (67, 97, False),  # two bytes more: an EAP-TLS acknowledgement
        (65, 98, False),
        (200, 97, False),
        (None, 97, False),
    ],
)
def test_the_end_of_eap_by_lengths(before: int | None, request_length: int, after_eap: bool) -> None:
    answers = [] if before is None else [step(21, out=False, answer=True, length=before)]
    second = logged(35, 2, True, [step(20), *answers])
    third = logged(35, 3, True, [step(30, length=request_length)])
    rounds = Rounds([exchange(34, 0), exchange(35, 1), second, third])
    assert rounds.judged(third, GCM).after_eap == after_eap
    assert not rounds.judged(third, None).after_eap
