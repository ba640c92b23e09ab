import re

import pytest

from analyzer import data
from analyzer.assessment import catalogue
from analyzer.cli.explained import notifies, pages_of
from analyzer.isakmp import registry
from tests.cli.explained import only, text


def test_by_name_and_by_number() -> None:
    assert only("notify", "ts_unacceptable") == only("notify", "38")
    assert [page.id for page in pages_of(["notify", "14"])] == ["NO-PROPOSAL-CHOSEN", "NO_PROPOSAL_CHOSEN"]
    page = only("TS_UNACCEPTABLE")
    assert page.kind == "IKEv2 notify 38, error"
    assert "traffic-selector-mismatch" in text(page, "Diagnosis")
    assert text(page, "References") == "RFC 7296 2.9"
    assert only("COOKIE").kind == "IKEv2 notify 16390, status"


def test_what_vendors_say_is_named_as_theirs() -> None:
    assert text(only("ME_CONNECT_FAILED"), "Who sends it") == "strongSwan's own"
    assert len(pages_of(["notify", "8192"])) > 1


@pytest.mark.parametrize("table", ["ikev2-notify-error", "ikev2-notify-status"])
def test_every_registered_notify_has_its_meaning(table: str) -> None:
    lacking = [e.name for e in registry.entries(table) if not text(only("notify", e.name), "Who sends it")]
    assert lacking == []


def test_rows_are_of_the_registry_and_name_pages_that_are_there() -> None:
    rows = data.rows(notifies.__file__, "notifies.csv")
    known = {(version, entry.value) for version, entry in notifies._entries()}
    assert {(int(row["version"]), int(row["value"])) for row in rows} <= known
    named = {word for row in rows for word in re.findall("`explain ([^`]+)`", row["advice"])}
    assert named <= set(catalogue.all_ids())
