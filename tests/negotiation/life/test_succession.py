"""One IKE SA after another."""

import pytest

from analyzer.negotiation.life import Life, life_of
from analyzer.negotiation.seen import SeenIdentity
from tests.negotiation.life.lives import NOTIFY, Talk, ask, healthy, life, recorded

CONTACT = (16384, b"", True)


def sa(
    number: int, at: float, until: float | None = None, *, contact: bool = False, name: str = "", **fields: object
) -> Talk:
    """An IKE SA that is up at `at` (seconds), deleted at `until`."""
    talk = healthy(number=number, frame=number * 100, at=at, **fields)
    if contact:
        talk.say("IKE_AUTH", message_id=1, notifies=(CONTACT,), after=0)
        talk.n.decrypted = True
    if name:
        talk.n.identities.append(SeenIdentity(number * 100 + 2, True, 2, name))
    if until is not None:
        talk.now = at
        ask(talk, 2, length=NOTIFY, after=until - at)
        if talk.n.decrypted:
            talk.n.deleted_at, talk.n.deleted_by_initiator = talk.n.exchanges[-1].steps[0].time_ns, True
    return talk


def follows(found: Life) -> list[tuple[int, int | None, str, str]]:
    """Which SA is followed by which, and how."""
    return [
        (e.negotiation, e.other, e.event, e.confidence)
        for e in found.events
        if e.event in ("reauthenticated", "superseded")
    ]


def test_make_before_break() -> None:
    found = life(sa(1, 0, 101), sa(2, 100))
    assert follows(found) == [(1, 2, "reauthenticated", "likely")]
    assert found.successors == {1: 2}


def test_break_before_make_is_possible_only() -> None:
    assert follows(life(sa(1, 0, 99), sa(2, 100))) == [(1, 2, "reauthenticated", "possible")]


@pytest.mark.parametrize(
    ("until", "others"),
    [
        (None, (sa(2, 100),)),
        (101, (sa(2, 0.1),)),
        (101, (sa(2, 100), sa(3, 100.5))),
        (101, (sa(2, 50), sa(3, 100))),
        (101, (sa(2, 100, rekeyed_from=9),)),
        (101, (sa(2, 100, initiator="192.0.2.99"),)),
    ],
    ids=["not deleted", "made at once", "several after", "several before", "made inside another", "other hosts"],
)
def test_nothing_is_concluded(until: float | None, others: tuple[Talk, ...]) -> None:
    assert follows(life(sa(1, 0, until), *others)) == []


def test_two_that_are_closed_together_do_not_replace_each_other() -> None:
    assert follows(life(sa(1, 0, 150), sa(2, 100, 150.2))) == []


def test_identities_tell_tunnels_apart() -> None:
    mine, theirs = sa(1, 0, 101, name="a.example"), sa(2, 50, name="b.example")
    assert follows(life(mine, theirs, sa(3, 100, name="a.example"))) == [(1, 3, "reauthenticated", "likely")]
    assert follows(life(sa(1, 0, 101, name="a.example"), sa(2, 100, name="b.example"))) == []


def test_initial_contact_leaves_the_older_sa_behind() -> None:
    assert follows(life(sa(1, 0), sa(2, 100, contact=True))) == [(1, 2, "superseded", "likely")]
    assert follows(life(sa(1, 0), sa(2, 100))) == []
    assert follows(life(sa(1, 0, 101), sa(2, 100, contact=True))) == [(1, 2, "reauthenticated", "likely")]


def test_initial_contact_is_about_the_same_peers() -> None:
    assert follows(life(sa(1, 0, name="a.example"), sa(2, 100, contact=True, name="b.example"))) == []


def test_an_sa_whose_peer_fell_silent_is_left_behind() -> None:
    old = sa(1, 0)
    old.say("INFORMATIONAL", message_id=2, length=57, after=20)
    for _ in range(3):
        old.say("INFORMATIONAL", message_id=2, length=57, again=True, after=2)
    found = life(old, sa(2, 100))
    assert follows(found) == [(1, 2, "superseded", "likely")]
    assert found.liveness[1].missed == 1


@pytest.mark.parametrize("name", ["ikev2-many-sas", "ikev2-simultaneous", "ikev2-cookie", "ikev2-loss-retransmit"])
@pytest.mark.parametrize("keyed", [False, True])
def test_recorded_sas_that_do_not_replace_each_other(name: str, keyed: bool) -> None:
    assert follows(life_of(recorded(name, keyed=keyed))) == []


def test_without_times_nothing_follows_anything() -> None:
    both = sa(1, 0, 101), sa(2, 100)
    for talk in both:
        talk.rewrite(lambda s: s._replace(time_ns=None))
    assert follows(life(*both)) == []


def test_cost_is_bounded_where_many_are_up() -> None:
    assert follows(life(*(sa(i, i) for i in range(1, 60)))) == []


def test_a_second_between_their_ends_is_long_enough() -> None:
    assert follows(life(sa(1, 0, 150), sa(2, 100, 151))) == [(1, 2, "reauthenticated", "likely")]


def test_only_an_sa_of_its_own_that_is_up_meanwhile_makes_it_doubtful() -> None:
    """One that begins long after the change, and one that was made inside another, are no third tunnel."""
    for third in (sa(3, 300), sa(3, 100.5, rekeyed_from=9)):
        assert (1, 2, "reauthenticated", "likely") in follows(life(sa(1, 0, 101), sa(2, 100), third))


def test_an_sa_of_which_one_time_is_missing_follows_nothing() -> None:
    for exchange in ("IKE_SA_INIT", "IKE_AUTH"):
        new = sa(2, 100)
        frames = {s.frame_number for e in new.n.of_type(exchange) for s in e.steps}
        new.rewrite(lambda s, frames=frames: s._replace(time_ns=None) if s.frame_number in frames else s)
        assert follows(life(sa(1, 0, 101), new)) == []
