"""The timeline in a real browser: selected, moved by keys, two negotiations on one axis, few and many."""

from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.report.html import render
from analyzer.report.zone import zone_of
from analyzer.tables.store import Tables
from tests.browsers.tab import Tab
from tests.report.sample import PROVENANCE, sample
from tests.report.timeline.test_picture import many

pytestmark = pytest.mark.no_cover  # time goes by in the browser; what is rendered has tests of its own

READY = "document.getElementById('timeline-picture').dataset.ready"
OUTPUT = "document.querySelector('#timeline output').textContent"
LANES = (
    "[...document.querySelectorAll('#timeline li[data-number]')].filter(row => !row.hidden)"
    ".map(row => Number(row.dataset.number))"
)
TICKS = "[...document.querySelectorAll('#timeline .clock text')].map(t => t.textContent)"
SINCE = "[...document.querySelectorAll('#timeline .since text')].map(t => t.textContent)"
BARS = "[...document.querySelectorAll('#timeline li.failed rect')].length"
# Labels of an axis over another one, equal to it, or beyond the axis
CROWDED = """[...document.querySelectorAll('#timeline .axis svg')].flatMap(svg => {
  const edge = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
  return texts.flatMap(([one, a], place) => [
    ...(a.left < edge.left - 2 || a.right > edge.right + 2 ? [one] : []),
    ...texts.slice(place + 1).filter(([other, b]) => other === one ||
      (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom))
      .map(([other]) => `${one} ${other}`)]);
})"""
PLACES = (
    "[...document.querySelectorAll('#timeline li[data-number=\"%d\"] .bar')]"
    ".map(bar => bar.getAttribute('x1') + ' ' + bar.getAttribute('x2'))"
)


def visit(browser: Tab, tables: Tables, folder: Path, zone: str = "UTC") -> None:
    page = folder / "report.html"
    page.write_text("".join(render(tables, replace(PROVENANCE, zone=zone_of(zone)))), "utf-8")
    browser.visit(page.as_uri())
    assert browser.becomes(READY, "true")


def key(browser: Tab, name: str) -> None:
    browser.value("document.getElementById('timeline-picture').focus()")
    browser.press(name)


def drag(browser: Tab, start: float, end: float) -> None:
    """From one part of the width to another, over the lane of the first negotiation."""
    box = browser.value(
        "(lane => {lane.scrollIntoView({block: 'center', behavior: 'instant'}); const b = lane.getBoundingClientRect();"
        " return [b.x, b.y + 14, b.width]})(document.querySelector('#timeline li[data-number] .lane'))"
    )
    x, y, width = box
    browser.mouse(
        ("move", x + start * width, y),
        ("down", x + start * width, y),
        ("move", x + (start + end) / 2 * width, y),
        ("move", x + end * width, y),
        ("up", x + end * width, y),
    )


def test_lanes_are_moved_and_selected_and_two_share_one_axis(browser: Tab, tmp_path: Path) -> None:
    visit(browser, sample(), tmp_path, "+05:30")
    before = browser.value(TICKS)
    assert before[0] == "03:43:20"  # the same marks as without script, in the zone of the page
    assert browser.value(LANES) == [1, 2, 3, 4, 5, 6]
    assert browser.value(PLACES % 1)[0].startswith("0% ")
    drag(browser, 0.0, 0.5)
    assert browser.becomes(f"{TICKS}.join() != {','.join(before)!r}", True)
    half = browser.value(PLACES % 1)
    assert float(half[0].split("%")[1]) > 60  # the bar of 31 s is twice as long
    assert browser.value("location.hash") == ""  # a drag over a bar follows no link
    key(browser, "0")
    assert browser.becomes(TICKS, before)
    key(browser, "+")
    assert browser.value(TICKS) != before
    key(browser, "ArrowLeft")
    key(browser, "Escape")
    assert browser.value(TICKS) == before
    browser.value(
        "(([first, second, own]) => { first.value = 2; second.value = 4; own.checked = true })"
        "(document.querySelectorAll('#timeline input')); document.querySelector('#timeline .two button').click()"
    )
    assert browser.value(LANES) == [2, 4]
    assert {bar.split()[0] for number in (2, 4) for bar in browser.value(PLACES % number)} == {"0%"}
    assert browser.value(SINCE)[0] == "+0 s"
    browser.value("document.querySelector('#timeline [aria-label=\"The whole time\"]').click()")
    assert browser.value(LANES) == [1, 2, 3, 4, 5, 6]
    browser.click("document.querySelector('#timeline li[data-number=\"2\"] .name a')")
    assert browser.becomes("location.hash", "#n2")


def test_of_many_those_in_sight_become_lanes(browser: Tab, tmp_path: Path) -> None:
    visit(browser, many(4000), tmp_path)
    assert browser.value(LANES) == []
    assert browser.value(BARS) > 30
    for _ in range(7):
        key(browser, "+")
    assert " of 4,000 negotiations" in browser.value(OUTPUT)
    lanes = browser.value(LANES)
    assert 20 < len(lanes) <= 60
    assert lanes == list(range(lanes[0], lanes[0] + len(lanes)))
    browser.value(
        "(([first, second]) => { first.value = 1; second.value = 3999 })"
        "(document.querySelectorAll('#timeline input')); document.querySelector('#timeline .two button').click()"
    )
    assert browser.value(LANES) == [1, 3999]
    browser.value("document.querySelector('#timeline input').value = 77777")
    browser.value("document.querySelector('#timeline .two button').click()")
    assert browser.value("document.querySelector('#timeline input').validationMessage") != ""


def test_labels_of_the_axes_have_room(browser: Tab, tmp_path: Path) -> None:
    browser.window(1000, 900)
    visit(browser, many(4000), tmp_path)
    crowded = {}
    for step in range(18):
        crowded[step] = browser.value(CROWDED)
        key(browser, "+")
    browser.window(700, 900)
    assert browser.becomes(f"{CROWDED}.length", 0)
    assert {step: found for step, found in crowded.items() if found} == {}
    assert len(browser.value(SINCE)) > 1


def test_without_script_the_whole_picture_is_there(browser: Tab, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text("".join(render(sample(), PROVENANCE)), "utf-8")
    browser.scripts(False)
    browser.visit(page.as_uri())
    assert browser.value(LANES) == [1, 2, 3, 4, 5, 6]
    assert len(browser.value(TICKS)) > 3
    assert browser.value("document.querySelectorAll('#timeline button').length") == 0
    browser.scripts(True)
