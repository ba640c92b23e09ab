"""How IKE SAs ended."""

import pytest

from analyzer.negotiation.life.ends import (
    CHILD_DELETE,
    NOTIFY_ONLY,
    child_sized,
    deletes_read,
    holds_delete,
    ike_end,
    may_be_end,
)
from tests.assessment.build import main_mode
from tests.negotiation.life.lives import CHILD_DELETED, EMPTY, NOTIFY, Talk, ask, healthy, recorded


@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize("name", ["ikev2-psk-gcm", "ikev2-mobike", "ikev2-cookie", "ikev2-natt-data"])
def test_without_keys_the_same_delete_is_found(name: str, keyed: bool) -> None:
    read = ike_end(recorded(name, keyed=True).negotiations[-1])
    found = ike_end(recorded(name, keyed=keyed).negotiations[-1])
    assert read is not None
    assert found is not None
    assert found[:3] == read[:3]
    assert (read.basis, found.basis) == ("seen", "seen" if keyed else "inferred")


def test_ikev1_ends_in_a_burst() -> None:
    keyed, blind = (ike_end(recorded("ikev1-main-psk", keyed=keyed).negotiations[0]) for keyed in (True, False))
    assert keyed is not None
    assert blind is not None
    assert (blind.by_initiator, blind.frame_number, blind.basis) == (keyed.by_initiator, keyed.frame_number, "inferred")


def closed(length: int, *, by: str = "i", answer: int = EMPTY) -> Talk:
    talk = healthy()
    ask(talk, 2)
    ask(talk, 0 if by == "r" else 3, by=by, length=length, answer=answer)
    return talk


@pytest.mark.parametrize(("length", "ends"), [(NOTIFY, True), (EMPTY, False), (CHILD_DELETED, False)])
def test_the_size_tells(length: int, ends: bool) -> None:
    assert (ike_end(closed(length).n) is not None) is ends


def test_by_whom() -> None:
    end = ike_end(closed(NOTIFY, by="r", answer=0).n)
    assert end is not None
    assert end.by_initiator is False


def test_an_sa_that_goes_on_was_not_deleted() -> None:
    talk = closed(NOTIFY)
    ask(talk, 4)
    assert ike_end(talk.n) is None


def test_a_cipher_with_padding_leaves_it_open() -> None:
    talk = closed(80)
    talk.choose(2, encryption_id=12, key_bits=256, integrity_id=12, prf_id=5, ke_id=14)
    step = talk.n.exchanges[-1].steps[0]
    assert holds_delete(talk.n, step, NOTIFY_ONLY) is None
    assert holds_delete(talk.n, step._replace(length=400), NOTIFY_ONLY) is False
    assert ike_end(talk.n) is None
    assert may_be_end(talk.n) == step
    assert may_be_end(closed(NOTIFY).n) is None, "that one is known"
    ask(talk, 4, length=400)
    assert may_be_end(talk.n) is None


def test_sizes_of_deletes() -> None:
    talk = closed(CHILD_DELETED)
    step = talk.n.exchanges[-1].steps[0]
    assert holds_delete(talk.n, step, CHILD_DELETE) is True
    assert holds_delete(talk.n, step, NOTIFY_ONLY) is False
    talk.n.suite = None
    assert holds_delete(talk.n, step, CHILD_DELETE) is None


def burst(*after: float, by: str = "r") -> Talk:
    talk = main_mode(outcome="established")
    for number, wait in enumerate(after, 1):
        talk.say("INFORMATIONAL", by=by, begun_by=by, message_id=number, length=76, after=wait)
    return talk


def test_ikev1_one_message_alone_may_be_anything() -> None:
    assert ike_end(burst(5).n) is None
    assert ike_end(burst(5, 3).n) is None  # questions come with waits between them
    end = ike_end(burst(5, 0.01).n)
    assert end is not None
    assert end.by_initiator is False


def test_nothing_to_read() -> None:
    assert ike_end(Talk().n) is None
    assert deletes_read(healthy().n) == []


def test_the_size_says_it_of_a_whole_request_of_an_informational_only() -> None:
    rekey, answer, part = healthy(), healthy(), healthy()
    rekey.say("CREATE_CHILD_SA", message_id=2, length=NOTIFY)
    answer.say("INFORMATIONAL", by="r", message_id=2, length=NOTIFY)
    part.say("INFORMATIONAL", message_id=2, length=NOTIFY, fragment=(1, 2))
    clear = healthy()
    clear.say("INFORMATIONAL", message_id=2, length=NOTIFY, encrypted=False)
    assert [ike_end(talk.n) for talk in (rekey, answer, part, clear)] == [None] * 4


def test_a_burst_of_ikev1_lasts_no_longer_than_half_a_second() -> None:
    assert ike_end(burst(5, 0.5).n) is not None
    assert ike_end(burst(5, 0.501).n) is None


def test_messages_without_a_time_or_against_the_clock_are_no_burst() -> None:
    for change in ({"time_ns": None}, {"time_ns": 1}):
        for frame in (-1, -2):
            talk = burst(5, 0.01)
            number = list(talk.n.steps())[frame].frame_number
            talk.change(number, **change)
            seen = ike_end(talk.n)
            # a first message with an early time is long before the last one, a last one is before it
            assert seen is None, (change, frame)


def test_ikev1_messages_of_both_sides_are_no_burst_nor_what_something_follows() -> None:
    both = burst(5)
    both.say("INFORMATIONAL", by="i", begun_by="i", message_id=9, length=76, after=0.01)
    goes_on = burst(5, 0.01)
    goes_on.say("QUICK_MODE", message_id=10, length=188, after=1)
    three = burst(5, 0.3, 0.3)
    assert [ike_end(talk.n) for talk in (both, goes_on)] == [None, None]
    assert ike_end(three.n) is not None


def test_of_a_child_an_empty_question_is_no_delete_and_of_ikev1_nothing_is_known() -> None:
    for length, found in ((CHILD_DELETED, 1), (EMPTY, 0), (NOTIFY, 0)):
        assert len(child_sized(closed(length).n)) == found
    read = closed(CHILD_DELETED)
    read.change(read.n.exchanges[-1].steps[0].frame_number, inner_types=(42,))
    assert child_sized(read.n) == []
    no_suite = closed(CHILD_DELETED)
    no_suite.n.suite = None
    assert child_sized(no_suite.n) == []
    assert child_sized(burst(5).n) == []


def test_deletes_that_were_read_are_those_of_informationals_once_each() -> None:
    talk = healthy()
    for inner, again in (((42,), False), ((42,), True), ((41,), False), ((), False), (None, False)):
        talk.say(
            "INFORMATIONAL", message_id=2 if again else len(talk.n.exchanges), payloads=(46,), inner=inner, again=again
        )
    assert len(deletes_read(talk.n)) == 1


def test_copies_of_an_ikev1_burst_hide_no_end() -> None:
    talk = main_mode()
    for by in ("i", "i"):
        talk.say("INFORMATIONAL", by=by, message_id=len(talk.n.exchanges), encrypted=True, length=92, after=0.01)
        copy = talk.say("INFORMATIONAL", by=by, message_id=len(talk.n.exchanges) - 1, length=92, again=True, after=0)
        talk.change(copy.frame_number, duplicate=True)
    end = ike_end(talk.n)
    assert end is not None
    assert end.by_initiator is True
