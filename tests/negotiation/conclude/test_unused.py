"""An SA that was ended before it carried anything: on purpose, or because its initiator refused the proof."""

import pytest

import analyzer
from analyzer.capture.datagram import EspStream
from analyzer.isakmp import decode
from analyzer.negotiation.conclude.verdict import PATIENCE_NS
from analyzer.negotiation.model import Negotiation
from tests.conftest import ROOT
from tests.negotiation.build import (
    AGGRESSIVE,
    AUTH_REQUEST,
    AUTH_WITH_CHILD,
    BASE,
    CBC,
    CHILD_DELETE,
    CREATE_CHILD_SA,
    EMPTY,
    GCM,
    IKE_AUTH,
    INFORMATIONAL,
    NOTIFY,
    SPI_I,
    TRIPLE_DES,
    V1_INFORMATIONAL,
    ZERO,
    A,
    B,
    Talk,
    datagram,
    established,
    init_answer,
    init_done,
    init_request,
    ke1,
    main_mode,
    nonce1,
    phase1,
    quick_mode,
    sa1,
    sealed,
    sealed1,
    v1,
)
from tests.negotiation.keyed import keys, locked

IN_CBC, EMPTY_IN_CBC = 80, 80  # the padding makes both a block


def acknowledge(talk: Talk, length: int = EMPTY, mid: int = 2) -> None:
    talk.answer(sealed(INFORMATIONAL, length, initiator=False, response=True, mid=mid))


def ended(after: float, suite: tuple = GCM, length: int = NOTIFY, mid: int = 2, answer: int = AUTH_WITH_CHILD) -> Talk:
    """An IKEv2 SA, and the initiator's INFORMATIONAL so many seconds after the responder's proof, acknowledged."""
    talk = Talk()
    established(talk, suite, answer=answer)
    talk.say(sealed(INFORMATIONAL, length, mid=mid), after=after)
    acknowledge(talk, EMPTY if suite is GCM else length, mid)
    return talk


def doubted(n: Negotiation) -> bool:
    assert (n.outcome_confidence == "possible") is (n.unused_end is not None)
    assert n.unused_end is None or "carried nothing" in n.outcome_basis
    return n.unused_end is not None


def esp(at: float, source: str = A[0], target: str = B[0]) -> EspStream:
    time = round(at * 1e9)
    return EspStream("c0ffee00", source, target, "esp", 90, 91, time, time, 2, 200)


@pytest.mark.parametrize("after", [0.03, 0.5, 3.1, 29.0])
@pytest.mark.parametrize(
    ("suite", "length"), [(GCM, NOTIFY), (CBC, IN_CBC), (TRIPLE_DES, 68)], ids=["GCM", "CBC", "3DES"]
)
def test_an_end_soon_after_the_proof_is_never_certain(after: float, suite: tuple, length: int) -> None:
    n = ended(after, suite, length, answer=250).only(10)
    assert n.outcome == "established"
    assert doubted(n)
    assert [s.frame_number for s in n.unused_end or ()] == [4, 5]


def test_what_shows_that_the_initiator_took_the_proof() -> None:
    assert not doubted(ended(31).only(10)), "no check of a proof takes so long"
    assert not doubted(ended(0.5, length=CHILD_DELETE).only(10))
    assert not doubted(ended(0.5, length=EMPTY).only(10)), "a liveness check"
    assert not doubted(ended(0.5, mid=3).only(10)), "not its next request"
    went_on = ended(0.5)
    went_on.say(sealed(CREATE_CHILD_SA, 300, mid=3))
    assert not doubted(went_on.only(10))
    asked = ended(0.5)
    asked.answer(sealed(INFORMATIONAL, EMPTY, initiator=False, mid=0))
    assert not doubted(asked.only(10)), "the responder goes on"


@pytest.mark.parametrize("length", [NOTIFY + 4, NOTIFY + 8, NOTIFY + 16, NOTIFY + 40])
def test_longer_than_one_notify_it_may_still_refuse(length: int) -> None:
    """Padding is free, and a Delete may stand beside the notify: established, and not for certain."""
    n = ended(0.5, length=length).only(10)
    assert (n.outcome, n.outcome_confidence) == ("established", "likely")


def ended_by_responder(after: float, answer: int = AUTH_WITH_CHILD, *, goes_on: bool = False) -> Talk:
    talk = Talk()
    established(talk, GCM, answer=answer)
    talk.answer(sealed(INFORMATIONAL, NOTIFY, initiator=False, mid=0), after=after)
    talk.say(sealed(INFORMATIONAL, EMPTY, response=True, mid=0))
    if goes_on:
        talk.say(sealed(INFORMATIONAL, EMPTY, mid=2))
        acknowledge(talk)
    return talk


def test_what_the_responder_ends_soon_is_not_certain_either() -> None:
    n = ended_by_responder(0.5).only(10)
    assert (n.outcome, n.outcome_confidence) == ("established", "likely")
    assert "the responder ended the SA soon" in n.outcome_basis
    assert n.unused_end is None, "it accepted the proof before it sent its own"
    assert ended_by_responder(31).only(100).outcome_confidence == "certain"
    assert ended_by_responder(0.5, goes_on=True).only(10).outcome_confidence == "certain"


def both_at_once(end_after: float, other_after: float) -> Negotiation:
    """Two SAs of the same hosts, the second the other way, and the first one's initiator ends it."""
    talk = Talk()
    established(talk)
    proved = talk.now
    spis = ("c1" * 8, "d1" * 8)
    talk.now = proved + other_after
    talk.answer(init_request(spi=spis[0]))
    talk.say(init_answer(spis=spis))
    talk.answer(sealed(IKE_AUTH, AUTH_REQUEST, spis=spis))
    talk.say(sealed(IKE_AUTH, AUTH_WITH_CHILD, initiator=False, response=True, spis=spis))
    talk.now = proved + end_after
    talk.say(sealed(INFORMATIONAL, NOTIFY, mid=2))
    acknowledge(talk)
    first, second = talk.story(200).negotiations
    assert second.outcome == "established"
    return first


def test_of_two_sas_at_once_the_peers_keep_one() -> None:
    n = both_at_once(5, 0.01)
    assert not doubted(n)
    assert n.outcome_confidence == "likely"
    assert doubted(both_at_once(5, 20)), "made after the end"


def test_an_end_however_late_leaves_the_outcome_likely() -> None:
    """A capture without the ESP packets shows no more."""
    n = ended(100).only(10)
    assert (n.outcome, n.outcome_confidence) == ("established", "likely")


def test_traffic_of_its_hosts_shows_it() -> None:
    (n,) = ended(3).story(10, [esp(1002)]).negotiations
    assert not doubted(n)
    (n,) = ended(3).story(10, [esp(1002, B[0], A[0])]).negotiations
    assert not doubted(n)
    (n,) = ended(3).story(10, [esp(900)]).negotiations
    assert doubted(n), "of an SA before it"
    (n,) = ended(3).story(10, [esp(1002, "203.0.113.1")]).negotiations
    assert doubted(n), "of another host"


def test_with_a_block_cipher_it_may_be_a_liveness_check() -> None:
    """Padding hides whether anything is inside; who lives on is checked after a while."""
    assert doubted(ended(1, CBC, EMPTY_IN_CBC, answer=250).only(0))
    assert not doubted(ended(10, CBC, EMPTY_IN_CBC, answer=250).only(0)), "the capture ends"
    assert doubted(ended(10, CBC, EMPTY_IN_CBC, answer=250).only(10)), "and nothing comes"
    patience = PATIENCE_NS / 1e9
    assert doubted(ended(patience - 0.001, CBC, EMPTY_IN_CBC, answer=250).only(0))
    assert not doubted(ended(patience, CBC, EMPTY_IN_CBC, answer=250).only(0)), "as long as one waits for an answer"


def test_copies_of_a_mirror_port_change_nothing() -> None:
    talk = Talk()
    init_done(talk)
    for data, answers in (
        (sealed(IKE_AUTH, AUTH_REQUEST), False),
        (sealed(IKE_AUTH, AUTH_WITH_CHILD, initiator=False, response=True), True),
        (sealed(INFORMATIONAL, NOTIFY, mid=2), False),
        (sealed(INFORMATIONAL, EMPTY, initiator=False, response=True, mid=2), True),
    ):
        for after in (1.0, 0.0001):
            (talk.answer if answers else talk.say)(data, after=after)
    assert doubted(talk.only(10))


def test_one_direction_shows_too_little() -> None:
    """Whether it is the answer's refusal cannot be asked where no answer was seen: an SA that is up is possible."""
    talk = Talk()
    init_done(talk)
    talk.say(sealed(IKE_AUTH, AUTH_REQUEST))
    talk.say(sealed(INFORMATIONAL, NOTIFY, mid=2), after=1)
    n = talk.only(10)
    assert n.unused_end is None
    assert (n.outcome, n.outcome_confidence) == ("established", "possible")


def test_a_peer_that_is_gone_has_an_explanation_of_its_own() -> None:
    talk = Talk()
    established(talk)
    for _ in range(4):
        talk.say(sealed(INFORMATIONAL, NOTIFY, mid=2), after=2)
    assert not doubted(talk.only(10))


def test_a_capture_that_begins_behind_ike_sa_init() -> None:
    talk = Talk()
    talk.say(sealed(IKE_AUTH, AUTH_REQUEST))
    talk.answer(sealed(IKE_AUTH, AUTH_WITH_CHILD, initiator=False, response=True))
    talk.say(sealed(INFORMATIONAL, NOTIFY, mid=2), after=1)
    acknowledge(talk)
    n = talk.only(10)
    assert n.unused_end is None


def test_a_clock_that_was_set_back() -> None:
    assert not doubted(ended(-2).only(10))


@pytest.mark.parametrize("after", [0.5, 3.1, 29.0])
def test_ikev1_alike(after: float) -> None:
    talk = Talk()
    main_mode(talk)
    talk.say(sealed1(V1_INFORMATIONAL, 92, mid=0x77), after=after)
    assert doubted(talk.only(10))
    talk = Talk()
    main_mode(talk)
    talk.say(sealed1(V1_INFORMATIONAL, 92, mid=0x77), after=after)
    quick_mode(talk)
    assert not doubted(talk.only(10)), "INITIAL-CONTACT"


def test_ikev1_that_deletes_child_sas_had_some() -> None:
    talk = Talk()
    main_mode(talk)
    for mid in (0x77, 0x78, 0x79):
        talk.say(sealed1(V1_INFORMATIONAL, 76, mid=mid), after=1)
    assert not doubted(talk.only(10)), "each of them once"


def test_ikev1_that_the_responder_ends() -> None:
    talk = Talk()
    main_mode(talk)
    talk.answer(sealed1(V1_INFORMATIONAL, 92, mid=0x77), after=0.5)
    assert not doubted(talk.only(10))


def aggressive(*, encrypted: bool = True) -> Talk:
    """Aggressive mode; its third message, the initiator's proof, may be in clear (RFC 2409 section 5)."""
    talk, identity = Talk(), (5, b"\1\0\0\0host")
    talk.say(v1(AGGRESSIVE, sa1(phase1()), ke1("i"), nonce1("i"), identity, spis=(SPI_I, ZERO)))
    talk.answer(v1(AGGRESSIVE, sa1(phase1()), ke1("r"), nonce1("r"), identity, (8, bytes(20))))
    talk.say(sealed1(AGGRESSIVE, 92) if encrypted else v1(AGGRESSIVE, (8, bytes(20))))
    return talk


def base() -> Talk:
    """Base mode, whose fourth message is the responder's proof."""
    talk = Talk()
    talk.say(v1(BASE, sa1(phase1()), nonce1("i"), spis=(SPI_I, ZERO)))
    talk.answer(v1(BASE, sa1(phase1()), nonce1("r")))
    talk.say(v1(BASE, ke1("i"), (8, bytes(20))))
    talk.answer(v1(BASE, ke1("r"), (8, bytes(20))))
    return talk


def end(talk: Talk, by: str, after: float) -> Negotiation:
    (talk.say if by == "i" else talk.answer)(sealed1(V1_INFORMATIONAL, 92, mid=0x77), after=after)
    return talk.only(60)


@pytest.mark.parametrize("after", [0.02, 1, 29])
@pytest.mark.parametrize("encrypted", [True, False])
def test_aggressive_mode_is_judged_last_by_the_responder(encrypted: bool, after: float) -> None:
    n = end(aggressive(encrypted=encrypted), "r", after)
    assert doubted(n)
    assert "the responder ended the SA soon" in n.outcome_basis
    assert not doubted(end(aggressive(encrypted=encrypted), "i", after)), "it had judged message 2 before"


def test_aggressive_mode_whose_third_message_is_missing() -> None:
    talk = Talk()
    talk.say(v1(AGGRESSIVE, sa1(phase1()), ke1("i"), nonce1("i"), spis=(SPI_I, ZERO)))
    talk.answer(v1(AGGRESSIVE, sa1(phase1()), ke1("r"), nonce1("r"), (8, bytes(20))))
    assert not doubted(end(talk, "r", 1))


def test_aggressive_mode_that_goes_on() -> None:
    talk = aggressive()
    quick_mode(talk)
    assert not doubted(end(talk, "r", 1))
    assert not doubted(end(aggressive(), "r", 31))


def test_base_mode_is_judged_last_by_the_initiator() -> None:
    assert doubted(end(base(), "i", 1))
    assert not doubted(end(base(), "r", 1))
    assert not doubted(end(base(), "i", 31))


def test_ikev1_that_did_not_come_to_its_end() -> None:
    talk = Talk()
    main_mode(talk, last=5)
    talk.say(sealed1(V1_INFORMATIONAL, 92, mid=0x77), after=0.5)
    assert not doubted(talk.only(10))


def with_keys(*payloads: tuple[int, bytes]) -> Negotiation:
    """The same end, read with keys."""
    talk = Talk(keys())
    established(talk)
    talk.say(locked(INFORMATIONAL, *payloads, mid=2), after=3)
    talk.answer(locked(INFORMATIONAL, initiator=False, response=True, mid=2))
    return talk.only(10)


def test_keys_settle_it() -> None:
    deleted = with_keys((42, b"\1\0\0\0"))
    assert deleted.outcome == "established"
    assert not doubted(deleted)
    refused = with_keys((41, b"\0\0\0\x18"))
    assert (refused.outcome, refused.failed_by, refused.failure) == ("failed", "initiator", "AUTHENTICATION_FAILED")


def test_over_tcp_alike() -> None:
    talk = Talk()
    for place, data in enumerate(
        (
            init_request(),
            init_answer(),
            sealed(IKE_AUTH, AUTH_REQUEST),
            sealed(IKE_AUTH, AUTH_WITH_CHILD, initiator=False, response=True),
            sealed(INFORMATIONAL, NOTIFY, mid=2),
            sealed(INFORMATIONAL, EMPTY, initiator=False, response=True, mid=2),
        ),
        1,
    ):
        ends = (B, A) if place % 2 == 0 else (A, B)
        sent = datagram(data, *ends, frame=place, at=1000 + place)._replace(transport="tcp")
        talk.tracker.feed(sent, decode(data))
        talk.now = 1000 + place
    assert doubted(talk.only(10))


def test_deletes_of_child_sas_that_were_read_refuse_nothing() -> None:
    capture, keys_of_it = (ROOT / "fixtures" / "rules" / "repeated-delete" / f"shows.{end}" for end in ("pcap", "keys"))
    for given, expected in ((None, "authentication-failed"), (keys_of_it, None)):
        (row,) = analyzer.read_pcap(capture, keys=given).tables["negotiations"].records()
        assert row["diagnosis"] == expected
