import pytest

from analyzer.assessment import catalogue, policies
from analyzer.assessment.ranking import BANDS
from analyzer.report.manual import list_lines, page_lines, page_of, policy_lines, ranking_lines, table_lines
from analyzer.tables.schema import SCHEMA


@pytest.mark.parametrize("identifier", catalogue.all_ids())
def test_every_page_says_what_why_and_what_to_do(identifier: str) -> None:
    page = catalogue.explain(identifier)
    assert page is not None
    lines = [line.text for line in page_lines(page_of(page), 100)]
    assert lines[0].startswith(f"{identifier}: ")
    second = {"check": "Why it matters", "diagnosis": "Background", "policy": "What to know of it"}[page.kind]
    third = "What it says" if page.kind == "policy" else "On the wire"
    assert {"What it is", second, third, "What to do"} <= set(lines)
    assert ("Where it ranks" in lines) == (page.kind == "diagnosis")
    assert max(map(len, lines[1:])) <= 100


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
