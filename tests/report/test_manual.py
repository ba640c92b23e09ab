import re

import pytest

from analyzer.assessment import catalogue, policies
from analyzer.assessment.ranking import BANDS
from analyzer.report.manual import (
    STATEMENT,
    list_lines,
    page_lines,
    page_of,
    policy_lines,
    policy_of,
    ranking_lines,
    table_lines,
)
from analyzer.tables.schema import SCHEMA


@pytest.mark.parametrize("identifier", catalogue.all_ids())
def test_every_page_says_what_why_and_what_to_do(identifier: str) -> None:
    page = catalogue.explain(identifier)
    assert page is not None
    lines = [line.text for line in page_lines(page_of(page), 100)]
    assert lines[0].startswith(f"{identifier}: ")
    second = {"check": "Why it matters", "diagnosis": "Background"}[page.kind]
    assert {"What it is", second, "On the wire", "What to do"} <= set(lines)
    assert ("Where it ranks" in lines) == (page.kind == "diagnosis")
    assert max(map(len, lines[1:])) <= 100


@pytest.mark.parametrize("name", policies.names())
@pytest.mark.parametrize("width", [80, 100])
def test_a_policy_is_a_table_of_its_statements(name: str, width: int) -> None:
    policy = policies.load(name)
    page = policy_of(policy)
    (rows,) = [section.rows for section in page.sections if section.rows]
    assert [row[STATEMENT.index("verdict")] for row in rows] == [rule.verdict for rule in policy.rules]
    lines = [line.text for line in page_lines(page, width)]
    assert max(map(len, lines[1:])) <= width
    assert [line.strip() for line in lines].count("What it says") == 1
    assert any(line.split() == ["For", "It", "says", "Of", "what", "Where,", "how", "known"] for line in lines)


def test_a_policys_page_says_how_well_it_is_known_what_it_can_be_given_and_what_is_not_judged() -> None:
    text = " ".join(" ".join(line.text.split()) for line in page_lines(policy_of(policies.load("asd-ism")), 200))
    assert "29 read." in text
    assert "classification: the most that data" in text
    assert "protected | secret | top-secret, non-classified if it is not given" in text
    assert "ECDH in preference to DH (preferred): a preference between groups" in text
    rows = [" ".join(line.text.split()) for line in page_lines(policy_of(policies.load("bsi")), 300)]
    assert any(re.search(r"\d+ read, \d+ second-hand, \d+ believed", row) for row in rows)
    assert any(row.startswith("IKEv2 key exchange not recommended 2048-bit MODP: below 3000 bit") for row in rows)


def test_a_page_says_where_the_diagnosis_ranks_and_what_yields_to_it() -> None:
    page = catalogue.explain("pfs-mismatch")
    assert page is not None
    text = " ".join(line.text.strip() for line in page_lines(page_of(page), 100))
    assert (
        "OWN_SIGNATURE (a cause that shows itself by a sign of its own), after traffic-selector-mismatch, before"
        in text
    )
    assert "Yields to traffic-selector-mismatch or config-rejected: a decrypted error notify names it." in text
    assert "child-negotiation-failed yields to it: a decrypted error notify names it." in text


def test_the_order_of_the_diagnoses_is_the_list() -> None:
    lines = [line.text for line in ranking_lines(200)]
    listed = [
        line.strip().partition(",")[0] for line in lines[: lines.index("Which yields to which")] if line[:1] == " "
    ]
    assert listed == [place.diagnosis for band in BANDS for place in band.places]
    assert "  answers-lost yields to fragment-lost: the answer is not whole" in lines


def test_a_list_has_every_word_and_no_line_is_longer_than_it_may_be() -> None:
    words = {"a": "b", "long-word" * 9: "c" * 200, "\x1b": "d"}
    lines = [line.text for line in list_lines("Title", words, 80)]
    assert lines[:2] == ["Title", f"  {'a':44}  b"]
    assert max(map(len, lines)) == 80
    assert "\x1b" not in lines[-1]


def test_policies() -> None:
    assert next(policy_lines(policies.titles())).text.startswith("ietf ")


@pytest.mark.parametrize("name", SCHEMA)
def test_every_column_is_printed(name: str) -> None:
    text = "\n".join(line.text for line in table_lines(SCHEMA[name], 100))
    assert all(f"  {column.name} " in text for column in SCHEMA[name].columns)
    assert max(map(len, text.splitlines())) <= 100
