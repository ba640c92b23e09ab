"""What became of an IKEv1 SA: phase 1, XAUTH, and each quick mode."""

import pytest

from analyzer.negotiation.conclude.outcome_ikev1 import settle_quick_modes
from analyzer.negotiation.follow.live import Live
from analyzer.negotiation.model import Negotiation, Step
from analyzer.negotiation.seen import ChildSa
from tests.negotiation.build import (
    A_4500,
    AGGRESSIVE,
    B_4500,
    BASE,
    MAIN,
    QUICK_MODE,
    SPI_I,
    SPI_R,
    TRANSACTION,
    V1_INFORMATIONAL,
    ZERO,
    A,
    B,
    Talk,
    ke1,
    main_1,
    main_2,
    main_ke,
    main_mode,
    nat_hash,
    nonce1,
    notify1,
    phase1,
    quick_mode,
    sa1,
    sealed1,
    v1,
)
from tests.negotiation.exchanges.talks import aggressive
from tests.negotiation.logged import logged, negotiation


def verdict(n: Negotiation) -> tuple[str, str | None, str | None, str | None]:
    return n.outcome, n.failed_at, n.failed_by, n.failure


def test_main_mode() -> None:
    talk = Talk()
    main_mode(talk)
    n = talk.only()
    assert verdict(n) == ("established", None, None, None)
    assert (n.mode, n.outcome_confidence) == ("main", "likely"), "the initiator may not accept message 6"
    quick_mode(talk)
    assert talk.only().outcome_confidence == "certain"


@pytest.mark.parametrize("first", range(1, 7))
@pytest.mark.parametrize("refused", [False, True])
def test_a_capture_that_begins_inside_phase_1_does_not_guess_who_began(first: int, refused: bool) -> None:
    """Main mode from its n-th message on, and message 5 refused or not; ports and messages look alike on both sides."""
    talk = Talk()
    said: list[tuple[bytes, bool]] = [
        (main_1(), True),
        (main_2(), False),
        (main_ke("i"), True),
        (main_ke("r"), False),
        (sealed1(MAIN, 92, salt="i"), True),
        (sealed1(V1_INFORMATIONAL, 92, mid=9) if refused else sealed1(MAIN, 76, salt="r"), False),
    ]
    for data, by_initiator in said[first - 1 :]:
        talk.say(data, *((A, B) if by_initiator else (B, A)))
    n = talk.only(100)
    if first <= 2:
        assert n.outcome == ("failed" if refused else "established")
    else:
        assert n.outcome == ("incomplete" if refused or first == 6 else "established")
        assert n.starts_late
    assert n.outcome_confidence != "certain" or n.outcome == "incomplete"


def test_aggressive_mode() -> None:
    talk = Talk()
    aggressive(talk, 3)
    n = talk.only()
    assert verdict(n)[0] == "established"
    assert n.mode == "aggressive"


def test_base_mode() -> None:
    talk = Talk()
    talk.say(v1(BASE, sa1(phase1()), nonce1("i"), spis=(SPI_I, ZERO)))
    talk.answer(v1(BASE, sa1(phase1()), nonce1("r")))
    talk.say(v1(BASE, ke1("i"), (8, bytes(20))))
    talk.answer(v1(BASE, ke1("r"), (8, bytes(20))))
    n = talk.only()
    assert (n.outcome, n.mode) == ("established", "base")


def test_main_mode_with_a_wrong_key() -> None:
    """The responder cannot read the fifth message and says so in an encrypted INFORMATIONAL, each time it comes."""
    talk = Talk()
    main_mode(talk, last=5)
    for mid in (1, 2, 3):
        talk.answer(sealed1(V1_INFORMATIONAL, 76, mid=mid))
        talk.say(sealed1(MAIN, 108, first=5, salt="i"), after=4)
    n = talk.only()
    assert verdict(n) == ("failed", "IDENTITY_PROTECTION", "responder", None)
    assert n.outcome_confidence == "likely"


def test_what_is_in_clear_comes_before_what_is_encrypted_wherever_it_was_captured() -> None:
    """The first transmission of message 4 is missing; what is seen of it are retransmissions behind message 5."""
    talk = Talk()
    main_mode(talk, last=3)
    for _ in range(3):
        talk.say(sealed1(MAIN, 108, first=5, salt="i"), after=4)
        talk.answer(main_ke("r"))
    n = talk.only(60)
    assert verdict(n) == ("failed", "IDENTITY_PROTECTION", "none", "no answer")


def test_aggressive_mode_with_a_wrong_key() -> None:
    """The initiator finds out first: HASH_R does not fit."""
    talk = Talk()
    aggressive(talk, 2)
    talk.say(sealed1(V1_INFORMATIONAL, 92, mid=1))
    assert verdict(talk.only()) == ("failed", "AGGRESSIVE", "initiator", None)


@pytest.mark.parametrize("spis", [(SPI_I, SPI_R), (SPI_I, ZERO)])
def test_a_refused_proposal(spis: tuple[str, str]) -> None:
    talk = Talk()
    talk.say(main_1())
    talk.answer(v1(V1_INFORMATIONAL, notify1(14), mid=3, spis=spis))
    n = talk.only()
    assert verdict(n) == ("failed", "IDENTITY_PROTECTION", "responder", "NO-PROPOSAL-CHOSEN")
    assert n.outcome_confidence == "likely", "anybody can send it"


def test_a_clear_error_followed_by_a_success() -> None:
    talk = Talk()
    talk.say(main_1())
    talk.answer(v1(V1_INFORMATIONAL, notify1(14), mid=3, spis=(SPI_I, ZERO)))
    main_mode(talk)
    assert verdict(talk.only()) == ("established", None, None, None)


def test_a_status_notify_in_clear_is_no_refusal() -> None:
    talk = Talk()
    talk.say(main_1())
    talk.answer(v1(V1_INFORMATIONAL, notify1(24578), mid=3))
    talk.answer(main_2())
    assert talk.only().outcome == "incomplete"


def test_no_answer() -> None:
    talk = Talk()
    for pause in (0, 4, 8):
        talk.say(main_1(), after=pause)
    n = talk.only()
    assert verdict(n) == ("unanswered", "IDENTITY_PROTECTION", "none", "no answer")


@pytest.mark.parametrize(("last", "by"), [(2, "initiator"), (3, "none"), (4, "initiator"), (5, "none")])
def test_a_stop_in_the_middle(last: int, by: str) -> None:
    talk = Talk()
    main_mode(talk, last=last)
    assert talk.only(0).outcome == "incomplete"
    assert verdict(talk.only(30))[:3] == ("failed", "IDENTITY_PROTECTION", by)


def before_moving(nat: bool, again: int = 0) -> Talk:
    """Main mode up to message 4, which is sent `again` so often; behind a NAT message 5 goes to UDP 4500."""
    talk = Talk()
    source = ("10.1.1.5", 500) if nat else A
    talk.say(main_1())
    talk.answer(main_2())
    talk.say(main_ke("i", extra=[(20, nat_hash((SPI_I, SPI_R), B)), (20, nat_hash((SPI_I, SPI_R), source))]))
    fourth = main_ke("r", extra=[(20, nat_hash((SPI_I, SPI_R), A)), (20, nat_hash((SPI_I, SPI_R), B))])
    for k in range(1 + again):
        talk.answer(fourth, after=4.0 if k else None)
    return talk


@pytest.mark.parametrize(
    ("nat", "again", "expected"),
    [
        (True, 0, ("incomplete", None, "certain")),
        (True, 3, ("failed", "none", "possible")),
        (False, 0, ("failed", "initiator", "likely")),
        (False, 3, ("failed", "initiator", "likely")),
    ],
)
def test_what_follows_message_4_may_be_on_udp_4500(nat: bool, again: int, expected: tuple[str, ...]) -> None:
    n = before_moving(nat, again).only(60)
    assert n.nat == ("initiator" if nat else "none")
    assert (n.outcome, n.failed_by, n.outcome_confidence) == expected
    assert ("UDP 4500" in n.outcome_basis) is nat


def test_an_icmp_error() -> None:
    talk = Talk()
    talk.say(main_1())
    talk.icmp(main_1()[:8])
    assert talk.only(0).outcome == "unanswered"


def test_one_direction_only() -> None:
    there, back = Talk(), Talk()
    there.say(main_1())
    there.say(v1(MAIN, ke1("i"), nonce1("i")))
    assert there.only(100).outcome == "incomplete"
    back.answer(main_2())
    back.answer(v1(MAIN, ke1("r"), nonce1("r")))
    assert back.only(100).outcome == "incomplete"


def test_who_refused_is_not_named_where_the_sides_are_guessed() -> None:
    """From the responder's last message on: the initiator's quick mode is refused, and looks like the responder's."""
    for last in (4, 5):
        talk = Talk()
        said = [sealed1(MAIN, 108, first=5, salt="i"), sealed1(MAIN, 92, first=5, salt="r")]
        for data in said[last - 4 :]:
            (talk.say if data is said[0] else talk.answer)(data)
        for k in range(2):
            talk.say(sealed1(QUICK_MODE, 172, mid=9 + k), after=5)
            talk.answer(sealed1(V1_INFORMATIONAL, 76, mid=90 + k, salt=str(k)))
        n = talk.only(30)
        assert verdict(n) == ("established", "QUICK_MODE", None, None)
        assert n.starts_late
    known = Talk()
    main_mode(known)
    known.say(sealed1(QUICK_MODE, 172, mid=9), after=5)
    known.answer(sealed1(V1_INFORMATIONAL, 76, mid=90))
    assert verdict(known.only(30)) == ("established", "QUICK_MODE", "responder", None)


def test_500_and_4500_legs() -> None:
    talk = Talk()
    main_mode(talk, last=4)
    talk.say(sealed1(MAIN, 108, first=5, salt="i"), A_4500, B_4500)
    talk.answer(sealed1(MAIN, 92, first=5, salt="r"), B_4500, A_4500)
    n = talk.only()
    assert (n.outcome, n.nat_t, len(n.exchanges)) == ("established", True, 1)


# -- XAUTH


def xauth(talk: Talk, rounds: int, auth: int = 65001) -> None:
    main_mode(talk, phase1(auth=auth))
    for mid in range(1, rounds + 1):
        talk.answer(sealed1(TRANSACTION, 76, mid=mid, salt="ask"))
        talk.say(sealed1(TRANSACTION, 92, mid=mid, salt="say"))


def test_xauth_and_then_quick_mode() -> None:
    talk = Talk()
    xauth(talk, 2)
    quick_mode(talk)
    n = talk.only(100)
    assert verdict(n) == ("established", None, None, None)
    assert [c.outcome for c in n.children] == ["established"]


def test_xauth_rounds_and_then_the_end() -> None:
    talk = Talk()
    xauth(talk, 2)
    assert talk.only(0).outcome == "established", "quick mode may still come"
    assert verdict(talk.only(100))[:3] == ("failed", "TRANSACTION", "responder")
    talk.say(sealed1(V1_INFORMATIONAL, 92, mid=77))
    assert verdict(talk.only(0))[:3] == ("failed", "TRANSACTION", "responder")


@pytest.mark.parametrize(("ends", "by"), [("i", "initiator"), ("r", "responder"), ("", "responder")])
def test_who_ends_the_sa_over_mode_config(ends: str, by: str) -> None:
    """Behind the gateway's reply the client that ends the SA has refused it; else nothing says that it did."""
    talk = Talk()
    xauth(talk, 2)
    talk.say(sealed1(TRANSACTION, 92, mid=50, salt="request"))
    talk.answer(sealed1(TRANSACTION, 92, mid=50, salt="reply"))
    if ends:
        (talk.say if ends == "i" else talk.answer)(sealed1(V1_INFORMATIONAL, 92, mid=77))
    assert verdict(talk.only(100))[:3] == ("failed", "TRANSACTION", by)


def test_before_quick_mode_xauth_may_still_refuse_the_user() -> None:
    talk = Talk()
    xauth(talk, 1)
    n = talk.only(0)
    assert (n.outcome, n.outcome_confidence) == ("established", "likely")


def test_mode_config_without_xauth_needs_no_quick_mode() -> None:
    talk = Talk()
    xauth(talk, 1, auth=1)
    assert talk.only(100).outcome == "established"


def test_of_a_choice_whose_method_was_cut_transactions_may_be_xauth() -> None:
    """Cut within the chosen transform: whether the user may still be refused is not known."""
    talk = Talk()
    chosen = phase1(auth=1)
    whole = main_2(chosen)
    talk.say(main_1(chosen))
    talk.say(whole[:72], B, A, missing=len(whole) - 72)
    talk.say(main_ke("i"))
    talk.answer(main_ke("r"))
    talk.say(sealed1(MAIN, 108, first=5, salt="i"))
    talk.answer(sealed1(MAIN, 92, first=5, salt="r"))
    talk.answer(sealed1(TRANSACTION, 76, mid=1, salt="ask"))
    talk.say(sealed1(TRANSACTION, 92, mid=1, salt="say"))
    n = talk.only(100)
    assert n.suite is not None
    assert n.suite.auth_method is None
    assert (n.outcome, n.outcome_confidence) == ("established", "likely")


def test_a_refused_user_who_tries_again() -> None:
    talk = Talk()
    xauth(talk, 1)
    talk.tracker._lives[0].negotiation.xauth_failed = True
    assert verdict(talk.only())[:3] == ("failed", "TRANSACTION", "responder")
    quick_mode(talk)
    assert talk.only().outcome == "established", "a quick mode proves that a later try was accepted"


# -- quick modes


def children(talk: Talk, later: float = 100) -> list[str]:
    return [c.outcome for c in talk.only(later).children]


def test_quick_mode_is_linked_to_its_phase_1() -> None:
    talk = Talk()
    for number in (1, 2):
        spis = f"{number:016x}", f"{number + 16:016x}"
        main_mode(talk, spis=spis)
        quick_mode(talk, mid=number, spis=spis)
    first, second = talk.negotiations()
    assert [[c.frame_number for c in n.children] for n in (first, second)] == [[7], [16]]
    assert first.children[0].created_by == "QUICK_MODE"
    assert first.children[0].basis == "inferred"


@pytest.mark.parametrize(("last", "outcome"), [(1, "unknown"), (2, "unknown"), (3, "established")])
def test_quick_mode_by_its_messages(last: int, outcome: str) -> None:
    talk = Talk()
    main_mode(talk)
    quick_mode(talk, last=last)
    assert children(talk) == [outcome]


def test_a_quick_mode_asked_again_and_not_answered_failed() -> None:
    """Asked once, the answer and all that followed may be missing from the capture."""
    for later, outcome in ((0, "unknown"), (10, "failed")):
        talk = Talk()
        main_mode(talk)
        quick_mode(talk, last=1)
        talk.now += 1
        quick_mode(talk, last=1)
        assert children(talk, later) == [outcome]


def test_an_informational_in_place_of_the_second_message_refuses() -> None:
    talk = Talk()
    main_mode(talk)
    quick_mode(talk, last=1)
    talk.answer(sealed1(V1_INFORMATIONAL, 76, mid=99))
    talk.say(sealed1(V1_INFORMATIONAL, 92, mid=100))
    n = talk.only(0)
    assert verdict(n) == ("established", "QUICK_MODE", "responder", None)
    assert [(c.outcome, c.response_frame) for c in n.children] == [("failed", 8)]


@pytest.mark.parametrize("pause", [10.0, -10.0])
def test_an_informational_of_another_time_or_side_does_not_refuse(pause: float) -> None:
    talk = Talk()
    main_mode(talk)
    if pause < 0:
        talk.answer(sealed1(V1_INFORMATIONAL, 76, mid=99))
    quick_mode(talk, last=1)
    if pause > 0:
        talk.answer(sealed1(V1_INFORMATIONAL, 76, mid=99), after=pause)
    talk.say(sealed1(V1_INFORMATIONAL, 76, mid=98))
    assert talk.only(0).children[0].response_frame is None


def test_the_third_message_proves_the_second() -> None:
    """The second one is not in the capture, and an INFORMATIONAL passes by."""
    talk = Talk()
    main_mode(talk)
    talk.say(sealed1(QUICK_MODE, 188, mid=5, salt="1"))
    talk.answer(sealed1(V1_INFORMATIONAL, 84, mid=99))
    talk.say(sealed1(QUICK_MODE, 60, mid=5, salt="3"))
    n = talk.only(100)
    assert [c.outcome for c in n.children] == ["established"]
    assert n.failed_at is None


def test_what_follows_proves_a_quick_mode_without_its_third_message() -> None:
    talk = Talk()
    main_mode(talk)
    quick_mode(talk, last=2)
    talk.say(sealed1(V1_INFORMATIONAL, 92, mid=7), after=30)
    assert children(talk) == ["established"]


def test_quick_mode_begun_by_the_responder() -> None:
    talk = Talk()
    main_mode(talk)
    talk.answer(sealed1(QUICK_MODE, 188, mid=5, salt="1"))
    talk.say(sealed1(V1_INFORMATIONAL, 76, mid=99))
    n = talk.only(0)
    assert verdict(n)[:3] == ("established", "QUICK_MODE", "initiator")


def test_a_refused_quick_mode_repeated_with_success_is_no_failure() -> None:
    talk = Talk()
    main_mode(talk)
    quick_mode(talk, mid=1, last=1)
    talk.answer(sealed1(V1_INFORMATIONAL, 76, mid=99))
    quick_mode(talk, mid=2)
    n = talk.only(0)
    assert n.failed_at is None
    assert [c.outcome for c in n.children] == ["failed", "established"]


def test_phase_1_is_proven_by_phase_2() -> None:
    talk = Talk()
    main_mode(talk, last=4)
    quick_mode(talk)
    assert verdict(talk.only(100)) == ("established", None, None, None)


@pytest.mark.parametrize("exchange", [QUICK_MODE, TRANSACTION])
def test_phase_2_in_clear_proves_nothing(exchange: int) -> None:
    talk = Talk()
    talk.say(main_1())
    talk.answer(main_2())
    talk.say(v1(exchange, (8, bytes(20)), mid=7))
    assert talk.only(100).outcome == "failed"


def test_aggressive_answer_only_offered_never_established() -> None:
    talk = Talk()
    talk.say(v1(AGGRESSIVE, sa1(phase1()), ke1("i"), spis=(SPI_I, ZERO)))
    assert talk.only(100).outcome == "unanswered"


def test_quick_modes_of_which_keys_opened_only_a_later_one_are_one_child_each() -> None:
    def step(frame: int, own: bool, again: int | None = None) -> Step:
        return Step(frame, frame * 10**9, again, False, own, False, 188, "udp", True, (), None, (), None)

    frames = 10, 20, 30
    told = [[step(frame, True), step(frame + 1, False), step(frame + 2, True)] for frame in frames]
    quick = [logged(QUICK_MODE, steps[0].frame_number, True, steps) for steps in told]
    n = negotiation(*quick, ike_version=1, mode="main")
    n.children = [ChildSa(1, "QUICK_MODE", 20, "seen", "unknown")]
    settle_quick_modes(Live(n), None)
    assert sorted((c.frame_number, c.basis, c.outcome) for c in n.children) == [
        (10, "inferred", "established"),
        (20, "seen", "established"),
        (30, "inferred", "established"),
    ]


def test_phase_1_repeated_although_it_was_answered() -> None:
    talk = Talk()
    for k in range(3):
        talk.say(main_1(), after=2.0**k)
        talk.answer(main_2(), after=0.01)
    assert verdict(talk.only(0)) == ("failed", "IDENTITY_PROTECTION", "none", "answer not received")


def test_message_5_repeated_to_the_end_while_the_responder_asks_for_more_in_vain() -> None:
    """Each answer is in the capture; the last one, its last packet, arrives no better."""
    for sent, asked_again, expected in ((3, True, "failed"), (3, False, "established"), (4, False, "failed")):
        talk = Talk()
        main_mode(talk, last=4)
        for k in range(sent):
            talk.say(sealed1(MAIN, 1420, first=5, salt="5"), after=0.1 if k == 0 else 10)
            talk.answer(sealed1(MAIN, 1388, first=5, salt="6"), after=0.05)
            if k == 0 or (k == 1 and asked_again):
                talk.answer(sealed1(QUICK_MODE, 460, mid=66), after=1)
        n = talk.only(0)
        assert n.outcome == expected
        assert n.outcome == "established" or verdict(n)[1:] == ("IDENTITY_PROTECTION", "none", "answer not received")


def ended_at_once(after: float) -> Talk:
    talk = Talk()
    main_mode(talk)
    talk.say(sealed1(V1_INFORMATIONAL, 92, mid=0x77), after=after)
    return talk


def test_the_initiator_refuses_message_6() -> None:
    assert verdict(ended_at_once(0.001).only(10)) == ("failed", "IDENTITY_PROTECTION", "initiator", None)
    assert verdict(ended_at_once(0.001).only(0))[0] == "established", "phase 2 may follow"
    assert verdict(ended_at_once(0.5).only(10))[0] == "established", "a proof is checked sooner"
    goes_on = ended_at_once(0.001)
    quick_mode(goes_on)
    assert verdict(goes_on.only(10))[0] == "established", "INITIAL-CONTACT comes like that"


@pytest.mark.parametrize(
    "near", ["clear", "of the responder", "transaction", "message 5 only", "before", "repeated", "slow host", "sooner"]
)
def test_what_else_may_come_after_message_6(near: str) -> None:
    """The initiator took 20 ms for message 5; `slow host`: 5 s, and its INFORMATIONAL comes 4 s after message 6.

    A responder that repeats message 6 has not heard that it was refused.
    """
    talk = Talk()
    main_mode(talk, last=4)
    talk.say(sealed1(MAIN, 108, first=5, salt="i"), after=5 if near == "slow host" else 0.02)
    if near == "before":
        talk.say(sealed1(V1_INFORMATIONAL, 92, mid=0x77), after=0.001)
    if near != "message 5 only":
        talk.answer(sealed1(MAIN, 92, first=5, salt="r"))
    said = v1(V1_INFORMATIONAL, notify1(24), mid=0x77) if near == "clear" else sealed1(V1_INFORMATIONAL, 92, mid=0x77)
    after = {"slow host": 4, "sooner": 0.017}.get(near, 0.001)
    if near == "of the responder":
        talk.answer(said, after=after)
    elif near == "transaction":
        talk.say(sealed1(TRANSACTION, 92, mid=0x77), after=after)
    elif near != "before":
        talk.say(said, after=after)
    if near == "repeated":
        talk.answer(sealed1(MAIN, 92, first=5, salt="r"), after=4)
    refused = verdict(talk.only(60)) == ("failed", "IDENTITY_PROTECTION", "initiator", None)
    assert refused is (near in ("sooner", "repeated"))


def in_vendor_fragments(after: float, pieces: int = 2) -> Talk:
    """Main mode with certificates: messages 5 and 6 in fragments, and the initiator's INFORMATIONAL so much later."""
    talk = Talk()
    main_mode(talk, last=4)
    for number, (salt, say) in enumerate((("i", talk.say), ("r", talk.answer)), 1):
        message = sealed1(MAIN, 1200, first=5, salt=salt)
        size = -(-len(message) // pieces)
        for k in range(pieces):
            head = bytes([0, number, k + 1, k + 1 == pieces])
            say(v1(MAIN, (132, head + message[k * size : (k + 1) * size])), after=0.001 if k else 0.02)
    talk.say(sealed1(V1_INFORMATIONAL, 92, mid=0x77), after=after)
    return talk


def test_a_proof_in_vendor_fragments_is_refused_as_any() -> None:
    at_once = in_vendor_fragments(0.001).only(10)
    assert verdict(at_once) == ("failed", "IDENTITY_PROTECTION", "initiator", None)
    late = in_vendor_fragments(3).only(10)
    assert (late.outcome, late.outcome_confidence) == ("established", "possible")


def test_message_6_does_not_arrive() -> None:
    talk = Talk()
    main_mode(talk, last=4)
    for k in range(3):
        talk.say(sealed1(MAIN, 108, first=5, salt="i"), after=2.0**k)
        talk.answer(sealed1(MAIN, 92, first=5, salt="r"), after=0.01)
    assert verdict(talk.only(10)) == ("failed", "IDENTITY_PROTECTION", "none", "answer not received")
    assert verdict(talk.only(0))[0] == "established", "the last answer may have come through"


def test_aggressive_mode_whose_third_message_does_not_arrive() -> None:
    """The initiator goes on to quick mode, which a responder in the middle of phase 1 does not answer."""
    for answered in (False, True):
        talk = Talk()
        aggressive(talk, 3)
        talk.say(sealed1(QUICK_MODE, 188, mid=5))
        for k in range(3):
            talk.answer(
                v1(AGGRESSIVE, sa1(phase1()), ke1("r"), nonce1("r"), (5, b"\x02\0\0\0id"), (8, bytes(20))), after=2.0**k
            )
        if answered:
            talk.answer(sealed1(QUICK_MODE, 188, mid=5, salt="r"))
        expected = ("established", None) if answered else ("failed", "answer not received")
        n = talk.only(10)
        assert (n.outcome, n.failure) == expected


def test_xauth_that_goes_on_asking_what_was_answered() -> None:
    talk = Talk()
    xauth(talk, 1)
    for k in range(3):
        talk.answer(sealed1(TRANSACTION, 76, mid=1, salt="ask"), after=2.0**k)
    assert verdict(talk.only(10)) == ("failed", "TRANSACTION", "none", "answer not received")


# -- asked and never answered


@pytest.mark.parametrize(
    ("transmissions", "later", "outcome"), [(3, 0, "failed"), (1, 100, "failed"), (2, 0, "established")]
)
@pytest.mark.parametrize("rounds", [0, 1])
def test_xauth_that_is_never_answered(rounds: int, transmissions: int, later: float, outcome: str) -> None:
    """The gateway asks, and the client says nothing: nobody refused."""
    talk = Talk()
    xauth(talk, rounds)
    for _ in range(transmissions):
        talk.answer(sealed1(TRANSACTION, 76, mid=9, salt="ask"), after=5)
    n = talk.only(later)
    failed = ("TRANSACTION", "none", "no answer") if outcome == "failed" else (None, None, None)
    assert verdict(n) == (outcome, *failed)


def mode_config(transmissions: int, *, alive: bool = True, quick: bool = False, answered: bool = False) -> Talk:
    talk = Talk()
    main_mode(talk)
    for k in range(transmissions):
        talk.say(sealed1(TRANSACTION, 92, mid=9, salt="ask"), after=5)
        if alive:
            talk.answer(sealed1(V1_INFORMATIONAL, 92, mid=100 + k))
            talk.say(sealed1(V1_INFORMATIONAL, 92, mid=200 + k))
    if answered:
        talk.answer(sealed1(TRANSACTION, 108, mid=9, salt="reply"))
    if quick:
        quick_mode(talk)
    return talk


@pytest.mark.parametrize(("transmissions", "quick"), [(3, False), (5, True)])
def test_mode_config_that_is_never_answered(transmissions: int, quick: bool) -> None:
    n = mode_config(transmissions, quick=quick).only(100)
    assert verdict(n) == ("established", "TRANSACTION", "none", "no answer")


@pytest.mark.parametrize(
    "talk",
    [
        mode_config(2),
        mode_config(4, alive=False),
        mode_config(4, answered=True),
        mode_config(3, quick=True),
    ],
    ids=["retransmitted once", "the peer is gone", "answered at last", "who goes on may have had an answer"],
)
def test_mode_config_that_may_have_been_answered(talk: Talk) -> None:
    assert verdict(talk.only(100)) == ("established", None, None, None)


@pytest.mark.parametrize(
    ("transmissions", "later", "failed_at"), [(3, 0, "QUICK_MODE"), (2, 0, None), (2, 10, "QUICK_MODE"), (1, 100, None)]
)
def test_a_quick_mode_that_is_never_answered(transmissions: int, later: float, failed_at: str | None) -> None:
    talk = Talk()
    main_mode(talk)
    for _ in range(transmissions):
        talk.say(sealed1(QUICK_MODE, 188, mid=9), after=5)
    n = talk.only(later)
    assert (n.outcome, n.failed_at) == ("established", failed_at)


@pytest.mark.parametrize(
    ("said", "words"), [(False, "sent nothing after"), (True, "did not continue AGGRESSIVE after")]
)
def test_an_initiator_that_says_something_else_is_not_silent(said: bool, words: str) -> None:
    talk = Talk()
    aggressive(talk, last=2)
    if said:
        talk.say(v1(V1_INFORMATIONAL, notify1(16384), mid=7))
    n = talk.only(30)
    assert (n.outcome, n.failed_by, words in (n.outcome_basis or "")) == ("failed", "initiator", True)


def test_transactions_in_clear_prove_nothing() -> None:
    talk = Talk()
    main_mode(talk)
    for say in (talk.answer, talk.say):
        say(v1(TRANSACTION, (14, bytes((1, 0, 0, 7))), mid=5))
    n = talk.only(100)
    assert (n.outcome, n.outcome_confidence) == ("established", "likely")
    sealed_ones = Talk()
    main_mode(sealed_ones)
    for say in (sealed_ones.answer, sealed_ones.say):
        say(sealed1(TRANSACTION, 76, mid=5))
    assert sealed_ones.only(100).outcome_confidence == "certain"
