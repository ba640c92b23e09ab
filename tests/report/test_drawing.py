from itertools import pairwise

from analyzer.report.dossier import dossiers
from analyzer.report.drawing import LEFT, RIGHT, draw
from analyzer.report.ladder import Rung, dated, ladder
from analyzer.report.zone import zone_of
from tests.report.sample import BAD, sample


def test_everything_stands_inside_the_picture_and_below_what_came_before() -> None:
    for d in dossiers(sample(), range(1, 7)):
        picture = draw(ladder(d))
        heights = [arrow.y for arrow in picture.arrows]
        assert heights == sorted(heights)
        assert all(picture.top < y < picture.bottom for y in heights)
        assert all(0 < text.y < picture.height and 0 <= text.x <= picture.width for text in picture.texts)
        assert {(a.x1, a.x2) for a in picture.arrows} <= {(LEFT, RIGHT), (RIGHT, LEFT)}


def test_a_gap_of_a_second_breaks_the_lifelines() -> None:
    (d,) = dossiers(sample(), [1])
    picture = draw(ladder(d))
    assert [gap.text for gap in picture.gaps] == ["30 s later", "58.9 s later"]


def test_encryption_shows_a_lock_and_an_error_its_name() -> None:
    (four,) = dossiers(sample(), [4])
    picture = draw(ladder(four))
    assert sum(arrow.lock is not None for arrow in picture.arrows) == 4
    assert any("NO-PROPOSAL-CHOSEN" in text.text and text.style == "error" for text in picture.texts)
    assert any("failed" in arrow.style for arrow in picture.arrows)


def test_long_hostile_contents_are_wrapped_and_bounded() -> None:
    rung = Rung("message", 1, 0.0, None, True, BAD, tuple(["X" * 300] * 50), "clear", ("E" * 5000,), "1 byte")
    picture = draw([rung])
    assert max(len(text.text) for text in picture.texts) < 310
    assert len(picture.texts) <= 12


def test_sizes_and_times_are_whole() -> None:
    rung = Rung("message", 7, 3599.999, None, True, "IKE_AUTH", note="1,168 bytes, 2 defects")
    time, frame, size = draw([rung]).texts[-3:]
    assert (time.text, frame.text, size.text) == ("+59 min 59.999 s", "frame 7", "1,168 bytes")
    assert time.anchor == "end"
    assert 8 * len(time.text) <= time.x < LEFT, "8: of a wide font at 12 pixels"


def test_the_description_tells_the_picture() -> None:
    (five,) = dossiers(sample(), [5])
    assert "1 message from the initiator, 0 messages from the responder" in draw(ladder(five)).description


def test_the_time_of_day_stands_above_the_time_since_the_start() -> None:
    (one,) = dossiers(sample(), [1], zone_of("+05:30"))
    texts = draw(dated(ladder(one), one.zone)).texts
    assert [t.text for t in texts if t.style == "day"] == ["2023-11-15 (+05:30)"]
    above = [t for t in texts if t.style in ("clock", "time")]
    assert [(t.text, t.style) for t in above[:4]] == [
        ("+0 s", "time"), ("03:43:20.000", "clock"), ("+14.2 ms", "time"), ("03:43:20.014", "clock"),
    ]  # fmt: skip
    places = sorted(t.y for t in above)
    assert all(lower - upper >= 12 for upper, lower in pairwise(places))
