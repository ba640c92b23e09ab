import pytest

from tests.assessment.build import SECOND, Talk
from tests.assessment.lives import fixtures_with, judged, recorded, stream, with_child

ID = "traffic-after-delete"


def deleted(at: float, *, child: bool = True) -> Talk:
    talk = with_child()
    talk.now = at
    step = talk.say("INFORMATIONAL", message_id=2, after=0, inner=(42,), length=69)
    talk.n.decrypted = True
    if child:
        talk.n.children[0].deleted_at = step.time_ns
    else:
        talk.n.deleted_at, talk.n.deleted_by_initiator = step.time_ns, True
    return talk


@pytest.mark.parametrize("child", [True, False])
def test_long_after_the_delete_of_child_or_ike_sa(child: bool) -> None:
    talk = deleted(12, child=child)
    (finding,) = judged(ID, talk, streams=(stream(until=20),))
    assert (finding.severity, finding.confidence, finding.subject) == ("low", "certain", "SPI 0b0b0b0b")
    assert finding.detail.endswith("the last of 100 packets came 8.0 s after the Delete.")
    assert finding.evidence_frames == (talk.frame - 1, 70)


@pytest.mark.parametrize("at", [16, 20, 30])
def test_in_flight_or_before_is_no_finding(at: float) -> None:
    assert judged(ID, deleted(at), streams=(stream(until=20),)) == []


def test_what_only_a_clock_set_back_puts_behind_the_delete_is_no_finding() -> None:
    """All of the stream stands before the Delete in the file."""
    talk = deleted(12)
    (found,) = judged(ID, talk, streams=(stream(until=20),))
    late = stream(until=20)
    late.first_frame = late.last_frame = found.evidence_frames[0] - 1
    assert judged(ID, talk, streams=(late,)) == []


def test_without_keys_it_is_likely() -> None:
    talk = with_child()
    for child in talk.n.children:
        child.basis, child.initiator_spi_in, child.responder_spi_in = "inferred", None, None
    talk.now = 12
    talk.say("INFORMATIONAL", message_id=2, length=65)
    (finding,) = judged(ID, talk, streams=(stream(until=12 + 60, last_time=80 * SECOND),))
    assert finding.confidence == "likely"


@pytest.mark.parametrize("keyed", [False, True])
def test_recorded_where_the_delete_was_lost(keyed: bool) -> None:
    (finding,) = recorded(ID, "ikev2-traffic-after-delete", keyed=keyed)
    assert finding.confidence == ("certain" if keyed else "likely")
    assert finding.evidence_frames == (26, 52)
    assert finding.detail.endswith("the last of 28 packets came 12.8 s after the Delete.")


def test_no_other_recording() -> None:
    assert fixtures_with(ID) == {"ikev2-traffic-after-delete"}
