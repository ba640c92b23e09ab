"""Pages are read by everyone: axe-core has nothing to say against them, at any width, light or dark, folds open or not.

`python -m benchmarks.accessible` looks at a page of 34,000 IKE SAs too.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.axe import OPEN, WIDTHS, beyond, shown, violations
from tests.browsers.chromium import CHROMIUM, Chromium
from tests.browsers.tab import Tab
from tests.cli.running import run
from tests.conftest import FIXTURES
from tests.test_page_links import report_of

pytestmark = [pytest.mark.no_cover, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]


@pytest.fixture
def browser(browsers: Callable[[str], Tab]) -> Iterator[Chromium]:
    tab = browsers("chromium")
    assert isinstance(tab, Chromium)
    tab.as_new()
    tab.ask("Page.setBypassCSP", enabled=True)
    yield tab
    tab.ask("Page.setBypassCSP", enabled=False)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    names = ("ikev2-auth-failed-psk", "ikev2-path-cut", "ikev1-weak-des-md5-modp768")
    assert run("report", *(FIXTURES / name / "capture.pcap" for name in names), "-o", folder).exit_code == 0
    return folder / "index.html"


def test_a_page_with_its_folds_open(browser: Tab, tmp_path: Path) -> None:
    page = report_of(1, tmp_path)
    for width, colours in zip(WIDTHS, ("light", "dark", "light"), strict=True):
        shown(browser, page, width, colours)
        browser.value(OPEN)
        browser.value("location.hash = document.querySelector('a[href^=\"#frame-\"]').getAttribute('href')")
        assert browser.becomes("document.querySelectorAll('.panes .hex .line').length > 3", True), "no packet is shown"
        assert violations(browser) == [], (width, colours)
        assert beyond(browser) == 0, width


def test_a_page_of_several(browser: Tab, tmp_path: Path) -> None:
    """Thousands of cells of tables are like those of the page of one."""
    page = report_of(5, tmp_path)
    for width, colours in ((1400, "dark"), (390, "light")):
        shown(browser, page, width, colours)
        assert violations(browser, "#tables", ".frame") == [], (width, colours)
        assert beyond(browser) == 0, width


def test_the_index(browser: Tab, index: Path) -> None:
    for width in (1400, 390):
        shown(browser, index, width, "light")
        assert violations(browser) == [], width
        assert beyond(browser) == 0, width


def test_what_axe_says_is_heard(browser: Tab, tmp_path: Path) -> None:
    """The witness of the tests above."""
    page = tmp_path / "page.html"
    page.write_text('<!DOCTYPE html><html><title>x</title><main><p style="color:#999">grey</p><img src="x"></main>')
    shown(browser, page, 390, "light")
    assert {"color-contrast", "html-has-lang", "image-alt"} <= {rule for rule, *_ in violations(browser)}
