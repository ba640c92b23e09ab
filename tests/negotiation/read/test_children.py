"""Child SAs: read with keys, inferred without."""

import pytest

from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.seen import ChildSa
from tests.negotiation.build import (
    AUTH_WITH_CHILD,
    CREATE_CHILD_SA,
    EMPTY,
    IKE_AUTH,
    NOTIFY,
    Talk,
    established,
    init_done,
    sealed,
)
from tests.negotiation.keyed import (
    ESP_PFS,
    auth,
    authenticated,
    child_offer,
    child_request,
    create,
    delete,
    identity,
    inform,
    keys,
    locked,
    locked_fragments,
    notify,
)

OLD, NEW, THEIRS = b"\1\1\1\1", b"\3\3\3\3", b"\4\4\4\4"


def child(n: Negotiation, number: int = 1) -> ChildSa:
    return n.children[number - 1]


def test_the_first_child_is_read() -> None:
    talk = Talk(keys())
    authenticated(talk)
    n = talk.only()
    assert n.decrypted
    one = child(n)
    assert (one.protocol, one.initiator_spi_in, one.responder_spi_in) == ("ESP", "01010101", "02020202")
    assert (one.outcome, one.basis, one.created_by, one.mode) == ("established", "seen", "IKE_AUTH", "tunnel")
    assert (one.initiator_ts, one.responder_ts) == (["10.1.0.0/24"], ["10.2.0.0/24"])
    assert one.suite is not None
    assert (one.suite.encryption_id, one.suite.key_bits, one.suite.esn) == (20, 256, 0)
    assert one.pfs_ke_id is None
    assert (one.frame_number, one.response_frame) == (3, 4)
    assert (n.outcome, n.outcome_confidence) == ("established", "likely"), "the initiator may still refuse"
    inform(talk, 2)
    assert talk.only().outcome_confidence == "certain"


def test_an_answer_seen_before_its_request_belongs_to_the_same_child() -> None:
    talk = Talk(keys())
    init_done(talk)
    accepted = (identity(False, "server"), auth(), *child_offer(b"\2\2\2\2"))
    talk.answer(locked(IKE_AUTH, *accepted, initiator=False, response=True))
    talk.say(locked(IKE_AUTH, identity(True, "client"), auth(), *child_offer(b"\1\1\1\1")))
    n = talk.only()
    assert len(n.children) == 1
    one = child(n)
    assert (one.initiator_spi_in, one.responder_spi_in, one.outcome) == ("01010101", "02020202", "established")


@pytest.mark.parametrize(("notify_type", "mode"), [(16391, "transport"), (40961, "BEET")])
def test_modes_other_than_tunnel(notify_type: int, mode: str) -> None:
    talk = Talk(keys())
    authenticated(talk, notify(notify_type), answer=(notify(notify_type), *child_offer(b"\2\2\2\2")))
    assert child(talk.only()).mode == mode


def test_a_mode_that_was_asked_for_and_not_granted() -> None:
    talk = Talk(keys())
    authenticated(talk, notify(16391))
    assert child(talk.only()).mode == "tunnel"


def test_3gpps_use_of_a_private_number_is_no_beet() -> None:
    talk = Talk(keys())
    authenticated(talk, answer=(notify(40961, b"\1\2\3"), *child_offer(b"\2\2\2\2")))
    assert child(talk.only()).mode == "tunnel"


@pytest.mark.parametrize("error", [14, 38, 35])
def test_a_refused_first_child(error: int) -> None:
    talk = Talk(keys())
    authenticated(talk, answer=(notify(error),))
    n = talk.only()
    assert (n.outcome, n.failed_at, n.failed_by) == ("established", "IKE_AUTH", "responder")
    assert n.failure in ("NO_PROPOSAL_CHOSEN", "TS_UNACCEPTABLE", "NO_ADDITIONAL_SAS")
    assert child(n).outcome == "failed"


def test_rekey_by_the_initiator() -> None:
    talk = Talk(keys())
    authenticated(talk)
    create(talk, 2, [notify(16393, protocol=3, spi=OLD), *child_request(NEW)], child_request(THEIRS))
    inform(talk, 3, delete(3, OLD))
    n = talk.only()
    assert [(c.rekeys, c.rekeyed_spi, c.outcome) for c in n.children] == [
        (None, None, "established"),
        (1, "01010101", "established"),
    ]
    assert child(n).deleted_at is not None
    assert child(n, 2).deleted_at is None
    assert n.deleted_at is None


def test_rekey_by_the_responder_names_its_own_spi_and_its_own_selectors_first() -> None:
    talk = Talk(keys())
    authenticated(talk)
    networks = {"own": "10.2.0.0", "other": "10.1.0.0"}
    create(
        talk,
        0,
        [notify(16393, protocol=3, spi=b"\2\2\2\2"), *child_request(NEW, **networks)],
        child_request(THEIRS, **networks),
        begun_by_initiator=False,
    )
    second = child(talk.only(), 2)
    assert second.rekeys == 1
    assert (second.initiator_spi_in, second.responder_spi_in) == (THEIRS.hex(), NEW.hex())
    assert (second.initiator_ts, second.responder_ts) == (["10.1.0.0/24"], ["10.2.0.0/24"])


def test_rekey_of_a_child_that_was_not_seen() -> None:
    talk = Talk(keys())
    authenticated(talk)
    create(talk, 2, [notify(16393, protocol=3, spi=rb"\9\9\9\9"), *child_request(NEW)], child_request(THEIRS))
    second = child(talk.only(), 2)
    assert (second.rekeys, second.rekeyed_spi) == (None, rb"\9\9\9\9".hex())


def test_pfs_is_the_group_of_the_ke_payloads() -> None:
    talk = Talk(keys())
    authenticated(talk)
    key_exchange = (34, b"\0\x13\0\0" + bytes(64))
    create(
        talk,
        2,
        [*child_request(NEW, ESP_PFS), key_exchange],
        [*child_request(THEIRS, ESP_PFS), key_exchange],
    )
    assert child(talk.only(), 2).pfs_ke_id == 19


@pytest.mark.parametrize("error", [14, 17, 34])
def test_a_refused_later_child(error: int) -> None:
    talk = Talk(keys())
    authenticated(talk)
    create(talk, 2, child_request(NEW), [notify(error)])
    n = talk.only(10)
    assert (n.outcome, n.failed_at, n.failed_by) == ("established", "CREATE_CHILD_SA", "responder")
    assert [c.outcome for c in n.children] == ["established", "failed"]


def test_children_in_fragments_are_one_child_each() -> None:
    talk = Talk(keys())
    init_done(talk)
    request = (identity(True, "client"), auth(), *child_offer(OLD))
    answer = (identity(False, "server"), auth(), *child_offer(THEIRS))
    for data in locked_fragments(IKE_AUTH, *request, pieces=3):
        talk.say(data)
    for data in locked_fragments(IKE_AUTH, *answer, pieces=2, initiator=False, response=True):
        talk.answer(data)
    for data in locked_fragments(CREATE_CHILD_SA, *child_request(NEW), pieces=2, mid=2):
        talk.say(data)
    for data in locked_fragments(
        CREATE_CHILD_SA, *child_request(b"\5\5\5\5"), pieces=2, mid=2, initiator=False, response=True
    ):
        talk.answer(data)
    n = talk.only()
    assert [(c.frame_number, c.outcome, c.basis) for c in n.children] == [
        (3, "established", "seen"),
        (8, "established", "seen"),
    ]
    assert n.fragmentation == "used"


def test_eap_offers_in_the_first_round_and_chooses_in_the_last() -> None:
    talk = Talk(keys())
    init_done(talk)
    eap = 48, b"\1\1\0\x05\1"
    talk.say(locked(IKE_AUTH, identity(True, "client"), *child_offer(OLD)))
    talk.answer(locked(IKE_AUTH, identity(False, "server"), auth(), eap, initiator=False, response=True))
    talk.say(locked(IKE_AUTH, eap, mid=2))
    talk.answer(locked(IKE_AUTH, (48, b"\3\1\0\4"), initiator=False, response=True, mid=2))
    talk.say(locked(IKE_AUTH, auth(), mid=3))
    talk.answer(locked(IKE_AUTH, auth(), *child_offer(THEIRS), initiator=False, response=True, mid=3))
    n = talk.only()
    assert n.outcome == "established"
    assert [(c.frame_number, c.response_frame, c.outcome) for c in n.children] == [(3, 8, "established")]


@pytest.mark.parametrize("lost", [(), (1,)])
def test_of_rounds_whose_requests_are_not_decrypted_the_child_stands_at_the_first(lost: tuple[int, ...]) -> None:
    """The responder's keys are known, the initiator's are not. lost: rounds that are not in the capture."""
    talk = Talk(keys())
    init_done(talk)
    for mid in (1, 2, 3):
        if mid in lost:
            continue
        talk.say(sealed(IKE_AUTH, 200, mid=mid))
        reply = (auth(), *child_offer(THEIRS)) if mid == 3 else ((48, bytes((1, mid, 0, 5, 1))),)
        talk.answer(locked(IKE_AUTH, *reply, initiator=False, response=True, mid=mid))
    one = child(talk.only())
    assert (one.frame_number, one.basis, one.response_frame) == (3, "seen", talk.frame)


def test_redirect_in_ike_auth_answers_the_child_and_does_not_refuse_it() -> None:
    """RFC 5685 section 6."""
    to = notify(16407, b"\x01\x04" + bytes([198, 51, 100, 7]))
    for reply, outcome, frame in (((to,), "unknown", 4), ((), "unknown", None), ((notify(38),), "failed", 4)):
        talk = Talk(keys())
        authenticated(talk, answer=reply)
        one = child(talk.only())
        assert (one.outcome, one.response_frame) == (outcome, frame)
    talk = Talk(keys())
    init_done(talk)
    talk.say(sealed(IKE_AUTH, 200))
    talk.answer(locked(IKE_AUTH, identity(False, "server"), auth(), to, initiator=False, response=True))
    assert talk.only().children == []  # whether one was asked for was not read


def test_deletes_name_the_senders_own_spis() -> None:
    talk = Talk(keys())
    authenticated(talk)
    inform(talk, 2, delete(3, b"\2\2\2\2"))
    assert child(talk.only()).deleted_at is None, "the initiator does not receive on that one"
    inform(talk, 0, delete(3, b"\2\2\2\2"), from_initiator=False)
    assert child(talk.only()).deleted_at is not None


def test_a_delete_of_many_and_of_unknown_spis() -> None:
    talk = Talk(keys())
    authenticated(talk)
    create(talk, 2, child_request(NEW), child_request(THEIRS))
    inform(talk, 3, delete(3, b"\7\7\7\7", NEW, OLD))
    assert all(c.deleted_at is not None for c in talk.only().children)


# -- without keys


def test_without_keys_children_are_inferred_from_order_and_length() -> None:
    talk = Talk()
    established(talk)
    for mid, length in ((2, 220), (3, NOTIFY), (4, EMPTY)):
        talk.say(sealed(CREATE_CHILD_SA, 260, mid=mid))
        talk.answer(sealed(CREATE_CHILD_SA, length, initiator=False, response=True, mid=mid))
    n = talk.only()
    assert [(c.outcome, c.basis, c.created_by) for c in n.children] == [
        ("established", "inferred", "IKE_AUTH"),
        ("established", "inferred", "CREATE_CHILD_SA"),
        ("failed", "inferred", "CREATE_CHILD_SA"),
        ("failed", "inferred", "CREATE_CHILD_SA"),
    ]
    assert all(c.protocol is None and c.initiator_spi_in is None and c.suite is None for c in n.children)


@pytest.mark.parametrize(("length", "outcome"), [(NOTIFY, "failed"), (112, "failed"), (140, "unknown")])
def test_with_an_unknown_suite_a_later_child_is_refused_where_no_suite_has_room_for_it(
    length: int, outcome: str
) -> None:
    talk = Talk()
    talk.say(sealed(CREATE_CHILD_SA, 260, mid=9))
    talk.answer(sealed(CREATE_CHILD_SA, length, initiator=False, response=True, mid=9))
    assert [c.outcome for c in talk.only().children] == [outcome]


def test_a_part_of_an_answer_does_not_tell_whether_the_child_was_refused() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(CREATE_CHILD_SA, 200, mid=2))
    talk.answer(sealed(CREATE_CHILD_SA, 70, initiator=False, response=True, mid=2, fragment=(2, 2)))
    later = child(talk.only(), 2)
    assert (later.outcome, later.response_frame) == ("unknown", 6)


def test_an_answer_without_its_request_makes_no_child() -> None:
    talk = Talk()
    established(talk)
    talk.answer(sealed(CREATE_CHILD_SA, 220, initiator=False, response=True, mid=5))
    assert len(talk.only().children) == 1


def test_wrong_keys_leave_what_lengths_tell() -> None:
    store = keys()
    talk = Talk(store)
    established(talk, answer=AUTH_WITH_CHILD)
    n = talk.only()
    assert n.unopened
    assert not n.decrypted
    assert [(c.basis, c.outcome) for c in n.children] == [("inferred", "established")]
