"""Links of a report land where they lead: clicked and typed in a real browser, in pages small and big."""

from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from analyzer.analysis import Analysis
from tests.browsers.tab import Tab
from tests.conftest import FIXTURES, captures_in

pytestmark = [
    pytest.mark.sweep,
    pytest.mark.no_cover,
]  # time goes by in the browser; what is rendered has tests of its own

MOST_CLICKED = 6
# Those that can be clicked at this width, where the ladder is drawn twice, but for those that scripts add, and bars of
# the timeline, which may be a pixel wide
LINKS = (
    "[...document.querySelectorAll('a[href^=\"#\"]')]"
    ".filter(link => !link.matches('.skip, .about a, .lane a, .negotiations a, #compare a, [href*=\"find=\"]'))"
    ".filter(link => getComputedStyle(link.closest('svg') || link).display != 'none')"
)
# Every fold closed again, as on a page just opened: what a link leads to must be opened by the link.
FOLD = "document.querySelectorAll('details').forEach(fold => fold.open = false)"
# But those around the link itself.
AROUND = "for (let fold = %s.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true"
CLOSED = "[...document.querySelectorAll('details.frame')].filter(fold => !fold.open).length"


def report_of(count: int, folder: Path) -> Path:
    """A report of so many IKE SAs, of all kinds the fixtures have: high and low, with evidence and without."""
    captures = captures_in(FIXTURES)
    first = captures.index(FIXTURES / "ikev2-no-proposal-ike" / "capture.pcap")
    analysis = Analysis()
    for capture in cycle(captures[first:] + captures[:first]):
        analysis.add(capture)
        if len(analysis.tables["negotiations"]) >= count:
            break
    analysis.to_html(folder / "report.html")
    return folder / "report.html"


@pytest.fixture(scope="module", params=[1, 30])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report_of(request.param, tmp_path_factory.mktemp("page"))


def kind(name: str) -> str:
    return "frame" if name.startswith("frame-") or "-f" in name else "story" if name[1:].isdigit() else "section"


def spread(names: list[str]) -> list[int]:
    """Places of links to click: the first to each section, and of the others some from all over the page."""
    first = [names.index(name) for name in dict.fromkeys(names) if kind(name) == "section"]
    frames = [place for place, name in enumerate(names) if kind(name) == "frame"]
    stories = [place for place, name in enumerate(names) if kind(name) == "story"]
    some = [places[:: max(1, len(places) * 2 // MOST_CLICKED)] for places in (frames, stories)]
    return [*first, *some[0], *some[1]]


def landing(name: str, scripts: bool) -> str:
    """What a link leads to: scripts show a frame among the packets."""
    return "explorer" if scripts and name.startswith("frame-") else name


def fault(aim: dict[str, Any]) -> str:
    """What is wrong with where a link led; nothing if it is at the top, or as high as the end of the page allows."""
    if not aim["seen"] or not aim["height"]:
        return "folded away"
    if abs(aim["top"]) <= 2 or (0 <= aim["top"] < aim["window"] and aim["room"] <= 2):
        return ""
    return f"{aim['top']:.0f} px from the top"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_clicked_link_lands(page: Path, browser: Tab, scripts: bool) -> None:
    browser.scripts(scripts)
    browser.visit(page.as_uri())
    names = browser.at_rest(f"{LINKS}.map(a => a.getAttribute('href').slice(1))")
    clicked, missed = spread(names), {}
    for place in clicked:
        browser.value(FOLD)
        browser.value(AROUND % f"{LINKS}[{place}]")
        browser.click(f"{LINKS}[{place}]")
        assert browser.becomes("location.hash", f"#{names[place]}"), "the link was not hit"
        if found := fault(browser.aim(landing(names[place], scripts))):
            missed[names[place]] = found
    assert missed == {}
    kinds = {kind(names[place]) for place in clicked}
    assert kinds == {"frame", "story", "section"}, "such links were not there to be clicked"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_address_with_a_fragment_lands(page: Path, browser: Tab, scripts: bool) -> None:
    browser.scripts(scripts)
    browser.visit(page.as_uri())
    ids = browser.value("[...document.querySelectorAll('section[id], article[id], .anchor')].map(e => e.id)")
    missed = {}
    for name in [*ids[:: max(1, len(ids) // 3)], ids[-1]]:
        browser.visit(f"{page.as_uri()}#{name}")
        if found := fault(browser.aim(landing(name, scripts))):
            missed[name] = found
    assert missed == {}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_link_to_a_frame_opens_it_and_no_other(page: Path, browser: Tab, scripts: bool) -> None:
    browser.scripts(scripts)
    browser.visit(page.as_uri())
    closed, name = browser.value(CLOSED), browser.value("document.querySelector('.anchor').id")
    assert closed > 1
    browser.visit(f"{page.as_uri()}#{name}")
    assert browser.aim(name)["seen"]
    assert browser.value(CLOSED) == closed - 1


def test_a_table_named_in_the_address_is_opened_by_the_script(page: Path, browser: Tab) -> None:
    browser.scripts(True)
    browser.visit(f"{page.as_uri()}#table-notifications")
    assert fault(browser.aim("table-notifications")) == ""
    assert browser.value("document.getElementById('table-notifications').open")


def test_only_a_big_page_leaves_articles_out_until_they_are_near(page: Path, browser: Tab) -> None:
    """What takes pictures of whole pages sees white boxes in their place."""
    browser.visit(page.as_uri())
    found = browser.value("[...document.querySelectorAll('article')].map(a => getComputedStyle(a).contentVisibility)")
    assert set(found) == {"auto" if len(found) > 20 else "visible"}


def test_what_scrolls_sideways_can_be_reached_by_keyboard_and_has_a_name(browser: Tab, tmp_path: Path) -> None:
    browser.scripts(False)
    browser.window(390, 800)
    browser.visit(report_of(5, tmp_path).as_uri())
    browser.value("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    wide = browser.value(
        "[...document.querySelectorAll('main *')]"
        ".filter(e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth)"
        ".map(e => [e.tabIndex, e.role, (e.ariaLabel || '').trim() != ''])"
    )
    assert len(wide) > 10
    assert all(found == [0, "group", True] for found in wide)


def test_the_evidence_is_printed_on_request(browser: Tab, tmp_path: Path) -> None:
    """By the style alone, so also without scripts."""
    browser.scripts(False)
    browser.media("print")
    browser.visit(report_of(1, tmp_path).as_uri())
    shown = (
        "[...document.querySelectorAll('article details :is(table, .tree)')]"
        ".map(t => [!!t.closest('.frame'), t.checkVisibility()])"
    )
    kinds = {True: "evidence", False: "other"}
    found = {(kinds[evidence], seen) for evidence, seen in browser.value(shown)}
    assert found == {("evidence", False), ("other", True)}
    browser.value("document.getElementById('print-evidence').checked = true")
    assert {(kinds[evidence], seen) for evidence, seen in browser.value(shown)} == {("evidence", True), ("other", True)}
    browser.media()


def test_a_page_that_misses_would_be_seen(browser: Tab, tmp_path: Path) -> None:
    """The witness of the tests above: in Chromium smooth scrolling over what is not laid out yet ends too early."""
    page = report_of(5, tmp_path)
    slow = "html{scroll-behavior:smooth} article{content-visibility:auto;contain-intrinsic-size:auto 60rem}</style>"
    off = slow if browser.name == "chromium" else "article{scroll-margin-top:9px}</style>"
    text = page.read_text("utf-8").replace("Content-Security-Policy", "nothing", 1).replace("</style>", off, 1)
    page.write_text(text, "utf-8")
    browser.visit(f"{page.as_uri()}#n5")
    assert "px from the top" in fault(browser.aim("n5"))
