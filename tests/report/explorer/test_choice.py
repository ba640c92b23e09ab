import pytest

from analyzer.report.explorer import choice
from analyzer.report.explorer.choice import Inside, Left, frames_inside
from analyzer.tables.store import Tables
from tests.report.sample import put


def tables(*outcomes: str, messages: int = 4, capture: str = "a.pcap") -> Tables:
    """Negotiations of these outcomes, the n-th (from 1) in frames from 100 n on."""
    found = Tables()
    put(found, "captures", capture=capture, size_bytes=10)
    for number, outcome in enumerate(outcomes, 1):
        put(found, "negotiations", negotiation=number, capture=capture, outcome=outcome)
        for frame in range(100 * number, 100 * number + messages):
            put(found, "messages", capture=capture, negotiation=number, frame_number=frame, length=400)
    return found


def test_all_messages_and_what_belongs_to_them() -> None:
    found = tables("established", "failed")
    put(found, "icmp_errors", capture="a.pcap", frame_number=205, negotiation=2)
    put(found, "esp_streams", capture="a.pcap", first_frame=150, last_frame=160, negotiation=1)
    put(found, "esp_streams", capture="a.pcap", first_frame=170, last_frame=170)
    inside = frames_inside(found, [1, 2])
    assert inside.frames == {"a.pcap": [100, 101, 102, 103, 150, 160, 170, 200, 201, 202, 203, 205]}
    assert (inside.left, inside.messages, inside.left_messages) == ({}, 8, 0)


def test_beyond_the_room_evidence_and_what_is_shown_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    found = tables("established", "established", "failed", "established")
    put(found, "diagnoses", negotiation=3, rank=1, evidence_frames=(303,))
    monkeypatch.setattr(choice, "MOST_FRAMES", 9)
    monkeypatch.setattr(choice, "MOST_CHOSEN", 9)
    inside = frames_inside(found, [3, 2])
    assert inside.frames == {"a.pcap": [100, 200, 201, 202, 203, 300, 301, 302, 303]}
    assert inside.left == {"a.pcap": Left([(101, 103), (400, 403)], 7)}
    assert (inside.messages, inside.left_messages) == (16, 7)


def test_bytes_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    found = tables("failed", "established")
    monkeypatch.setattr(choice, "MOST_BYTES", 3000)
    inside = frames_inside(found, [1, 2])
    assert inside.frames == {"a.pcap": [100, 101, 102, 103]}
    assert inside.left == {"a.pcap": Left([(200, 203)], 4)}


def test_a_length_that_lies_takes_the_room_of_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    found = tables("failed", "established")
    put(found, "messages", capture="a.pcap", negotiation=1, frame_number=150, length=28, defects=("wire-length",))
    monkeypatch.setattr(choice, "MOST_BYTES", 1 << 16)
    assert frames_inside(found, [1, 2]).left == {"a.pcap": Left([(150, 150), (200, 203)], 5)}


def test_of_very_many_that_are_left_out_the_first_runs_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Tables()
    put(found, "captures", capture="a.pcap", size_bytes=10)
    for frame in range(0, 600, 2):
        put(found, "messages", capture="a.pcap", negotiation=frame, frame_number=frame, length=400)
    monkeypatch.setattr(choice, "MOST_FRAMES", 100)
    monkeypatch.setattr(choice, "MOST_CHOSEN", 100)
    inside = frames_inside(found, [])
    assert (inside.messages, inside.left_messages) == (300, 200)
    (left,) = inside.left.values()
    assert left.frames == 200
    assert len(left.runs) == 12


def test_of_one_long_life_there_are_beginning_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    found = tables("failed", "established", messages=90)
    monkeypatch.setattr(choice, "MOST_FRAMES", 30)
    monkeypatch.setattr(choice, "MOST_CHOSEN", 30)
    monkeypatch.setattr(choice, "_FIRST", 10)
    monkeypatch.setattr(choice, "_LAST", 5)
    (frames,) = frames_inside(found, [1, 2]).frames.values()
    assert frames == [*range(100, 110), *range(185, 190), *range(200, 210), *range(285, 290)]


def test_a_number_alone_names_a_frame_of_one_capture_only() -> None:
    assert list(Inside({"a.pcap": [7], "b.pcap": [7, 9]}, {}).of_one_capture()) == []
    assert list(Inside({"a.pcap": [7]}, {}).of_one_capture()) == [7]


def test_nothing_is_looked_for_twice() -> None:
    """Work grows with messages, not with their square."""
    found = tables(*["established"] * 3)
    assert frames_inside(found, []).frames == frames_inside(found, [1, 2, 3]).frames
