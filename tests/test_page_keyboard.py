"""A page is used without a mouse: Tab comes to all of it in order, each stop can be seen, and keys do the rest."""

from pathlib import Path

import pytest

from tests.browsers.tab import Tab
from tests.test_page_links import report_of

pytestmark = pytest.mark.no_cover  # time goes by in the browser; what is rendered has tests of its own

ACTIVE = """(e => [e.matches('.skip') ? 'skip' : e.closest('section, article, nav, header')?.id || e.id,
  e.checkVisibility(), e.matches(':focus-visible'), getComputedStyle(e).outlineStyle])(document.activeElement)"""
MOST_STOPS = 250


def test_tab_comes_to_the_packets_and_back(browser: Tab, tmp_path: Path) -> None:
    browser.visit(report_of(1, tmp_path).as_uri())
    assert browser.becomes("document.documentElement.dataset.enhanced", "true")
    browser.press("Tab")
    assert browser.value(ACTIVE)[0] == "skip"
    browser.press("Enter")
    assert browser.becomes("location.hash", "#verdict")
    stops = []
    while not browser.value("document.activeElement.matches('#packets [role=grid]')"):
        browser.press("Tab")
        stops.append(browser.value(ACTIVE))
        assert len(stops) < MOST_STOPS
    assert [stop for stop in stops if not (stop[1] and stop[2]) or stop[3] == "none"] == []
    assert browser.value("document.activeElement.tabIndex") == 0
    browser.press("ArrowDown")
    assert browser.becomes("document.querySelectorAll('#packets [role=treeitem]').length > 0", wanted=True)
    browser.press("Tab", shift=True)
    assert browser.value("document.activeElement.matches('#packets *, #packets')")
