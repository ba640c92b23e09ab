"""What became of an IKEv2 SA, told from clear messages, lengths and silence."""

from dataclasses import replace

import pytest

from analyzer.decryption.keyfile import KeyStore
from analyzer.decryption.suites import encryption
from analyzer.negotiation.conclude.outcome_ikev2 import _JUDGES
from analyzer.negotiation.exchanges.course import surprises
from analyzer.negotiation.exchanges.sa import IKEV2_SA
from analyzer.negotiation.model import Negotiation
from tests.assessment.assessed import assess
from tests.negotiation.build import (
    A_4500,
    AUTH_CHILDLESS,
    B_4500,
    CBC,
    CREATE_CHILD_SA,
    EMPTY,
    GCM,
    IKE_AUTH,
    INFORMATIONAL,
    INIT,
    NOTIFY,
    RESUME,
    SPI_I,
    SPI_R,
    TRIPLE_DES,
    ZERO,
    A,
    B,
    Talk,
    established,
    init_answer,
    init_done,
    init_notify,
    init_request,
    notify2,
    sealed,
    v2,
)
from tests.negotiation.keyed import auth, child_offer, identity, inform, keys, locked, notify

Verdict = tuple[str, str | None, str | None, str | None, str]


def verdict(n: Negotiation) -> Verdict:
    return n.outcome, n.failed_at, n.failed_by, n.failure, n.outcome_confidence


def from_responder(exchange: int, length: int, mid: int = 1, **more: object) -> bytes:
    return sealed(exchange, length, initiator=False, response=True, mid=mid, **more)  # type: ignore[arg-type]


def test_every_state_has_its_judge() -> None:
    assert set(_JUDGES) == {rule.state for rule in IKEV2_SA.rules}


# -- IKE_SA_INIT


def test_no_answer() -> None:
    talk = Talk()
    data = init_request()
    for pause in (0, 0.5, 1.0):
        talk.say(data, after=pause)
    assert verdict(talk.only(0)) == ("unanswered", "IKE_SA_INIT", "none", "no answer", "likely")


def test_one_request_and_a_long_silence() -> None:
    talk = Talk()
    talk.say(init_request())
    assert verdict(talk.only(0))[0] == "incomplete", "the capture ends too soon"
    assert verdict(talk.only(10))[0] == "unanswered"


def test_an_icmp_error_needs_no_waiting() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.icmp(init_request()[:8])
    assert verdict(talk.only(0))[:2] == ("unanswered", "IKE_SA_INIT")


@pytest.mark.parametrize(
    ("notify_type", "name"), [(14, "NO_PROPOSAL_CHOSEN"), (7, "INVALID_SYNTAX"), (5, "INVALID_MAJOR_VERSION")]
)
def test_a_clear_error_is_likely_the_end_and_never_certain(notify_type: int, name: str) -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_notify(notify_type))
    assert verdict(talk.only()) == ("failed", "IKE_SA_INIT", "responder", name, "likely")


@pytest.mark.parametrize(("notify_type", "name"), [(16390, "COOKIE"), (17, "INVALID_KE_PAYLOAD")])
def test_a_demand_not_taken_up(notify_type: int, name: str) -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_notify(notify_type, b"\0\x0e"))
    assert verdict(talk.only(0))[0] == "incomplete"
    assert verdict(talk.only(10)) == ("failed", "IKE_SA_INIT", "initiator", name, "likely")


def test_a_cookie_brought_back_and_asked_for_again() -> None:
    """Who refuses it is the responder; an initiator that says its first message again has not brought it back."""
    for cookie, by in (([notify2(16390, b"cookie")], "responder"), ([], "initiator")):
        talk = Talk()
        talk.say(init_request())
        talk.answer(init_notify(16390, b"cookie"))
        talk.say(init_request(before=cookie))
        talk.answer(init_notify(16390, b"cookies"))
        assert verdict(talk.only(10)) == ("failed", "IKE_SA_INIT", by, "COOKIE", "likely")


def test_a_cookie_brought_back_and_then_silence() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_notify(16390, b"c"))
    talk.say(init_request(before=[notify2(16390, b"c")]))
    assert verdict(talk.only(10))[:3] == ("failed", "IKE_SA_INIT", "none")


def test_a_cookie_brought_back_in_a_capture_that_has_the_answers_first() -> None:
    """The requests before it were lost: the last word is the initiator's, and it did what it was asked for."""
    talk = Talk()
    for _ in range(2):
        talk.answer(init_notify(16390, b"c"))
    talk.say(init_request(before=[notify2(16390, b"c")]))
    assert verdict(talk.only(10))[:4] == ("failed", "IKE_SA_INIT", "none", "no answer")
    again = Talk()
    again.answer(init_notify(16390, b"c"))
    again.say(init_request(before=[notify2(16390, b"c")]))
    again.answer(init_notify(16390, b"c"))
    assert verdict(again.only(10))[2:4] == ("responder", "COOKIE")
    near = Talk()
    for _ in range(2):
        near.answer(init_notify(16390, b"c"))
    near.say(init_request())
    assert verdict(near.only(10))[2] == "initiator"


def test_a_redirect() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_notify(16407, b"\1\4\xc0\0\2\x63"))
    assert verdict(talk.only(10)) == ("redirected", None, None, "REDIRECT", "certain")


def test_an_answer_and_nothing_more() -> None:
    talk = Talk()
    init_done(talk)
    assert verdict(talk.only(100))[0] == "incomplete", "IKE_AUTH may take a port that was not recorded"


def test_only_responses() -> None:
    talk = Talk()
    talk.answer(init_notify(14))
    talk.answer(from_responder(IKE_AUTH, NOTIFY))
    assert {n.outcome for n in talk.negotiations(100)} == {"incomplete"}


def test_only_requests_that_go_on() -> None:
    """One direction was recorded: nobody sends IKE_AUTH without an answer to IKE_SA_INIT."""
    talk = Talk()
    talk.say(init_request())
    talk.say(sealed(IKE_AUTH, 298))
    assert verdict(talk.only(100))[0] == "incomplete"


# -- IKE_AUTH


@pytest.mark.parametrize(("suite", "length"), [(GCM, 65), (CBC, 80), (TRIPLE_DES, 68)])
def test_an_answer_too_short_to_authenticate_is_a_certain_failure(suite: tuple, length: int) -> None:
    talk = Talk()
    init_done(talk, suite)
    talk.say(sealed(IKE_AUTH, 300))
    talk.answer(from_responder(IKE_AUTH, length))
    n = talk.only()
    assert verdict(n) == ("failed", "IKE_AUTH", "responder", None, "certain")
    assert "too short" in n.outcome_basis


@pytest.mark.parametrize(("suite", "length"), [(GCM, 150), (CBC, 176), (TRIPLE_DES, 140)])
def test_an_answer_with_room_for_auth_is_likely_a_success(suite: tuple, length: int) -> None:
    talk = Talk()
    init_done(talk, suite)
    talk.say(sealed(IKE_AUTH, 300))
    talk.answer(from_responder(IKE_AUTH, length))
    assert verdict(talk.only())[::4] == ("established", "likely")


def test_a_later_exchange_makes_it_certain() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(INFORMATIONAL, EMPTY, mid=2), after=10)
    talk.answer(from_responder(INFORMATIONAL, EMPTY, 2))
    assert verdict(talk.only())[::4] == ("established", "certain")


def test_success_after_failure_by_retransmission() -> None:
    """The first answer of IKE_AUTH says nothing if another one follows: anybody may have answered."""
    talk = Talk()
    init_done(talk)
    request = sealed(IKE_AUTH, 298)
    talk.say(request)
    talk.answer(from_responder(IKE_AUTH, NOTIFY))
    talk.say(request, after=1)
    talk.answer(from_responder(IKE_AUTH, 238))
    assert verdict(talk.only())[:2] == ("established", None)


def eap(talk: Talk, *lengths: int) -> None:
    """IKE_AUTH with rounds of EAP: answers of these lengths."""
    init_done(talk)
    for mid, length in enumerate(lengths, 1):
        talk.say(sealed(IKE_AUTH, 120, mid=mid))
        talk.answer(from_responder(IKE_AUTH, length, mid))


def test_eap_success_is_as_short_as_an_error() -> None:
    talk = Talk()
    eap(talk, 300, 130, NOTIFY)
    assert verdict(talk.only(10)) == ("failed", "IKE_AUTH", "responder", None, "likely")
    talk = Talk()
    eap(talk, 300, 130, NOTIFY, 230)
    n = talk.only(10)
    assert verdict(n)[:2] == ("established", None)
    assert [c.outcome for c in n.children] == ["established"]


def test_a_capture_that_ends_right_after_a_short_answer_cannot_tell_eap_success_from_an_error() -> None:
    talk = Talk()
    eap(talk, 300, 130, NOTIFY)
    n = talk.only(0)
    assert verdict(n)[:2] == ("incomplete", None)
    assert "EAP-Success" in n.outcome_basis
    assert verdict(talk.only(0.3))[0] == "incomplete", "the initiator took 20 ms between rounds, 20 times that is 0.4 s"
    assert verdict(talk.only(0.5))[0] == "failed"


def test_a_short_answer_to_the_first_round_needs_no_patience() -> None:
    talk = Talk()
    eap(talk, NOTIFY)
    assert verdict(talk.only(0)) == ("failed", "IKE_AUTH", "responder", None, "certain")


def test_a_short_answer_with_an_exchange_of_another_kind_behind_it_is_the_end() -> None:
    talk = Talk()
    eap(talk, 300, NOTIFY)
    talk.say(sealed(INFORMATIONAL, EMPTY, mid=3))
    assert verdict(talk.only(0))[:3] == ("failed", "IKE_AUTH", "responder")


def test_eap_that_stops_between_rounds() -> None:
    talk = Talk()
    eap(talk, 300, 100)
    assert verdict(talk.only(0))[0] == "incomplete"
    assert verdict(talk.only(10)) == ("failed", "IKE_AUTH", "initiator", None, "likely")


def test_an_only_answer_without_room_for_a_proof_may_be_a_refusal() -> None:
    """EAP-Request/Identity after IDr, or a refusal with a second notify beside it: nobody can tell."""
    talk = Talk()
    eap(talk, NOTIFY + 24)
    assert verdict(talk.only(0))[0] == "incomplete"
    n = talk.only(10)
    assert verdict(n) == ("failed", "IKE_AUTH", "initiator", None, "possible")
    assert "it may refuse" in n.outcome_basis
    went_on = Talk()
    eap(went_on, NOTIFY + 24, 100)
    assert verdict(went_on.only(10)) == ("failed", "IKE_AUTH", "initiator", None, "likely"), "it was EAP"


def test_eap_refused_by_the_initiator_between_rounds() -> None:
    talk = Talk()
    eap(talk, 300, 100)
    talk.say(sealed(INFORMATIONAL, NOTIFY, mid=3))
    talk.answer(from_responder(INFORMATIONAL, EMPTY, 3))
    assert verdict(talk.only(0)) == ("failed", "IKE_AUTH", "initiator", None, "likely")


def test_no_answer_to_ike_auth() -> None:
    talk = Talk()
    init_done(talk)
    request = sealed(IKE_AUTH, 298)
    talk.say(request, A_4500, B_4500)
    assert verdict(talk.only(0))[0] == "incomplete"
    talk.say(request, A_4500, B_4500, after=1)
    assert verdict(talk.only(0)) == ("failed", "IKE_AUTH", "none", "no answer", "likely")


@pytest.mark.parametrize(("later", "outcome"), [(1.0, "incomplete"), (3.0, "failed")])
def test_where_answers_are_slow_a_retransmission_shows_no_silence(later: float, outcome: str) -> None:
    """IKE_SA_INIT took 2.5 s to be answered, over the same path."""
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_answer(), after=2.5)
    for after in (0.01, 0.5):
        talk.say(sealed(IKE_AUTH, 298), A_4500, B_4500, after=after)
    told = talk.story(later)
    assert [n.outcome for n in told.negotiations] == [outcome]
    assert ("udp-4500-blocked" in {d.diagnosis for d in assess(told).diagnoses[1]}) is (outcome == "failed")


def test_an_icmp_error_about_ike_auth() -> None:
    talk = Talk()
    init_done(talk)
    request = sealed(IKE_AUTH, 298)
    talk.say(request)
    talk.icmp(request[:8])
    assert verdict(talk.only(0))[:3] == ("failed", "IKE_AUTH", "none")


def test_an_icmp_error_before_ike_auth_is_not_about_it() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.icmp(init_request()[:8])
    init_done(talk)
    talk.say(sealed(IKE_AUTH, 298))
    assert verdict(talk.only(0))[0] == "incomplete"


def test_the_initiator_refuses_at_once() -> None:
    """RFC 7296 section 2.21.2: the responder believes in the SA until this INFORMATIONAL comes."""
    talk = Talk()
    established(talk)
    talk.say(sealed(INFORMATIONAL, NOTIFY, mid=2), after=0.002)
    talk.answer(from_responder(INFORMATIONAL, EMPTY, 2))
    assert verdict(talk.only()) == ("failed", "IKE_AUTH", "initiator", None, "likely")


@pytest.mark.parametrize(
    ("length", "after", "mid"),
    [(NOTIFY, 0.5, 2), (EMPTY, 0.002, 2), (69, 0.002, 2), (NOTIFY, 0.002, 3)],
    ids=["later", "liveness", "child delete", "not the next message"],
)
def test_other_informationals_are_no_refusal(length: int, after: float, mid: int) -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(INFORMATIONAL, length, mid=mid), after=after)
    assert verdict(talk.only())[0] == "established"


@pytest.mark.parametrize("waited", [1.5, 3600.0, -3600.0])
def test_after_a_wait_before_ike_auth_nothing_is_too_soon(waited: float) -> None:
    """The initiator's own pace is not known then; a clock may have been set."""
    talk = Talk()
    init_done(talk)
    talk.say(sealed(IKE_AUTH, 298), after=waited)
    talk.answer(from_responder(IKE_AUTH, 238))
    talk.say(sealed(INFORMATIONAL, NOTIFY, mid=2), after=0.1)
    assert verdict(talk.only())[0] == "established"


def test_a_repeated_ike_sa_init_does_not_slow_the_initiator_down() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(init_request(), after=0.5)
    talk.answer(init_answer())
    talk.say(sealed(IKE_AUTH, 298))
    talk.answer(from_responder(IKE_AUTH, 238))
    talk.say(sealed(INFORMATIONAL, NOTIFY, mid=2), after=0.1)
    assert verdict(talk.only())[0] == "established"


def test_an_unknown_suite_tells_nothing() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.say(sealed(IKE_AUTH, 298))
    talk.answer(from_responder(IKE_AUTH, NOTIFY))
    assert verdict(talk.only(100))[0] == "incomplete", "the answer to IKE_SA_INIT is not in the capture"
    talk.say(sealed(CREATE_CHILD_SA, 300, mid=2))
    talk.answer(from_responder(CREATE_CHILD_SA, 200, 2))
    assert verdict(talk.only(100))[::4] == ("established", "certain")


def test_fragments_are_added_up() -> None:
    talk = Talk()
    init_done(talk)
    for number in (1, 2, 3):
        talk.say(sealed(IKE_AUTH, 500, fragment=(number, 3)))
    for number in (1, 2, 3):
        talk.answer(from_responder(IKE_AUTH, 150, fragment=(number, 3)))
    n = talk.only()
    assert verdict(n)[0] == "established"
    assert n.fragmentation == "used"
    assert [c.outcome for c in n.children] == ["established"]


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_lost_fragment_is_no_refusal(lost: int) -> None:
    talk = Talk()
    init_done(talk)
    talk.say(sealed(IKE_AUTH, 298))
    for number in {1, 2, 3} - {lost}:
        talk.answer(from_responder(IKE_AUTH, 70, fragment=(number, 3)))
    assert verdict(talk.only(100))[0] not in ("failed", "unanswered")


def test_a_clear_error_instead_of_ike_auths_answer() -> None:
    """A peer that does not know the SA answers in clear (RFC 7296 section 2.21.4); so may anybody."""
    talk = Talk()
    init_done(talk)
    talk.say(sealed(IKE_AUTH, 298))
    talk.answer(v2(IKE_AUTH, notify2(4), initiator=False, response=True, mid=1))
    n = talk.only(10)
    assert verdict(n) == ("failed", "IKE_AUTH", "responder", "INVALID_IKE_SPI", "likely")
    assert "clear text" in n.outcome_basis
    talk.answer(from_responder(IKE_AUTH, 238))
    assert verdict(talk.only(10))[:2] == ("established", None)


def test_auth_childless_is_established_without_child() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(sealed(IKE_AUTH, AUTH_CHILDLESS))
    talk.answer(from_responder(IKE_AUTH, AUTH_CHILDLESS))
    n = talk.only(10)
    assert (n.outcome, n.failed_at, len(n.children)) == ("established", None, 0)


# -- IKE_SESSION_RESUME, RFC 5723


def test_a_refused_ticket() -> None:
    talk = Talk()
    talk.say(v2(RESUME, (40, bytes(16)), notify2(16410, bytes(40)), spis=(SPI_I, ZERO)))
    talk.answer(v2(RESUME, notify2(16412), initiator=False, response=True))
    assert verdict(talk.only(10))[0] == "failed"


def test_a_ticket_answered_with_a_cookie() -> None:
    talk = Talk()
    talk.say(v2(RESUME, (40, bytes(16)), spis=(SPI_I, ZERO)))
    talk.answer(v2(RESUME, notify2(16390, b"c"), initiator=False, response=True, spis=(SPI_I, ZERO)))
    assert verdict(talk.only(10))[:3] == ("failed", "IKE_SA_INIT", "initiator")


def test_empty_answer_to_the_first_message() -> None:
    talk = Talk()
    talk.say(init_request(), A, B)
    talk.answer(v2(INIT, initiator=False, response=True, spis=(SPI_I, ZERO)))
    assert verdict(talk.only(0))[0] == "incomplete"


def eap_answer(eap: bytes, cut: int = 0) -> Talk:
    """IKE_AUTH whose second response holds this EAP packet alone. cut: bytes of that which the capture has not."""
    talk = Talk(keys())
    init_done(talk)
    talk.say(locked(IKE_AUTH, identity(True, "client")))
    talk.answer(
        locked(IKE_AUTH, identity(False, "server"), auth(1), (48, b"\1\0\0\5\1"), initiator=False, response=True)
    )
    talk.say(locked(IKE_AUTH, (48, b"\2\0\0\6\1a"), mid=2))
    last = locked(IKE_AUTH, (48, eap), mid=2, initiator=False, response=True)
    talk.say(last[: len(last) - cut], B, A, missing=cut)
    return talk


@pytest.mark.parametrize(
    ("eap", "by"),
    [
        (b"\4\1\0\4", "responder"),
        (b"\1\1\0\x0a\x1a\4\0\0\0\0", "responder"),  # MS-CHAPv2's failure
        (b"\1\1\0\x0a\x1a\1\0\0\0\0", "initiator"),  # its challenge
        (b"\1\1\0\x0d\x0d\0\x15\3\3\0\2\2\x2e", "responder"),  # a fatal alert of TLS: certificate_unknown
        (b"\1\1\0\x0d\x0d\0\x15\3\3\0\2\1\0", "initiator"),  # a warning: close_notify
    ],
)
def test_eap_failure_is_the_responders_refusal_although_the_initiator_ends_the_sa(eap: bytes, by: str) -> None:
    """Failure, the method's own, or a request of the method that the initiator does not go on with."""
    talk = eap_answer(eap)
    talk.say(locked(INFORMATIONAL, notify(24), mid=3))
    n = talk.only(10)
    assert (n.outcome, n.failed_at, n.failed_by, n.failure) == ("failed", "IKE_AUTH", by, "AUTHENTICATION_FAILED")


def test_eap_failure_without_a_word_of_the_initiator() -> None:
    """EAP is over with it; after a request of the method the initiator is due."""
    for eap, expected in ((b"\4\1\0\4", ("failed", "responder")), (b"\1\1\0\5\4", ("incomplete", None))):
        talk = eap_answer(eap)
        n = talk.only(0)
        assert (n.outcome, n.failed_by) == expected


@pytest.mark.parametrize("read", [True, False])
def test_an_answer_that_was_not_read_may_be_the_refusal_itself(read: bool) -> None:
    """The last answer of EAP is cut in the capture, the initiator's notify behind it is whole."""
    talk = eap_answer(b"\4\1\0\4") if read else eap_answer(b"\4\1\0\4", cut=8)
    talk.say(locked(INFORMATIONAL, notify(24), mid=3))
    n = talk.only(10)
    assert (n.outcome, n.outcome_confidence) == ("failed", "certain" if read else "likely")
    assert read or "may have been a refusal itself" in n.outcome_basis


@pytest.mark.parametrize("lost", ["nothing", "request", "answer", "both", "order"])
def test_a_refusal_that_could_be_read_stands_whatever_is_missing_before_it(lost: str) -> None:
    talk = Talk(keys())
    init_done(talk)
    if lost not in ("request", "both"):
        talk.say(locked(IKE_AUTH, identity(True, "client"), auth()))
    if lost not in ("answer", "both"):
        talk.answer(locked(IKE_AUTH, identity(False, "server"), auth(), initiator=False, response=True))
    refusal = locked(INFORMATIONAL, notify(24), mid=2)
    answer = locked(INFORMATIONAL, mid=2, initiator=False, response=True)
    if lost == "order":
        talk.answer(answer)
        talk.say(refusal)
    else:
        talk.say(refusal)
        talk.answer(answer)
    told = verdict(talk.only(10))
    assert told[:4] == ("failed", "IKE_AUTH", "initiator", "AUTHENTICATION_FAILED")
    assert told[4] == ("likely" if lost in ("answer", "both") else "certain")


@pytest.mark.parametrize("late", [False, True])
def test_only_the_initiators_own_request_soon_after_ike_auth_is_its_refusal(late: bool) -> None:
    """Not its answer to a request of the responder, nor one that the capture has first and that is far behind."""
    talk = Talk(keys())
    init_done(talk)
    talk.say(locked(IKE_AUTH, identity(True, "client"), auth()))
    talk.answer(locked(IKE_AUTH, identity(False, "server"), auth(), initiator=False, response=True))
    if late:
        talk.say(locked(INFORMATIONAL, notify(24), mid=9))
    else:
        talk.answer(locked(INFORMATIONAL, initiator=False, mid=0))
        talk.say(locked(INFORMATIONAL, notify(24), response=True, mid=0))
    talk.say(locked(INFORMATIONAL, notify(24), mid=2))
    assert verdict(talk.only(10)) == ("failed", "IKE_AUTH", "initiator", "AUTHENTICATION_FAILED", "certain")


def test_without_the_suite_eaps_size_is_not_known_and_nobody_certainly_refused() -> None:
    store = KeyStore()
    for row in keys().ikev2(SPI_I, SPI_R):
        store.add(replace(row, encryption=encryption(2, 20)))
    talk = Talk(store)
    talk.say(init_request())  # its answer is not in the capture
    talk.say(locked(IKE_AUTH, identity(True, "client")))
    talk.answer(locked(IKE_AUTH, (48, b"\4\1\0\4"), initiator=False, response=True))
    talk.say(locked(INFORMATIONAL, notify(24), mid=2))
    assert verdict(talk.only(10)) == ("failed", "IKE_AUTH", "initiator", "AUTHENTICATION_FAILED", "likely")


# -- answers that do not arrive


def in_vain(talk: Talk, request: bytes, answer: bytes, times: int) -> None:
    for k in range(times):
        talk.say(request, after=2.0**k)
        talk.answer(answer, after=0.01)


def test_ike_sa_init_repeated_although_it_was_answered() -> None:
    talk = Talk()
    in_vain(talk, init_request(), init_answer(GCM), 3)
    assert verdict(talk.only(0)) == ("failed", "IKE_SA_INIT", "none", "answer not received", "likely")
    once = Talk()
    in_vain(once, init_request(), init_answer(GCM), 2)
    assert verdict(once.only(10))[0] == "incomplete"


def test_ike_auth_repeated_although_it_was_answered() -> None:
    talk = Talk()
    init_done(talk)
    in_vain(talk, sealed(IKE_AUTH, 298), from_responder(IKE_AUTH, 238), 3)
    assert verdict(talk.only(0))[0] == "established", "the last answer may have come through"
    assert verdict(talk.only(10)) == ("failed", "IKE_AUTH", "none", "answer not received", "likely")


def test_after_many_answers_in_vain_the_last_one_is_not_believed_either() -> None:
    """Four retransmissions, each to a peer that had answered: that the fifth answer arrives, nothing says."""
    talk = Talk()
    init_done(talk)
    in_vain(talk, sealed(IKE_AUTH, 298), from_responder(IKE_AUTH, 238), 4)
    assert verdict(talk.only(0)) == ("failed", "IKE_AUTH", "none", "answer not received", "likely")


def test_many_answers_within_a_moment_are_a_busy_host() -> None:
    talk = Talk()
    init_done(talk)
    for k in range(5):
        talk.say(sealed(IKE_AUTH, 298), after=0.25)
        talk.answer(from_responder(IKE_AUTH, 238), after=0.01 if k else 0.2)
    assert verdict(talk.only(0))[0] == "established"


def test_a_lossy_path_on_which_the_last_answer_came_through() -> None:
    """The initiator goes on: it had it."""
    talk = Talk()
    init_done(talk)
    in_vain(talk, sealed(IKE_AUTH, 298), from_responder(IKE_AUTH, 238), 5)
    talk.say(sealed(INFORMATIONAL, EMPTY, mid=2), after=1)
    assert verdict(talk.only(0))[0] == "established"


def test_a_lossy_path_that_works_in_the_end() -> None:
    talk = Talk()
    init_done(talk)
    in_vain(talk, sealed(IKE_AUTH, 298), from_responder(IKE_AUTH, 238), 3)
    talk.say(sealed(INFORMATIONAL, EMPTY, mid=2))
    assert verdict(talk.only(10))[0] == "established"


def test_the_responders_own_question_is_not_answered_either() -> None:
    talk = Talk()
    init_done(talk)
    in_vain(talk, sealed(IKE_AUTH, 298), from_responder(IKE_AUTH, 238), 3)
    question = sealed(INFORMATIONAL, EMPTY, initiator=False, mid=0)
    talk.answer(question, after=0.1)
    talk.answer(question, after=1)
    assert verdict(talk.only(0))[:3] == ("failed", "IKE_AUTH", "none")


def test_one_message_of_the_initiator_does_not_continue() -> None:
    """The capture begins with IKE_AUTH, retransmitted: it need not lack a direction, as with IKE_SA_INIT before it."""
    talk = Talk()
    talk.say(sealed(IKE_AUTH, 298))
    talk.say(sealed(IKE_AUTH, 298), after=1)
    alone = talk.only(10)
    assert (alone.outcome, "only the initiator's IKE_AUTH is in the capture" in (alone.outcome_basis or "")) == (
        "incomplete",
        True,
    )
    both = Talk()
    both.say(init_request())
    both.say(sealed(IKE_AUTH, 298))
    assert "and they continue" in (both.only(10).outcome_basis or "")


def test_a_copy_of_the_last_round_behind_the_end_changes_nothing() -> None:
    talk = Talk()
    eap(talk, 300, NOTIFY)
    talk.say(sealed(INFORMATIONAL, EMPTY, mid=3))
    talk.answer(from_responder(IKE_AUTH, NOTIFY, 2), after=0.0001)
    assert verdict(talk.only(0))[:3] == ("failed", "IKE_AUTH", "responder")


CHACHA = ((1, 28), (2, 5), (4, 31))
# Under each suite the lengths of EAP-Success, AUTH alone, AUTH and a notify, AUTH and a child SA
ENDS_OF_EAP = [
    (GCM, (65, 97, 105, 238)),
    (CHACHA, (65, 97, 105, 238)),
    (CBC, (80, 112, 128, 256)),
    (TRIPLE_DES, (68, 84, 92, 220)),
]


@pytest.mark.parametrize(("suite", "sizes"), ENDS_OF_EAP)
@pytest.mark.parametrize("with_child", [False, True])
@pytest.mark.parametrize("ended", [False, True])
def test_eap_succeeds_and_the_child_is_refused_in_the_last_round(
    suite: tuple, sizes: tuple[int, int, int, int], with_child: bool, ended: bool
) -> None:
    success, auth_alone, with_notify, whole = sizes
    talk = Talk()
    init_done(talk, suite)
    for mid, (asked, answered) in enumerate(
        [(260, 1200), (90, 140), (180, success), (auth_alone, whole if with_child else with_notify)], 1
    ):
        talk.say(sealed(IKE_AUTH, asked, mid=mid))
        talk.answer(sealed(IKE_AUTH, answered, mid=mid, initiator=False, response=True))
    if ended:
        for response in (False, True):
            length = success if not response else 57
            talk.say(sealed(INFORMATIONAL, length, mid=5, initiator=not response, response=response))
    n = talk.only(later=60)
    assert n.outcome == "established"
    assert n.outcome_confidence != "certain"
    (child,) = n.children
    if with_child:
        assert (child.outcome, n.failed_at) == ("established", None)
    else:
        assert (child.outcome, n.failed_at, n.failed_by) == ("failed", "IKE_AUTH", "responder")


@pytest.mark.parametrize("error", [14, 38])
@pytest.mark.parametrize("ended", [False, True])
def test_the_responder_refuses_the_child_without_a_proof(error: int, ended: bool) -> None:
    """Whoever ends the SA after that did not refuse it."""
    for store in (None, keys()):
        talk = Talk(store)
        init_done(talk)
        talk.say(locked(IKE_AUTH, identity(True, "client"), auth(), *child_offer(b"\1\1\1\1")))
        talk.answer(locked(IKE_AUTH, notify(error), initiator=False, response=True))
        if ended:
            inform(talk, 2, notify(24))
        n = talk.only(later=60)
        assert (n.outcome, n.failed_at, n.failed_by) == ("failed", "IKE_AUTH", "responder")
        if store is not None:
            assert n.failure == ("NO_PROPOSAL_CHOSEN" if error == 14 else "TS_UNACCEPTABLE")
            assert n.outcome_confidence == "certain"


def test_a_request_again_long_after_the_demand_leaves_the_demand_unmet() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_notify(16390, b"cookie"))
    talk.say(init_request(), after=20)
    assert verdict(talk.only(0)) == ("failed", "IKE_SA_INIT", "initiator", "COOKIE", "likely")


def test_an_ike_auth_that_is_nothing_like_one_is_not_missing() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(v2(IKE_AUTH, (200, bytes(8)), mid=1))
    n = talk.only(60)
    assert (n.outcome, n.outcome_basis) == ("incomplete", "no message of IKE_AUTH holds what it has to")


@pytest.mark.parametrize("demand", [None, 16390, 17])
@pytest.mark.parametrize("by", ["initiator", "responder"])
def test_who_goes_on_later_did_not_stop(demand: int | None, by: str) -> None:
    """The capture lost IKE_AUTH, and the retry after a COOKIE or another group: either side asks in the SA later.

    What the initiator asks may be its refusal where no suite shows how much is in it.
    """
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_answer() if demand is None else init_notify(demand, b"\0\x13", spis=(SPI_I, SPI_R)))
    ends = (A, B) if by == "initiator" else (B, A)
    talk.say(sealed(INFORMATIONAL, EMPTY, mid=2, initiator=by == "initiator"), *ends)
    n = talk.only(60)
    sure = "likely" if demand is None or by == "responder" else "possible"
    assert (n.outcome, n.failed_by, n.outcome_confidence) == ("established", None, sure)


@pytest.mark.parametrize("exchange", [CREATE_CHILD_SA, INFORMATIONAL])
def test_what_has_the_message_id_of_ike_auth_follows_none(exchange: int) -> None:
    talk = Talk()
    init_done(talk)
    talk.say(sealed(exchange, 200, mid=1))
    talk.answer(from_responder(exchange, 200, mid=1))
    n = talk.only(100)
    assert (n.outcome, n.outcome_basis.endswith("has message ID 1, which is that of IKE_AUTH")) == ("incomplete", True)
    assert [s.unseen for s in surprises(n)] == []


def test_behind_a_missing_ike_auth_it_has_the_next_message_id() -> None:
    talk = Talk()
    init_done(talk)
    talk.say(sealed(CREATE_CHILD_SA, 200, mid=2))
    talk.answer(from_responder(CREATE_CHILD_SA, 200, mid=2))
    n = talk.only(100)
    assert n.outcome == "established"
    assert [s.unseen for s in surprises(n)] == [("auth",)]
