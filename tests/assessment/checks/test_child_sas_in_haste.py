"""Child SAs made every second, and healthy rekeying that looks alike."""

import pytest

from analyzer.capture.datagram import EspStream
from tests.assessment.build import Talk, healthy
from tests.assessment.lives import judged, stream

ID = "child-sas-in-haste"


def rekeys(count: int = 6, pause: float = 1, *, by: str = "i", deletes: bool = False) -> Talk:
    talk = healthy().child()
    other = "r" if by == "i" else "i"
    for k in range(count):
        asked = talk.say("CREATE_CHILD_SA", by=by, begun_by=by, message_id=k + 2, length=300, after=pause)
        answer = talk.say("CREATE_CHILD_SA", by=other, begun_by=by, message_id=k + 2, after=0)
        frames = {"frame_number": asked.frame_number, "response_frame": answer.frame_number}
        talk.child(created_by="CREATE_CHILD_SA", basis="inferred", **frames)
        if deletes:
            talk.say("INFORMATIONAL", by=other, begun_by=other, message_id=k, length=69, after=0)
            talk.say("INFORMATIONAL", by=by, begun_by=other, message_id=k, length=57, after=0)
    return talk


@pytest.mark.parametrize("by", ["i", "r"])
def test_a_child_sa_every_second(by: str) -> None:
    (finding,) = judged(ID, rekeys(by=by), streams=(stream(packets=40),))
    assert (finding.severity, finding.confidence, finding.negotiation) == ("low", "likely", 1)
    assert finding.detail == "6 child SAs made in 5 s, one every 1 s, 40 ESP or AH packets in all."


@pytest.mark.parametrize("by", ["i", "r"])
def test_each_makes_the_peer_delete_another(by: str) -> None:
    (finding,) = judged(ID, rekeys(pause=5, by=by, deletes=True), streams=(stream(packets=40),))
    assert finding.detail.endswith(" 6 times the other side deletes a child SA right after it.")


def test_without_their_traffic_it_is_possible() -> None:
    (finding,) = judged(ID, rekeys())
    assert finding.confidence == "possible"
    assert "none of their traffic is in the capture" in finding.detail


@pytest.mark.parametrize(
    ("talk", "streams"),
    [
        (rekeys(), (stream(packets=6_000),)),
        (rekeys(4), (stream(),)),
        (rekeys(pause=0.01), (stream(),)),
        (rekeys(pause=60), (stream(),)),
    ],
    ids=["by volume", "few", "at once, when a tunnel comes up", "by time"],
)
def test_healthy_rekeying(talk: Talk, streams: tuple[EspStream, ...]) -> None:
    assert judged(ID, talk, streams=streams) == []
