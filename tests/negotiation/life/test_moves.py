"""Paths and moves."""

import pytest

from analyzer.negotiation.life.moves import Path, endpoint, floats, moves, path_text, paths
from analyzer.negotiation.seen import SeenNotify
from tests.assessment.build import main_mode
from tests.negotiation.life.lives import Talk, ask, healthy, on_paths, recorded
from tests.negotiation.logged import logged, write

OLD: Path = ("192.0.2.10", 4500, "192.0.2.20", 4500)
NEW: Path = ("192.0.2.11", 4500, "192.0.2.20", 4500)
MAPPED: Path = ("192.0.2.10", 1024, "192.0.2.20", 4500)


def moved(*answered: bool) -> Talk:
    """An SA that is up on OLD; then an INFORMATIONAL on NEW for each flag, answered or not."""
    talk = healthy()
    talk.n.moves = [(1, "192.0.2.10", 500, "192.0.2.20", 500), (3, *OLD)]
    talk.n.moves.append((talk.frame, *NEW))
    for number, answer in enumerate(answered, 2):
        ask(talk, number, answer=57 if answer else 0)
    return talk


@pytest.mark.parametrize("keyed", [False, True])
def test_mobike_moves_once_although_it_tried_two_paths(keyed: bool) -> None:
    (n,) = recorded("ikev2-mobike", keyed=keyed).negotiations
    (move,) = moves(n)
    assert (move.frame_number, move.announced) == (19, keyed)
    assert endpoint(move.before, initiator=True) == "192.0.2.10:4500"
    assert path_text(move.after) == "[2001:db8:1::10]:4500 - [2001:db8:1::20]:4500"
    assert [p[1] for p in paths(n)] == [500, 4500, 4500, 4500]


@pytest.mark.parametrize("name", ["ikev2-psk-gcm", "ikev2-natt-data", "ikev1-natt-data", "ikev2-many-sas"])
def test_the_step_to_port_4500_is_no_move(name: str) -> None:
    for n in recorded(name).negotiations:
        assert len(n.addresses) > 1 or n.outcome != "established"
        assert moves(n) == []


def test_a_beginning_that_stands_behind_the_rest_is_no_move_to_port_500() -> None:
    talk = healthy()
    begun, *rest = talk.n.exchanges
    late = [step._replace(frame_number=50 + place) for place, step in enumerate(begun.steps)]
    write(talk.n, [*rest, logged(begun.exchange_type, begun.message_id, begun.begun_by_initiator, late)])
    talk.n.moves = [(1, *OLD), (50, "192.0.2.10", 500, "192.0.2.20", 500)]
    assert moves(talk.n) == []


def test_a_port_that_changes_is_a_move_of_one_end() -> None:
    talk = moved(True)
    talk.n.addresses[-1] = (talk.n.addresses[-1][0], *MAPPED)
    (move,) = moves(talk.n)
    assert (move.by_initiator, move.announced) == (True, False)


def test_a_request_that_nobody_answered_moved_nothing() -> None:
    assert moves(moved(False).n) == []
    assert len(moves(moved(False, True).n)) == 1


def test_of_ikev1_a_message_in_clear_moves_nothing() -> None:
    """A Delete that another host wrote has the cookies of the SA, and nothing that proves whose it is."""

    def deleted(*, encrypted: bool) -> Talk:
        talk = main_mode(outcome="established")
        talk.n.moves = [(1, "192.0.2.10", 500, "192.0.2.20", 500), (talk.frame, "192.0.2.66", 500, "192.0.2.20", 500)]
        talk.say("INFORMATIONAL", message_id=7, encrypted=encrypted, payloads=(12,))
        return talk

    assert len(moves(deleted(encrypted=True).n)) == 1
    assert moves(deleted(encrypted=False).n) == []


def test_there_and_back_again_are_two_moves() -> None:
    talk = moved(True)
    talk.n.moves.append((talk.frame, *OLD))
    ask(talk, 9)
    assert [(m.before, m.after) for m in moves(talk.n)] == [(OLD, NEW), (NEW, OLD)]


def test_a_capture_on_both_sides_of_a_nat_shows_no_move() -> None:
    """Each message is there twice: requests first inside, answers first outside."""
    talk = healthy()
    inside: Path = ("192.168.1.10", 4500, "192.0.2.20", 4500)
    talk.n.moves = [(1, *inside)]
    for number in range(2, 5):
        places = (inside, MAPPED, MAPPED, inside)
        talk.n.moves += [(talk.frame + i, *place) for i, place in enumerate(places)]
        for by, copy in (("i", False), ("i", True), ("r", False), ("r", True)):
            talk.say("INFORMATIONAL", by=by, message_id=number, duplicate=copy, after=0.001)
    assert moves(talk.n) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (("a", 500, "b", 500), ("a", 4500, "b", 4500), True),
        (("a", 1024, "b", 500), ("a", 7000, "b", 4500), True),  # a NAT maps each port apart
        (("a", 500, "b", 500), ("c", 4500, "b", 4500), False),
        (("a", 4500, "b", 4500), ("a", 500, "b", 500), False),
        (("a", 1024, "b", 4500), ("a", 1025, "b", 4500), False),
    ],
)
def test_floating(before: Path, after: Path, expected: bool) -> None:
    assert floats(before, after) is expected


def test_no_addresses() -> None:
    talk = Talk()
    on_paths(talk.n)
    assert (moves(talk.n), paths(talk.n)) == ([], [])


def test_only_an_authenticated_update_sa_addresses_announces_a_move() -> None:
    for notify, announced in (
        (SeenNotify(16400, 0, b"", True), True),
        (SeenNotify(16400, 0, b"", False), False),
        (SeenNotify(16388, 0, b"", True), False),  # NAT_DETECTION_SOURCE_IP
    ):
        talk = moved(True)
        (move,) = moves(talk.change(talk.n.exchanges[-1].first_frame, notifies=(notify,)).n)
        assert move.announced is announced
