import pytest

from tests.assessment.lives import fixtures_with, judged, stream, with_child

ID = "packets-repeated"


def test_packets_that_came_twice() -> None:
    (finding,) = judged(ID, with_child(), streams=(stream(duplicates=50),))
    assert (finding.severity, finding.confidence) == ("low", "likely")
    assert finding.detail.endswith("(to the responder): 50 packets came twice.")


def test_a_mirror_port_explains_it() -> None:
    talk = with_child()
    talk.say("INFORMATIONAL", message_id=2)
    talk.say("INFORMATIONAL", message_id=2, duplicate=True)
    (finding,) = judged(ID, talk, streams=(stream(duplicates=50),))
    assert finding.confidence == "possible"
    assert "copies" in finding.detail


@pytest.mark.parametrize("duplicates", [0, 9, None])
def test_few_none_or_not_known(duplicates: int | None) -> None:
    assert judged(ID, with_child(), streams=(stream(duplicates=duplicates),)) == []


def test_no_recording() -> None:
    assert fixtures_with(ID) == set()


def test_each_of_two_points_sees_a_packet_once() -> None:
    """What comes of that is no repetition, and what goes beyond it is one, perhaps: not each packet passes both."""
    for packets, duplicates, expected in ((100, 50, 0), (100, 40, 0), (100, 54, 0), (100, 55, 1)):
        judgement = judged(ID, with_child(), streams=(stream(packets=packets, duplicates=duplicates),), points=2)
        assert [finding.confidence for finding in judgement] == ["possible"] * expected
