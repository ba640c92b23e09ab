import json

from analyzer.report.timeline import timeline
from analyzer.report.timeline.density import BINS
from analyzer.report.timeline.picture import MOST_LANES, SIGNS
from analyzer.report.zone import UTC_ZONE, zone_of
from analyzer.tables.store import Tables
from tests.report.sample import CAPTURE, MS, START, put, sample


def many(count: int) -> Tables:
    """So many negotiations, a second apart: of a hundred three failed, one came up and its child SA did not."""
    tables = Tables()
    for number in range(1, count + 1):
        failed = number % 100 in (1, 2, 3)
        outcome = "failed" if failed else "established"
        cells = {"failed_at": "IKE_AUTH" if failed else "CREATE_CHILD_SA" if number % 100 == 4 else None}
        first = START + number * 1000 * MS
        put(tables, "negotiations", negotiation=number, outcome=outcome, first_time=first, last_time=first, **cells)
    return tables


def test_few_negotiations_have_a_lane_each() -> None:
    found = timeline(sample(), UTC_ZONE)
    assert found is not None
    assert [lane.number for lane in found.lanes] == [1, 2, 3, 4, 5, 6]
    assert found.rows == []
    assert found.zone == "2023-11-14 (UTC)"
    assert (found.total, found.messages.total) == (6, len(sample()["messages"]))
    assert found.data["start"] == START / MS
    assert found.data.keys() == {"start", "end", "offsets"}
    assert set(found.signs) <= set(SIGNS)


def test_nothing_without_a_time() -> None:
    tables = Tables()
    assert timeline(tables, UTC_ZONE) is None
    put(tables, "negotiations", negotiation=1, outcome="probe")
    assert timeline(tables, UTC_ZONE) is None


def test_where_lanes_are_many_what_failed_stands_above_them_too() -> None:
    for count, rows in ((20, 0), (21, 2), (MOST_LANES, 2)):
        found = timeline(many(count), UTC_ZONE)
        assert found is not None
        assert (len(found.lanes), len(found.rows)) == (count, rows)


def test_more_are_bars_by_outcome_the_worst_first() -> None:
    found = timeline(many(50_000), zone_of("Europe/Berlin"))
    assert found is not None
    assert found.lanes == []
    assert [(r.outcome, r.failed, r.total) for r in found.rows] == [
        ("failed", "", 1500), ("established", "child SA", 500), ("established", "", 48_000),
    ]  # fmt: skip
    assert all(len(r.bars) == BINS for r in found.rows)


def test_the_script_finds_every_negotiation_in_the_data() -> None:
    found = timeline(many(1000), UTC_ZONE)
    assert found is not None
    data = json.loads(json.dumps(found.data))
    number = begin = 0
    for place in range(1000):
        number += data["number"][place]
        begin += data["begin"][place]
        assert (number, begin, data["last"][place]) == (place + 1, place * 1000, 0)
        expected = (
            ["failed", ""] if number % 100 in (1, 2, 3) else ["established", "child SA" if number % 100 == 4 else ""]
        )
        assert data["kinds"][data["kind"][place]] == expected


def test_events_and_icmp_errors_of_many_have_rows() -> None:
    tables = many(100)
    for event in ("rekeyed", "child-rekeyed", "deleted", "moved"):
        put(tables, "events", negotiation=1, event=event, time=START)
    put(tables, "icmp_errors", kind="port-unreachable", time=START)
    found = timeline(tables, UTC_ZONE)
    assert found is not None
    assert [(r.sign, r.total) for r in found.rows if r.sign] == [("rekey", 2), ("delete", 1), ("icmp", 1)]


def test_a_flood_is_a_bar_and_its_negotiations_are_none() -> None:
    tables = many(4)
    put(tables, "floods", flood=1, title="A flood", messages=9000, first_time=START, last_time=START + 2000 * MS)
    put(tables, "diagnoses", negotiation=2, diagnosis="unsolicited-answers", rank=1)
    found = timeline(tables, UTC_ZONE)
    assert found is not None
    assert [(f.number, f.x, f.end, f.title) for f in found.floods] == [
        (1, "0", "50", "A flood: 9,000 messages over 2 s")
    ]
    assert [lane.number for lane in found.lanes] == [1, 3, 4]
    for number in range(2, 9):
        put(tables, "floods", flood=number, title="A flood", messages=9, first_time=START, last_time=START)
    found = timeline(tables, UTC_ZONE)
    assert found is not None
    assert (len(found.floods), found.flooded) == (5, 8)


def test_a_clock_that_was_set_back_has_a_sign() -> None:
    tables = many(1)
    for frame, at in ((1, 5000), (2, 1000)):
        put(tables, "messages", capture=CAPTURE, frame_number=frame, time=START + at * MS)
    found = timeline(tables, UTC_ZONE)
    assert found is not None
    (jump,) = found.jumps
    assert found.jumped == 1
    assert (jump.sign, jump.frame) == ("clock", 2)
    assert jump.title == "2023-11-14 22:13:21.000 UTC: the clock was set back by 4 s"
    assert found.signs == ["clock"]


def test_what_a_look_takes_in_is_not_zoomed() -> None:
    for count, zooms in ((4, False), (5, True)):
        found = timeline(many(count), UTC_ZONE)
        assert found is not None
        assert found.zooms == zooms
    for count, zooms in ((20, False), (21, True)):
        tables = many(1)
        for number in range(count):
            put(tables, "messages", negotiation=1, frame_number=number + 1, time=START + number * MS)
        found = timeline(tables, UTC_ZONE)
        assert found is not None
        assert found.zooms == zooms
