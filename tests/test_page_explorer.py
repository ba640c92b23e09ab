"""The explorer of a page in a real browser: packets, fields and bytes, by mouse, by keys and by address."""

from pathlib import Path

import pytest

from analyzer.analysis import Analysis
from tests.browsers.tab import Tab
from tests.capture.packets import ethernet, ipv4, pcap, udp
from tests.fixtures.cases import case
from tests.isakmp.wire import message
from tests.report.explorer.decoded import blocks, tabs
from tests.test_secrets import frame_of

pytestmark = pytest.mark.no_cover  # time goes by in the browser; what is rendered has tests of its own

HEADER = 42  # bytes before the message in a frame of the fixture
HOSTILE = "<img src=x onerror=alert(1)>\u202e</script>"
ROW = "document.querySelector('#packets .row[aria-selected=true]')"
FIELD = "document.querySelector('#packets [role=treeitem][aria-selected=true]')"
MARKED = (
    "[...document.querySelectorAll('#packets .pairs .marked')].map(e => `${e.dataset.byte}:${e.textContent}`).join(' ')"
)
NUMBER = f"{ROW}?.firstChild.textContent"
NAME = f"{FIELD}?.querySelector('.name').textContent"
TAB = "document.querySelector('#packets [role=tab][aria-selected=true]').textContent"
TOP = "Math.abs(document.querySelector('.panes').getBoundingClientRect().top) <= 2"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    one = case("ikev2-auth-failed-psk")
    analysis = Analysis(keys=one.keys)
    analysis.add(one.capture)
    path = tmp_path_factory.mktemp("page") / "report.html"
    analysis.to_html(path)
    return path


def item(name: str) -> str:
    return f"[...document.querySelectorAll('#packets [role=treeitem]')].find(e => e.textContent.startsWith('{name}'))"


def clear(tab: Tab) -> None:
    assert tab.faults() == []


def test_an_address_selects_a_frame_and_what_is_pressed_shows_where(browser: Tab, page: Path) -> None:
    browser.visit(f"{page.as_uri()}#frame-5")
    assert browser.becomes(NUMBER, "5")
    assert browser.at_rest(TOP)
    assert browser.value(
        "[...document.querySelectorAll('#packets .line')].every(line => line.querySelector('.pairs')"
        ".getBoundingClientRect().right <= line.querySelector('.ascii').getBoundingClientRect().left)"
    )
    browser.click(item("Next payload"))
    assert browser.becomes(MARKED, f"{HEADER + 16}:21")
    assert "33" in browser.value("document.querySelector('#packets .status').textContent")
    browser.click(f"document.querySelector('#packets .pairs [data-byte=\"{HEADER + 18}\"]')")
    assert browser.becomes(NAME, "Exchange type:")
    assert browser.value(MARKED) == f"{HEADER + 18}:22"
    browser.click("document.querySelector('#packets .ascii [data-byte=\"20\"]')")  # of a header that was folded
    assert browser.becomes(NAME, "Flags, fragment offset:")
    clear(browser)


def test_bytes_and_decrypted_content_have_addresses(browser: Tab, page: Path) -> None:
    browser.visit(f"{page.as_uri()}#frame-5@{HEADER + 16}+2")
    assert browser.becomes(MARKED, f"{HEADER + 16}:21 {HEADER + 17}:20")
    browser.value("location.hash = '#frame-7/decrypted'")
    assert browser.becomes(NUMBER, "7")
    assert browser.becomes(TAB, "Decrypted (8 bytes)")
    assert browser.at_rest(TOP)
    browser.value("location.hash = '#frame-999'")
    assert browser.becomes(
        "document.querySelector('#packets .status').textContent.startsWith('frame 999 is not')", True
    )
    clear(browser)


def test_keys(browser: Tab, page: Path) -> None:
    browser.visit(f"{page.as_uri()}#frame-5")
    assert browser.becomes(NUMBER, "5")
    browser.press("ArrowUp")
    assert browser.becomes(NUMBER, "4")
    assert browser.value("location.hash") == "#frame-4"
    browser.press("End")
    assert browser.becomes(NUMBER, "7")
    browser.press("p")
    assert browser.becomes(NUMBER, "6")
    browser.press("n")
    browser.press("n")
    assert browser.becomes(NUMBER, "6")
    browser.press("?")
    assert browser.value("document.querySelector('#packets dialog').open")
    browser.press("Escape")
    assert browser.becomes("document.querySelector('#packets dialog').open", False)
    browser.value("document.querySelector('#packets dialog input').checked = false; document.activeElement.blur()")
    browser.press("/")
    assert browser.value("document.activeElement.type") != "search"
    browser.value("document.querySelector('#packets dialog input').checked = true")
    browser.press("/")
    assert browser.value("document.activeElement.type") == "search"
    browser.write("ike_auth n")
    assert browser.becomes("document.querySelector('#packets .tools output').textContent", "2 of 4 packets")
    assert browser.value("document.querySelectorAll('#packets .rows .row').length") == 2
    browser.value("document.querySelector('#packets [role=tree]').focus()")
    for key, name in (("ArrowDown", "Ethernet"), ("ArrowRight", "Ethernet"), ("ArrowRight", "Destination:")):
        browser.press(key)
        assert browser.becomes(NAME, name)
    assert browser.value(MARKED).count(":") == 6
    browser.press("ArrowLeft")
    assert browser.becomes(NAME, "Ethernet")
    clear(browser)


def test_a_narrow_window_has_all_of_it_one_below_the_other(browser: Tab, page: Path) -> None:
    browser.window(390, 800)
    browser.visit(f"{page.as_uri()}#frame-6")
    assert browser.becomes(NUMBER, "6")
    assert browser.at_rest("document.documentElement.scrollWidth <= innerWidth")
    assert browser.at_rest(TOP)
    assert browser.value("document.querySelector('#packets .pairs').childElementCount") == 8
    boxes = (
        "[...document.querySelectorAll('#packets :is([role=grid], [role=tree], .hex)')].map(e => e.clientWidth > 300)"
    )
    assert browser.value(boxes) == [True, True, True]
    clear(browser)


def test_without_scripts_it_says_where_to_look(browser: Tab, page: Path) -> None:
    browser.scripts(False)
    browser.visit(page.as_uri())
    seen = "document.querySelector('{}').checkVisibility()"
    assert not browser.value(seen.format(".panes"))
    assert browser.value(seen.format("#packets noscript .notice"))
    browser.scripts(True)


def test_what_a_capture_says_is_text(browser: Tab, tmp_path: Path) -> None:
    payload = message((43, HOSTILE.encode()), (35, b"\x02\0\0\0" + HOSTILE.encode()), exchange=34)
    (tmp_path / "a.pcap").write_bytes(pcap([frame_of(payload)]))
    analysis = Analysis()
    analysis.add(tmp_path / "a.pcap")
    path = tmp_path / "report.html"
    analysis.to_html(path)
    fields = [f for _, held in tabs(blocks(path.read_text())["explorer-data"]) for tab in held for f in tab.fields]
    assert any("<img src=x" in field.meaning for field in fields)
    browser.visit(f"{path.as_uri()}#frame-1")
    assert browser.becomes(NUMBER, "1")
    browser.click(f"document.querySelector('#packets .pairs [data-byte=\"{HEADER + 28 + 10}\"]')")
    assert browser.becomes(NAME, "Vendor ID:")
    browser.click(item("Payload: Identification"))
    browser.press("ArrowRight")
    assert browser.value("document.querySelector('#packets [role=tree]').textContent.includes('<img src=x')")
    assert browser.value("document.querySelectorAll('#packets :is(img, script:not([type]))').length") == 0
    assert "\u202e" not in browser.value("document.querySelector('#packets').textContent")
    clear(browser)


def test_what_is_left_out_behind_esp_and_ah_is_said(browser: Tab, tmp_path: Path) -> None:
    esp, ah = bytes((1, 2, 3, 4, 0, 0, 0, 1)), bytes((4, 4, 0, 0, 5, 6, 7, 8, 0, 0, 0, 1)) + bytes(12)
    packets = (ipv4(17, udp(4500, 4500, esp + bytes(44))), ipv4(51, ah + bytes(55)))
    (tmp_path / "a.pcap").write_bytes(pcap([ethernet(packet) for packet in packets]))
    analysis = Analysis()
    analysis.add(tmp_path / "a.pcap")
    path = tmp_path / "report.html"
    analysis.to_html(path)
    for frame, said in ((1, "44 bytes behind the ESP header"), (2, "55 bytes behind the AH header")):
        browser.visit(f"{path.as_uri()}#frame-{frame}")
        assert browser.becomes(NUMBER, str(frame))
        assert (
            browser.value("document.querySelector('#packets .hex .soft').textContent") == f"{said} are not in the page."
        )
    clear(browser)


def test_a_page_whose_packets_are_gone_has_no_panes_and_no_fault(browser: Tab, tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(case("ikev2-auth-failed-psk").capture.read_bytes())
    analysis = Analysis()
    analysis.add(tmp_path / "a.pcap")
    (tmp_path / "a.pcap").unlink()
    path = tmp_path / "report.html"
    analysis.to_html(path)
    browser.visit(f"{path.as_uri()}#packets")
    assert browser.becomes("document.documentElement.dataset.enhanced", "true")
    assert browser.value("document.querySelector('#packets .notice').checkVisibility()")
    assert browser.value("document.querySelector('#packets .panes')") is None
    clear(browser)
