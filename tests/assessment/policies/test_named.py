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
    found = policies.load("ietf")
    documents = ["rfc8247", "rfc8221", "rfc9395", "rfc4109"]
    assert [document.name for document in found.documents] == documents
    assert [rule.document for rule in found.rules] == sorted((r.document for r in found.rules), key=documents.index)
    assert len(found.rules) == sum(rule.document in documents for rule in tables.rules())
    assert (found.own, found.sha256) == ("", "")
    assert policies.load("ietf") is found


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


def test_what_a_file_is_given_goes_to_what_it_extends(tmp_path: Path) -> None:
    path = tmp_path / "acme.toml"
    path.write_text('name = "acme"\nextends = ["asd-ism:classification=secret", "bsi"]\n', "utf-8")
    plain, arguments = policies.load(str(path)), policies.load(f"{path}:date=2033")
    assert (plain.name, arguments.name) == ("acme", "acme:date=2033")
    assert policies.path_of(f"{path}:date=2033") == str(path)
    for policy, words in ((plain, ("MUST NOT", "until end of 2031")), (arguments, ("MUST NOT", "not approved"))):
        short = policy.key_size("rsa-bits", 2048)
        classical = policy.objection("pq", "classical-only")
        assert short is not None
        assert classical is not None
        assert (short.word, classical.word) == words
    assert tuple(arguments.parameters) == ("classification", "date")
    with pytest.raises(PolicyError, match=r"acme has no parameter 'edition'\. It has: classification, date"):
        policies.load(f"{path}:edition=1")
    path.write_text('name = "acme"\nextends = ["bsi:edition=1"]\n', "utf-8")
    with pytest.raises(
        PolicyError, match=r"acme\.toml, line 2: the policy bsi has no parameter 'edition'\. It has: date"
    ):
        policies.load(str(path))
