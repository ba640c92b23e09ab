from analyzer.assessment import policies
from analyzer.report.manual import STATEMENT
from tests.cli.explained import only, text
from tests.conftest import ROOT


def test_a_policy_says_each_statement() -> None:
    page = only("ietf")
    assert page.kind == "policy"
    (rows,) = [section.rows for section in page.sections if section.heading == "What it says"]
    assert len(rows) == len(policies.load("ietf").rules)
    assert all("RFC" in row[STATEMENT.index("clause")] for row in rows)
    assert "manual keying (SHOULD NOT): keys set by hand" in text(page, "Not judged")


def test_a_policy_of_ones_own_is_explained_by_its_path() -> None:
    page = only(str(ROOT / "fixtures" / "policies" / "acme.toml"))
    assert page.id == "acme"
    said = {row[STATEMENT.index("clause")] for section in page.sections for row in section.rows}
    assert "Acme's rules for VPNs, 2026 2.2" in said
    assert any(clause.startswith("BSI TR-02102-3") for clause in said)


def test_a_policy_with_what_it_is_given() -> None:
    page = only("asd-ism:classification=secret")
    assert page.title == "Australian ISM, December 2025 (classification secret)"
