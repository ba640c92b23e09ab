from analyzer.report.compare.outcome import outcome
from tests.report.compare.sides import asked, side


def test_how_each_ended_and_why_as_far_as_a_diagnosis_says() -> None:
    found = asked(outcome, side("ikev2-rekey"), side("ikev2-auth-failed-psk"))
    ended, cause = found["Outcome"], found["Cause by diagnosis"]
    assert ended.differs
    assert ended.b.text == "failed in IKE_AUTH, refused by the responder (certain)"
    assert ended.b.frames == (7,)
    assert cause.differs
    assert (cause.a.text, cause.b.text) == ("no diagnosis", "Authentication failed (likely, authentication-failed)")
    assert cause.b.frames == (6, 7)
    assert not found["Version and mode"].differs


def test_a_child_that_failed_is_not_the_same_as_an_sa_that_is_up() -> None:
    found = asked(outcome, side("ikev1-main-psk"), side("ikev1-quick-mismatch"))
    assert found["Outcome"].differs
    assert found["Outcome"].b.text == "established (likely); a child SA failed in QUICK_MODE, refused by the responder"


def test_how_long_an_sa_was_watched_is_no_other_course() -> None:
    watched = asked(outcome, side("ikev2-dpd-dead-peer"), side("ikev2-psk-gcm"))["Exchanges"]
    assert "INFORMATIONAL" in watched.a.text
    assert not watched.differs
    assert asked(outcome, side("ikev2-psk-gcm"), side("ikev2-no-proposal-ike"))["Exchanges"].differs
