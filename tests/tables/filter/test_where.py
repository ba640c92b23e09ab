"""Filters, and what they need of an Analysis."""

from pathlib import Path

import pytest

from analyzer.errors import FilterError
from analyzer.tables.filter.where import Filter, joined
from tests.tables.filter.corpus import corpus_tables


def test_numbers_of_the_negotiations_that_match(tmp_path: Path) -> None:
    tables = corpus_tables(tmp_path)
    assert Filter.parse("outcome == failed").numbers(tables) == [2, 5]
    assert Filter.parse("psk-of-nobody").numbers(tables) == []


def test_a_filter_is_written_alike_however_it_was_made() -> None:
    short = Filter.equal("host", ["192.0.2.1"])
    assert short == Filter.parse("HOST==192.0.2.1")
    assert short.text == "host == 192.0.2.1"
    assert Filter.equal("outcome", ["failed", "probe"]).text == "outcome in (failed, probe)"
    assert Filter.ordered("time", ">=", "2026-11-20").text == "time >= 2026-11-20"
    assert Filter.parse("a or b").and_also([short]).text == '("a" or "b") and host == 192.0.2.1'
    assert short.and_also([]) is short


def test_a_value_cannot_end_its_condition() -> None:
    with pytest.raises(FilterError, match="no address"):
        Filter.equal("host", ["192.0.2.1 or outcome"])
    assert Filter.equal("identity", ['" or "']).text == r'identity == "\" or \""'


def test_what_an_analysis_has_to_fill() -> None:
    found = Filter.parse("severity >= high")
    assert found.with_needed(None) is None
    assert found.with_needed({"findings": None, "captures": ("packets",)}) == {
        "findings": None,
        "captures": ("packets",),
        "negotiations": ("negotiation",),
    }
    assert joined({"a": ("y", "x")}, {"a": {"x", "z"}, "b": {"q"}}) == {"a": ("y", "x", "z"), "b": ("q",)}
