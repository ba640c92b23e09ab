from pathlib import Path

import pytest

from analyzer.assessment import policies
from analyzer.assessment.policies import tables
from analyzer.errors import PolicyError


def test_unknown_policy_lists_the_known_ones() -> None:
    with pytest.raises(PolicyError, match=r"no policy 'nsa'.*ietf.*disa-vpn.*ends with .toml"):
        policies.load("nsa")


def test_names_and_titles() -> None:
    assert policies.names()[0] == "ietf"
    assert {"nist80077r1", "bsi", "cnsa1", "cnsa2", "anssi", "asd-ism", "ncsc-uk", "disa-vpn"} <= set(policies.names())
    assert set(policies.titles()) == set(policies.names())


def test_a_policy_has_the_statements_of_its_documents_in_their_order() -> None:
    found = policies.load("nist")
    assert [document.name for document in found.documents] == ["nist80077r1", "nist800131ar2"]
    assert [rule.document for rule in found.rules] == sorted(
        (r.document for r in found.rules), key=["nist80077r1", "nist800131ar2"].index
    )
    assert len(found.rules) == sum(rule.document in ("nist80077r1", "nist800131ar2") for rule in tables.rules())
    assert (found.own, found.sha256) == ("", "")
    assert policies.load("nist") is found


def test_a_file_stands_before_what_it_extends_and_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "acme.toml"
    path.write_text('name = "acme"\nextends = ["ietf", "nist", "nist80077r1"]\nnote = "Ours."\n', "utf-8")
    found = policies.load(str(path))
    assert [d.name for d in found.documents] == [
        "acme",
        *(d.name for d in policies.load("ietf").documents),
        "nist80077r1",
        "nist800131ar2",
    ]
    assert len(found.rules) == len(policies.load("ietf").rules) + len(policies.load("nist").rules)
    assert found.note.startswith("Ours. Extends ietf: ")
    assert len(found.sha256) == 64
    path.write_text('name = "acme"\nextends = "ietf"\n', "utf-8")
    again = policies.load(str(path))
    assert again.sha256 != found.sha256
    assert len(again.rules) == len(policies.load("ietf").rules)
