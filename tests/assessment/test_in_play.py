"""What is in play orders the causes of a refused proof: methods, sizes, CERT and CERTREQ payloads."""

from itertools import product

import pytest

from analyzer.assessment import Asked
from analyzer.assessment.ranking import NOTES
from tests.assessment.assessed import assess
from tests.assessment.build import ids
from tests.negotiation import build, keyed
from tests.negotiation.build import AGGRESSIVE, GCM, IKE_AUTH, INFORMATIONAL, MAIN, SPI_I, V1_INFORMATIONAL, ZERO, Talk
from tests.negotiation.sealer import SEALERS, Sealer

CBC14 = ((1, 12, 256), (2, 5), (3, 12), (4, 14))
DES3 = ((1, 3), (2, 2), (3, 2), (4, 14))
SUITES = {"gcm": (GCM, 65, 57), "cbc": (CBC14, 80, 80), "3des": (DES3, 68, 60)}  # with a notify's and an empty message
CERT, CERTREQ = (37, b"\x04" + bytes(900)), (38, b"\x04" + bytes(20))
BACK = {"initiator": False, "response": True}
PSK, CERTIFICATE, AUTH, IDENTITY = "psk-mismatch", "certificate-rejected", "authentication-failed", "identity-rejected"


def causes(talk: Talk) -> list[str]:
    story = talk.story(later=60)
    (n,) = story.negotiations
    return ids(assess(story).diagnoses.get(n.number, []))


def sends(talk: Talk, size: str, *, initiator: bool) -> None:
    say = talk.say if initiator else talk.answer
    if size == "fragments":
        for number in (1, 2, 3):
            say(build.sealed(IKE_AUTH, 560, initiator=initiator, response=not initiator, fragment=(number, 3)))
    else:
        length = 1716 if size == "large" else 324
        say(build.sealed(IKE_AUTH, length, initiator=initiator, response=not initiator))


def refused(suite: str, size: str, by: str, *, asked: bool) -> Talk:
    """IKE_AUTH whose proof of the size is refused by a side; without keys."""
    transforms, notify, empty = SUITES[suite]
    talk, group = Talk(), transforms[-1][1]
    talk.say(build.init_request(transforms, group=group))
    talk.answer(build.init_answer(transforms, group=group, extra=[CERTREQ] if asked else ()))
    if by == "responder":
        sends(talk, size, initiator=True)
        talk.answer(build.sealed(IKE_AUTH, notify, **BACK))
    else:
        sends(talk, "small", initiator=True)
        sends(talk, size, initiator=False)
        talk.say(build.sealed(INFORMATIONAL, notify, mid=2))
        talk.answer(build.sealed(INFORMATIONAL, empty, mid=2, **BACK))
    return talk


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("size", ["small", "large", "fragments"])
@pytest.mark.parametrize("suite", SUITES)
def test_the_size_of_a_refused_proof_orders_certificate_and_shared_key(suite: str, size: str, asked: bool) -> None:
    found = causes(refused(suite, size, "responder", asked=asked))
    assert found[0] == AUTH
    if size == "small":
        assert found[1:] == [PSK, *([CERTIFICATE] if asked else []), IDENTITY]
    else:
        assert found[1:] == [CERTIFICATE, IDENTITY, PSK]


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("size", ["small", "large", "fragments"])
@pytest.mark.parametrize("suite", SUITES)
def test_what_the_initiator_refuses_is_the_responders_proof(suite: str, size: str, asked: bool) -> None:
    """CERTREQ in IKE_SA_INIT asks for the initiator's certificate; the responder's is asked for inside encryption."""
    found = causes(refused(suite, size, "initiator", asked=asked))
    assert found[0] == AUTH
    assert (CERTIFICATE in found) is (asked or size != "small")
    assert PSK not in found


@pytest.mark.parametrize("by", ["responder", "initiator"])
@pytest.mark.parametrize(("cert", "asked"), list(product((False, True), repeat=2)))
@pytest.mark.parametrize("method", [1, 2, 3, 9, 10, 11, 13, 14, None])
@pytest.mark.parametrize("sealer", [SEALERS[1], SEALERS[2], SEALERS[4]], ids=lambda s: s.name)
def test_with_keys_the_method_decides(sealer: Sealer, method: int | None, cert: bool, asked: bool, by: str) -> None:
    def says(initiator: bool) -> list[tuple[int, bytes]]:
        refused_one = initiator is (by == "responder")
        said = [keyed.identity(initiator, "x")]
        said += [CERT] if refused_one and cert else []
        said += [CERTREQ] if not refused_one and asked else []
        kind = method if refused_one else 2
        said += [] if kind is None else [keyed.auth(kind)]
        return [*said, *keyed.child_offer(b"\1\1\1\1")]

    talk = Talk(sealer.keys())
    build.init_done(talk, sealer.suite)
    talk.say(sealer.seal(IKE_AUTH, *says(True)))
    if by == "responder":
        talk.answer(sealer.seal(IKE_AUTH, keyed.notify(24), **BACK))
    else:
        talk.answer(sealer.seal(IKE_AUTH, *says(False), **BACK))
        talk.say(sealer.seal(INFORMATIONAL, keyed.notify(24), mid=2))
    found = causes(talk)
    assert found[0] == AUTH
    assert (PSK in found) is (method == 2)
    if method not in (2, 13, None):
        assert found[1] == CERTIFICATE
    elif not cert:
        assert CERTIFICATE not in found or (asked and method != 2)


# -- IKEv1 agrees on the method in clear

CR = (7, b"\x04" + bytes(40))
SHARED, SIGNED = (1, 65001, 65002), (2, 3, 9, 10, 11, 64221, 64223, 65003, 65004, 65005, 65006)


def main_refused(auth: int, said: int | None, *, asked: bool) -> Talk:
    """The responder refuses message 5; said: a notify in clear."""
    talk, suite = Talk(), build.phase1(auth=auth)
    talk.say(build.main_1(suite))
    talk.answer(build.main_2(suite))
    talk.say(build.main_ke("i"))
    talk.answer(build.main_ke("r", extra=[CR] if asked else ()))
    talk.say(build.sealed1(MAIN, 1404 if auth in SIGNED else 108, first=5, salt="i"))
    data = (
        build.sealed1(V1_INFORMATIONAL, 76, mid=7)
        if said is None
        else build.v1(V1_INFORMATIONAL, build.notify1(said), mid=7)
    )
    talk.answer(data)
    return talk


@pytest.mark.parametrize("said", [None, 16, 17, 23, 24, 25])
@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("auth", [*SHARED, *SIGNED])
def test_ikev1s_method_leaves_one_of_key_and_certificate(auth: int, asked: bool, said: int | None) -> None:
    """INVALID-KEY-INFORMATION (17) and PAYLOAD-MALFORMED (16) under a shared key are no errors of certificates."""
    found = causes(main_refused(auth, said, asked=asked))
    assert found[0] == AUTH
    assert (PSK in found) is (auth in SHARED)
    assert (CERTIFICATE in found) is (auth in SIGNED)


# -- no failure without a cause

V2_ERRORS = (1, 4, 5, 7, 9, 11, 14, 17, 24, 34, 35, 36, 37, 38, 39, 43, 44, 45, 46, 47, 8192, 9002, 16383)
V1_ERRORS = (*range(1, 31), 8192)


def is_explained(talk: Talk) -> bool:
    story = talk.story(later=60)
    (n,) = story.negotiations
    found = assess(story).diagnoses.get(n.number, [])
    return n.outcome != "failed" or any(d.diagnosis not in NOTES for d in found)


@pytest.mark.parametrize("kind", V2_ERRORS)
def test_any_error_that_fails_an_ikev2_sa_has_a_cause(kind: int) -> None:
    sealer = SEALERS[4]
    data = b"\0\x13" if kind == 17 else b""
    first = Talk()
    first.say(build.init_request())
    first.answer(build.init_notify(kind, data))
    assert is_explained(first)
    for answer in (
        build.v2(IKE_AUTH, build.notify2(kind, data), mid=1, **BACK),
        sealer.seal(IKE_AUTH, keyed.notify(kind, data), **BACK),
        sealer.seal(IKE_AUTH, keyed.identity(False, "r"), keyed.auth(), keyed.notify(kind, data), **BACK),
    ):
        talk = Talk(sealer.keys())
        build.init_done(talk, sealer.suite)
        talk.say(sealer.seal(IKE_AUTH, *keyed.child_offer(b"\1\1\1\1"), keyed.identity(True, "i"), keyed.auth()))
        talk.answer(answer)
        assert is_explained(talk)


@pytest.mark.parametrize("kind", V1_ERRORS)
def test_any_error_that_fails_an_ikev1_sa_has_a_cause(kind: int) -> None:
    main, aggressive = Talk(), Talk()
    main.say(build.main_1())
    aggressive.say(
        build.v1(
            AGGRESSIVE, build.sa1(build.phase1()), build.ke1(), build.nonce1(), (5, b"\2\0\0\0x"), spis=(SPI_I, ZERO)
        )
    )
    for talk in (main, aggressive):
        talk.answer(build.v1(V1_INFORMATIONAL, build.notify1(kind), mid=9, spis=(SPI_I, ZERO)))
        assert is_explained(talk)
    for last in (3, 5):
        talk = Talk()
        build.main_mode(talk, last=last)
        talk.answer(build.v1(V1_INFORMATIONAL, build.notify1(kind), mid=9))
        assert is_explained(talk)


def test_an_error_about_the_choice_after_the_choice_says_so() -> None:
    talk = main_refused(1, 14, asked=False)
    story = talk.story(later=60)
    (made,) = assess(story).diagnoses[1]
    assert (made.diagnosis, made.confidence) == ("message-rejected", "likely")
    assert made.detail == (
        "NO-PROPOSAL-CHOSEN from the responder in INFORMATIONAL. It comes after the choice of a proposal."
    )
    assert "the proposal for the IKE SA had been chosen" in made.advice
    assert assess(story, asked=Asked(diagnoses=False)).diagnoses == {}
