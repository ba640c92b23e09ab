"""The reader chooses the zone of the times: each is the same instant in it, says so, and comes back as it was."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from analyzer.analysis import Analysis
from analyzer.report.html import render
from analyzer.report.zone import zone_of
from tests.browsers.tab import Tab
from tests.fixtures.cases import case
from tests.report.sample import PROVENANCE, sample
from tests.test_page_find import fleet

pytestmark = pytest.mark.no_cover  # time goes by in the browser; what is rendered has tests of its own

STAMPS = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\.(\d{3})( UTC|[+-]\d\d:\d\d)")
TEXT = """[...document.querySelectorAll('main, footer')].map(e => {
  const copy = e.cloneNode(true);
  copy.querySelectorAll('script').forEach(one => one.remove());
  return copy.textContent;
}).join(' ')"""
CHOOSE = """(select => { select.value = '%s'; select.dispatchEvent(new Event('change')) })(
  document.querySelector('.zone select'))"""
OPTIONS = "[...document.querySelectorAll('.zone option')].map(o => o.value)"
LADDER = """[...document.querySelectorAll('svg.ladder.wide')].map(
  ladder => [...ladder.querySelectorAll('text')].map(text => text.textContent))"""
AXIS = "document.querySelector('#timeline .axis.clock').textContent"


def instants(text: str) -> list[float]:
    return [
        datetime.fromisoformat(f"{day}T{clock}.{part}{zone.replace(' UTC', '+00:00')}").timestamp()
        for day, clock, part, zone in STAMPS.findall(text)
    ]


def test_all_times_of_a_page(browser: Tab, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text("".join(render(sample(), replace(PROVENANCE, zone=zone_of("+05:30")))), "utf-8")
    browser.zone("America/New_York")
    browser.visit(page.as_uri() + "#n1")
    assert browser.becomes("document.documentElement.dataset.enhanced", "true")
    assert browser.becomes("document.getElementById('timeline-picture').dataset.ready", "true")
    assert browser.value(OPTIONS) == ["+05:30", "UTC", "America/New_York"]
    made, ladder = browser.value(TEXT), browser.value(LADDER)
    assert len(instants(made)) > 20
    browser.value(CHOOSE % "America/New_York")
    assert browser.value("location.search + location.hash") == "?tz=America%2FNew_York#n1"
    text = browser.value(TEXT)
    assert instants(text) == instants(made)
    assert "+05:30" not in text
    assert "America/New_York on this page" in text
    # 2023-11-15 03:43:20+05:30 is 17:13:20 of the day before in New York
    assert browser.value("document.querySelector('#overview time').textContent").startswith("2023-11-14 17:13:2")
    assert "2023-11-14 (America/New_York, -05:00)" in browser.value(LADDER)[0]
    assert "17:13:20.000" in browser.value(LADDER)[0]
    assert "2023-11-14 (America/New_York, -05:00)" in browser.value(AXIS)
    assert "17:13:" in browser.value(AXIS)
    browser.visit(page.as_uri() + "?tz=America/New_York")
    assert browser.becomes("document.getElementById('timeline-picture').dataset.ready", "true")
    assert browser.value(TEXT) == text
    browser.value(CHOOSE % "+05:30")
    assert browser.value("location.search") == ""
    assert (browser.value(TEXT), browser.value(LADDER)) == (made, ladder)
    assert browser.faults() == []


def test_a_timeline_that_no_script_draws(browser: Tab, tmp_path: Path) -> None:
    analysis = Analysis()
    analysis.add(case("ikev2-auth-failed-psk").capture)
    analysis.to_html(tmp_path / "report.html")
    browser.zone("America/New_York")
    browser.visit((tmp_path / "report.html").as_uri())
    assert browser.becomes("document.documentElement.dataset.enhanced", "true")
    made = browser.value(AXIS)
    assert "2026-11-23 (UTC)" in made
    browser.value(CHOOSE % "America/New_York")
    assert browser.value(AXIS) == made.replace("(UTC)", "(America/New_York, -05:00)").replace("11:49:", "06:49:")
    browser.value(CHOOSE % "UTC")
    assert browser.value(AXIS) == made


def test_of_many_those_in_sight(browser: Tab, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text("".join(render(fleet(), PROVENANCE)), "utf-8")
    browser.zone("Asia/Tokyo")
    browser.visit(page.as_uri() + "#sort=number&at=4990")
    assert browser.becomes("document.getElementById('overview').dataset.ready", "true")
    cells = "[...document.querySelectorAll('#overview td[data-of=time]')].map(td => td.textContent)"
    before = [datetime.fromisoformat(cell) for cell in browser.value(cells)]
    browser.value(CHOOSE % "Asia/Tokyo")
    after = [datetime.fromisoformat(cell) for cell in browser.value(cells)]
    assert {(b - a).total_seconds() for a, b in zip(before, after, strict=True)} == {9 * 3600}
    assert len(after) < 100
    assert "+09:00" in browser.value("document.querySelector('.find-panel').textContent")
    assert "Asia/Tokyo" in browser.value("document.querySelector('#overview th[data-column=time]').textContent")
    browser.visit(page.as_uri() + "?tz=Nowhere/None")
    assert browser.value(OPTIONS) == ["UTC", "Asia/Tokyo"]
    browser.zone("UTC")
    browser.visit(page.as_uri())
    assert browser.value(OPTIONS) == [], "nothing to choose"
    assert browser.faults() == []
