"""SAs that were up before the capture began: what both sides say shows it, or leaves it open."""

from dataclasses import replace

import pytest

from analyzer.decryption.keyfile import KeyStore
from analyzer.decryption.suites import encryption
from analyzer.negotiation.model import Negotiation
from tests.negotiation.build import (
    CHILD_ANSWER,
    CREATE_CHILD_SA,
    EMPTY,
    INFORMATIONAL,
    NOTIFY,
    QUICK_MODE,
    SPI_I,
    SPI_R,
    V1_INFORMATIONAL,
    Talk,
    notify2,
    quick_mode,
    sealed,
    sealed1,
)
from tests.negotiation.keyed import keys, locked


def pair(talk: Talk, exchange: int = INFORMATIONAL, length: int = EMPTY, *, mid: int = 5, by: bool = True) -> None:
    """A request of one side with the other's answer, of the same length where no child is asked for."""
    ask, answer = (talk.say, talk.answer) if by else (talk.answer, talk.say)
    ask(sealed(exchange, length, mid=mid, initiator=by))
    said = CHILD_ANSWER if exchange == CREATE_CHILD_SA else EMPTY
    answer(sealed(exchange, said, mid=mid, initiator=not by, response=True))


def verdict(n: Negotiation) -> tuple[str, str, bool]:
    return n.outcome, n.outcome_confidence, "the capture begins inside this SA" in n.outcome_basis


UP, OPEN = ("established", "likely", True), ("incomplete", "certain", True)


def test_answers_of_an_sa_that_is_up() -> None:
    talk = Talk()
    pair(talk, CREATE_CHILD_SA, 260)
    assert verdict(talk.only()) == UP
    talk = Talk()
    pair(talk, by=False)
    assert verdict(talk.only()) == UP, "a responder that asks has accepted the initiator"
    talk = Talk()
    pair(talk, mid=5)
    talk.say(sealed(INFORMATIONAL, EMPTY, mid=6), after=30)
    assert verdict(talk.only(30)) == UP, "whoever asks on has not refused"


@pytest.mark.parametrize("length", [NOTIFY, 80])
def test_one_informational_may_refuse_what_the_capture_lacks(length: int) -> None:
    talk = Talk()
    pair(talk, length=length, mid=2)
    assert verdict(talk.only(30)) == OPEN


@pytest.mark.parametrize(("notify", "is_up"), [(24, False), (16384, True)])
def test_a_refusal_that_was_read_is_no_use_of_the_sa(notify: int, is_up: bool) -> None:
    """AUTHENTICATION_FAILED of the initiator answers an IKE_AUTH that the capture lacks (RFC 7296 section 2.21.2)."""
    store = KeyStore()
    for row in keys().ikev2(SPI_I, SPI_R):
        store.add(replace(row, encryption=encryption(2, 20)))
    talk = Talk(store)
    talk.say(locked(INFORMATIONAL, notify2(notify), mid=4))
    talk.answer(locked(INFORMATIONAL, mid=4, initiator=False, response=True))
    assert verdict(talk.only(30)) == (UP if is_up else OPEN)
    talk.say(locked(INFORMATIONAL, mid=5))
    assert verdict(talk.only(30)) == (UP if is_up else OPEN)


def test_a_request_without_answer_shows_nothing() -> None:
    talk = Talk()
    for _ in range(4):
        talk.say(sealed(INFORMATIONAL, EMPTY, mid=6), after=4)
    assert talk.only(30).outcome == "incomplete"


def informational(talk: Talk, out: bool, length: int, salt: str, after: float = 0.02) -> None:
    (talk.say if out else talk.answer)(
        sealed1(V1_INFORMATIONAL, length, mid=0x700 + ord(salt[0]), salt=salt), after=after
    )


def test_ikev1_phase_2_of_both_sides() -> None:
    talk = Talk()
    quick_mode(talk)
    assert verdict(talk.only()) == UP
    talk = Talk()
    quick_mode(talk, last=1)
    assert verdict(talk.only()) == OPEN
    informational(talk, False, 76, "refused")
    n = talk.only(30)
    assert (*verdict(n), n.failed_at) == (*UP, None), "what the capture begins with may be a third message"


def test_ikev1_informationals_that_go_on_are_dead_peer_detection() -> None:
    talk = Talk()
    informational(talk, True, 92, "1")
    informational(talk, False, 92, "2")
    assert talk.only(30).outcome == "incomplete", "a refusal and the Delete after it are two as well"
    informational(talk, True, 92, "3", after=10)
    assert verdict(talk.only(30)) == UP
    alone = Talk()
    for salt in "123":
        informational(alone, True, 92, salt, after=10)
    assert alone.only(30).outcome == "incomplete", "one side shows nothing"


@pytest.mark.parametrize("version", [1, 2])
def test_a_child_that_is_refused_again_and_again_is_a_failure_of_that_sa(version: int) -> None:
    talk = Talk()
    for k in range(3):
        if version == 2:
            talk.say(sealed(CREATE_CHILD_SA, 260, mid=5 + k), after=20)
            talk.answer(sealed(CREATE_CHILD_SA, NOTIFY, mid=5 + k, initiator=False, response=True))
        else:
            talk.say(sealed1(QUICK_MODE, 172, mid=5 + k), after=20)
            informational(talk, False, 76, str(k))
    n = talk.only(30)
    by = "responder" if version == 2 else None  # IKEv1 does not say who began
    assert (n.outcome, n.failed_by) == ("established", by)
    assert n.failed_at == ("CREATE_CHILD_SA" if version == 2 else "QUICK_MODE")
