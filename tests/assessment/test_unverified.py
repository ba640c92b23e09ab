import pytest

from analyzer.assessment import assess
from analyzer.assessment.unverified import ALTERED, ALTERED_OR_OTHER_KEYS
from analyzer.isakmp.numbers import PayloadV2
from tests.assessment.build import Talk, diagnosed, healthy, ids, one
from tests.negotiation import build, keyed

ID = "message-rejected"
SK = (int(PayloadV2.SK),)


def stopped(
    unopened: tuple[int, ...] = (3,), repeats: int = 3, *, answered: bool = False, opened: bool = False
) -> Talk:
    """IKE_AUTH (frame 3) on UDP 4500, repeated."""
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none", unopened=unopened).ike_sa_init()
    talk.transport = "udp-4500"
    inner = (35, 39, 33, 44, 45) if opened else None
    talk.say("IKE_AUTH", message_id=1, length=300, payloads=SK, inner=inner)
    if answered:
        talk.say("IKE_AUTH", by="r", message_id=1, length=240, payloads=SK)
    for _ in range(repeats):
        talk.say("IKE_AUTH", message_id=1, length=300, payloads=SK, inner=inner, again=True, after=2)
    return talk


def test_a_request_that_does_not_verify_is_not_answered() -> None:
    made = diagnosed(stopped())
    assert ids(made)[:2] == [ID, "udp-4500-blocked"]
    assert made[0].confidence == "likely"
    assert made[0].detail == (
        "The request of IKE_AUTH (frame 3) does not verify under the keys of this SA, and nothing answers it."
    )
    assert made[0].title == ALTERED_OR_OTHER_KEYS
    assert made[0].basis.endswith("no message of this SA verifies")


def test_an_answer_that_does_not_verify_is_asked_for_again() -> None:
    found = one(ID, stopped((4,), answered=True, opened=True))
    assert found is not None
    assert found.detail == (
        "The response of IKE_AUTH (frame 4) does not verify under the keys of this SA, "
        "and the request is repeated behind it."
    )


def test_sent_once_is_less_sure() -> None:
    found = one(ID, stopped(repeats=0))
    assert found is not None
    assert found.confidence == "possible"


@pytest.mark.parametrize(
    "talk",
    [
        stopped((), opened=True),  # it verifies where it was captured: altered behind, or blocked
        stopped(()),  # no keys
        stopped((1,), opened=True),  # another message does not
        healthy(unopened=(3,)),  # it was answered all the same: other keys
    ],
)
def test_no_sign_of_it(talk: Talk) -> None:
    assert one(ID, talk) is None


def test_a_later_exchange_of_an_sa_that_is_up() -> None:
    talk = healthy(unopened=(5,), decrypted=True)
    talk.say("CREATE_CHILD_SA", message_id=2, payloads=SK)
    for _ in range(3):
        talk.say("CREATE_CHILD_SA", message_id=2, payloads=SK, again=True, after=2)
    found = one(ID, talk)
    assert found is not None
    assert found.basis.endswith("other messages of this SA verify")
    assert found.title == ALTERED


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


@pytest.mark.parametrize("at", [40, 60, -1])
@pytest.mark.parametrize("on", ["IKE_AUTH", "CREATE_CHILD_SA"])
def test_one_byte_of_a_real_message(on: str, at: int) -> None:
    """Header's rest, ciphertext, tag: each is covered."""
    talk = build.Talk(keyed.keys())
    if on == "IKE_AUTH":
        build.init_done(talk)
        payloads = [keyed.identity(True, "client"), keyed.auth(), *keyed.child_offer(b"\1\1\1\1")]
        data = bytearray(keyed.locked(build.IKE_AUTH, *payloads))
    else:
        keyed.authenticated(talk)
        data = bytearray(keyed.locked(build.CREATE_CHILD_SA, *keyed.child_request(b"\3\3\3\3"), mid=2))
    data[at] ^= 1
    for pause in (0.1, 2, 4, 8):
        talk.say(bytes(data), after=pause)
    story = talk.story(later=30)
    (n,) = story.negotiations
    made = assess(story).diagnoses[n.number]
    assert (made[0].diagnosis, made[0].confidence) == (ID, "likely"), ids(made)
    assert f"The request of {on} " in made[0].detail
