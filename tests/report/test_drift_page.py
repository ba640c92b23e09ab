from pathlib import Path

import pytest

from analyzer.report import drift_page as module
from analyzer.report.change import Change
from analyzer.report.drift_page import Compared, drift_page
from tests.browsers.tab import Tab

NEW = Change("peer-new", "192.0.2.1:500/udp", "answers 192.0.2.9 & <i>", True, capture="a.pcap", frame_number=7)
GONE = Change("responder-not-seen", "192.0.2.1:500/udp", "answered", False)


def page(*changes: Change, not_read: tuple[str, ...] = ()) -> str:
    return "".join(drift_page(changes, Compared("old/", ()), Compared("new/", not_read)))


def test_what_is_new_stands_apart_from_what_is_not_seen_again() -> None:
    shown = page(NEW, GONE)
    new, gone = shown.split("<h2>Not seen again</h2>")
    assert "192.0.2.9 &amp; &lt;i&gt;" in new
    assert ">7</td>" in new
    assert "peer-new" not in gone
    assert "responder-not-seen" in gone
    assert "<h2>Not seen again</h2>" not in page(NEW)


def test_no_drift_in_what_could_be_read() -> None:
    shown = page(not_read=("b.pcap: it ends inside a record",))
    assert "No drift in what could be read." in shown
    assert "b.pcap: it ends inside a record" in shown


def test_rows_beyond_the_bound_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 2)
    shown = page(*[NEW] * 5)
    assert shown.count("<code>peer-new</code>") == 2
    assert "And 3 other rows" in shown


def test_in_a_browser_it_is_sorted_and_asks_for_nothing(browser: Tab, tmp_path: Path) -> None:
    path = tmp_path / "drift.html"
    path.write_text(page(*[NEW] * 9, GONE), "utf-8")
    browser.visit(path.as_uri())
    assert browser.value("document.querySelectorAll('th button').length") == 8
    assert browser.value("document.querySelectorAll('.filter').length") == 1
    assert (browser.faults(), browser.requests()) == ([], [])
