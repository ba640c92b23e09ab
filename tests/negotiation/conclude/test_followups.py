"""Child SAs whose key exchange goes on in IKE_FOLLOWUP_KE (RFC 9370 section 2.2.4)."""

import pytest

from tests.negotiation.build import (
    CHILD_ANSWER,
    CREATE_CHILD_SA,
    NOTIFY,
    SPI_I,
    SPI_R,
    A,
    B,
    Talk,
    established,
    ke2,
    sealed,
)
from tests.negotiation.keyed import (
    authenticated,
    child_request,
    create,
    ike_request,
    inform,
    keys,
    locked,
    notify,
)

FOLLOWUP, LINK, STATE_NOT_FOUND = 44, 16441, 47
HYBRID = ((1, 20, 256), (4, 31), (5, 0), (6, 36))
TWICE = (*HYBRID, (7, 35))
IKE_HYBRID = ((1, 20, 256), (2, 5), (4, 31), (6, 36))
NEW_I, NEW_R = "c1c2c3c4c5c6c7c8", "d1d2d3d4d5d6d7d8"


def ask(talk: Talk, mid: int, suite: tuple = HYBRID, link: bytes = b"one", by_initiator: bool = True) -> None:
    """CREATE_CHILD_SA with PFS, answered with the link to what follows."""
    reply = [*child_request(b"\4\4\4\4", suite), ke2(31, "r"), notify(LINK, link)]
    request = [*child_request(b"\3\3\3\3", suite), ke2(31, "i")]
    create(talk, mid, request, reply, begun_by_initiator=by_initiator)


def follow(talk: Talk, mid: int, link: bytes, *reply: tuple[int, bytes], by_initiator: bool = True) -> None:
    """IKE_FOLLOWUP_KE; without `reply` it is not answered."""
    there, back = ((A, B), (B, A)) if by_initiator else ((B, A), (A, B))
    talk.say(locked(FOLLOWUP, ke2(36, "i"), notify(LINK, link), initiator=by_initiator, mid=mid), *there)
    if reply:
        talk.say(locked(FOLLOWUP, *reply, initiator=not by_initiator, response=True, mid=mid), *back)


def begun() -> Talk:
    talk = Talk(keys())
    authenticated(talk)
    return talk


def outcomes(talk: Talk) -> list[str]:
    return [c.outcome for c in talk.only(later=60).children]


@pytest.mark.parametrize("by_initiator", [True, False])
def test_answered(by_initiator: bool) -> None:
    talk = begun()
    mid = 2 if by_initiator else 0
    ask(talk, mid, by_initiator=by_initiator)
    follow(talk, mid + 1, b"one", ke2(36, "r"), by_initiator=by_initiator)
    child = talk.only().children[1]
    assert child.outcome == "established"
    assert child.suite is not None
    assert child.suite.additional_ke_ids == (36,)


@pytest.mark.parametrize("by_initiator", [True, False])
def test_refused(by_initiator: bool) -> None:
    talk = begun()
    mid = 2 if by_initiator else 0
    ask(talk, mid, by_initiator=by_initiator)
    follow(talk, mid + 1, b"one", notify(STATE_NOT_FOUND), by_initiator=by_initiator)
    inform(talk, mid + 2, from_initiator=by_initiator)
    n = talk.only(later=60)
    assert [c.outcome for c in n.children] == ["established", "failed"]
    by = "responder" if by_initiator else "initiator"
    assert (n.outcome, n.failed_at, n.failed_by, n.failure) == ("established", "IKE_FOLLOWUP_KE", by, "STATE_NOT_FOUND")
    assert n.children[1].response_frame == 8


@pytest.mark.parametrize("asked", [True, False])
def test_not_asked_or_not_answered_is_not_known(asked: bool) -> None:
    talk = begun()
    ask(talk, 2)
    if asked:
        follow(talk, 3, b"one")
    assert outcomes(talk) == ["established", "unknown"]


def ignored(talk: Talk, mid: int, *, by_initiator: bool, times: int = 4) -> Talk:
    """IKE_FOLLOWUP_KE that many times, then the other side asks for something else and is answered."""
    for _ in range(times):
        talk.now += 2
        follow(talk, mid, b"one", by_initiator=by_initiator)
    inform(talk, 0 if by_initiator else 2, from_initiator=not by_initiator)
    return talk


@pytest.mark.parametrize("by_initiator", [True, False])
def test_ignored(by_initiator: bool) -> None:
    """The peer lives and never answers: the child SA came to nothing, and CREATE_CHILD_SA was answered all the same."""
    talk = begun()
    mid = 2 if by_initiator else 0
    ask(talk, mid, by_initiator=by_initiator)
    n = ignored(talk, mid + 1, by_initiator=by_initiator).only(later=60)
    assert [c.outcome for c in n.children] == ["established", "failed"]
    assert (n.outcome, n.failed_at, n.failed_by) == ("established", "IKE_FOLLOWUP_KE", "none")
    assert n.children[1].response_frame == 6


def test_ignored_by_nobody_is_not_known() -> None:
    talk = begun()
    ask(talk, 2)
    ignored(talk, 3, by_initiator=True, times=2)  # it may have been answered where the capture has no answer
    assert outcomes(talk) == ["established", "unknown"]


@pytest.mark.parametrize("by_initiator", [True, False])
def test_without_keys_ignored_too(by_initiator: bool) -> None:
    talk = Talk()
    established(talk)
    mid, there, back = (2, A, B) if by_initiator else (0, B, A)
    talk.say(sealed(CREATE_CHILD_SA, 300, initiator=by_initiator, mid=mid), there, back)
    talk.say(sealed(CREATE_CHILD_SA, CHILD_ANSWER, initiator=not by_initiator, response=True, mid=mid), back, there)
    for _ in range(4):
        talk.say(sealed(FOLLOWUP, 1300, initiator=by_initiator, mid=mid + 1), there, back, after=2)
    other = 0 if by_initiator else 2
    talk.say(sealed(37, 57, initiator=not by_initiator, mid=other), back, there)
    talk.say(sealed(37, 57, initiator=by_initiator, response=True, mid=other), there, back)
    n = talk.only(later=60)
    assert [c.outcome for c in n.children] == ["established", "failed"]
    assert (n.failed_at, n.failed_by) == ("IKE_FOLLOWUP_KE", "none")


@pytest.mark.parametrize("reply", [notify(STATE_NOT_FOUND), None], ids=["refused", "ignored"])
def test_the_rekey_of_the_ike_sa_that_came_to_nothing(reply: tuple[int, bytes] | None) -> None:
    talk = begun()
    create(talk, 2, ike_request(NEW_I, IKE_HYBRID), [*ike_request(NEW_R, IKE_HYBRID), notify(LINK, b"one")])
    if reply is not None:
        follow(talk, 3, b"one", reply)
    else:
        ignored(talk, 3, by_initiator=True)
    n = talk.only(later=60)  # no IKE SA took its place
    by, failure = ("responder", "STATE_NOT_FOUND") if reply is not None else ("none", "no answer")
    assert (n.outcome, n.failed_at, n.failed_by, n.failure) == ("established", "IKE_FOLLOWUP_KE", by, failure)


@pytest.mark.parametrize("both", [True, False])
def test_two_of_them(both: bool) -> None:
    talk = begun()
    ask(talk, 2, TWICE)
    follow(talk, 3, b"one", ke2(36, "r"), notify(LINK, b"two"))
    if both:
        follow(talk, 4, b"two", ke2(35, "r"))
    assert outcomes(talk) == ["established", "established" if both else "unknown"]


def test_two_child_sas_at_once_are_told_apart_by_their_links() -> None:
    talk = begun()
    ask(talk, 2, link=b"one")
    ask(talk, 3, link=b"two")
    follow(talk, 4, b"one", notify(STATE_NOT_FOUND))
    follow(talk, 5, b"two", ke2(36, "r"))
    assert outcomes(talk) == ["established", "failed", "established"]


def test_one_that_was_rekeyed_had_come_up() -> None:
    talk = begun()
    ask(talk, 2)
    rekeys = notify(16393, protocol=3, spi=b"\3\3\3\3")
    create(talk, 9, [rekeys, *child_request(b"\5\5\5\5")], child_request(b"\6\6\6\6"))
    assert outcomes(talk) == ["established", "established", "established"]


def test_a_child_sa_without_additional_key_exchanges_waits_for_none() -> None:
    talk = begun()
    create(talk, 2, child_request(b"\3\3\3\3"), child_request(b"\4\4\4\4"))
    assert outcomes(talk) == ["established", "established"]


def test_without_links_each_sides_go_on_with_its_own() -> None:
    """Neither CREATE_CHILD_SA nor what follows has a link: they are told apart by who began them."""
    for refused in (True, False):
        talk = begun()
        for by_initiator, spi, mid in ((True, 3, 2), (False, 5, 0)):
            request = [*child_request(bytes([spi] * 4), HYBRID), ke2(31, "i")]
            reply = [*child_request(bytes([spi + 1] * 4), HYBRID), ke2(31, "r")]
            create(talk, mid, request, reply, begun_by_initiator=by_initiator)
        for by_initiator, mid in ((True, 3), (False, 1)):
            there, back = ((A, B), (B, A)) if by_initiator else ((B, A), (A, B))
            talk.say(locked(FOLLOWUP, ke2(36, "i"), initiator=by_initiator, mid=mid), *there)
            said = notify(STATE_NOT_FOUND) if by_initiator is refused else ke2(36, "r")
            talk.say(locked(FOLLOWUP, said, initiator=not by_initiator, response=True, mid=mid), *back)
        mine, theirs = outcomes(talk)[1:]
        assert (mine, theirs) == (("failed", "established") if refused else ("established", "failed"))


def test_a_followup_of_nothing_that_was_seen_belongs_to_no_child() -> None:
    talk = begun()
    talk.say(locked(FOLLOWUP, ke2(36, "i"), mid=2))
    talk.answer(locked(FOLLOWUP, notify(STATE_NOT_FOUND), initiator=False, response=True, mid=2))
    ask(talk, 3)
    follow(talk, 4, b"one", ke2(36, "r"))
    assert outcomes(talk) == ["established", "established"]


def test_one_more_than_was_due_that_is_refused_or_open() -> None:
    """What the answer chose is one; the second one has its link from the first one's answer."""
    for reply, outcome in (((ke2(36, "r"),), "established"), ((notify(STATE_NOT_FOUND),), "failed"), ((), "unknown")):
        talk = begun()
        ask(talk, 2)
        follow(talk, 3, b"one", ke2(36, "r"), notify(LINK, b"two"))
        follow(talk, 4, b"two", *reply)
        assert outcomes(talk) == ["established", outcome]


@pytest.mark.parametrize(("length", "outcome"), [(1100, "established"), (NOTIFY, "failed"), (None, "unknown")])
def test_without_keys_by_lengths(length: int | None, outcome: str) -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(CREATE_CHILD_SA, 300, mid=2))
    talk.answer(sealed(CREATE_CHILD_SA, CHILD_ANSWER, initiator=False, response=True, mid=2))
    talk.say(sealed(FOLLOWUP, 1300, mid=3))
    if length is not None:
        talk.answer(sealed(FOLLOWUP, length, initiator=False, response=True, mid=3))
    assert outcomes(talk) == ["established", outcome]


def test_the_rekey_of_the_ike_sa_makes_no_child() -> None:
    keyed = Talk(keys((SPI_I, SPI_R), (NEW_I, NEW_R)))
    authenticated(keyed)
    reply = [*ike_request(NEW_R, IKE_HYBRID), notify(LINK, b"one")]
    create(keyed, 2, ike_request(NEW_I, IKE_HYBRID), reply)
    follow(keyed, 3, b"one", ke2(36, "r"))
    keyed.say(locked(37, mid=0, spis=(NEW_I, NEW_R)))
    keyed.answer(locked(37, mid=0, spis=(NEW_I, NEW_R), initiator=False, response=True))
    first, second = keyed.negotiations(later=60)
    assert (len(first.children), second.rekeyed_from, second.outcome) == (1, 1, "established")

    talk = Talk()
    established(talk)
    talk.say(sealed(CREATE_CHILD_SA, 300, mid=2))
    talk.answer(sealed(CREATE_CHILD_SA, CHILD_ANSWER, initiator=False, response=True, mid=2))
    talk.say(sealed(FOLLOWUP, 1300, mid=3))
    talk.answer(sealed(FOLLOWUP, 1200, initiator=False, response=True, mid=3))
    talk.say(sealed(37, 57, mid=0, spis=(NEW_I, NEW_R)))
    talk.answer(sealed(37, 57, mid=0, spis=(NEW_I, NEW_R), initiator=False, response=True))
    first, second = talk.negotiations(later=60)
    assert (len(first.children), second.rekeyed_from) == (1, 1)


@pytest.mark.parametrize(
    ("reply", "outcomes"),
    [
        (notify(STATE_NOT_FOUND), []),
        (None, [("established", "possible")]),
        (ke2(36, "r"), [("established", "certain")]),
    ],
)
def test_an_ike_sa_of_which_nothing_follows(reply: tuple[int, bytes] | None, outcomes: list) -> None:
    talk = begun()
    create(talk, 2, ike_request(NEW_I, IKE_HYBRID), [*ike_request(NEW_R, IKE_HYBRID), notify(LINK, b"one")])
    follow(talk, 3, b"one", *([reply] if reply else []))
    first, *others = talk.negotiations(later=60)
    assert [(n.outcome, n.outcome_confidence) for n in others] == outcomes
    assert first.outcome == "established"
