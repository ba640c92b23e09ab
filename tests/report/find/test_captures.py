"""The index over very many captures: what is searched, and the page of it in a real browser."""

from pathlib import Path

from analyzer.report.find.captures import captures_found
from analyzer.report.html import render_index
from analyzer.report.index import MOST_CHOICES, Entry
from analyzer.report.pairs import Pair
from tests.browsers.tab import Tab
from tests.report.sample import BAD, PROVENANCE

COUNT = "document.getElementById('find-count').textContent"
SHOWN = "[...document.querySelectorAll('table.captures tbody tr')].filter((row) => !row.hidden)"


def entry(number: int) -> Entry:
    failed = number % 4 == 0
    return Entry(
        f"lab/{number:04}{BAD if number == 7 else ''}.pcap",
        f"lab-{number:04}",
        story="failed in IKE_AUTH" if failed else "came up",
        outcome="failed" if failed else "established",
        sas=number,
        outcomes=(("failed", 1),) if failed else (),
        severities=(("critical", 0), ("high", number % 3)),
        causes=(("psk-mismatch", "Keys", 2), ("psk-mismatch", "Keys differ", 1)) if failed else (),
        first_time=10**18 + number,
    )


def test_a_field_for_what_a_row_shows() -> None:
    found = captures_found([entry(4), entry(1)])
    assert found["columns"] == {
        "capture": ["lab/0004.pcap", "lab/0001.pcap"],
        "outcome": ["failed", "established"],
        "story": ["failed in IKE_AUTH", "came up"],
        "negotiations": [4, 1],
        "unsuccessful": [1, 0],
        "severity": [["high"], ["high"]],
        "cause": [["psk-mismatch"], []],
        "defects": [0, 0],
        "time": ["1000000000000000004", "1000000000000000001"],
    }
    assert set(found["language"]["words"]["captures"]) == {"outcome", "cause"}
    assert set(found["language"]["fields"]["captures"]) == set(found["columns"]) == set(found["language"]["meanings"])


def test_two_thousand_captures_are_searched(browser: Tab, tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text("".join(render_index([entry(number) for number in range(1, 2001)], PROVENANCE)), "utf-8")
    browser.visit(f"{page.as_uri()}#find=outcome+%3D%3D+failed+and+negotiations+%3E+1000")
    assert browser.becomes("document.querySelector('table.captures').dataset.ready", "true")
    assert browser.value(COUNT) == "250 of 2,000 captures"
    assert browser.value(f"{SHOWN}.length") == 250
    assert browser.value(f"{SHOWN}[0].cells[3].textContent") == "1004"
    browser.value("document.querySelector('table.captures th:nth-child(4) button').click()")
    browser.value("document.querySelector('table.captures th:nth-child(4) button').click()")
    assert browser.value(f"{SHOWN}[0].cells[3].textContent") == "2000"
    button = "[...document.querySelectorAll('.facets button')].find((b) => b.textContent.startsWith('high'))"
    assert browser.becomes(f"Boolean({button})", wanted=True)
    browser.click(button)
    assert browser.becomes(COUNT, f"{sum(n % 3 > 0 and n % 4 == 0 for n in range(1001, 2001))} of 2,000 captures")
    browser.value("location.hash = '#find=' + encodeURIComponent('\"<img\"')")
    assert browser.becomes(COUNT, "1 of 2,000 captures")
    assert browser.value("document.querySelectorAll('img').length") == 0


def test_ten_thousand_captures_are_a_page_of_less_than_5_mb() -> None:
    """With what the fixtures' reports say on average: a story of 160 characters, two chips; paths of 38."""
    assert MOST_CHOICES < 700, "the other tables are as long as they become"
    story = "192.0.2.10 and 192.0.2.20 established an IKEv2 SA in 59.7 ms with ENCR_AES_CBC-256, " + "x" * 76

    def talk(number: int) -> tuple[Pair, ...]:
        hosts = f"2001:db8:{number:x}::1", f"2001:db8:{number:x}::2"
        return (Pair(*hosts, "2026-11", 2, story[:84], 3, 2, 1, 0, 10**18, 10**18 + 9),)

    def size(count: int) -> int:
        some = [
            entry(number)._replace(
                pairs=talk(number), capture=f"site-{number // 50:03}/{number:05}-ikev2-cert-ipfrag.pcap", story=story
            )
            for number in range(count)
        ]
        return len(
            "".join(
                render_index([e._replace(folder=e.capture.replace("/", "-")[:-5]) for e in some], PROVENANCE)
            ).encode()
        )

    each = (size(1200) - size(700)) / 500
    assert size(1200) + 8800 * each < 5_000_000
