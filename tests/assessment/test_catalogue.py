from pathlib import Path

import pytest

from analyzer.assessment import checks, diagnoses
from analyzer.assessment.catalogue import all_causes, all_checks, all_ids, explain
from analyzer.vocabulary import SEVERITIES

CONTRACT = """no-response, port-unreachable, icmp-filtered, one-way-capture, udp-4500-blocked, path-mtu, fragment-lost,
  ike-version-mismatch, ike-proposal-mismatch, ke-group-mismatch, cookie-loop, authentication-failed, psk-mismatch,
  identity-rejected, certificate-rejected, eap-failed, xauth-failed, config-rejected, child-negotiation-failed,
  child-proposal-mismatch, traffic-selector-mismatch, pfs-mismatch, peer-dead, peer-restarted, sa-flapping,
  rekey-collision, simultaneous-initiation, redirected, capture-starts-late, capture-ends-early""".replace("\n", " ")


def files_of(package) -> set[str]:
    folder = Path(package.__path__[0])
    return {p.stem.replace("_", "-") for p in folder.glob("*.py") if not p.name.startswith("_")}


def test_every_file_is_found_and_named_like_its_id() -> None:
    assert {c.about.id for c in all_checks()} == files_of(checks)
    assert {c.about.id for c in all_causes()} == files_of(diagnoses)


def test_all_diagnoses_of_the_contract_exist() -> None:
    assert {i.strip() for i in CONTRACT.split(",")} <= {c.about.id for c in all_causes()}


def test_ids_are_unique_and_explained() -> None:
    assert len(set(all_ids())) == len(all_ids())
    assert set(all_ids()) == files_of(checks) | files_of(diagnoses)
    assert explain("no-such-id") is None


@pytest.mark.parametrize("identifier", all_ids())
def test_pages_are_complete(identifier: str) -> None:
    page = explain(identifier)
    assert page is not None
    assert page.kind in ("check", "diagnosis")
    assert page.title
    assert page.what
    assert page.why
    assert page.wire
    assert page.advice
    assert page.severity is None or page.severity in SEVERITIES
    for text in (page.what, page.why, page.advice, page.wire, page.lookalikes):
        assert text == text.strip()
        assert not text or text.endswith("."), text


def test_a_diagnosis_says_what_else_looks_like_it_and_by_which_document() -> None:
    for about in [c.about for c in all_causes()]:
        assert about.lookalikes, about.id
        assert about.references, about.id


def test_a_check_says_what_else_looks_like_it() -> None:
    assert [c.about.id for c in all_checks() if not c.about.lookalikes] == []


def test_checks_are_of_negotiations_or_of_captures() -> None:
    for check in all_checks():
        of_one = check.find_terms is not None or check.find is not None
        assert of_one == (check.find_all is None), check.about.id
