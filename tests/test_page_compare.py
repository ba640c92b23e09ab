"""Two negotiations of a page side by side in a real browser: chosen by address and by hand, hostile text, no script."""

from pathlib import Path

import pytest

from analyzer.analysis import Analysis
from analyzer.report.html import render
from analyzer.tables.store import Tables
from tests.browsers.tab import Tab
from tests.fixtures.cases import case
from tests.report.sample import BAD, PROVENANCE, put

pytestmark = pytest.mark.no_cover  # time goes by in the browser; what is rendered has tests of its own

SHOWN = "[...document.querySelectorAll('#compare tbody tr')].map(row => [...row.cells].map(cell => cell.textContent))"
HEADS = "[...document.querySelectorAll('#compare thead')].map(head => head.textContent)"
OUTPUT = "document.querySelector('#compare output').textContent"


def three() -> Tables:
    tables = Tables()
    base = {"initiator_ip": "192.0.2.1", "responder_ip": "192.0.2.9", "ike_version": 2, "mode": "ikev2"}
    for number, outcome in enumerate(("established", "failed", "established"), 1):
        cells = {"failed_at": "IKE_AUTH", "failure": BAD} if outcome == "failed" else {}
        length = 40.0 if number == 3 else 0.2 * number
        put(tables, "negotiations", negotiation=number, outcome=outcome, duration_s=length, **base, **cells)
    return tables


def test_any_two_of_a_page(browser: Tab, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text("".join(render(three(), PROVENANCE)), "utf-8")
    browser.scripts(on=False)
    browser.visit(page.as_uri())
    assert browser.value("document.getElementById('compare').checkVisibility()") is False
    browser.scripts(on=True)
    browser.visit(page.as_uri() + "#compare-1-2")
    assert browser.becomes("document.getElementById('compare').dataset.ready", "true")
    rows = {row[0]: row[1:] for row in browser.value(SHOWN)}
    assert rows["Outcome"][0] == "established"
    assert BAD in rows["Outcome"][1]
    assert "First to last message" not in rows  # 0.2 and 0.4 s: near enough
    assert browser.value("window.alive") is None
    browser.value(
        "(select => {select.value = '3'; select.dispatchEvent(new Event('change', {bubbles: true}))})"
        "(document.getElementById('compare-b'))"
    )
    assert browser.value("location.hash") == "#compare-1-3"
    rows = {row[0]: row[1:] for row in browser.value(SHOWN)}
    assert rows["First to last message"] == ["200 ms", "40 s"]
    assert "Outcome" not in rows
    assert not any(head.startswith("Equal") for head in browser.value(HEADS))
    browser.value("document.getElementById('compare-equal').click()")
    assert any(head.startswith("Equal") for head in browser.value(HEADS))
    assert browser.value(OUTPUT).startswith("Different: 1. ")
    assert browser.value("document.documentElement.scrollWidth <= innerWidth")


def test_frames_that_only_the_list_of_packets_has_are_links_too(browser: Tab, tmp_path: Path) -> None:
    analysis = Analysis()
    analysis.add(case("ikev2-many-sas").capture)
    page = tmp_path / "report.html"
    text = "".join(render(analysis.tables, PROVENANCE, dissect=analysis.dissected))
    assert 'id="frame-' in text
    page.write_text(text.replace('id="frame-', 'id="no-frame-'), "utf-8")
    browser.visit(page.as_uri() + "#compare-1-2")
    assert browser.becomes("document.getElementById('compare').dataset.ready", "true")
    browser.value("document.getElementById('compare-equal').click()")
    cells = (
        "[...document.querySelectorAll('#compare td')].filter(cell => /\\(frames? [^()]*\\)$/.test(cell.textContent))"
    )
    assert browser.value(f"{cells}.length") > 2
    assert browser.value(f"{cells}.filter(cell => !cell.querySelector('a[href^=\"#frame-\"]')).length") == 0
