"""What a capture says is text wherever a page shows it: names, identities, notifies, files, in every part of it."""

from pathlib import Path
from urllib.parse import quote

import pytest

from analyzer.report import sections
from tests.browsers.tab import Tab
from tests.capture.packets import pcap
from tests.cli.running import run
from tests.isakmp.wire import message
from tests.negotiation.build import (
    IKE_AUTH,
    SPI_I,
    SPI_R,
    init_answer,
    init_request,
    ke1,
    nonce1,
    notify1,
    notify2,
    phase1,
    sa1,
    vendor1,
    vendor2,
)
from tests.negotiation.keyed import auth, identity, locked, notify
from tests.test_secrets import frame_of

pytestmark = pytest.mark.no_cover  # time goes by in the browser; what is rendered has tests of its own

TAG = "<img src=x onerror=window.alive=1>"
HOSTILE = f"=1+1'\"{TAG}</script><script>window.alive=1</script>\u202e{{{{7*7}}}}"
BYTES = HOSTILE.encode()
V1 = {"version": 0x10, "exchange": 4, "flags": 0, "spis": (b"\1" * 8, b"\2" * 8)}
OPEN = """document.querySelectorAll('details').forEach(fold => fold.open = true);
document.querySelectorAll('#packets [role=treeitem][aria-expanded=false]').forEach(item => item.click())"""
ALIVE = "document.querySelectorAll('img, iframe, script[src], main script:not([type])').length"
READY = "document.getElementById('overview').dataset.ready"
FRAME = "document.querySelector('#packets .row[aria-selected=true]')?.firstChild.textContent"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two captures in a folder, and keys, all with such names: `</script>` in a path is a folder of that name."""
    folder = tmp_path_factory.mktemp("made")
    (folder / f"{TAG}<").mkdir()
    messages = [
        init_request(extra=(vendor2(BYTES), notify2(40000, BYTES))),
        init_answer(extra=(vendor2(BYTES), notify2(40001, BYTES))),
        locked(
            IKE_AUTH,
            identity(True, HOSTILE),
            (37, b"\x0c" + bytes(20) + BYTES),  # hash and URL of a certificate
            auth(),
            (36, b"\2\0\0\0" + BYTES),
            (47, b"\1\0\0\0" + b"\0\7" + len(BYTES).to_bytes(2) + BYTES),  # APPLICATION_VERSION
            (43, BYTES),
        ),
        locked(IKE_AUTH, notify(24, BYTES), initiator=False, response=True),
        message(sa1(phase1()), ke1(), nonce1(), (5, b"\2\x11\1\xf4" + BYTES), vendor1(BYTES), **V1),
        message(notify1(14, BYTES), **V1 | {"exchange": 5}),
    ]
    frames = [frame_of(payload, back=place % 2 == 1) for place, payload in enumerate(messages)]
    (folder / f"{TAG}<" / f"script>{TAG}\u202e.pcap").write_bytes(pcap(frames))
    (folder / f"=1+1{TAG}.pcap").write_bytes(pcap(frames[4:]))
    rows = f"{SPI_I},{SPI_R},{bytes(range(36)).hex()},{bytes(range(100, 136)).hex()},,,,\n"
    (folder / f"{TAG}.keys").write_text(rows)
    return folder


def inert(browser: Tab) -> None:
    """Nothing of a page came alive, asked for anything or turns its reader's text around."""
    assert (browser.value(ALIVE), browser.value("window.alive")) == (0, None)
    assert (browser.faults(), browser.requests()) == ([], [])
    assert "\u202e" not in browser.value("document.documentElement.outerHTML")


def test_all_of_a_report_is_inert(browser: Tab, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "MOST_AT_A_GLANCE", 0)
    done = run("report", "--separate", made, "--keys", made / f"{TAG}.keys", "-o", tmp_path / "out")
    assert done.exit_code == 0, done.output
    browser.visit((tmp_path / "out" / "index.html").as_uri())
    assert browser.becomes("document.documentElement.dataset.enhanced", "true")
    assert TAG in browser.value("document.body.textContent")
    inert(browser)
    (report,) = (path for path in tmp_path.rglob("report.html") if 'id="n2"' in path.read_text("utf-8"))
    browser.visit(report.as_uri())
    assert browser.becomes(READY, "true")
    trees = []
    for frame in range(1, 7):
        browser.value(f"location.hash = '#frame-{frame}'")
        assert browser.becomes(FRAME, str(frame))
        browser.value(OPEN)
        trees.append(browser.value("document.querySelector('#packets [role=tree]').textContent"))
    inert(browser)
    assert any(TAG in tree for tree in trees)
    for address, shown in (
        ("compare-1-2", "compare"),
        ("n2", "n2"),
        (f"find={quote(TAG)}", "overview"),
        ("table-events", "tables"),
    ):
        browser.value(f"location.hash = '#{address}'")
        assert browser.becomes(f"document.getElementById('{shown}')?.textContent.includes('<img src=x')", wanted=True)
        browser.value(OPEN)
    inert(browser)


def test_a_page_of_captures_read_as_one_is_inert(browser: Tab, made: Path, tmp_path: Path) -> None:
    done = run("report", "--as-one", made, "--keys", made / f"{TAG}.keys", "-o", tmp_path / "out")
    assert done.exit_code == 0, done.output
    browser.visit((tmp_path / "out" / "report.html").as_uri())
    assert browser.becomes("document.documentElement.dataset.enhanced", "true")
    assert browser.value("document.body.textContent").count(f"=1+1{TAG}.pcap") > 1  # files are named beside frames
    browser.value(OPEN)
    inert(browser)
