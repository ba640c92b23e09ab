"""SAs of which the file holds the messages in another order than they were sent."""

from pathlib import Path

import pytest

import analyzer
from analyzer.negotiation.conclude.disorder import WHY, is_disordered
from tests.fixtures.cases import case
from tests.fixtures.spoiled import SECOND, Raw, raw_frames, write
from tests.negotiation.build import INFORMATIONAL, MAIN, Talk, established, main_mode, sealed, sealed1


def _one_behind_the_other(name: str, pause: int) -> tuple[list[Raw], list[Raw]]:
    """The second half of a recording before the first, `pause` s between them in time; and in order of time."""
    frames = raw_frames(case(name).capture)
    half = len(frames) // 2
    late = [f._replace(time_ns=f.time_ns + pause * SECOND) for f in frames[half:]]
    return [*late, *frames[:half]], [*frames[:half], *late]


@pytest.mark.parametrize("name", ["ikev1-aggr-last-lost", "ikev1-main-last-lost", "ikev1-main-wrong-psk"])
def test_no_failure_is_likely_where_the_order_is_wrong(name: str, tmp_path: Path) -> None:
    wrong, right = _one_behind_the_other(name, 2)
    for frames, doubted in ((wrong, True), (right, False)):
        write(frames, tmp_path / "two.pcapng")
        tables = analyzer.read_pcap(tmp_path / "two.pcapng").tables
        (n,) = tables["negotiations"].records()
        assert (WHY in n["outcome_basis"]) is doubted or (doubted and n["failed_by"] is None)
        assert not doubted or (n["outcome"], n["outcome_confidence"]) != ("failed", "likely")
        confidences = {d["confidence"] for d in tables["diagnoses"].records()}
        assert "certain" not in confidences
        assert ("likely" in confidences) is not doubted


@pytest.mark.parametrize(("back", "then", "found"), [(0, 1, False), (3600, 1, False), (5, 30, True)])
def test_a_clock_that_was_set_back_is_none(back: float, then: float, found: bool) -> None:
    """For good: what comes after never reaches the times before. It does where another capture was put behind."""
    talk = Talk()
    established(talk)
    for number in range(2, 6):
        talk.say(sealed(INFORMATIONAL, 57, mid=number), after=5)
    talk.say(sealed(INFORMATIONAL, 57, mid=6), after=-back)
    talk.say(sealed(INFORMATIONAL, 57, mid=7), after=then)
    assert is_disordered(talk.only()) is found


def test_what_has_to_precede_stands_behind() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(INFORMATIONAL, 57, mid=9), after=100)
    talk.say(sealed(INFORMATIONAL, 57, mid=8), after=-50)
    assert is_disordered(talk.only())
    quick = Talk()
    quick.now += 100
    quick.say(sealed1(32, 188, mid=7))
    quick.now -= 100
    main_mode(quick)
    assert is_disordered(quick.only())
    assert MAIN in {e.exchange_type for e in quick.only().exchanges}


def test_who_is_said_not_to_answer_may_have_answered_before(tmp_path: Path) -> None:
    """A liveness check that was never answered, in the file before the SA that it belongs to."""
    wrong, _ = _one_behind_the_other("ikev2-nat-forgot", 2)
    write(wrong, tmp_path / "two.pcapng")
    (n,) = analyzer.read_pcap(tmp_path / "two.pcapng").tables["negotiations"].records()
    assert (n["outcome"], n["failed_at"], n["failed_by"]) == ("established", None, None)
    assert n["outcome_basis"].endswith(WHY)


def test_a_beginning_behind_the_rest_is_read_as_an_sa_of_its_own(tmp_path: Path) -> None:
    """IKE_SA_INIT that is retried after a COOKIE, captured in a file that was put behind the next one."""
    wrong, _ = _one_behind_the_other("ikev2-many-sas", 2)
    write(wrong, tmp_path / "two.pcapng")
    found = analyzer.read_pcap(tmp_path / "two.pcapng").tables["negotiations"].records()
    assert all(n["outcome_confidence"] == "possible" for n in found if n["outcome"] == "failed")
