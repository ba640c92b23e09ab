"""What several points saw of one SA: both sights are one negotiation, clocks are compared, missing is counted."""

import pytest

from tests.two_points import ANSWERED, INITIATOR, SECOND, Between, Sent, answers_on_4500, on_4500, read, rows

NAT = {(INITIATOR, 500): ("198.51.100.7", 31234), (INITIATOR, 4500): ("198.51.100.7", 40000)}


@pytest.mark.parametrize("numbered", [True, False], ids=["IP numbers", "no IP numbers"])
@pytest.mark.parametrize("nat", [{}, NAT], ids=["plain", "NAT"])
@pytest.mark.parametrize("offset", [0, 300, -300])
def test_two_sights_are_one_negotiation_whatever_the_clocks_say(offset: int, nat: dict, numbered: bool) -> None:
    between = Between(offset_ns=offset * SECOND, drift_ppm=100, nat=nat, numbered=numbered)
    analysis = read(between, ANSWERED)
    [n] = rows(analysis, "negotiations")
    inside, outside = rows(analysis, "sights")
    assert (inside["point"], outside["point"]) == ("inside", "outside")
    assert n["duration_s"] == pytest.approx(6.32, abs=0.1)
    assert (n["retransmissions"], n["initiator_ip"]) == (8, INITIATOR) if offset >= 0 else (8, n["initiator_ip"])
    assert outside["clock_offset_s"] == pytest.approx(offset, abs=0.01)
    assert outside["clock_basis"] == "both directions"
    assert (outside["hops"], outside["messages_missing"], inside["messages_missing"]) == (1, 0, 0)
    assert outside["initiator_port"] == (31234 if nat else 500)
    assert len(outside["translations"] or ()) == len(nat)
    if nat:
        assert outside["translations"][0] == "192.0.2.10:500 is 198.51.100.7:31234"


def test_what_is_lost_is_missing_at_the_other_point() -> None:
    inside, outside = rows(read(Between(passes=on_4500)), "sights")
    assert (inside["messages_missing"], outside["messages_missing"]) == (0, 1)
    assert (outside["messages_from_initiator"], outside["messages_from_responder"]) == (1, 1)
    assert len(outside["missing_frames"]) == 1
    inside, outside = rows(read(Between(passes=answers_on_4500), ANSWERED), "sights")
    assert (inside["messages_missing"], outside["messages_missing"]) == (2, 0)


def test_a_lost_retransmission_is_no_missing_message() -> None:
    first = {"on_4500": 0}

    def passes(packet: Sent) -> bool:
        first["on_4500"] += 4500 in packet.ports
        return first["on_4500"] != 2

    _, outside = rows(read(Between(passes=passes)), "sights")
    assert (outside["messages_missing"], outside["transmissions_missing"]) == (0, 1)


@pytest.mark.parametrize(("offset", "basis", "least", "most"), [(7, "at most", 7, 7.01), (-7, "at most", -7, -6.99)])
def test_one_direction_gives_a_bound(offset: int, basis: str, least: float, most: float) -> None:
    """Of the outer clock, which sees what goes out later than the inner one does."""
    _, outside = rows(read(Between(passes=lambda p: p.outwards, offset_ns=offset * SECOND), ANSWERED), "sights")
    assert outside["clock_basis"] == basis
    assert least <= outside["clock_offset_s"] <= most


def test_without_a_router_the_time_on_the_way_says_which_point_is_nearer() -> None:
    inside, outside = rows(read(Between(hops=0, passes=on_4500)), "sights")
    assert (inside["point"], outside["point"]) == ("inside", "outside")
    assert outside["hops"] == 0
    assert outside["messages_missing"] == 1


def test_points_without_a_common_packet_are_not_compared() -> None:
    """Two uplinks: the SA goes on over another one."""
    between = Between(seen=lambda point, packet: (point == 1) is (4500 in packet.ports), offset_ns=9 * SECOND)
    found = rows(read(between), "sights")
    assert [row["messages_missing"] for row in found] == [None, None]
    assert [row["clock_offset_s"] for row in found] == [0, None]
    assert "lost-between-points" not in [d["diagnosis"] for d in rows(read(between), "diagnoses")]


@pytest.mark.parametrize("numbered", [True, False], ids=["IP numbers", "no IP numbers"])
def test_what_an_extract_of_a_recording_lacks_is_not_missing(numbered: bool) -> None:
    """It has all times to the nanosecond."""
    analysis = read(Between(passes=on_4500, hops=0, delay_ns=0, numbered=numbered))
    whole, extract = rows(analysis, "sights")
    for row, other in ((whole, "outside"), (extract, "inside")):
        assert row["same_recording"] == (other,)
        assert (row["messages_missing"], row["transmissions_missing"], row["clock_offset_s"]) == (None, None, 0)
    assert "lost-between-points" not in [d["diagnosis"] for d in rows(analysis, "diagnoses")]


@pytest.mark.parametrize(
    "between",
    [
        Between(passes=on_4500, hops=0, delay_ns=0, drift_ppm=50),  # the first packet alone is at the same time
        Between(passes=on_4500, hops=0, delay_ns=0, offset_ns=SECOND),
        Between(passes=on_4500, delay_ns=0),  # a router is between them
        Between(passes=lambda p: p.number == 4, hops=0, delay_ns=0),  # one packet is in both
    ],
)
def test_two_points_whose_clocks_agree_once_are_two(between: Between) -> None:
    found = rows(read(between), "sights")
    assert [not row["same_recording"] for row in found] == [True, True]
    assert sum(row["messages_missing"] for row in found) > 0


def test_of_a_message_later_fragments_passed_so_it_is_not_missing() -> None:
    between = Between(only_rest=lambda packet: 4500 in packet.ports)
    assert [row["messages_missing"] for row in rows(read(between), "sights")] == [0, 0]
    assert "lost-between-points" not in [d["diagnosis"] for d in rows(read(between), "diagnoses")]


def test_one_point_has_no_sights() -> None:
    assert not rows(read(Between(seen=lambda point, _: point == 0, around_s=(5, 0))), "sights")
