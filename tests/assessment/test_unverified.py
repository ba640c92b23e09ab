import pytest

from analyzer.assessment import Diagnosis
from analyzer.assessment.unverified import TITLE
from analyzer.decryption.keyfile import KeyStore
from analyzer.isakmp.numbers import PayloadV2
from analyzer.negotiation.story import Story
from tests.assessment.assessed import assess
from tests.assessment.build import Talk, diagnosed, healthy, ids, one
from tests.negotiation import build, keyed
from tests.negotiation.sealer import SEALERS, Fault, Sealer

ID = "message-rejected"
SK = (int(PayloadV2.SK),)


def stopped(
    unopened: tuple[int, ...] = (4,), repeats: int = 3, *, answered: bool = False, opened: bool = False
) -> Talk:
    """IKE_AUTH with EAP on UDP 4500: its first round is decrypted, its second one (frame 5) repeated."""
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none", unopened=unopened).ike_sa_init()
    talk.transport = "udp-4500"
    talk.say("IKE_AUTH", message_id=1, length=300, payloads=SK, inner=(35, 33, 44, 45))
    talk.say("IKE_AUTH", by="r", message_id=1, length=240, payloads=SK, inner=(36, 39, 48))
    talk.say("IKE_AUTH", message_id=2, length=100, payloads=SK, inner=(48,) if opened else None)
    if answered:
        talk.say("IKE_AUTH", by="r", message_id=2, length=80, payloads=SK)
    for _ in range(repeats):
        talk.say(
            "IKE_AUTH", message_id=2, length=100, payloads=SK, inner=(48,) if opened else None, again=True, after=2
        )
    return talk


def test_a_request_that_does_not_verify_is_not_answered() -> None:
    made = diagnosed(stopped((5,)))
    assert ids(made)[0] == ID
    assert made[0].confidence == "likely"
    assert made[0].detail == (
        "The request of IKE_AUTH (frame 5) does not verify under the keys of this SA, and nothing answers it."
    )
    assert made[0].title == TITLE
    assert made[0].basis.endswith("other messages of the same side verify")


def test_an_answer_that_does_not_verify_is_asked_for_again() -> None:
    found = one(ID, stopped((6,), answered=True, opened=True))
    assert found is not None
    assert found.detail == (
        "The response of IKE_AUTH (frame 6) does not verify under the keys of this SA, "
        "and the request is repeated behind it."
    )


def test_sent_once_is_less_sure() -> None:
    found = one(ID, stopped((5,), repeats=0))
    assert found is not None
    assert found.confidence == "possible"


def first_auth() -> Talk:
    """Nothing else of the SA is encrypted: whether the keys are its own cannot be known."""
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none", unopened=(3,)).ike_sa_init()
    for repeated in range(4):
        talk.say("IKE_AUTH", message_id=1, length=300, payloads=SK, again=repeated > 0, after=2)
    return talk


@pytest.mark.parametrize(
    "talk",
    [
        stopped((), opened=True),  # it verifies where it was captured: altered behind, or blocked
        stopped(()),  # no keys
        stopped((1,), opened=True),  # another message does not
        healthy(unopened=(3,)),  # it was answered all the same: other keys
        first_auth(),
    ],
)
def test_no_sign_of_it(talk: Talk) -> None:
    assert one(ID, talk) is None


def test_a_later_exchange_of_an_sa_that_is_up() -> None:
    talk = Talk(outcome="established", unopened=(5,)).ike_sa_init()
    talk.say("IKE_AUTH", message_id=1, length=300, payloads=SK, inner=(35, 39, 33, 44, 45))
    talk.say("IKE_AUTH", by="r", message_id=1, length=240, payloads=SK, inner=(36, 39, 33, 44, 45))
    talk.say("CREATE_CHILD_SA", message_id=2, payloads=SK)
    for _ in range(3):
        talk.say("CREATE_CHILD_SA", message_id=2, payloads=SK, again=True, after=2)
    assert one(ID, talk) is not None


def test_the_peer_took_what_these_keys_do_not_verify() -> None:
    """IKE_AUTH was answered all the same: the keys are other ones, and say nothing of the liveness check."""
    for unopened, opened, silent in (((3, 5), False, True), ((5,), True, False)):
        talk = Talk(outcome="established", decrypted=True, unopened=unopened).ike_sa_init()
        talk.say("IKE_AUTH", message_id=1, length=300, payloads=SK, inner=(35, 39, 33, 44, 45) if opened else None)
        talk.say("IKE_AUTH", by="r", message_id=1, length=240, payloads=SK, inner=(36, 39, 33, 44, 45))
        talk.say("INFORMATIONAL", message_id=2, length=57, payloads=SK)
        for _ in range(3):
            talk.say("INFORMATIONAL", message_id=2, length=57, payloads=SK, again=True, after=2)
        assert (one(ID, talk) is None) is silent


# -- real messages under each kind of cipher

PLACES = ("first-auth", "auth-fragments", "intermediate", "auth-after-intermediate", "child", "liveness", "answered")
FAULTS: tuple[Fault, ...] = ("encryption", "integrity", "of-responder", "swapped", "cut", "other-suite", "other-set")
ASK = (keyed.identity(True, "client"), keyed.auth(), *keyed.child_offer(b"\1\1\1\1"))
REPLY = (keyed.identity(False, "server"), keyed.auth(), *keyed.child_offer(b"\2\2\2\2"))


def story(sealer: Sealer, place: str, keys: KeyStore | None, *, altered: int | None = None) -> Story:
    """Up to the exchange that nobody answers; `altered`: at which octet one bit of that request is another one."""
    talk = build.Talk(keys)
    build.init_done(talk, sealer.suite)
    back = {"initiator": False, "response": True}
    mid = 1
    if place in ("auth-after-intermediate",):
        talk.say(sealer.seal(build.INTERMEDIATE, build.ke2(37)))
        talk.answer(sealer.seal(build.INTERMEDIATE, build.ke2(37), **back))
        mid = 2
    if place in ("child", "liveness", "answered"):
        talk.say(sealer.seal(build.IKE_AUTH, *ASK))
        talk.answer(sealer.seal(build.IKE_AUTH, *REPLY, **back))
        mid = 2
    if place == "answered":
        for number in (2, 3):
            talk.say(sealer.seal(build.INFORMATIONAL, mid=number), after=5)
            talk.answer(sealer.seal(build.INFORMATIONAL, mid=number, **back))
        return talk.story(later=30)
    last = {
        "intermediate": [sealer.seal(build.INTERMEDIATE, build.ke2(37))],
        "child": [sealer.seal(build.CREATE_CHILD_SA, *keyed.child_request(b"\3\3\3\3"), mid=2)],
        "liveness": [sealer.seal(build.INFORMATIONAL, mid=2)],
        "auth-fragments": [sealer.seal(build.IKE_AUTH, *ASK, fragment=(n, 3)) for n in (1, 2, 3)],
    }.get(place, [sealer.seal(build.IKE_AUTH, *ASK, mid=mid)])
    if altered is not None:
        damaged = bytearray(last[-1])
        damaged[altered] ^= 1
        last[-1] = bytes(damaged)
    for pause in (0.1, 2, 4, 8):
        for number, data in enumerate(last):
            talk.say(data, after=pause if not number else 0.001)
    return talk.story(later=30)


def diagnoses(made: Story) -> list[Diagnosis]:
    (n,) = made.negotiations
    return assess(made).diagnoses.get(n.number, [])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("sealer", SEALERS, ids=lambda each: each.name)
def test_keys_that_are_not_its_own_change_nothing_that_stands_without_keys(sealer: Sealer, place: str) -> None:
    without = diagnoses(story(sealer, place, None))
    for fault in FAULTS:
        if fault == "integrity" and sealer.row().integrity is None:
            continue
        made = story(sealer, place, sealer.keys(fault))
        (n,) = made.negotiations
        if fault == "of-responder":
            assert ID not in ids(diagnoses(made))
            continue
        assert not n.decrypted, fault
        assert diagnoses(made) == without, fault
        assert all(f.severity == "info" for f in assess(made).findings if f.finding == "message-does-not-verify")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("sealer", SEALERS, ids=lambda each: each.name)
def test_its_own_keys_do_not_say_that_it_was_altered(sealer: Sealer, place: str) -> None:
    made = story(sealer, place, sealer.keys())
    assert made.negotiations[0].decrypted
    assert ID not in ids(diagnoses(made))


@pytest.mark.parametrize("at", [-20, -1])
@pytest.mark.parametrize("place", PLACES[:-1])
@pytest.mark.parametrize("sealer", SEALERS, ids=lambda each: each.name)
def test_one_bit_of_a_message(sealer: Sealer, place: str, at: int) -> None:
    """Ciphertext or tag, or the IV of a short message.

    The keys are known to fit where another message, or fragment, of the same keys verifies.
    """
    made = story(sealer, place, sealer.keys(), altered=at)
    (said,) = [f for f in assess(made).findings if f.finding == "message-does-not-verify"]
    found = diagnoses(made)
    if place in ("child", "liveness", "auth-fragments"):
        assert (found[0].diagnosis, found[0].confidence) == (ID, "likely"), ids(found)
        assert said.detail.endswith("the keys are the right ones.")
    else:
        assert found == diagnoses(story(sealer, place, None, altered=at)) or made.negotiations[0].decrypted
        assert ID not in ids(found)
        assert said.severity == ("low" if place == "auth-after-intermediate" else "info")


@pytest.mark.parametrize("at", [40, 60, -1])
def test_header_ciphertext_and_tag_are_covered(at: int) -> None:
    made = story(SEALERS[4], "child", SEALERS[4].keys(), altered=at)
    assert ids(diagnoses(made))[0] == ID
