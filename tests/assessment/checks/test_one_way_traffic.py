import pytest

from analyzer.capture.datagram import EspStream
from tests.assessment.build import Talk
from tests.assessment.lives import fixtures_with, judged, recorded, stream, with_child

ID = "one-way-traffic"


def test_nothing_comes_back() -> None:
    (finding,) = judged(ID, with_child(), streams=(stream(),))
    assert (finding.severity, finding.confidence, finding.negotiation) == ("low", "likely", 1)
    assert finding.detail == "100 ESP packets from 192.0.2.10 to 192.0.2.20 (to the responder), none came back."
    assert (finding.subject, finding.evidence_frames) == ("SPI 0b0b0b0b", (50, 70))


@pytest.mark.parametrize(
    "streams",
    [
        (),
        (stream(packets=9),),
        (stream(), stream("0a0a0a0a", back=True, packets=1)),
    ],
    ids=["no traffic", "too little", "both ways"],
)
def test_nothing_to_say(streams: tuple[EspStream, ...]) -> None:
    assert judged(ID, with_child(), streams=streams) == []


def test_where_one_side_was_recorded_only_it_is_possible() -> None:
    talk = with_child().rewrite(lambda s: s if s.from_initiator else None)
    (finding,) = judged(ID, talk, streams=(stream(),))
    assert finding.confidence == "possible"
    assert finding.detail.endswith("Nothing shows that this capture holds both directions.")


def test_without_a_negotiation_by_hosts() -> None:
    (finding,) = judged(ID, Talk(outcome="failed").ike_sa_init(), streams=(stream(packets=6), stream("2", packets=6)))
    assert (finding.negotiation, finding.confidence) == (None, "possible")
    assert finding.detail.startswith("12 ESP packets from 192.0.2.10 to 192.0.2.20, none came back.")


@pytest.mark.parametrize("keyed", [False, True])
def test_recorded(keyed: bool) -> None:
    (finding,) = recorded(ID, "ikev2-one-way-traffic", keyed=keyed)
    assert (finding.negotiation, finding.confidence) == (1, "likely")
    assert finding.detail == "20 ESP packets from 192.0.2.10 to 192.0.2.20 (to the responder), none came back."


def test_no_other_recording() -> None:
    assert fixtures_with(ID) == {"ikev2-one-way-traffic"}
