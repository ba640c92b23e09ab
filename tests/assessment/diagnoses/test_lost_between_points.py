"""Lost between two points: where the loss is, how sure that is, and what looks like it."""

from typing import Any

import pytest

from tests.two_points import ANSWERED, ON_4500, SECOND, Between, Sent, answers_on_4500, on_4500, read, rows

ID = "lost-between-points"


def found(between: Between, name: str = ON_4500) -> dict[str, Any] | None:
    return next((d for d in rows(read(between, name), "diagnoses") if d["diagnosis"] == ID), None)


def test_a_firewall_drops_what_goes_out() -> None:
    analysis = read(Between(passes=on_4500))
    first, *others = rows(analysis, "diagnoses")
    assert (first["diagnosis"], first["confidence"]) == (ID, "certain")
    assert "IKE_AUTH: the initiator's message passed inside 4 times" in first["detail"]
    assert first["advice"].startswith("Look between inside and outside, ")
    assert "UDP from 192.0.2.10:4500 to 192.0.2.20:4500" in first["advice"]
    assert "no-response" not in [d["diagnosis"] for d in others]


@pytest.mark.parametrize("offset", [0, 180, -180])
def test_answers_are_lost_on_the_way_back(offset: int) -> None:
    """Whatever clock the other point has: an answer that did not get there makes no SA."""
    analysis = read(Between(passes=answers_on_4500, offset_ns=offset * SECOND, drift_ppm=50), ANSWERED)
    [n] = rows(analysis, "negotiations")
    assert (n["outcome"], n["failed_at"], n["failed_by"]) == ("failed", "IKE_AUTH", "none")
    [first] = rows(analysis, "diagnoses")
    assert (first["diagnosis"], first["confidence"]) == (ID, "certain")
    assert "the responder's message passed outside 4 times" in first["detail"]
    assert "inside never" in first["detail"]
    assert first["advice"].startswith("Look between outside and inside, ")


@pytest.mark.parametrize(
    ("between", "confidence", "why"),
    [
        (Between(passes=on_4500, dropped=None), "likely", "nothing says whether outside lost packets"),
        (Between(passes=on_4500, dropped=7), "possible", "outside lost 7 packets by its own count"),
        (Between(passes=on_4500, around_s=(5, 0)), "possible", "it may not have captured any more"),
        (Between(passes=on_4500, hops=0), "likely", "by the time on the way"),
        (Between(passes=on_4500, hops=0, delay_ns=500), "possible", "which of the two is nearer"),
    ],
)
def test_how_sure_it_is(between: Between, confidence: str, why: str) -> None:
    d = found(between)
    assert d is not None
    assert d["confidence"] == confidence
    assert why in d["detail"] + d["basis"]


def test_a_point_that_saw_nothing_of_the_sa_says_nothing() -> None:
    assert found(Between(seen=lambda point, _: point == 0)) is None


def test_what_came_past_the_further_point_first_was_missed_there_and_not_lost() -> None:
    assert found(Between(seen=lambda point, packet: point == 0 or packet.outwards, around_s=(5, 5))) is None


def test_one_lost_transmission_of_several_is_no_cause() -> None:
    lost: list[int] = []

    def passes(packet: Sent) -> bool:
        if 4500 in packet.ports and not lost:
            lost.append(packet.number)
        return packet.number not in lost

    assert found(Between(passes=passes)) is None


def test_a_tap_that_loses_packets_itself_makes_it_possible_at_most() -> None:
    """It lacks the first message too, which got through, for it was answered."""
    d = found(Between(passes=on_4500, seen=lambda point, p: point == 0 or not (p.outwards and on_4500(p))))
    assert d is not None
    assert d["confidence"] == "possible"
    assert "outside lacks other messages too that were answered (frame 3)" in d["detail"]


def test_a_direction_that_the_point_never_saw_may_go_another_way() -> None:
    d = found(Between(passes=lambda packet: packet.outwards), ANSWERED)
    assert d is not None
    assert "no other message in this direction" in d["detail"]
    assert d["confidence"] != "certain"
