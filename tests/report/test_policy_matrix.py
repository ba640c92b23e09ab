"""What policies say of a choice is what checks find under each, and what nobody can see is never said to meet one."""

import pytest

import analyzer
from analyzer.assessment.policies import load, names
from analyzer.report.html import render
from analyzer.report.passed import seen_of
from analyzer.report.policy_matrix import FAIL, PASS, UNSEEN, WARN, Child, Choice, Matrix, judged, matrix
from analyzer.tables.store import Tables
from analyzer.vocabulary import SEVERITIES
from tests.fixtures.cases import case
from tests.report.sample import PROVENANCE, put

OF_CHOICES = {
    "ah-in-use",
    "classical-key-exchange-only",
    "ikev1-in-use",
    "weak-auth-method-chosen",
    "weak-encryption-chosen",
    "weak-hash-chosen",
    "weak-integrity-chosen",
    "weak-ke-chosen",
    "weak-prf-chosen",
}
GOOD = Choice(2, 20, 256, None, 6, 20, (), "Digital Signature", (Child("ESP", 20, 256, None, None, ()),), ())


def of(name: str, *, keys: bool = True, policy: str = "ietf") -> tuple[Tables, Matrix]:
    one = case(name)
    tables = analyzer.read_pcap(one.capture, keys=one.keys if keys else None, policy=policy).tables
    found = matrix(tables, seen_of(tables))
    assert found is not None
    return tables, found


@pytest.mark.parametrize("policy", names())
@pytest.mark.parametrize(
    "name", ["ikev1-weak-des-md5-modp768", "ikev2-psk-gcm", "ikev2-null-esp-ah", "ikev2-mlkem", "ikev2-eap-tls"]
)
def test_a_policy_says_what_its_checks_find(name: str, policy: str) -> None:
    tables, found = of(name, policy=policy)
    place = found.policies.index(policy)
    cells = {number: group.cells[place] for group in found.groups for number in group.numbers}
    worst: dict[int, list[str]] = {number: [] for number in cells}
    for ident, by, number, severity in tables["findings"].cells("finding", "policy", "negotiation", "severity"):
        if ident in OF_CHOICES and by is not None and number in cells:
            worst[number].append(severity)
    for number, severities in worst.items():
        assert bool(severities) == bool(cells[number].reasons), number
        if severities and min(severities, key=SEVERITIES.index) in ("critical", "high"):
            assert cells[number].word == FAIL
        assert not severities or cells[number].word in (FAIL, WARN)


def test_what_is_encrypted_meets_no_policy() -> None:
    keyed, sealed = (of("ikev2-psk-gcm", keys=keys)[1].groups[0] for keys in (True, False))
    words = [{cell.policy: cell.word for cell in group.cells} for group in (keyed, sealed)]
    assert (words[0]["ietf"], words[1]["ietf"]) == (PASS, UNSEEN)
    assert (keyed.hidden, sealed.hidden) == ((), ("authentication", "child SAs"))
    assert words[0]["cnsa1"] == words[1]["cnsa1"] == FAIL  # what is seen is enough
    assert PASS not in words[1].values()


def test_prohibited_outside_and_silent() -> None:
    assert judged(GOOD, load("ietf")).word == PASS
    short = GOOD._replace(ke_id=14)
    assert [judged(short, load(name)).word for name in ("ietf", "cnsa2", "ncsc-uk")] == [PASS, FAIL, WARN]
    assert judged(GOOD._replace(hidden=("authentication",)), load("ietf")).word == UNSEEN
    assert judged(GOOD._replace(encryption_id=2, hidden=("authentication",)), load("ietf")).word == FAIL
    classical = [cell.reasons[-1].subject for cell in (judged(GOOD, load("cnsa2")),)]
    assert classical == ["384-bit random ECP group"]
    unread = GOOD._replace(ke_id=36, hidden=("additional key exchanges",))
    assert not judged(unread._replace(ke_id=20), load("bsi")).reasons
    added = GOOD._replace(additional_ke_ids=(14,), auth=None)  # keys rest on both
    assert [judged(one, load("cnsa1")).word for one in (added, short)] == [WARN, FAIL]
    assert judged(GOOD, load("anssi-dr")).silent == ("PRFs",)
    assert judged(GOOD._replace(auth="AUTH_UNKNOWN_233"), load("cnsa1")).reasons


def test_equal_choices_are_one_row_and_all_are_counted() -> None:
    tables = Tables()
    common = {"ike_version": 2, "outcome": "established", "key_bits": 256, "prf_id": 6, "ke_id": 20}
    for number in range(1, 31):
        encryption = 20 if number <= 10 else number  # the others differ, each from all
        put(tables, "negotiations", negotiation=number, encryption_id=encryption, **common)
    put(tables, "negotiations", negotiation=31, ike_version=2, outcome="unanswered")
    found = matrix(tables, seen_of(tables), most=3)
    assert found is not None
    assert (found.groups[0].negotiations, found.groups[0].numbers[:3]) == (11, (1, 2, 3))
    assert (len(found.groups), found.more_groups, found.more_negotiations, found.without) == (3, 17, 17, 1)
    assert [sum(counts.values()) for counts in found.totals] == [30] * len(names())
    assert matrix(Tables(), {}) is None


def test_the_page_has_a_table_for_one_and_a_matrix_for_several() -> None:
    tables, _ = of("ikev1-weak-des-md5-modp768")
    page = "".join(render(tables, PROVENANCE))
    part = page[page.index('id="policies"') : page.index("</section>", page.index('id="policies"'))]
    assert "DES-CBC: MUST NOT" in part
    assert 'class="policies"' not in part
    tables, found = of("ikev2-clients-displaced", keys=False)
    page = "".join(render(tables, PROVENANCE))
    assert page.count('<details id="policies-') == (len(found.groups) if len(found.groups) > 1 else 0)
