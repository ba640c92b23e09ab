from itertools import pairwise

import pytest

from analyzer.report.dossier import dossiers
from analyzer.report.drawing import NARROW, WIDE, Arrow, Drawing, Layout, Text, draw
from analyzer.report.ladder import Rung, dated, ladder
from analyzer.report.zone import zone_of
from tests.report.sample import BAD, sample

BOTH = pytest.mark.parametrize("layout", [WIDE, NARROW], ids=lambda layout: layout.name)


def texts(picture: Drawing) -> list[Text]:
    return [text for part in picture.parts for text in part.texts]


def arrows(picture: Drawing) -> list[Arrow]:
    return [part.arrow for part in picture.parts if part.arrow]


def span(text: Text) -> tuple[int, int]:
    """Where it begins and ends in a wide font: 7 of 12 pixels a sign."""
    room = 7 * len(text.text)
    start = text.x - {"start": 0, "middle": room // 2, "end": room}[text.anchor]
    return start, start + room


@BOTH
def test_everything_stands_inside_the_picture_and_below_what_came_before(layout: Layout) -> None:
    for d in dossiers(sample(), range(1, 7)):
        picture = draw(ladder(d), layout)
        heights = [arrow.y for arrow in arrows(picture)]
        assert heights == sorted(heights)
        assert all(picture.top < y < picture.bottom for y in heights)
        assert all(0 < text.y < picture.height and 0 <= text.x <= layout.width for text in texts(picture))
        ends = (layout.left, layout.right)
        assert {(a.x1, a.x2) for a in arrows(picture)} <= {ends, ends[::-1]}
        parts = picture.parts
        assert all(a.y + a.height <= b.y for a, b in pairwise(parts))
        assert all(part.y <= text.y <= part.y + part.height for part in parts for text in part.texts)


def test_of_the_narrow_one_no_text_is_cut_off_and_none_stands_on_another() -> None:
    ends = ("[2001:db8:ffff:ffff:ffff:ffff:ffff:fff1]:4500", "[2001:db8:ffff:ffff:ffff:ffff:ffff:fff2]:4500")
    rungs = [
        Rung("path", None, None, None, True, "UDP, non-ESP marker", ends),
        Rung(
            "message", 1234567, 3599.999, None, True, "CREATE_CHILD_SA request 12, fragment 3 of 4", ("SA", "KE") * 30
        ),
        Rung("icmp", 8, 5.0, None, False, "ICMP fragmentation-needed from 192.0.2.254, MTU 1400", note="too big " * 9),
        Rung("end", None, 5.0, None, True, "the capture ends"),
    ]
    found = texts(draw(rungs, NARROW))
    assert all(span(text)[0] >= -10 and span(text)[1] <= NARROW.width + 10 for text in found)
    for y in {text.y for text in found}:
        line = sorted(span(text) for text in found if text.y == y)
        assert all(a[1] <= b[0] for a, b in pairwise(line))


@BOTH
def test_a_gap_of_a_second_breaks_the_lifelines(layout: Layout) -> None:
    (d,) = dossiers(sample(), [1])
    picture = draw(ladder(d), layout)
    assert [gap.text for gap in picture.gaps] == ["30 s later", "58.9 s later"]


@BOTH
def test_encryption_shows_a_lock_and_an_error_its_name(layout: Layout) -> None:
    (four,) = dossiers(sample(), [4])
    picture = draw(ladder(four), layout)
    assert sum(arrow.lock is not None for arrow in arrows(picture)) == 4
    assert any("NO-PROPOSAL-CHOSEN" in text.text and text.style == "error" for text in texts(picture))
    assert any("failed" in arrow.style for arrow in arrows(picture))


@BOTH
def test_long_hostile_contents_are_wrapped_and_bounded(layout: Layout) -> None:
    rung = Rung("message", 1, 0.0, None, True, BAD, tuple(["X" * 300] * 50), "clear", ("E" * 5000,), "1 byte")
    found = texts(draw([rung], layout))
    assert all(len(text.text) <= max(layout.wrap, len(BAD)) for text in found)
    assert len(found) <= 25


def test_sizes_and_times_are_whole() -> None:
    rung = Rung("message", 7, 3599.999, None, True, "IKE_AUTH", note="1,168 bytes, 2 defects")
    time, frame, size = draw([rung]).parts[-1].texts[-3:]
    assert (time.text, frame.text, size.text) == ("+59 min 59.999 s", "frame 7", "1,168 bytes")
    assert time.anchor == "end"
    assert 8 * len(time.text) <= time.x < WIDE.left, "8: of a wide font at 12 pixels"
    beside = [text.text for text in draw([rung], NARROW).parts[-1].texts]
    assert beside[:2] == ["+59 min 59.999 s", "frame 7, 1,168 bytes"]


def test_a_part_leads_to_its_frame_and_says_in_words_whose_message_it_is() -> None:
    rungs = [
        Rung("message", 7, 0.01, None, False, "IKE_AUTH response 1"),
        Rung("icmp", 8, 0.02, None, True, "ICMP port-unreachable"),
        Rung("end", None, 1.0, None, True, "the capture ends"),
    ]
    parts = draw(rungs).parts[1:]
    assert [(part.frame, part.sender) for part in parts] == [(7, "responder"), (8, ""), (None, "")]


def test_the_description_counts_the_messages() -> None:
    (five,) = dossiers(sample(), [5])
    assert "1 message from the initiator, 0 messages from the responder" in draw(ladder(five)).description


def test_the_time_of_day_stands_above_the_time_since_the_start() -> None:
    (one,) = dossiers(sample(), [1], zone_of("+05:30"))
    shown = texts(draw(list(dated(ladder(one), one.zone))))
    assert [t.text for t in shown if t.style == "day"] == ["2023-11-15 (+05:30)"]
    above = [t for t in shown if t.style in ("clock", "time")]
    assert [(t.text, t.style) for t in above[:4]] == [
        ("+0 s", "time"), ("03:43:20.000", "clock"), ("+14.2 ms", "time"), ("03:43:20.014", "clock"),
    ]  # fmt: skip
    places = sorted(t.y for t in above)
    assert all(lower - upper >= 12 for upper, lower in pairwise(places))
