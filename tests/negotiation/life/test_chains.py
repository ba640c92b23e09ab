"""Child SAs that replace each other."""

from typing import Any

import pytest

from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Message
from analyzer.negotiation.follow.fragments import Inside
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.follow.opening import Opener
from analyzer.negotiation.life import life_of
from analyzer.negotiation.life.chains import Pool, crossings
from analyzer.negotiation.life.model import ChildKey
from tests.assessment.build import main_mode
from tests.negotiation.life.lives import CHILD_DELETED, EMPTY, Talk, ask, healthy, life, recorded

LIKELY, CERTAIN = "likely", "certain"


@pytest.mark.parametrize("keyed", [False, True])
def test_recorded_without_keys_the_chain_is_that_which_keys_show(keyed: bool) -> None:
    """Three rekeyings of the child, two of the IKE SA, by both sides."""
    found = life_of(recorded("ikev2-rekey", keyed=keyed))
    assert found.replaces == {(1, 2): (1, 1), (2, 1): (1, 2), (3, 1): (2, 1)}
    assert found.heirs == {1: 2, 2: 3}
    rekeyed = [e for e in found.events if e.event == "child-rekeyed"]
    assert {e.confidence for e in rekeyed} == {CERTAIN if keyed else LIKELY}
    assert [(e.by_initiator, e.other, e.detail) for e in rekeyed] == [
        (True, None, "child 1"),
        (False, 1, "child 2"),
        (False, 2, "child 1"),
    ]
    assert [(e.negotiation, e.by_initiator, e.other) for e in found.events if e.event == "rekeyed"] == [
        (1, True, 2),
        (2, False, 3),
    ]


def test_recorded_ikev1_by_the_traffic_selectors() -> None:
    assert life_of(recorded("ikev1-rekey", keyed=True)).replaces == {(1, 2): (1, 1), (1, 3): (1, 2)}
    assert life_of(recorded("ikev1-rekey")).replaces == {}


@pytest.mark.parametrize("keyed", [False, True])
def test_a_second_child_is_no_rekeying(keyed: bool) -> None:
    found = life_of(recorded("ikev2-psk-cbc-port500-two-children", keyed=keyed))
    assert found.replaces == {}
    assert not [e for e in found.events if e.event in ("child-rekeyed", "rekey-collision")]


def create(talk: Talk, message_id: int, *, by: str = "i", **answer: float) -> None:
    """CREATE_CHILD_SA without keys, and the child that is inferred from it."""
    frame = talk.frame
    other = "r" if by == "i" else "i"
    talk.say("CREATE_CHILD_SA", by=by, begun_by=by, message_id=message_id, length=189, after=10)
    talk.say("CREATE_CHILD_SA", by=other, begun_by=by, message_id=message_id, length=177, **answer)
    talk.child(created_by="CREATE_CHILD_SA", frame_number=frame, basis="inferred")


def rekeyed(*, length: int = CHILD_DELETED, wait: float = 0.01, by: str = "i", children: int = 1) -> Talk:
    talk = healthy()
    for _ in range(children):
        talk.child(basis="inferred")
    create(talk, 2)
    ask(talk, 3 if by == "i" else 0, by=by, length=length, after=wait)
    return talk


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {(1, 2): (1, 1)}),
        ({"length": EMPTY}, {}),  # a question whether the peer is alive
        ({"wait": 5}, {}),  # the Delete of section 2.8 comes at once
        ({"by": "r"}, {}),  # who rekeys deletes
        ({"children": 2}, {}),  # which of the two, cannot be known
    ],
)
def test_without_keys_a_delete_has_to_follow(changes: dict[str, Any], found: dict[ChildKey, ChildKey]) -> None:
    assert life(rekeyed(**changes)).replaces == found


@pytest.mark.parametrize(
    ("request_types", "found"),
    [
        (None, {(1, 2): (1, 1)}),  # keys open the answer only: the request may hold REKEY_SA
        ((33, 40, 44, 45), {}),  # it was read, and holds none
    ],
)
def test_where_only_the_request_was_not_read(
    request_types: tuple[int, ...] | None, found: dict[ChildKey, ChildKey]
) -> None:
    talk = healthy().child(basis="seen")
    frame = talk.frame
    talk.say("CREATE_CHILD_SA", message_id=2, length=189, inner=request_types, after=10)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, length=177, inner=(33, 40, 44, 45))
    talk.child(created_by="CREATE_CHILD_SA", frame_number=frame, basis="seen")
    ask(talk, 3, length=CHILD_DELETED, after=0.01)
    assert life(talk).replaces == found


@pytest.mark.parametrize("name", ["ikev2-rekey", "ikev2-nat-rebinding"])
def test_a_rekeying_whose_request_keys_do_not_open(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The older child is that which the Delete names that follows at once."""
    whole = life_of(recorded(name, keyed=True)).replaces
    opened = Opener.open

    def all_but_requests(self: Opener, live: Live, datagram: Datagram, message: Message, by: bool) -> Inside | None:
        asks = message.exchange_type == 36 and not message.flags & 0x20
        return None if asks else opened(self, live, datagram, message, by)

    monkeypatch.setattr(Opener, "open", all_but_requests)
    found = life_of(recorded(name, keyed=True)).replaces
    assert whole != {}
    assert {key: older for key, older in found.items() if whole.get(key) != older} == {}
    assert found != {}


def test_the_delete_that_follows_is_the_end_of_the_older_child() -> None:
    talk = rekeyed()
    end = life(talk).child_ends[1, 1]
    assert (end.basis, end.by_initiator, end.frame_number) == (
        "inferred",
        True,
        talk.n.exchanges[-1].steps[0].frame_number,
    )


def test_rekeyings_that_cross_replace_the_same_child() -> None:
    talk = healthy().child(basis="inferred")
    for by, number in (("i", 2), ("r", 0)):
        talk.child(created_by="CREATE_CHILD_SA", frame_number=talk.frame, basis="inferred")
        talk.say("CREATE_CHILD_SA", by=by, begun_by=by, message_id=number, length=189)
    for by, number in (("r", 2), ("i", 0)):
        talk.say("CREATE_CHILD_SA", by=by, begun_by="i" if by == "r" else "r", message_id=number, length=177)
    ask(talk, 3, length=CHILD_DELETED, after=0.01)
    ask(talk, 1, by="r", length=CHILD_DELETED, after=0.01)
    assert len(crossings(talk.n)) == 1
    found = life(talk)
    assert found.replaces == {(1, 2): (1, 1), (1, 3): (1, 1)}
    (collision,) = [e for e in found.events if e.event == "rekey-collision"]
    assert (collision.confidence, collision.by_initiator) == (LIKELY, None)


def test_one_after_the_other_is_no_crossing() -> None:
    talk = healthy().child(basis="inferred")
    create(talk, 2)
    create(talk, 0, by="r")
    assert crossings(talk.n) == []
    assert crossings(main_mode().n) == []


def test_two_rekeyings_of_one_side_do_not_cross() -> None:
    """Its window lets it send the second before the first is answered."""
    talk = healthy()
    for number in (2, 3):
        talk.say("CREATE_CHILD_SA", message_id=number)
    for number in (2, 3):
        talk.say("CREATE_CHILD_SA", by="r", message_id=number)
    assert crossings(talk.n) == []


def test_a_rekeying_whose_request_is_not_in_the_capture_crosses_nothing() -> None:
    talk = healthy()
    talk.say("CREATE_CHILD_SA", by="i", begun_by="r", message_id=0)
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", by="i", begun_by="r", message_id=0, again=True)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2)
    assert crossings(talk.n) == []
    late = healthy()
    late.say("CREATE_CHILD_SA", by="i", begun_by="r", message_id=0)
    asked = late.say("CREATE_CHILD_SA", message_id=2)
    late.change(asked.frame_number, frame_number=1)
    assert crossings(late.n) == []


def named(spi: str | None) -> tuple[Pool, Talk]:
    """A child whose REKEY_SA was read, in an IKE SA made in another that has the older child."""
    talk = healthy(decrypted=True)
    talk.child(initiator_spi_in="0a0a0a0a", responder_spi_in="0b0b0b0b")
    heir = healthy(number=2, frame=50, at=20, rekeyed_from=1, decrypted=True)
    heir.child(created_by="CREATE_CHILD_SA", frame_number=heir.frame, rekeyed_spi=spi)
    heir.say("CREATE_CHILD_SA", message_id=2)
    pool = Pool()
    pool.add(talk.n)
    pool.add(heir.n)
    return pool, heir


@pytest.mark.parametrize(("spi", "found"), [("0a0a0a0a", (1, 1)), ("0b0b0b0b", (1, 1)), ("0c0c0c0c", None)])
def test_rekey_sa_names_a_child_of_an_earlier_ike_sa(spi: str, found: tuple[int, int] | None) -> None:
    pool, heir = named(spi)
    got = pool.replaced(heir.n, {}, {})
    assert [r.older for r in got] == ([found] if found else [])
    assert {r.confidence for r in got} <= {CERTAIN}


def half_read(*, spis: bool = True, deleted: int | None = 1, inner: tuple[int, ...] | None = None) -> Talk:
    """Answers are decrypted, and (inner) the rekeying's request. deleted: the child whose Delete the last one is."""
    talk = healthy(decrypted=True)
    talk.child(initiator_spi_in="0a0a0a0a" if spis else None, responder_spi_in="0b0b0b0b" if spis else None)
    frame = talk.frame
    talk.say("CREATE_CHILD_SA", message_id=2, length=189, after=10, payloads=(46,), inner=inner)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, length=177, payloads=(46,), inner=(33, 40))
    spi = "0c0c0c0c" if inner else None
    talk.child(
        created_by="CREATE_CHILD_SA", frame_number=frame, basis="seen", rekeyed_spi=spi, responder_spi_in="0d0d0d0d"
    )
    talk.say("INFORMATIONAL", message_id=3, length=CHILD_DELETED, payloads=(46,), after=0.01)
    answer = talk.say("INFORMATIONAL", by="r", message_id=3, payloads=(46,), inner=(42,))
    if deleted is not None:
        talk.n.children[deleted - 1].deleted_at = answer.time_ns
    return talk


def test_a_request_that_is_not_decrypted_says_nothing_whatever_its_answer_does() -> None:
    found = life(half_read())
    assert found.replaces == {(1, 2): (1, 1)}
    assert found.child_ends[1, 1].basis == "seen"
    assert [e.confidence for e in found.events if e.event == "child-rekeyed"] == [LIKELY]
    not_named = life(half_read(deleted=None))
    assert not_named.replaces == {(1, 2): (1, 1)}
    assert not_named.child_ends[1, 1].basis == "inferred"


def test_a_request_in_fragments_that_was_read_is_not_closed() -> None:
    """Of fragments the last one has what is inside: a second child SA, no rekeying."""
    for inner, found in (((33, 40, 44, 45), {}), (None, {(1, 2): (1, 1)})):
        talk = healthy(decrypted=True).child()
        frame = talk.frame
        for number in (1, 2):
            last = inner if number == 2 else None
            part = {"message_id": 2, "payloads": (53,), "fragment": (number, 2), "encrypted": True}
            talk.say("CREATE_CHILD_SA", length=400, after=5, inner=last, **part)
        talk.say("CREATE_CHILD_SA", by="r", message_id=2, length=177, payloads=(46,), inner=(33, 40))
        talk.child(created_by="CREATE_CHILD_SA", frame_number=frame)
        ask(talk, 3, length=CHILD_DELETED, after=0.01)
        assert life(talk).replaces == found


def test_a_delete_that_is_read_to_be_about_the_new_child_shows_no_rekeying() -> None:
    assert life(half_read(deleted=2)).replaces == {}


def test_rekey_sa_of_a_child_that_was_not_read() -> None:
    """Its SPI is none that is known: of those whose SPIs are, none is meant."""
    assert life(half_read(inner=(41, 33), spis=False, deleted=None)).replaces == {(1, 2): (1, 1)}
    assert life(half_read(inner=(41, 33), spis=True, deleted=None)).replaces == {}


def test_an_informational_that_was_read_and_deletes_nothing() -> None:
    for inner, found in (((42,), {(1, 2): (1, 1)}), ((), {}), ((41,), {})):
        talk = rekeyed()
        talk.change(talk.n.exchanges[-1].steps[0].frame_number, inner_types=inner)
        assert life(talk).replaces == found


def test_a_circle_of_rekeyings_ends() -> None:
    one, other = healthy(rekeyed_from=2), healthy(number=2, frame=50, at=9, rekeyed_from=1)
    for talk in (one, other):
        create(talk, 2)
        ask(talk, 3, length=CHILD_DELETED, after=0.01)
    assert life(one, other).events


def test_quick_modes_of_the_same_selectors_follow_each_other_while_the_older_is_up() -> None:
    def replaces(deleted_at: float | None) -> dict[ChildKey, ChildKey]:
        talk = main_mode(outcome="established")
        for number in (1, 2):
            talk.now = 100.0 * number
            frame = talk.frame
            for by in "iri":
                talk.say("QUICK_MODE", by=by, message_id=number, after=0)
            talk.child(
                created_by="QUICK_MODE", protocol="ESP", frame_number=frame, response_frame=frame + 1,
                initiator_ts=["10.1.0.0/24"], responder_ts=["10.2.0.0/24"],
            )  # fmt: skip
        talk.n.children[0].deleted_at = None if deleted_at is None else round(deleted_at * 10**9)
        return life(talk).replaces

    assert replaces(None) == replaces(200) == replaces(201) == {(1, 2): (1, 1)}
    assert replaces(199) == {}


def test_a_child_sa_that_failed_or_came_with_the_ike_sa_replaces_nothing() -> None:
    for change in ({"outcome": "failed"}, {"created_by": "IKE_AUTH"}):
        talk = rekeyed()
        for name, value in change.items():
            setattr(talk.n.children[-1], name, value)
        assert life(talk).replaces == {}
