import pytest

from tests.assessment.build import Talk, healthy
from tests.assessment.lives import fixtures_with, judged, recorded

ID = "liveness-answered-late"


def asked(*, answered: bool, times: int = 3, rounds: int = 1) -> Talk:
    talk = healthy()
    for number in range(2, 2 + rounds):
        for i in range(times):
            talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=number, length=57, again=i > 0, after=1)
        if answered:
            talk.say("INFORMATIONAL", begun_by="r", message_id=number, length=57)
    return talk


def test_asked_several_times() -> None:
    (finding,) = judged(ID, asked(answered=True))
    assert (finding.subject, finding.severity, finding.confidence) == ("the initiator", "info", "likely")
    assert finding.detail == "By the responder: asked 3 times, answered after 2.1 s."
    (finding,) = judged(ID, asked(answered=True, rounds=2))
    assert finding.detail.endswith("2 such checks in all.")
    assert len(finding.evidence_frames) == 2


def test_answered_at_once_or_never() -> None:
    assert judged(ID, asked(answered=True, times=1)) == []
    assert judged(ID, asked(answered=False)) == []  # a dead peer is a diagnosis


@pytest.mark.parametrize("keyed", [False, True])
def test_recorded_while_the_peer_was_away(keyed: bool) -> None:
    (finding,) = recorded(ID, "ikev2-dpd-answered-late", keyed=keyed)
    assert finding.detail == "By the initiator: asked 3 times, answered after 2.5 s."
    assert finding.confidence == ("certain" if keyed else "likely")


def test_not_where_the_peer_was_there_or_gone() -> None:
    assert fixtures_with(ID) == {"ikev2-dpd-answered-late"}
