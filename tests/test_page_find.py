"""The search of a page as its reader has it: typed, clicked, walked by keyboard, sent as an address."""

from pathlib import Path

import pytest

from analyzer.report.html import render
from analyzer.tables.store import Tables
from tests.browsers.tab import Tab
from tests.report.sample import BAD, PROVENANCE, put

pytestmark = pytest.mark.no_cover  # time goes by in the browser; what is rendered has tests of its own

COUNT, ERROR = "document.getElementById('find-count').textContent", "document.getElementById('find-error')"
ROWS = "[...document.querySelectorAll('table.negotiations tbody tr[data-place]')]"
PANEL, TABLE = "document.querySelector('.find-panel')", "document.querySelector('table.negotiations')"
ALL = 5000


def fleet() -> Tables:
    """Many SAs: each tenth failed, each third has a finding; some texts of peers are hostile."""
    tables = Tables()
    put(tables, "captures", capture="a folder/it's.pcap", packets=9, ike_messages=9)
    for number in range(1, ALL + 1):
        failed = number % 10 == 0
        put(
            tables,
            "negotiations",
            negotiation=number,
            capture="a folder/it's.pcap",
            ike_version=2,
            mode="ikev2",
            initiator_spi=f"{number:016x}",
            responder_spi="00" * 8,
            initiator_ip=f"10.0.{number // 256}.{number % 256}",
            initiator_port=500,
            responder_ip="192.0.2.1",
            responder_port=500,
            outcome="failed" if failed else "established",
            failed_at="IKE_AUTH" if failed else None,
            diagnosis="psk-mismatch" if failed else None,
            initiator_id=BAD if number == 4321 else None,
            first_frame=2 * number,
            last_frame=2 * number + 1,
            first_time=10**18 + number * 10**9,
            last_time=10**18 + number * 10**9,
            messages=2 + number % 7,
        )
        if failed:
            put(tables, "diagnoses", negotiation=number, diagnosis="psk-mismatch", rank=1, title=f"Keys {BAD}")
        if number % 3 == 0:
            put(
                tables, "findings", negotiation=number, finding="no-pfs", severity="high", evidence_frames=(2 * number,)
            )
    put(tables, "findings", negotiation=4444, finding="ah-in-use", severity="low")
    return tables


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text("".join(render(fleet(), PROVENANCE)), "utf-8")
    return path


def visit(browser: Tab, page: Path, fragment: str = "") -> None:
    browser.visit(page.as_uri() + fragment)
    assert browser.becomes("document.getElementById('overview').dataset.ready", "true")


def type_in(browser: Tab, text: str) -> None:
    browser.value("document.getElementById('find-box').focus(), document.getElementById('find-box').select()")
    browser.write(text)


def test_what_is_typed_is_found_counted_and_stands_in_the_address(browser: Tab, page: Path) -> None:
    visit(browser, page)
    assert browser.value(COUNT) == "5,000 negotiations"
    assert browser.value(f"{ROWS}.length") < 100, "only rows in sight are on the page"
    type_in(browser, "outcome == failed and severity >= high")
    assert browser.becomes(COUNT, "166 of 5,000 negotiations")
    assert browser.value("decodeURIComponent(location.hash)") == "#find=outcome+==+failed+and+severity+>=+high"
    assert browser.value(f"{TABLE}.getAttribute('aria-rowcount')") == "167"
    type_in(browser, "outcome = failed")
    assert browser.becomes(f"{ERROR}.hidden", False)
    assert browser.value(f"{ERROR}.textContent") == "outcome = failed\n        ^\nthere is no sign =; did you mean ==?"
    type_in(browser, "")
    browser.value("document.getElementById('find-box').value = ''")
    browser.value("document.getElementById('find-box').dispatchEvent(new Event('input'))")
    assert browser.becomes(COUNT, "5,000 negotiations")
    assert browser.value("location.hash") == ""


def test_an_address_is_the_view_that_was_sent(browser: Tab, page: Path) -> None:
    visit(browser, page, "#find=messages+%3E%3D+8&sort=-frame&at=4990")
    assert browser.value(COUNT) == "714 of 5,000 negotiations"
    assert browser.value(f"{ROWS}[0].cells[0].textContent") == "4997"
    assert browser.value(f"{TABLE}.querySelector('[aria-sort]').getAttribute('aria-sort')") == "descending"
    assert "4990. IKEv2 from 10.0.19.126 to 192.0.2.1" in browser.value(f"{PANEL}.textContent")
    assert browser.value(f"{PANEL}.contains(document.activeElement)") is False
    visit(browser, page, "#n4321")  # of no row that the page has without scripts
    assert abs(browser.aim("n4321")["top"]) <= 2
    text = browser.value(f"{PANEL}.textContent")
    assert "isakmp-analyzer show 'it'\\''s.pcap' --negotiation 4321" in text
    assert "<img" in text
    assert browser.value("document.querySelectorAll('img').length") == 0
    browser.value("document.querySelector('a[href=\"#findings\"]').click()")
    assert browser.value("location.hash") == "#findings"


def test_facets_narrow_down_and_are_taken_back(browser: Tab, page: Path) -> None:
    visit(browser, page, "#find=10.0.0.")
    button = "[...document.querySelectorAll('.facets button')].find((one) => one.textContent.startsWith('failed'))"
    assert browser.becomes(f"{button}?.textContent", "failed 25")
    browser.click(button)
    assert browser.becomes(COUNT, "25 of 5,000 negotiations")
    assert browser.becomes("document.activeElement.getAttribute('aria-pressed')", "true")
    assert browser.value("document.getElementById('find-box').value") == "10.0.0. and outcome == failed"
    assert browser.value(f"{button}.getAttribute('aria-pressed')") == "true"
    browser.click(button)
    assert browser.becomes("document.getElementById('find-box').value", "10.0.0.")


def test_the_table_is_walked_by_keyboard(browser: Tab, page: Path) -> None:
    visit(browser, page)
    active = f"document.getElementById({TABLE}.getAttribute('aria-activedescendant'))"
    browser.value(f"{TABLE}.focus()")
    browser.press("End")
    assert browser.becomes(f"{active}?.getAttribute('aria-rowindex')", "5001")
    bottom = "getBoundingClientRect().bottom"
    assert browser.value(f"{active}.{bottom} <= {TABLE}.parentElement.{bottom} + 1")
    browser.press("ArrowUp")
    browser.press("Enter")
    number = browser.value(f"{active}.cells[0].textContent")
    assert browser.becomes("document.activeElement.id", "find-panel-title")
    assert f" {number}. IKEv2" in browser.value("document.activeElement.textContent")
    browser.press("Escape")
    assert browser.becomes(PANEL, None)
    assert browser.value(f"document.activeElement === {TABLE}")
    assert browser.value("location.hash") == ""


def test_on_paper_stand_the_first_rows_and_how_many_there_are(browser: Tab, page: Path) -> None:
    visit(browser, page, "#find=established")
    browser.media("print")
    browser.value("dispatchEvent(new Event('beforeprint'))")
    paper = "document.querySelector('#overview .on-paper')"
    assert browser.value(f"{paper}.checkVisibility()")
    assert browser.value(f"{paper}.textContent") == "Found by established: 200 of 4,500 rows."
    assert browser.value(f"{ROWS}.length") == 200
    browser.media()
    browser.value("dispatchEvent(new Event('afterprint'))")
    assert browser.value(f"{ROWS}.length") < 100


def test_without_scripts_the_worst_stand_in_a_plain_table(browser: Tab, page: Path) -> None:
    browser.scripts(False)
    browser.visit(page.as_uri())
    browser.scripts(True)
    assert browser.value("document.querySelectorAll('table.negotiations tbody tr').length") == 100
    assert "The first 100 of 5,000 rows" in browser.value("document.getElementById('overview').innerText")


def test_what_is_counted_leads_into_the_search(browser: Tab, page: Path) -> None:
    visit(browser, page)
    browser.click("document.querySelector('.tiles li[data-find=\"outcome == failed\"] a')")
    assert browser.becomes(COUNT, "500 of 5,000 negotiations")
    browser.click("document.querySelector('td code[data-find=\"finding == no-pfs\"] a')")
    assert browser.becomes(COUNT, "1,666 of 5,000 negotiations")
    assert browser.value("document.getElementById('find-box').value") == "finding == no-pfs"
    missing = "[...document.querySelectorAll('[data-negotiation] a')].find((link) => link.checkVisibility())"
    number = browser.value(f"{missing}.textContent")
    assert browser.value(f"getComputedStyle({missing}).marginRight") == "0px"  # the comma stands next to it
    browser.click(missing)
    assert browser.becomes(f"{PANEL}?.id", f"n{number}")
    assert abs(browser.aim(f"n{number}")["top"]) <= 2
