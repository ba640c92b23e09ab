import pytest

from analyzer.negotiation.seen import UNOPENED_KEPT
from tests.assessment.build import Talk, found, healthy

ID = "message-does-not-verify"
SK = (46,)


def exchanged(name: str, mid: int, talk: Talk, asked: bool, answered: bool) -> None:
    """Request and answer; whether each is decrypted."""
    talk.say(name, message_id=mid, payloads=SK, encrypted=True, inner=(35,) if asked else None)
    talk.say(name, by="r", message_id=mid, payloads=SK, encrypted=True, inner=(36,) if answered else None)


def test_keys_that_open_nothing_are_a_remark_about_the_key_file() -> None:
    (made,) = found(ID, healthy(unopened=(3,)))
    assert (made.evidence_frames, made.severity) == ((3,), "info")
    assert made.detail == (
        "1 message does not verify under the keys given: other keys, or altered on the way. "
        "No message of this SA does: it is judged without keys."
    )


@pytest.mark.parametrize(
    ("unopened", "opened", "fits"),
    [
        ((5,), (True, True, False, True), True),
        ((3,), (False, True, True, True), True),
        ((5, 6), (True, True, False, False), True),
        ((3, 5), (False, True, False, True), False),  # the initiator's keys are other ones
        ((5, 6), (False, True, False, False), False),
    ],
)
def test_keys_that_open_others(unopened: tuple[int, ...], opened: tuple[bool, ...], fits: bool) -> None:
    talk = Talk(outcome="established", unopened=unopened).ike_sa_init()
    exchanged("IKE_AUTH", 1, talk, *opened[:2])
    exchanged("INFORMATIONAL", 2, talk, *opened[2:])
    (made,) = found(ID, talk)
    assert made.severity == "low"
    assert made.detail.endswith(
        "altered on the way. Others of the same side do: the keys are the right ones."
        if fits
        else "or altered on the way. Others of this SA do, but not of the same side under the same keys."
    )


@pytest.mark.parametrize(("unopened", "opened"), [((5,), (True, False)), ((3,), (False, True))])
def test_keys_of_ike_intermediate_are_not_those_of_ike_auth(
    unopened: tuple[int, ...], opened: tuple[bool, ...]
) -> None:
    talk = Talk(outcome="established", unopened=unopened).ike_sa_init()
    exchanged("IKE_INTERMEDIATE", 1, talk, opened[0], opened[0])
    exchanged("IKE_AUTH", 2, talk, opened[1], opened[1])
    (made,) = found(ID, talk)
    assert made.detail.endswith("not of the same side under the same keys.")


def test_one_fragment_of_a_message() -> None:
    talk = Talk(outcome="incomplete", unopened=(4,), verified_pieces=(3,)).ike_sa_init()
    for number in (1, 2):
        talk.say("IKE_AUTH", message_id=1, payloads=(53,), encrypted=True, fragment=(number, 2))
    (made,) = found(ID, talk)
    assert made.detail.endswith("the keys are the right ones.")


def test_nothing_failed_or_nothing_can_be_verified() -> None:
    assert found(ID, healthy()) == []


def test_a_count_that_was_not_taken_further_is_a_least() -> None:
    (made,) = found(ID, healthy(unopened=tuple(range(3, 3 + UNOPENED_KEPT))))
    assert made.detail.startswith(f"At least {UNOPENED_KEPT} messages do not verify")
