from analyzer.negotiation.follow.opening import UNOPENED_KEPT
from tests.assessment.build import found, healthy

ID = "message-does-not-verify"


def test_keys_of_the_sa_that_open_nothing_and_those_that_open_the_rest() -> None:
    (made,) = found(ID, healthy(unopened=(3,)))
    assert made.evidence_frames == (3,)
    assert made.detail == (
        "1 message does not verify under the keys given: altered on the way, or other keys. No message of this SA does."
    )
    (made,) = found(ID, healthy(unopened=(3, 4), decrypted=True))
    assert made.detail.startswith("2 messages do not verify")
    assert made.detail.endswith("Others of this SA do: the keys are the right ones.")


def test_nothing_failed_or_nothing_can_be_verified() -> None:
    assert found(ID, healthy()) == []


def test_a_count_that_was_not_taken_further_is_a_least() -> None:
    (made,) = found(ID, healthy(unopened=tuple(range(3, 3 + UNOPENED_KEPT))))
    assert made.detail.startswith(f"At least {UNOPENED_KEPT} messages do not verify")
