"""Numbers of frames lead to what a page shows of them, and no other number does."""

import re

import pytest

from analyzer.report.evidence import Evidence, FrameView
from analyzer.report.html import render
from analyzer.report.links import TABLE, Links, frame_links
from analyzer.report.sections import MOST_LISTED, SHOWN
from analyzer.tables.placed import of_frames
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from tests.report.sample import BAD, PROVENANCE, put, sample
from tests.report.test_html import checked

LINKS = Links(dict.fromkeys(range(1, 100), TABLE))


def linked(text: str) -> list[int]:
    return [int(number) for number in re.findall(r'<a href="#frame-\d+">(\d+)</a>', LINKS.text(text))]


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("Frame 7 says so (frame 8).", [7, 8]),
        ("frames 1-3, 7 and 9", [1, 3, 7, 9]),
        ("in frames 4 to 7 over 13 ms", [4, 7]),
        ("frames 1, 2 and 12 more", [1, 2]),
        ("frames 1, 2 and 1,204 more", [1, 2]),
        ("frames 5 and others", [5]),
        ("frame 5, 12 bytes", [5]),
        ("frame 5 and 6 others", [5]),
        ("frame 100", []),  # not on the page
        ("frame \u0667, frames \u0661-3", []),  # digits of another script
        ("frame " + "9" * 5000, []),
        ("message 5, reframe 6, frame-number 7, frame.number in {8..9}", []),
    ],
)
def test_frames_named_in_a_text_are_links(text: str, frames: list[int]) -> None:
    assert linked(text) == frames
    assert re.sub("<[^>]*>", "", LINKS.text(text))[:2000] == text[:2000]


def test_a_text_of_a_capture_stays_text() -> None:
    text = LINKS.text(f'{BAD} frame 7 "{BAD}"')
    assert text.count("<") == 2
    assert '<a href="#frame-7">7</a>' in text
    assert LINKS.numbers("5, '7'") == '<a href="#frame-5">5</a>, &#39;<a href="#frame-7">7</a>&#39;'


def test_every_shown_column_that_is_about_frames_is_known_by_its_name() -> None:
    columns = [c for name, names in SHOWN.items() for c in SCHEMA[name].columns if c.name in names.split()]
    about = {c.name for c in columns if c.dtype in ("Int64", "list") and re.search(r"\bframes?\b", c.doc, re.I)}
    other = {"flow", "offset", "missing"}  # in order of frames; offset in one; missing: with what is missing before it
    assert {name for name in about if not of_frames(name)} == other
    assert not of_frames("fragments_missing")


def page_of(tables: Tables) -> str:
    return "".join(render(tables, PROVENANCE))


def test_each_frame_has_one_place_and_every_link_leads_to_it() -> None:
    page = page_of(sample())
    checker = checked(page)
    frames = [name for name in checker.ids if name.startswith("frame-")]
    assert len(frames) == len(set(frames)) == len(sample()["messages"])
    assert {link[1:] for link in checker.links if link.startswith("#frame-")} == set(frames)


def test_a_frame_is_shown_by_its_evidence_then_its_story_then_the_table() -> None:
    tables = Tables()
    put(tables, "captures", capture="a.pcap")
    for frame in range(1, MOST_LISTED + 3):
        put(tables, "messages", capture="a.pcap", negotiation=1, frame_number=frame)
    links = frame_links(tables, [1], Evidence({1: [FrameView(5, "n1-f5", [])]}, []))
    assert links.aim(5) == "frame-5"
    assert (links.id_at(5, TABLE), links.id_at(5, 1), links.id_at(5, "n1-f5")) == ("", "", "frame-5")
    assert links.id_at(5, "n1-f5") == "", "an id is given once"
    assert (links.id_at(6, TABLE), links.id_at(6, 1)) == ("", "frame-6")
    last = MOST_LISTED + 1
    assert (links.id_at(last, 1), links.id_at(last, TABLE)) == ("", f"frame-{last}")
    assert links.number(None) == links.id_at(None, 1) == ""


def test_over_several_captures_only_evidence_is_linked_for_its_own_negotiation() -> None:
    tables = Tables()
    for number, name in enumerate(("a.pcap", "b.pcap"), 1):
        put(tables, "captures", capture=name)
        put(tables, "messages", capture=name, negotiation=number, frame_number=5)
    links = frame_links(tables, [1, 2], Evidence({1: [FrameView(5, "n1-f5", [])]}, []))
    assert links.text("frame 5", 1) == 'frame <a href="#n1-f5">5</a>'
    assert links.text("frame 5", 2) == links.text("frame 5") == "frame 5"
    assert links.id_at(5, "n1-f5") == links.id_at(5, TABLE) == ""
    assert links.number(5, 1) == '<a href="#n1-f5">5</a>'


def test_what_scripts_show_is_linked_too() -> None:
    assert Links(explored=[5]).text("frames 5, 6") == 'frames <a href="#frame-5">5</a>, 6'


def test_frames_that_scripts_show_are_named_to_them_as_runs() -> None:
    assert Links(explored=[9, 2, 1, 3]).explored == "1-3 9-9"
    assert Links().explored == ""
