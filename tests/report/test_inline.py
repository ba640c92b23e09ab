"""What a notebook shows: the same words as the page, bounded, and nothing of it reaches the notebook around it."""

import re

import pytest

import analyzer
from analyzer.report.compare import compare
from analyzer.report.inline import MOST_STORIES, MOST_UNREAD, analysis_html, negotiation_html
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.report.sample import BAD, put, sample


def negotiation(tables: Tables, number: int) -> str:
    (row,) = tables["negotiations"].select("negotiation", {number})
    return negotiation_html(tables, row)


def outputs() -> dict[str, str]:
    """One of each kind, of what a hostile capture could hold."""
    tables = sample()
    return {
        "analysis": analysis_html(tables, [f"{BAD}: no capture"]),
        "negotiation": negotiation(tables, 6),
        "compared": compare(tables, 1, tables, 6)._repr_html_(),
    }


OUTPUTS = outputs()


@pytest.mark.parametrize("kind", OUTPUTS)
def test_hostile_text_is_inert_and_nothing_runs_or_is_fetched(kind: str) -> None:
    html = OUTPUTS[kind]
    assert "&lt;img src=x onerror=" in html
    assert {"<img", "<script", "\u202e", "\x1b", "http://", "https://", "url(", "@import"} & set(
        re.findall(r"<img|<script|[\u202e\x1b]|https?://|url\(|@import", html.replace("http://evil.example", ""))
    ) == set()
    tags = re.findall(r"<[a-z][^>]*>", html)
    assert not [tag for tag in tags if re.search(r"\s(?:on\w+|style|src|srcset|action)=|href=\"(?!#)", tag)]


def depths(style: str) -> list[int]:
    """How many blocks are open behind each brace."""
    found = [0]
    for brace in re.findall(r"[{}]", style):
        found.append(found[-1] + (1 if brace == "{" else -1))
    return found


@pytest.mark.parametrize("kind", OUTPUTS)
def test_style_stays_inside(kind: str) -> None:
    html = OUTPUTS[kind]
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert html.startswith('<div class="isakmp-analyzer"><style>.isakmp-analyzer.isakmp-analyzer {')
    found = depths(style)
    assert min(found[1:-1]) >= 1  # one block around all of it
    assert (found[-1], style.rstrip()[-1]) == (0, "}")
    # Outermost elements and animations, of which a document has one of each name
    outermost = r"(?m):root|(?:^|[{},] *)(?:body|html)\b|@keyframes|animation|@font-face|@layer"
    assert not re.search(outermost, style)
    assert style.count("--ground: #ffffff") == 2  # as the system prefers, and as the notebook's theme says
    assert style.count("--ground: #12161c") == 2
    assert '[data-jp-theme-light="false"]' in style
    assert not re.search(r"\drem\b", style)  # the size of the notebook's own letters


def test_ids_are_of_one_negotiation_and_lead_somewhere() -> None:
    tables = sample()
    ids = [re.findall(r'\sid="([^"]+)"', negotiation(tables, number)) for number in (1, 6)]
    assert all(ids)
    assert not set(ids[0]) & set(ids[1])
    assert "<use href=" in negotiation(tables, 1)
    for html in (*OUTPUTS.values(), negotiation(tables, 1)):
        known = re.findall(r'\sid="([^"]+)"', html)
        assert len(known) == len(set(known))
        assert all(re.match(r"ike-[0-9a-f]{8}-", name) for name in known)
        named = re.findall(r'(?:aria-(?:labelledby|describedby)=|href=")"?#?([^"]+)"', html)
        assert set(named) <= set(known)


def test_a_negotiation_as_the_page_has_it() -> None:
    analysis = analyzer.read_pcap(case("ikev2-auth-failed-psk").capture)
    html = negotiation(analysis.tables, 1)
    assert "failed in IKE_AUTH, refused by the responder: authentication failed (likely)." in html
    order = ["Why, and what to do", '<svg class="ladder', "Offered against chosen"]
    assert sorted(order, key=html.index) == order
    weak = analyzer.read_pcap(case("ikev1-weak-des-md5-modp768").capture)
    assert "Weak encryption in use: DES-CBC" in negotiation(weak.tables, 1).partition("Findings")[2]
    assert "tables/" not in html  # there is no folder beside a notebook


def test_the_lock_is_drawn_without_rules_that_only_its_own_place_has() -> None:
    """A browser shows it elsewhere, where it asks no rule about what stands around it here."""
    html = negotiation(sample(), 1)
    lock = html.partition('lock">')[2].partition("</g>")[0]
    assert lock.count("<") == 3
    assert "class" not in lock
    assert lock.count("currentColor") == 2
    assert "svg.ladder use { fill: var(--ground); }" in html


def of_outcomes(*outcomes: str) -> Tables:
    """A negotiation of each of these outcomes."""
    tables = Tables()
    put(tables, "captures", capture="a.pcap", packets=1)
    for number, outcome in enumerate(outcomes, 1):
        put(tables, "negotiations", negotiation=number, outcome=outcome, ike_version=2)
    return tables


def test_an_analysis_at_a_glance() -> None:
    html = analysis_html(sample(), [])
    assert "6 IKE SAs: 2 established, 2 failed" in html
    assert "<code>.negotiation(2)</code> shows the worst one" in html
    assert "What could not be read" in html
    assert ">/" not in html
    assert "No capture was read." in analysis_html(Tables(), [])
    assert ".where(" in html
    assert ".where(" not in analysis_html(of_outcomes("failed", "failed"), [])
    assert ".where(" not in analysis_html(of_outcomes("established", "unanswered"), [])
    html = analysis_html(of_outcomes("failed"), [])
    assert "<code>.negotiation(1)</code> shows its cause" in html
    assert "<table" not in html


def test_rows_of_missing_values() -> None:
    tables = Tables()
    for name in tables:
        put(tables, name, **({"negotiation": 1} if "negotiation" in tables[name].schema.names else {}))
    assert '<p class="verdict">' in analysis_html(tables, [])
    assert "<svg" in negotiation(tables, 1)


def test_it_is_as_long_of_very_many() -> None:
    def of(count: int) -> str:
        tables = Tables()
        for number in range(1, count + 1):
            put(tables, "captures", capture=f"{number:04}.pcap", packets=1)
            cells = {"ike_version": 2, "outcome": "failed", "failed_at": "IKE_AUTH", "responder_ip": f"10.0.{number}.1"}
            put(tables, "negotiations", negotiation=number, capture=f"{number:04}.pcap", **cells)
        return analysis_html(tables, [f"{number:04}.pcap: no capture" for number in range(count)])

    few, many = of(200), of(2000)
    assert abs(len(many) - len(few)) < 20 * MOST_STORIES
    assert "2,000 IKE SAs: 2,000 failed." in many
    assert f"{MOST_STORIES} of 2,000 kinds" in many
    assert f"{2000 - MOST_UNREAD:,} more captures" in many
    assert "And 1,995 other captures." in many


def test_a_comparison() -> None:
    html = OUTPUTS["compared"]
    assert "A difference is no cause by itself" in html
    assert "Can matter to the outcome" in html
    tables = sample()
    assert "No difference in what could be compared." in compare(tables, 1, tables, 1)._repr_html_()


def test_equal_input_gives_equal_output() -> None:
    assert outputs() == OUTPUTS
