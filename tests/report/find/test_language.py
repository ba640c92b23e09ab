"""The scripts' reader of the filter language is held to the same cases as the command line's, in a real browser."""

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.report import sections
from analyzer.report.find.language import language
from analyzer.report.html import render
from tests.browsers.tab import Tab
from tests.report.sample import PROVENANCE
from tests.tables.filter.corpus import CASES, ERRORS, corpus_tables

ASKED = """(() => {
  const filters = searched.filters;
  return %s.map((text) => {
    try {
      return {rows: [...filters.find(text)].flatMap((hit, row) => (hit ? [row + 1] : []))};
    } catch (fault) {
      if (!(fault instanceof page.filter.Fault)) return {broken: String(fault)};
      return {at: [...text.slice(0, fault.at)].length, says: fault.message};
    }
  });
})()"""


def test_scripts_find_what_the_command_line_finds(
    browser: Tab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sections, "MOST_AT_A_GLANCE", 0)
    (tmp_path / "page.html").write_text("".join(render(corpus_tables(tmp_path), PROVENANCE)), "utf-8")
    cases = [(where, rows) for table, where, rows in CASES if table == "negotiations"]
    errors = [(where, at, says) for table, where, at, says in ERRORS if table == "negotiations"]
    browser.visit((tmp_path / "page.html").as_uri())
    browser.value("page.unpack('find-data').then((data) => { globalThis.searched = page.foundIn(data); })")
    assert browser.becomes("typeof searched", "object")
    found = asked(browser, [where for where, _ in cases])
    faults = asked(browser, [where for where, *_ in errors])
    inherited = asked(browser, ["constructor == 1", "toString.x == 1", "findings.valueOf"])
    assert not [one for one in (*found, *faults) if "broken" in one]
    assert [one.get("at") for one in inherited] == [0, 0, 0], "names that every object of a script has are no fields"
    elsewhere = [place for place, one in enumerate(found) if "does not hold" in one.get("says", "")]
    differing = {
        where: (one, rows)
        for place, (one, (where, rows)) in enumerate(zip(found, cases, strict=True))
        if place not in elsewhere and one != {"rows": rows}
    }
    assert differing == {}
    assert len(cases) - len(elsewhere) > 150
    assert {where: one for one, (where, at, says) in zip(faults, errors, strict=True) if one.get("at") != at} == {}
    unsaid = {
        where: one["says"] for one, (where, _, says) in zip(faults, errors, strict=True) if says not in one["says"]
    }
    assert unsaid == {}


def asked(tab: Tab, texts: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tab.value(ASKED % json.dumps(texts))
    return found


def test_what_a_page_holds_has_its_kinds() -> None:
    found = language({"negotiations": ["initiator_ip", "messages"], "findings": ["severity"]})
    assert found["fields"] == {
        "negotiations": {"initiator_ip": "address", "messages": "number"},
        "findings": {"severity": "severity"},
    }
    assert found["shorthands"]["cause"] == [["negotiations", "diagnosis"]]
    assert "events" in found["elsewhere"]
    assert "captures" not in found["elsewhere"]
