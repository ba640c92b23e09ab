"""An answer that a point behind the loss never saw: what becomes of the SA; which loss is named of several."""

import pytest

from tests.two_points import ANSWERED, SECOND, Between, Sent, answers_on_4500, read, rows


def only_auth(packet: Sent) -> bool:
    """The answers of IKE_AUTH are lost; what the responder asks later arrives."""
    return packet.outwards or 4500 not in packet.ports or len(packet.data) < 200


def test_an_answer_that_is_lost_makes_no_sa() -> None:
    """The clocks put all requests before the answers: order alone shows an SA that came up."""
    analysis = read(Between(passes=answers_on_4500, offset_ns=180 * SECOND), ANSWERED)
    [n] = rows(analysis, "negotiations")
    assert (n["outcome"], n["failed_at"], n["failed_by"], n["outcome_confidence"]) == (
        "failed",
        "IKE_AUTH",
        "none",
        "likely",
    )
    assert n["outcome_basis"] == "the responder's answer was seen at outside and never at inside"
    assert {child["outcome"] for child in rows(analysis, "child_sas")} <= {"unknown", "failed"}


@pytest.mark.parametrize(("from_initiator", "outcome"), [(True, "established"), (False, "failed")])
def test_traffic_of_the_initiator_shows_that_an_answer_came_by_another_way(from_initiator: bool, outcome: str) -> None:
    """That of the responder, which believes the SA up, shows nothing."""
    ends = ("192.0.2.10", "192.0.2.20") if from_initiator else ("192.0.2.20", "192.0.2.10")
    between = Between(passes=answers_on_4500, offset_ns=180 * SECOND, traffic=ends)
    assert rows(read(between, ANSWERED), "negotiations")[0]["outcome"] == outcome


def test_where_it_cannot_be_known_which_point_is_nearer_the_verdict_stays() -> None:
    between = Between(passes=answers_on_4500, offset_ns=180 * SECOND, hops=0, delay_ns=0)
    assert rows(read(between, ANSWERED), "negotiations")[0]["outcome"] == "established"


def test_the_first_of_several_losses_the_same_way_is_named() -> None:
    first = rows(read(Between(passes=answers_on_4500), ANSWERED), "diagnoses")[0]
    assert first["detail"].startswith("IKE_AUTH: the responder's message passed outside 4 times")
    assert first["detail"].endswith("Likewise its later messages (INFORMATIONAL).")


def test_what_arrives_later_is_not_named() -> None:
    found = rows(read(Between(passes=only_auth), ANSWERED), "diagnoses")
    assert all("INFORMATIONAL" not in d["detail"] for d in found if d["diagnosis"] == "lost-between-points")
