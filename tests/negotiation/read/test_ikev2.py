"""What one IKEv2 message adds to its SA."""

import pytest

from tests.negotiation.build import (
    CBC,
    CREATE_CHILD_SA,
    EMPTY,
    GCM,
    IKE_AUTH,
    INFORMATIONAL,
    INIT,
    INTERMEDIATE,
    SPI_I,
    SPI_R,
    A,
    B,
    Talk,
    established,
    init_answer,
    init_done,
    init_notify,
    init_request,
    main_1,
    notify2,
    sa2,
    sealed,
    v2,
    vendor2,
)
from tests.negotiation.keyed import auth, authenticated, child_offer, delete, identity, inform, keys, locked, notify


def test_offered_and_chosen_are_kept_apart() -> None:
    talk = Talk()
    talk.say(init_request(CBC, GCM))
    talk.answer(init_answer(GCM))
    n = talk.only()
    assert [(o.frame_number, o.from_initiator, o.chosen, len(o.sa.proposals)) for o in n.offers] == [
        (1, True, False, 2),
        (2, False, True, 1),
    ]
    assert n.suite is not None
    assert (n.suite.encryption_id, n.chosen_frame) == (20, 2)
    assert len(list(n.offered())) == len(CBC) + len(GCM)


def test_the_first_choice_stands() -> None:
    """A second answer under the same SPIs, forged or of a broken peer, does not change what was chosen."""
    talk = Talk()
    init_done(talk, CBC)
    talk.answer(init_answer(GCM))
    n = talk.only()
    assert n.suite is not None
    assert (n.suite.encryption_id, n.chosen_frame) == (12, 2)


def test_an_answer_that_chooses_nothing() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(v2(INIT, (33, b""), initiator=False, response=True))
    n = talk.only()
    assert n.suite is None
    assert n.chosen_frame is None


def test_key_exchanges_and_vendor_ids() -> None:
    talk = Talk()
    talk.say(init_request(group=31, extra=[vendor2(b"vendor")]))
    talk.answer(init_answer(group=14, extra=[vendor2(b"other")]))
    first, second = talk.only().steps()
    assert (first.key_exchanges, first.vendor_ids) == (((31, 64),), (b"vendor",))
    assert (second.key_exchanges, second.vendor_ids) == (((14, 64),), (b"other",))


@pytest.mark.parametrize(
    ("asked", "answered", "fragmentation"),
    [(True, True, "supported"), (True, False, "offered"), (False, False, None)],
)
def test_fragmentation_as_announced(asked: bool, answered: bool, fragmentation: str | None) -> None:
    supported = [notify2(16430)]
    talk = Talk()
    talk.say(init_request(extra=supported if asked else ()))
    talk.answer(init_answer(extra=supported if answered else ()))
    assert talk.only().fragmentation == fragmentation


def test_fragmentation_as_used_stays_used() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(sealed(IKE_AUTH, 300, fragment=(1, 2)))
    talk.answer(init_answer(extra=[notify2(16430)]))
    assert talk.only().fragmentation == "used"


def test_identities_and_methods_of_both_sides() -> None:
    talk = Talk(keys())
    init_done(talk)
    talk.say(
        locked(IKE_AUTH, identity(True, "client"), identity(False, "asked-for"), auth(14), *child_offer(b"\1" * 4))
    )
    talk.answer(
        locked(IKE_AUTH, identity(False, "server"), auth(2), *child_offer(b"\2" * 4), initiator=False, response=True)
    )
    n = talk.only()
    assert [(i.from_initiator, i.text) for i in n.identities] == [
        (True, "client"),
        (False, "asked-for"),
        (False, "server"),
    ], "IDr in the request is whom the initiator wants, not who it is"
    assert (n.auth_method_initiator, n.auth_method_responder) == (14, 2)
    assert n.signatures == (None, None), "the data of method 14 name no algorithm, and method 2 has none"
    assert n.decrypted
    assert n.outcome_basis.startswith("decrypted AUTH payloads")


def test_the_algorithm_that_a_side_signs_by() -> None:
    signed = 39, b"\x0e\0\0\0" + bytes.fromhex("0c300a06082a8648ce3d040303") + b"signature"
    talk = Talk(keys())
    init_done(talk)
    talk.say(locked(IKE_AUTH, identity(True, "client"), auth(), *child_offer(b"\1" * 4)))
    talk.answer(
        locked(IKE_AUTH, identity(False, "server"), signed, *child_offer(b"\2" * 4), initiator=False, response=True)
    )
    assert talk.only().signatures == (None, "ecdsa-with-SHA384")


def test_what_decryption_brings_is_about_the_child() -> None:
    talk = Talk(keys())
    authenticated(talk)
    n = talk.only()
    assert [(o.child, o.chosen) for o in n.offers] == [(None, False), (None, True), (1, False), (1, True)]
    assert [p.child for p in talk.placed] == [None, None, 1, 1]
    assert talk.placed[2].inside is not None
    assert talk.placed[2].decrypted is True


@pytest.mark.parametrize("kind", [24, 14, 7])
def test_a_decrypted_error_is_certain(kind: int) -> None:
    talk = Talk(keys())
    init_done(talk)
    talk.say(locked(IKE_AUTH, identity(True, "client"), auth(), *child_offer(b"\1" * 4)))
    talk.answer(locked(IKE_AUTH, notify(kind), initiator=False, response=True))
    n = talk.only()
    assert (n.outcome, n.failed_at, n.failed_by, n.outcome_confidence) == ("failed", "IKE_AUTH", "responder", "certain")
    assert n.failure in ("AUTHENTICATION_FAILED", "NO_PROPOSAL_CHOSEN", "INVALID_SYNTAX")
    assert [c.outcome for c in n.children] == ["failed"]


def test_with_keys_the_refusal_is_read_and_not_guessed() -> None:
    refused, ended = Talk(keys()), Talk(keys())
    for talk, inside in ((refused, notify(24)), (ended, delete(1))):
        authenticated(talk)
        inform(talk, 2, inside)
    n = refused.only()
    assert (n.outcome, n.failed_by, n.failure, n.outcome_confidence) == (
        "failed", "initiator", "AUTHENTICATION_FAILED", "certain",
    )  # fmt: skip
    n = ended.only()
    assert (n.outcome, n.deleted_by_initiator) == ("established", True)


def test_the_answer_to_a_delete_deletes_nothing() -> None:
    talk = Talk(keys())
    authenticated(talk)
    talk.answer(locked(INFORMATIONAL, delete(1), initiator=False, response=True, mid=2))
    assert talk.only().deleted_at is None


def test_deletes_by_either_side() -> None:
    for from_initiator, mid in ((True, 2), (False, 0)):
        talk = Talk(keys())
        authenticated(talk)
        inform(talk, mid, delete(1), from_initiator=from_initiator)
        n = talk.only()
        assert n.deleted_by_initiator is from_initiator
        assert n.deleted_at is not None


def test_an_error_beside_auth_refuses_the_child_only() -> None:
    talk = Talk(keys())
    authenticated(talk, answer=(notify(38),))
    assert talk.only().outcome == "established"


def test_eap_payload_beside_auth_is_a_round() -> None:
    talk = Talk(keys())
    init_done(talk)
    talk.say(locked(IKE_AUTH, identity(True, "client"), *child_offer(b"\1" * 4)))
    talk.answer(
        locked(IKE_AUTH, identity(False, "server"), auth(), (48, b"\1\1\0\5\1"), initiator=False, response=True)
    )
    assert talk.tracker._lives[0].state == "auth-continues"


def test_intermediate_exchanges_prove_nothing_and_are_kept() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(sealed(INTERMEDIATE, 1200, mid=1))
    talk.answer(sealed(INTERMEDIATE, 1100, mid=1, initiator=False, response=True))
    n = talk.only(100)
    assert n.outcome == "incomplete"
    assert [e.exchange for e in n.exchanges] == ["IKE_SA_INIT", "IKE_INTERMEDIATE"]


def test_after_intermediate_exchanges_ike_auth_has_another_message_id() -> None:
    talk = Talk()
    init_done(talk)
    for mid in (1, 2):
        talk.say(sealed(INTERMEDIATE, 1200, mid=mid))
        talk.answer(sealed(INTERMEDIATE, 1100, mid=mid, initiator=False, response=True))
    talk.say(sealed(IKE_AUTH, 298, mid=3))
    talk.answer(sealed(IKE_AUTH, 238, mid=3, initiator=False, response=True))
    n = talk.only()
    assert n.outcome == "established"
    assert [c.outcome for c in n.children] == ["established"]


@pytest.mark.parametrize("data", [init_notify(17, b"\0"), init_notify(17, b""), init_notify(16390, b"")])
def test_demands_with_odd_data(data: bytes) -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(data)
    talk.say(init_request(spi="c1" * 8))
    assert talk.negotiations(10)[0].outcome in ("failed", "unanswered")


def test_the_responder_may_begin_exchanges() -> None:
    talk = Talk()
    established(talk)
    talk.answer(sealed(INFORMATIONAL, EMPTY, initiator=False, mid=0))
    talk.say(sealed(INFORMATIONAL, EMPTY, response=True, mid=0))
    talk.answer(sealed(CREATE_CHILD_SA, 250, initiator=False, mid=1))
    talk.say(sealed(CREATE_CHILD_SA, 220, response=True, mid=1))
    n = talk.only()
    assert [e.begun_by_initiator for e in n.exchanges] == [True, True, False, False]
    assert [c.outcome for c in n.children] == ["established", "established"]


def test_keys_of_another_sa_do_not_matter() -> None:
    talk = Talk(keys(("12" * 8, "34" * 8)))
    authenticated(talk)
    n = talk.only()
    assert not n.decrypted
    assert not n.unopened
    assert (n.initiator_spi, n.responder_spi, n.initiator_ip, n.responder_ip) == (SPI_I, SPI_R, A[0], B[0])


def in_clear(talk: Talk, *answer: tuple[int, bytes], request: bool = True) -> None:
    """IKE_AUTH as a dump of decrypted messages has it."""
    init_done(talk)
    if request:
        talk.say(v2(IKE_AUTH, identity(True, "client"), auth(), *child_offer(b"\1\1\1\1"), mid=1))
    talk.answer(v2(IKE_AUTH, *answer, initiator=False, response=True, mid=1))


ACCEPTS = identity(False, "server"), auth(9), *child_offer(b"\2\2\2\2")


def test_ike_auth_in_clear_is_read_and_not_trusted() -> None:
    talk = Talk()
    in_clear(talk, *ACCEPTS)
    inform(talk, 2)
    n = talk.only(60)
    assert (n.outcome, n.outcome_confidence, n.decrypted) == ("established", "likely", False)
    assert "in clear text" in n.outcome_basis
    assert [i.text for i in n.identities] == ["client", "server"]
    assert (n.auth_method_initiator, n.auth_method_responder) == (2, 9)
    assert [(c.outcome, c.basis, c.responder_spi_in) for c in n.children] == [("established", "seen", "02020202")]


def test_a_child_refused_in_clear() -> None:
    talk = Talk()
    in_clear(talk, identity(False, "server"), auth(), notify(38))
    n = talk.only(60)
    assert (n.outcome, n.failed_at, n.failed_by, n.failure) == (
        "established",
        "IKE_AUTH",
        "responder",
        "TS_UNACCEPTABLE",
    )


def test_an_sa_refused_in_clear() -> None:
    talk = Talk()
    in_clear(talk, notify(24))
    n = talk.only(60)
    assert (n.outcome, n.outcome_confidence, n.failure) == ("failed", "likely", "AUTHENTICATION_FAILED")


def test_a_proof_in_clear_beside_encrypted_messages_is_nobodys() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(sealed(IKE_AUTH, 298))
    talk.answer(v2(IKE_AUTH, *ACCEPTS, initiator=False, response=True, mid=1))
    n = talk.only(60)
    assert (n.outcome, n.failed_at, n.failure) == ("failed", "IKE_AUTH", "no answer")
    assert (n.identities, n.children) == ([], [])


def test_what_a_member_can_do_is_no_offer_for_its_sa() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(v2(39, identity(True, "member"), (50, b"\x0b\0\0\0group"), auth(), sa2(GCM, protocol=6), mid=1))
    n = talk.only()
    assert [o.frame_number for o in n.offers] == [1, 2]
    assert [i.text for i in n.identities] == ["member"]


def test_whether_the_messages_that_begin_it_are_whole() -> None:
    for cut, expected in ((0, False), (20, True)):
        talk = Talk()
        talk.say(init_request()[: len(init_request()) - cut], missing=cut)
        assert talk.only().cut is expected
        old = Talk()
        old.say(main_1()[: len(main_1()) - cut], missing=cut)
        assert old.only().cut is expected
