"""New IKE SAs made inside old ones: read with keys; without, joined by order, size, hosts and message IDs."""

import pytest

from tests.negotiation.build import (
    A_4500,
    B_4500,
    CREATE_CHILD_SA,
    EMPTY,
    GCM,
    INFORMATIONAL,
    NOTIFY,
    SPI_I,
    SPI_R,
    A,
    B,
    C,
    Talk,
    established,
    init_done,
    main_mode,
    sealed,
)
from tests.negotiation.keyed import authenticated, child_request, create, delete, ike_request, inform, keys

NEW = "e1" * 8, "f1" * 8
THIRD = "e2" * 8, "f2" * 8


def rekey(talk: Talk, mid: int = 2, *, answer: int = 250, begun_by_initiator: bool = True) -> None:
    """CREATE_CHILD_SA of the size of an IKE rekey."""
    there, back = ((A, B), (B, A)) if begun_by_initiator else ((B, A), (A, B))
    talk.say(sealed(CREATE_CHILD_SA, 250, mid=mid, initiator=begun_by_initiator), *there)
    talk.say(sealed(CREATE_CHILD_SA, answer, mid=mid, initiator=not begun_by_initiator, response=True), *back)


def use(
    talk: Talk, spis: tuple[str, str] = NEW, mid: int = 0, *, from_initiator: bool = True, back: bool = False
) -> None:
    """First message of the new SA. `back`: its initiator is the old SA's responder."""
    source, target = (A, B) if from_initiator != back else (B, A)
    talk.say(sealed(INFORMATIONAL, EMPTY, mid=mid, initiator=from_initiator, spis=spis), source, target)


def test_without_keys_the_new_sa_is_joined_and_marked() -> None:
    talk = Talk()
    established(talk)
    rekey(talk)
    use(talk)
    old, new = talk.negotiations()
    assert new.rekeyed_from == old.number
    assert (new.outcome, new.outcome_confidence, new.starts_late) == ("established", "likely", False)
    assert [c.created_by for c in old.children] == ["IKE_AUTH"], "the exchange made an IKE SA, no child"


def test_a_rekey_by_the_responder_turns_the_roles() -> None:
    talk = Talk()
    established(talk)
    rekey(talk, 0, begun_by_initiator=False)
    use(talk, back=True)
    old, new = talk.negotiations()
    assert new.rekeyed_from == old.number
    assert (new.initiator_ip, new.responder_ip) == (B[0], A[0])


def test_the_new_sas_responder_may_speak_first() -> None:
    talk = Talk()
    established(talk)
    rekey(talk)
    talk.answer(sealed(INFORMATIONAL, EMPTY, mid=0, initiator=False, spis=NEW))
    old, new = talk.negotiations()
    assert (new.rekeyed_from, new.initiator_ip, new.outcome) == (old.number, A[0], "established")


def test_chains() -> None:
    talk = Talk()
    established(talk)
    rekey(talk)
    use(talk)
    talk.say(sealed(CREATE_CHILD_SA, 250, mid=1, spis=NEW))
    talk.answer(sealed(CREATE_CHILD_SA, 250, mid=1, spis=NEW, initiator=False, response=True))
    use(talk, THIRD)
    assert [n.rekeyed_from for n in talk.negotiations()] == [None, 1, 2]


def test_an_exchange_makes_one_sa_only() -> None:
    talk = Talk()
    established(talk)
    rekey(talk)
    use(talk)
    use(talk, THIRD)
    assert [(n.rekeyed_from, n.starts_late) for n in talk.negotiations()] == [(None, False), (1, False), (None, True)]


@pytest.mark.parametrize("case", ["no exchange", "refused", "unanswered", "other side", "other host", "late", "not up"])
def test_what_is_no_rekey(case: str) -> None:
    talk = Talk()
    if case == "not up":
        init_done(talk)
    else:
        established(talk)
    if case == "refused":
        rekey(talk, answer=NOTIFY)
    elif case == "unanswered":
        talk.say(sealed(CREATE_CHILD_SA, 250, mid=2))
    elif case not in ("no exchange", "not up"):
        rekey(talk)
    if case == "other side":
        use(talk, back=True)
    elif case == "other host":
        talk.say(sealed(INFORMATIONAL, EMPTY, mid=0, spis=NEW), C, B)
    else:
        use(talk, mid=400 if case == "late" else 0)
    new = talk.negotiations()[-1]
    assert new.rekeyed_from is None
    assert new.starts_late
    assert new.outcome == "incomplete"


def test_ikev1_has_no_such_thing() -> None:
    talk = Talk()
    main_mode(talk)
    talk.say(sealed(INFORMATIONAL, EMPTY, mid=0, spis=NEW))
    assert [n.rekeyed_from for n in talk.negotiations()] == [None, None]


def test_ports_and_addresses_may_have_moved() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(CREATE_CHILD_SA, 250, mid=2), A_4500, B_4500)
    talk.say(sealed(CREATE_CHILD_SA, 250, mid=2, initiator=False, response=True), B_4500, A_4500)
    talk.say(sealed(INFORMATIONAL, EMPTY, mid=0, spis=NEW), A_4500, B_4500)
    assert talk.negotiations()[1].rekeyed_from == 1


# -- with keys


def test_with_keys_messages_of_the_new_sa_may_come_before_the_answer_that_makes_it() -> None:
    talk = Talk(keys((SPI_I, SPI_R)))
    authenticated(talk)
    use(talk)
    create(talk, 2, ike_request(NEW[0], GCM), ike_request(NEW[1], GCM))
    old, new = talk.negotiations()
    assert (new.initiator_spi, new.responder_spi, new.rekeyed_from, new.starts_late) == (*NEW, old.number, False)
    assert (new.outcome, new.outcome_confidence) == ("established", "certain")
    assert new.suite is not None


def test_with_keys_the_new_sa_is_read() -> None:
    talk = Talk(keys((SPI_I, SPI_R), NEW))
    authenticated(talk)
    create(talk, 2, ike_request(NEW[0], GCM), ike_request(NEW[1], GCM))
    create(talk, 0, child_request(b"\7\7\7\7"), child_request(b"\x08" * 4), spis=NEW)
    inform(talk, 3, delete(1))
    old, new = talk.negotiations()
    assert (new.initiator_spi, new.responder_spi, new.rekeyed_from) == (*NEW, 1)
    assert new.suite is not None
    assert (new.suite.encryption_id, new.suite.ke_id) == (20, 19)
    assert (new.outcome, new.outcome_confidence) == ("established", "certain")
    assert [c.initiator_spi_in for c in new.children] == ["07070707"]
    assert (len(old.children), old.deleted_by_initiator) == (1, True)
    assert old.deleted_at is not None


def test_with_keys_the_responder_may_rekey() -> None:
    talk = Talk(keys((SPI_I, SPI_R), NEW))
    authenticated(talk)
    create(talk, 0, ike_request(NEW[0], GCM), ike_request(NEW[1], GCM), begun_by_initiator=False)
    new = talk.negotiations()[1]
    assert (new.initiator_ip, new.responder_ip) == (B[0], A[0])


def test_an_adopted_sa_without_messages_has_a_verdict() -> None:
    talk = Talk(keys())
    authenticated(talk)
    create(talk, 2, ike_request(NEW[0], GCM), ike_request(NEW[1], GCM))
    new = talk.negotiations()[1]
    assert new.exchanges == []
    assert (new.outcome, new.outcome_confidence) == ("established", "certain")


@pytest.mark.parametrize("spis", [("e1" * 4, "f1" * 8), ("e1" * 8, "f1" * 4)])
def test_spis_of_a_wrong_size_make_no_sa(spis: tuple[str, str]) -> None:
    talk = Talk(keys())
    authenticated(talk)
    create(talk, 2, ike_request(spis[0], GCM), ike_request(spis[1], GCM))
    assert len(talk.negotiations()) == 1


def test_a_refused_ike_rekey_makes_no_child_and_no_sa() -> None:
    from tests.negotiation.keyed import notify

    talk = Talk(keys())
    authenticated(talk)
    create(talk, 2, ike_request(NEW[0], GCM), [notify(14)])
    n = talk.only()
    assert len(n.children) == 1
