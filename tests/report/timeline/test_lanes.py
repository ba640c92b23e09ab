from typing import Any

import pytest

from analyzer.report.timeline.axis import Span
from analyzer.report.timeline.lanes import MOST_MARKS, MOST_STREAMS, Lane, lanes, set_back, unjoined
from analyzer.report.zone import UTC_ZONE, zone_of
from analyzer.tables.store import Tables
from tests.report.sample import CAPTURE, INFO, MS, START, Peer, put, sample

SPAN = Span.of(START, START + 100_000 * MS)


def of(tables: Tables, *numbers: int) -> list[Lane]:
    return lanes(tables, numbers, SPAN, UTC_ZONE)


def alone(**cells: Any) -> Tables:
    """One negotiation of ten seconds that was established."""
    tables = Tables()
    known = {"negotiation": 1, "outcome": "established", "first_time": START, "last_time": START + 10_000 * MS}
    put(tables, "negotiations", **known | {"initiator_ip": "10.0.0.1", "responder_ip": "10.0.0.2"} | cells)
    return tables


def exchange(tables: Tables, frame: int, at: float, **cells: Any) -> None:
    """An exchange whose request has this frame and time, its answer the frame behind it a second later."""
    Peer(tables, 1, ("11" * 8, "22" * 8), ("10.0.0.1", "10.0.0.2"), 2).send(frame, at, "i", INFO, (46,))
    Peer(tables, 1, ("11" * 8, "22" * 8), ("10.0.0.1", "10.0.0.2"), 2).send(frame + 1, at + 1000, "r", INFO, (46,))
    known = {"negotiation": 1, "exchange": "INFORMATIONAL", "request_frame": frame, "response_frame": frame + 1}
    put(tables, "exchanges", **known | {"outcome": "answered", "state": "alive", "retransmissions": 0} | cells)


def test_a_lane_is_as_long_as_its_messages_with_exchanges_and_streams() -> None:
    (one,) = of(sample(), 1)
    assert (one.number, one.outcome, one.failed, one.ends) == (1, "established", "", "10.1.0.1 \u2192 203.0.113.2")
    assert (one.x, one.end) == ("0", "31.061")
    assert [(mark.sign, mark.x, mark.frame) for mark in one.marks] == [
        ("exchange", "0", 1), ("exchange", "0.021", 3), ("exchange", "31.06", 700),
    ]  # fmt: skip
    assert one.marks[1].title == ("+21 ms, 2023-11-14 22:13:20.021 UTC: IKE_AUTH, answered, 1 retransmission")
    assert [(s.x, s.end, s.protocol) for s in one.streams] == [("1.1", "31", "ESP"), ("1.1", "31", "ESP")]
    assert one.streams[0].title == "ESP 0a1b2c3d: 500 packets over 29.9 s"
    assert one.title == "7 messages over 31.1 s: established"
    assert one.verdict == ""


def test_lanes_stand_in_the_order_of_their_beginnings_and_no_other_is_there() -> None:
    assert [lane.number for lane in of(sample(), 4, 2, 1)] == [1, 2, 4]


def test_what_failed_has_the_sign_once() -> None:
    (two,) = of(sample(), 2)
    assert (two.outcome, two.verdict) == ("failed", "refused")
    tables = alone(outcome="failed")
    exchange(tables, 5, 2000, state="refused")
    (lane,) = of(tables, 1)
    assert [(mark.sign, mark.x, mark.frame) for mark in lane.marks] == [("refused", "3", 6)]  # with the answer
    assert lane.verdict == ""


@pytest.mark.parametrize(
    ("outcome", "state", "sign"),
    [
        ("answered", "alive", "exchange"),
        ("answered", "refused", "refused"),
        ("answered", "ticket-refused", "refused"),
        ("answered", "cookie-asked", "exchange"),
        ("unanswered", "liveness-asked", "silent"),
        ("unanswered", "sent", "exchange"),  # of IKEv1: nobody has to answer
        ("unanswered", None, "silent"),
        ("unrequested", "start", "exchange"),
        (None, None, "exchange"),
    ],
)
def test_signs_of_exchanges(outcome: str | None, state: str | None, sign: str) -> None:
    tables = alone()
    exchange(tables, 5, 2000, outcome=outcome, state=state)
    assert [mark.sign for mark in of(tables, 1)[0].marks] == [sign]


@pytest.mark.parametrize(
    ("state", "said"), [("sent", "sent"), ("sent-in-clear", "sent-in-clear"), ("liveness-asked", "unanswered")]
)
def test_what_nobody_has_to_answer_is_not_called_unanswered(state: str, said: str) -> None:
    tables = alone()
    exchange(tables, 5, 2000, outcome="unanswered", state=state)
    assert of(tables, 1)[0].marks[0].title.endswith(f": INFORMATIONAL, {said}")


def test_an_event_stands_in_the_place_of_its_exchange_and_nothing_covers_what_is_worse() -> None:
    tables = alone()
    exchange(tables, 5, 2000)
    exchange(tables, 8, 3000)
    event = {"negotiation": 1, "confidence": "certain", "by": "initiator"}
    put(tables, "events", event="rekeyed", time=START + 3000 * MS, frame_number=8, other=2, **event)
    put(tables, "events", event="deleted", time=START + 4000 * MS, frame_number=10, **event)
    error = {"negotiation": 1, "kind": "port-unreachable", "reporter_ip": "10.0.0.9"}
    put(tables, "icmp_errors", frame_number=12, time=START + 1000 * MS, **error)
    marks = of(tables, 1)[0].marks
    assert [(mark.sign, mark.frame) for mark in marks] == [("exchange", 5), ("rekey", 8), ("delete", 10), ("icmp", 12)]
    assert marks[1].title.endswith("UTC: rekeyed by the initiator, negotiation 2 takes its place")


@pytest.mark.parametrize(("cause", "sign"), [("one-way-capture", "exchange"), ("request-unanswered", "silent")])
def test_an_answer_that_a_one_way_capture_lacks_is_not_called_missing(cause: str, sign: str) -> None:
    tables = alone(diagnosis=cause)
    exchange(tables, 3, 1000, outcome="unanswered", state="request-sent")
    (mark,) = of(tables, 1)[0].marks
    assert mark.sign == sign
    assert ("answer not in this capture" in mark.title) == (sign == "exchange")


def test_of_very_many_exchanges_the_odd_ones_are_drawn_and_the_others_counted() -> None:
    tables = alone()
    for place in range(3 * MOST_MARKS):
        exchange(tables, 2 * place + 1, place, state="refused" if place == 777 else "alive")
    (lane,) = of(tables, 1)
    assert MOST_MARKS // 2 < len(lane.marks) <= MOST_MARKS
    assert len(lane.marks) + lane.left == 3 * MOST_MARKS
    assert [mark.frame for mark in lane.marks if mark.sign == "refused"] == [2 * 777 + 2]


def test_what_has_no_time_has_a_lane_without_a_bar() -> None:
    (lane,) = of(alone(first_time=None, last_time=None), 1)
    assert (lane.x, lane.end, lane.start) == (None, None, None)
    (other,) = of(alone(first_time=START + 5000 * MS, last_time=START), 1)  # the clock was set back
    assert (other.x, other.end) == ("0", "5")


def test_the_same_frame_of_another_negotiation_lends_no_time() -> None:
    tables = alone()
    put(tables, "messages", negotiation=2, frame_number=5, time=START, capture=CAPTURE)
    put(tables, "exchanges", negotiation=1, exchange="INFORMATIONAL", request_frame=5, outcome="answered")
    assert of(tables, 1)[0].marks == ()


def test_times_are_in_the_chosen_zone() -> None:
    (one,) = lanes(sample(), [1], SPAN, zone_of("+05:30"))
    assert one.marks[0].title.startswith("+0 s, 2023-11-15 03:43:20.000+05:30: ")


def test_where_the_clock_was_set_back() -> None:
    tables = Tables()
    for frame, at in enumerate((0, 5000, 4500, 1500, 1600, None, 0), 1):
        time = None if at is None else START + at * MS
        put(tables, "messages", capture=CAPTURE, frame_number=frame, time=time)
        put(tables, "messages", capture="other", frame_number=frame, time=START)
    assert set_back(tables, 9) == ([(4, START + 1500 * MS, 3000 * MS), (7, START, 1600 * MS)], 2)
    assert set_back(tables, 1) == ([(4, START + 1500 * MS, 3000 * MS)], 2)


def test_streams_that_are_not_drawn_are_counted_and_those_of_most_packets_are() -> None:
    tables = alone()
    stream = {"first_time": START, "last_time": START + 1000 * MS, "encapsulation": "ah", "to": "initiator"}
    for place in range(MOST_STREAMS + 3):
        put(tables, "esp_streams", negotiation=1, spi=f"{place:08x}", packets=place, **stream)
        put(tables, "esp_streams", spi=f"{place:08x}", packets=place, **stream)
    put(tables, "esp_streams", spi="ffffffff", packets=9)  # without times
    (lane,) = of(tables, 1)
    assert (len(lane.streams), lane.left) == (MOST_STREAMS, 3)
    assert lane.streams[0].title == f"AH {MOST_STREAMS + 2:08x} to the initiator: 26 packets over 1 s"
    drawn, left = unjoined(tables, SPAN)
    assert (len(drawn), left) == (MOST_STREAMS, 3)
