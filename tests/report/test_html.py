"""The page itself: what it says, what it forbids, and what becomes of hostile text in a real browser."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from analyzer.notebook import read_pcap
from analyzer.report import sections
from analyzer.report.bulk import Kept
from analyzer.report.html import render, render_index
from analyzer.report.index import Entry, entry_of
from analyzer.report.pairs import Pair
from analyzer.report.provenance import provenance_of
from analyzer.report.verdict import MOST_STORIES, verdict_of
from analyzer.tables.filter.tree import quoted
from analyzer.tables.store import Tables
from tests.browsers.tab import Tab
from tests.conftest import FIXTURES
from tests.fixtures.cases import cases
from tests.report.explorer.decoded import blocks
from tests.report.sample import BAD, PROVENANCE, put, sample

VOID = {"meta", "link", "br", "wbr", "input", "img", "hr"}


@pytest.fixture(scope="module")
def page() -> str:
    return "".join(render(sample(), PROVENANCE))


class Checker(HTMLParser):
    """Tags are balanced; collects ids, local links, elements, and the text of scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inline: dict[str, list[str]] = {"script": [], "style": []}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name == "href"]
        self._end_cells({"td": ("td",), "tr": ("td", "tr")}.get(tag, ()))
        if tag not in VOID:
            self.open.append(tag)

    def _end_cells(self, tags: tuple[str, ...]) -> None:
        """Cells and rows that end without an end tag, which HTML allows."""
        while tags and self.open and self.open[-1] in tags:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        self._end_cells({"tr": ("td",), "tbody": ("td", "tr")}.get(tag, ()))
        if tag == "p" and self.open[-1] != "p":
            return
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.inline and self.elements[-1][1].get("type") is None:
            self.inline[self.open[-1]].append(data)


def checked(page: str) -> Checker:
    checker = Checker()
    checker.feed(page)
    checker.close()
    assert checker.open == []
    return checker


def test_the_page_is_whole_and_its_links_lead_somewhere(page: str) -> None:
    checker = checked(page)
    assert len(checker.ids) == len(set(checker.ids))
    assert page.count('<h3 id="n') == 6
    assert {link[1:] for link in checker.links if link.startswith("#")} <= set(checker.ids)
    assert all(link.startswith(("#", "data:")) for link in checker.links)


def test_the_policy_allows_this_style_and_script_and_nothing_else(page: str) -> None:
    checker = checked(page)
    (policy,) = [a["content"] or "" for tag, a in checker.elements if tag == "meta" and a.get("http-equiv")]
    for kind in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256("".join(checker.inline[kind]).encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    names = {name for _, attributes in checker.elements for name in attributes}
    assert not [name for name in names if name.startswith("on") or name in {"style", "src", "srcset", "action"}]
    assert {tag for tag, _ in checker.elements}.isdisjoint({"img", "iframe", "object", "embed", "form", "base"})
    assert "</" not in "".join(checker.inline["script"])


def a_picture(svg: dict[str, str | None]) -> bool:
    """Whether it shows what is not said in words beside it."""
    return svg.get("aria-hidden") != "true"


def test_pictures_and_tables_are_told_to_everyone(page: str) -> None:
    elements = checked(page).elements
    pictures = [attributes for tag, attributes in elements if tag == "svg" and a_picture(attributes)]
    assert pictures
    assert all(
        a.get("role") in {"img", "group"} and (a.get("aria-labelledby") or a.get("aria-label")) for a in pictures
    )
    roles = {kind: {a["role"] for a in pictures if kind in str(a.get("class"))} for kind in ("ladder", "lane")}
    assert roles == {"ladder": {"group"}, "lane": {"group"}}  # an img would hide its links
    headings = [attributes for tag, attributes in elements if tag == "th"]
    assert headings
    assert all(a.get("scope") in {"col", "row"} for a in headings)


def test_verdict_first_then_stories_then_provenance(page: str) -> None:
    places = [
        page.index(f'id="{name}"') for name in ("verdict", "overview", "findings", "n1", "n6", "tables", "provenance")
    ]
    assert places == sorted(places)
    assert "6 IKE SAs: 2 established, 2 failed" in page
    assert "IKEv2 from 198.51.100.7 to 203.0.113.2 failed in IKE_AUTH" in page
    assert "ab" * 32 in page
    assert "<title>gateway.pcapng - IKE report</title>" in page


def test_of_very_many_kinds_the_causes_come_first_and_advice_is_given_once() -> None:
    tables = Tables()
    for number in range(1, MOST_STORIES + 6):
        cells = {"ike_version": 2, "outcome": "failed", "failed_at": "IKE_AUTH", "responder_ip": f"10.0.0.{number}"}
        put(tables, "negotiations", negotiation=number, **cells)
        cause = {"diagnosis": "psk-mismatch", "title": "The keys differ", "confidence": "likely", "advice": "Same key!"}
        put(tables, "diagnoses", negotiation=number, rank=1, **cause)
    page = "".join(render(tables, PROVENANCE))
    verdict = page[: page.index('id="overview"')]
    assert verdict.index("Why negotiations went wrong") < verdict.index("What happened")
    assert f'<td class="number">{MOST_STORIES + 5}</td>' in verdict
    assert (verdict.count("Same key!"), verdict.count("As for <code>psk-mismatch</code> above.")) == (
        1,
        MOST_STORIES - 1,
    )
    checked(page)


def test_diagnoses_that_are_not_shown_are_counted() -> None:
    for count, said in ((12, []), (14, ["12 of 14 diagnoses; all of them in <code>tables/diagnoses.csv</code>."])):
        tables = Tables()
        put(tables, "negotiations", negotiation=1, ike_version=2, outcome="failed")
        for rank in range(1, count + 1):
            put(tables, "diagnoses", negotiation=1, rank=rank, diagnosis=f"cause-{rank}", confidence="possible")
        page = "".join(render(tables, PROVENANCE))
        assert re.findall(r"12 of \d+ diagnoses; [^.]*\.[^.]*\.", page) == said
        assert page.count("<code>cause-12</code>)") == 1


def test_one_defect_is_one() -> None:
    for count, said in ((1, "1 defect, listed"), (1200, "1,200 defects, listed"), (0, "no defect was found")):
        tables = Tables()
        put(tables, "captures", capture="a.pcap", defects=count)
        assert f"<dd>{said}" in "".join(render(tables, PROVENANCE)).replace("nothing: ", "")


def test_a_grade_where_there_is_something_to_grade(page: str) -> None:
    assert page.count('<div class="grade">') == 1
    assert "What was checked" in page
    none = "".join(render(Tables(), PROVENANCE))
    assert "ecurity grade" not in none
    assert "What was checked" not in none


def test_hostile_text_is_shown_as_text(page: str) -> None:
    assert BAD not in page
    assert "<img" not in page
    assert "&lt;img src=x onerror=" in page
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert "\\u202efdp.exe" in page
    assert "\\x1b]0;owned\\x07" in page
    assert "{{ 7*7 }}" in page  # not evaluated


def test_equal_input_gives_equal_bytes(page: str) -> None:
    assert "".join(render(sample(), PROVENANCE)) == page


def test_an_empty_capture_makes_a_page() -> None:
    tables = Tables()
    put(tables, "captures", capture="empty.pcap", packets=0, ike_messages=0, esp_packets=0)
    page = "".join(render(tables, PROVENANCE))
    checked(page)
    assert "No IKE message in this capture." in page


def test_rows_of_missing_values_make_a_page() -> None:
    tables = Tables()
    for name in tables:
        put(tables, name, **({"negotiation": 1} if "negotiation" in tables[name].schema.names else {}))
    checked("".join(render(tables, PROVENANCE)))


def test_caps_are_said_with_the_csv_s_name() -> None:
    tables = Tables()
    for number in range(1, 400):
        put(tables, "negotiations", negotiation=number, outcome="established", ike_version=2, initiator_spi="ab" * 8)
    for number in range(1100):
        put(tables, "vendor_ids", frame_number=number, data="00")
    page = "".join(render(tables, PROVENANCE))
    assert "60 of 399 negotiations are shown here" in page
    assert "Same for 399 negotiations" in page
    assert '<tr id="n100">' in page  # not drawn, but an anchor leads to it; to more than those of the table a script
    assert "tables/negotiations.csv" in page
    assert "The first 500 of 1,100 rows. All of them are in <code>tables/vendor_ids.csv</code>" in page
    assert page.count('<article id="n') == 60
    page = "".join(
        render(tables, PROVENANCE, files=Kept(left_out={"vendor_ids": 1100}, compressed={"findings": 20_000}))
    )
    where = "written by <code>isakmp-analyzer export CAPTURE --table vendor_ids</code>"
    assert f"The first 500 of 1,100 rows. All of them are {where}" in page
    assert "Without a file, because they are long: vendor_ids (1,100 rows)." in page
    assert "tables/vendor_ids.csv" not in page
    assert "because they are long: findings (20,000 rows)." in page


def test_what_a_page_has_no_room_for_is_no_dead_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "MOST_NEGOTIATIONS", 1)
    monkeypatch.setattr(sections, "EXAMPLES", 1)
    monkeypatch.setattr(sections, "MOST_ROWS", 2)
    checker = checked("".join(render(sample(), PROVENANCE)))
    inside = {link[1:] for link in checker.links if link.startswith("#")}
    assert inside <= set(checker.ids)
    assert {name for name in inside if re.fullmatch(r"n\d+", name)} == {"n2", "n3"}


def test_one_negotiation_is_the_page() -> None:
    tables = Tables()
    cells = {"outcome": "failed", "ike_version": 2, "failed_at": "IKE_AUTH", "failed_by": "responder"}
    put(tables, "negotiations", negotiation=1, initiator_spi="ab" * 8, **cells)
    page = "".join(render(tables, PROVENANCE))
    checker = checked(page)
    assert page.count("failed in IKE_AUTH, refused by the responder.") == 1
    assert page.index("failed in IKE_AUTH") < page.index('id="n1"') < page.index('id="findings"')
    assert {link[1:] for link in checker.links if link.startswith("#")} <= set(checker.ids)
    assert "overview" not in checker.ids


def test_the_page_comes_in_pieces() -> None:
    assert len(list(render(sample(), PROVENANCE))) > 50


def test_index_over_several_captures() -> None:
    entries = [
        entry_of(BAD, "weird name", verdict_of(Tables()), Tables()),
        entry_of("a.pcap", "a", verdict_of(sample()), sample()),
        Entry("gone.pcap", None, "gone.pcap: there is no such file"),
    ]
    page = "".join(render_index(entries, PROVENANCE))
    checker = checked(page)
    assert "a/report.html" in checker.links
    assert "weird%20name/report.html" in checker.links
    assert "gone.pcap: there is no such file" in page
    assert "IKE reports of 2 captures" in page
    assert page.index("a/report.html") < page.index("weird%20name/report.html")
    assert checker.links.count("failures.csv") == 1
    assert "Hosts that talked with each other" in page
    assert BAD not in page


def test_the_index_has_what_was_chosen_by_month() -> None:
    pairs = [Pair("192.0.2.1", "192.0.2.2", f"2026-{month:02}", 2, BAD, 1234, failed=3) for month in (1, 2)]
    entry = Entry("a.pcap", "a", outcome="failed", sas=1, pairs=tuple(pairs))
    page = "".join(render_index([entry], PROVENANCE))
    checked(page)
    table = page[page.index("Chosen algorithms by month") : page.index("<h2>Captures</h2>")]
    assert table.index("2026-02") < table.index("2026-01")
    assert "1,234" in table
    assert BAD not in page
    single = "".join(render_index([entry._replace(pairs=tuple(pairs[:1]))], PROVENANCE))
    assert "Chosen algorithms by month" not in single


def test_in_a_browser_nothing_comes_alive_and_nothing_is_asked_for(browser: Tab, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text("".join(render(sample(), PROVENANCE)), "utf-8")
    browser.visit(page.as_uri())
    assert browser.becomes("document.documentElement.dataset.enhanced", "true"), "our script did not run: its hash?"
    assert browser.value("document.querySelectorAll('button').length")
    assert "window.alive=1</script>" in browser.value("document.body.textContent")
    assert browser.value("document.querySelectorAll('img, script[src], iframe').length") == 0
    assert browser.value("window.alive") is None
    assert (browser.faults(), browser.requests()) == ([], [])
    assert browser.paper().startswith(b"%PDF")


def test_the_browser_test_would_see_a_violation(browser: Tab, tmp_path: Path) -> None:
    """The witness of the test above: the same page with one handler let through breaks its policy, or is alive."""
    page = tmp_path / "report.html"
    bad = "<body><img src='https://asked.example/x.png' onerror='window.alive = 1'>"
    text = "".join(render(sample(), PROVENANCE)).replace("<body>", bad, 1)
    page.write_text(text, "utf-8")
    browser.visit(page.as_uri())
    assert browser.becomes("faults.some(fault => fault.startsWith('securitypolicyviolation'))", wanted=True)
    assert browser.requests() == []  # the policy held
    assert browser.value("window.alive") is None
    page.write_text(text.replace("Content-Security-Policy", "nothing"), "utf-8")
    browser.visit(page.as_uri())
    assert browser.becomes("window.alive", 1)
    assert browser.requests() == ["https://asked.example/x.png"]


def test_an_analysis_writes_its_own_page_csv_and_json(tmp_path: Path) -> None:
    from analyzer.report.csv import write_csv_folder
    from analyzer.report.html import write_html
    from analyzer.report.json import write_json

    analysis = read_pcap(FIXTURES / "ikev2-auth-failed-psk" / "capture.pcap")
    write_html(analysis, tmp_path / "r.html")
    write_json(analysis, tmp_path / "r.json")
    write_csv_folder(analysis, tmp_path / "csv")
    checked((tmp_path / "r.html").read_text("utf-8"))
    assert json.loads((tmp_path / "r.json").read_text())["tables"]["negotiations"][0]["outcome"] == "failed"
    assert "AUTHENTICATION" in (tmp_path / "csv" / "failures.csv").read_text().upper()


def test_a_weak_choice_is_bold_with_the_colour_and_the_word_of_its_finding(tmp_path: Path) -> None:
    read_pcap(FIXTURES / "ikev1-weak-des-md5-modp768" / "capture.pcap").to_html(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert (
        '<tr class="chosen"><th scope="row">1.1</th><td><span class="critical">DES-CBC (critical)</span></td>' in page
    )
    read_pcap(FIXTURES / "ikev2-psk-gcm" / "capture.pcap", policy="cnsa2").to_html(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert re.search(r'<span class="picked (high|medium)">✔ PRF_HMAC_SHA2_256 \(\1\)</span>', page)


def test_the_filter_is_text_like_any_other_and_what_is_left_out_leads_nowhere() -> None:
    analysis = read_pcap(FIXTURES / "ikev2-clients-displaced" / "capture.pcap")
    for expression in ("negotiation == 2", "negotiation > 2", "failure"):
        part = analysis.where(f"{expression} or {quoted(BAD)}")
        page = "".join(render(part.tables, provenance_of(part), dissect=part.dissected))
        checker = checked(page)
        explored = blocks(page).get("explorer-data", {"frames": {"number": []}})
        packets = {f"frame-{number}" for number in explored["frames"]["number"]}
        assert {link[1:] for link in checker.links if link.startswith("#")} <= {*checker.ids, *packets}
        assert not any(name.startswith("on") for _, attrs in checker.elements for name in attrs)
        assert "Left out</dt>" in page


def test_scripts_that_search_are_in_pages_with_something_to_search(monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    assert 'id="find-data"' not in page
    assert "VirtualTable" not in page
    monkeypatch.setattr(sections, "MOST_AT_A_GLANCE", 5)
    searched = "".join(render(sample(), PROVENANCE))
    assert 'id="find-data"' in searched
    assert "VirtualTable" in searched
    assert "\n//" not in "".join(checked(searched).inline["script"])


MOST_OF_SMALL = 150_000  # bytes
# Several IKE SAs, or one that begins anew, in few messages: each has ladders, facts and tables of its own
LARGER = {
    "ikev1-dpd",
    "ikev2-cookie",
    "ikev2-invalid-ke-cookie",
    "ikev2-peer-restarted",
    "ikev2-reauth",
    "ikev2-reauth-overlap",
    "ikev2-refused-probe-then-established",
    "ikev2-rekey-answer-late",
    "ikev2-rekeys-of-both-kinds-cross",
    "ikev2-second-client-refused",
    "ikev2-simultaneous",
    "vpnc-to-strongswan",
}
LARGER_WITH_KEYS = {
    "ikev1-dpd",
    "ikev1-main-cert-frag",
    "ikev1-main-hybrid",
    "ikev1-main-many-transforms",
    "ikev2-answer-fragments-lost",
    "ikev2-cookie",
    "ikev2-dpd-dead-peer",
    "ikev2-eap-tls",
    "ikev2-multiauth",
    "ikev2-nat-forgot",
    "vpnc-to-strongswan",
}


def test_a_report_of_few_messages_is_small() -> None:
    sizes = {}
    for known in cases():
        analysis = read_pcap(known.capture)
        if len(analysis.tables["messages"]) <= 20:
            pieces = render(analysis.tables, PROVENANCE, dissect=analysis.dissected)
            sizes[known.name] = sum(len(piece.encode()) for piece in pieces)
    assert len(sizes) > 100
    assert {name for name, size in sizes.items() if size >= MOST_OF_SMALL} <= LARGER
    assert max(sizes.values()) < 1.4 * MOST_OF_SMALL


def test_with_keys_too() -> None:
    sizes = {}
    for known in cases():
        if known.keys:
            analysis = read_pcap(known.capture, keys=known.keys)
            if len(analysis.tables["messages"]) <= 20 and len(analysis.tables["negotiations"]) == 1:
                page = "".join(render(analysis.tables, PROVENANCE, dissect=analysis.dissected))
                sizes[known.name] = len(page.encode())
    assert len(sizes) > 50
    assert {name for name, size in sizes.items() if size >= MOST_OF_SMALL} <= LARGER_WITH_KEYS


def test_a_page_has_no_styles_and_scripts_that_nothing_on_it_needs(page: str) -> None:
    short = "".join(render(read_pcap(FIXTURES / "ikev2-no-proposal-ike" / "capture.pcap").tables, PROVENANCE))
    for there in ("timeline-data", ".timeline.zoomed", 'page.unpack("timeline-data")', "compare-data", ".beside {"):
        assert (there in page, there in short) == (True, False), there
    assert 'id="timeline-picture"' in short
