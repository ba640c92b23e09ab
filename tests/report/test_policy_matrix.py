"""The matrix of a page is a view of the table `verdicts`."""

import pytest

from analyzer.assessment.policies import names
from analyzer.report.html import render
from analyzer.report.policy_matrix import Matrix, matrix
from analyzer.tables.store import Tables
from tests.fixtures.cases import analysed
from tests.report.sample import PROVENANCE, put

IETF = ("ietf",)


def shown(tables: Tables, most: int = 12) -> Matrix:
    found = matrix(tables, IETF, len(tables["negotiations"]), most)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["ikev1-weak-des-md5-modp768", "ikev2-psk-gcm", "ikev2-clients-displaced"])
@pytest.mark.parametrize("keyed", [True, False])
def test_page_and_table_say_the_same(name: str, keyed: bool) -> None:
    tables = analysed(name, keyed)
    cells = {number: group.cells[0] for group in shown(tables).groups for number in group.numbers}
    rows = list(tables["verdicts"].records())
    assert {row["negotiation"] for row in rows} == cells.keys()
    for row in rows:
        cell = cells[row["negotiation"]]
        assert (row["policy"], row["verdict"], row["silent"]) == (cell.policy, cell.verdict, cell.silent)
        assert (row["reasons"], row["agreed"]) == (cell.texts, cell.names)
        assert row["not_observable"] == cell.agreement.hidden


def test_what_is_encrypted_meets_no_policy() -> None:
    keyed, sealed = (shown(analysed("ikev2-psk-gcm", keys)).groups[0] for keys in (True, False))
    words = [{cell.policy: cell.verdict for cell in group.cells} for group in (keyed, sealed)]
    assert (words[0]["ietf"], words[1]["ietf"]) == ("pass", "not-observable")
    unasked = "PFS", "lifetimes"
    assert (keyed.hidden, sealed.hidden) == (unasked, ("authentication", "child SAs", *unasked))
    assert words[0]["cnsa1"] == words[1]["cnsa1"] == "fail"  # what is seen is enough
    assert "pass" not in words[1].values()


def test_those_that_agreed_on_the_same_are_one_row_and_all_are_counted() -> None:
    tables = Tables()
    for number in range(1, 31):
        encryption = 20 if number <= 10 else number  # the others differ, each from all
        ids = ("2", f"ikev2 encr ikev2-encr {encryption} 256 -")
        for policy in ("ietf", "bsi"):
            put(tables, "verdicts", negotiation=number, policy=policy, agreed_ids=ids, not_observable=())
    found = matrix(tables, ("bsi", "ietf"), 31, most=3)
    assert found is not None
    assert (found.groups[0].negotiations, found.groups[0].numbers[:3]) == (11, (1, 2, 3))
    assert (len(found.groups), found.more_groups, found.more_negotiations, found.without) == (3, 17, 17, 1)
    assert [sum(counts.values()) for counts in found.totals] == [30] * len(names())
    assert found.policies == ("bsi", "ietf", *(name for name in names() if name not in ("bsi", "ietf")))
    assert matrix(Tables(), IETF, 0) is None


def test_the_page_has_a_table_for_one_and_a_matrix_for_several() -> None:
    page = "".join(render(analysed("ikev1-weak-des-md5-modp768", True), PROVENANCE))
    part = page[page.index('id="policies"') : page.index("</section>", page.index('id="policies"'))]
    assert "DES-CBC: MUST NOT" in part
    assert 'class="policies"' not in part
    tables = analysed("ikev2-clients-displaced", False)
    found = shown(tables)
    page = "".join(render(tables, PROVENANCE))
    assert page.count('<details id="policies-') == (len(found.groups) if len(found.groups) > 1 else 0)
