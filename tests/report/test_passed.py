"""Nothing is called good that could not be seen."""

from typing import Any

import pytest

import analyzer
from analyzer.assessment.catalogue import all_checks
from analyzer.report.passed import AUDITS, OTHER, Audited, audited, seen_of
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.report.sample import put

AES_GCM = {"encryption_id": 20, "prf_id": 5, "ke_id": 19}


def one(**cells: Any) -> Tables:
    tables = Tables()
    base = {"negotiation": 1, "capture": "a.pcap", "ike_version": 2, "outcome": "established"}
    put(tables, "negotiations", **base | cells)
    return tables


def of(tables: Tables, title: str, policy: str = "ietf") -> Audited | None:
    return next((a for a in audited(tables, (policy,), seen_of(tables)) if a.audit.title == title), None)


def counts(result: Audited | None) -> tuple[int, int, int, int] | None:
    return None if result is None else (result.found, result.nothing, result.unseen, result.unspoken)


def test_every_check_is_part_of_an_audit_or_known_not_to_be() -> None:
    checks = {check.about.id for check in all_checks()}
    listed = {ident for audit in AUDITS for ident in audit.ids}
    assert listed | set(OTHER.split()) == checks
    assert listed.isdisjoint(OTHER.split())


@pytest.mark.parametrize(
    ("title", "cells", "expected"),
    [
        ("Encryption of the IKE SA", AES_GCM, (0, 1, 0, 0)),
        ("Encryption of the IKE SA", {}, (0, 0, 1, 0)),
        ("Encryption of the IKE SA", {"outcome": "failed"}, None),  # nothing was chosen
        ("Encryption of the IKE SA", AES_GCM | {"outcome": "probe"}, None),
        ("Integrity of the IKE SA", AES_GCM, None),  # the cipher protects it
        ("Integrity of the IKE SA", {"encryption_id": 12, "integrity_id": 12}, (0, 1, 0, 0)),
        ("Integrity of the IKE SA", {"encryption_id": 12}, (0, 0, 1, 0)),  # the rest of the choice was cut away
        ("Pseudorandom function", {"ike_version": 1, "encryption_id": 7}, None),
        ("Authentication", AES_GCM, (0, 0, 1, 0)),
        ("Authentication", AES_GCM | {"outcome": "failed"}, (0, 0, 1, 0)),
        ("Authentication", {"outcome": "failed"}, None),
        ("Authentication", AES_GCM | {"auth_method": "pre-shared key"}, (0, 1, 0, 0)),
        ("Authentication", AES_GCM | {"auth_method": "pre-shared key", "outcome": "incomplete"}, (0, 0, 1, 0)),
        ("Certificates", AES_GCM | {"auth_method": "pre-shared key"}, None),
        ("Certificates", AES_GCM, (0, 0, 1, 0)),
        ("Lifetimes", AES_GCM, None),
        ("Lifetimes", {"ike_version": 1, "lifetime_s": 3600}, (0, 1, 0, 0)),
        ("Lifetimes", {"ike_version": 1}, (0, 0, 1, 0)),
        ("ESP and AH traffic", AES_GCM, (0, 0, 1, 0)),
        ("Offers for the IKE SA", AES_GCM, (0, 0, 1, 0)),
    ],
)
def test_three_answers(title: str, cells: dict[str, Any], expected: tuple[int, ...] | None) -> None:
    assert counts(of(one(**cells), title)) == expected


def test_a_finding_comes_before_both() -> None:
    tables = one(**AES_GCM)
    put(tables, "findings", finding="weak-encryption-chosen", negotiation=1, subject="ENCR_3DES", severity="high")
    found = of(tables, "Encryption of the IKE SA")
    assert counts(found) == (1, 0, 0, 0)
    assert found is not None
    assert (found.numbers, found.passed) == ((1,), False)
    put(tables, "child_sas", negotiation=1, child=1, outcome="established", encryption_id=20, created_by="IKE_AUTH")
    assert counts(of(tables, "Algorithms of the child SAs")) == (0, 1, 0, 0), "it is about the IKE SA"


def test_a_policy_that_says_nothing_of_a_thing_does_not_pass_it() -> None:
    tables = one(ike_version=1, encryption_id=7, integrity_id=2, ke_id=14)
    assert counts(of(tables, "Encryption of the IKE SA", "nist")) == (0, 0, 0, 1)
    assert counts(of(tables, "Encryption of the IKE SA", "ietf")) == (0, 1, 0, 0)


def test_an_offer_of_which_a_part_could_not_be_read_is_not_passed() -> None:
    tables = one(**AES_GCM)
    put(tables, "proposals", negotiation=1, capture="a.pcap", side="offered", frame_number=3)
    assert counts(of(tables, "Offers for the IKE SA")) == (0, 1, 0, 0)
    assert counts(of(tables, "Choice against offer")) == (0, 1, 0, 0)
    put(tables, "messages", capture="a.pcap", frame_number=3, negotiation=1, defects=("wire-truncated",))
    assert counts(of(tables, "Offers for the IKE SA")) == (0, 0, 1, 0)


def test_of_child_sas_all_must_have_been_read() -> None:
    tables = one(**AES_GCM)
    put(tables, "child_sas", negotiation=1, child=1, outcome="established", encryption_id=20, created_by="IKE_AUTH")
    assert counts(of(tables, "Algorithms of the child SAs")) == (0, 1, 0, 0)
    assert of(tables, "Perfect forward secrecy of later child SAs") is None
    put(tables, "child_sas", negotiation=1, child=3, outcome="established", created_by="CREATE_CHILD_SA")
    assert counts(of(tables, "Algorithms of the child SAs")) == (0, 0, 1, 0)
    assert counts(of(tables, "Perfect forward secrecy of later child SAs")) == (0, 0, 1, 0)


def test_a_refused_child_sa_was_offered_too() -> None:
    tables = one(**AES_GCM)
    put(tables, "child_sas", negotiation=1, child=1, outcome="failed", created_by="CREATE_CHILD_SA")
    assert counts(of(tables, "Algorithms of the child SAs")) == (0, 0, 1, 0)
    put(tables, "proposals", negotiation=1, child=1, capture="a.pcap", side="offered", frame_number=3)
    assert counts(of(tables, "Algorithms of the child SAs")) == (0, 1, 0, 0)


@pytest.mark.parametrize(("basis", "expected"), [("seen", (0, 1, 0, 0)), ("inferred", (0, 0, 1, 0))])
def test_a_key_exchange_by_length_is_not_read(basis: str, expected: tuple[int, ...]) -> None:
    tables = one(**AES_GCM)
    cells = {"created_by": "CREATE_CHILD_SA", "encryption_id": 20, "pfs": False, "basis": basis}
    put(tables, "child_sas", negotiation=1, child=1, outcome="established", **cells)
    assert counts(of(tables, "Perfect forward secrecy of later child SAs")) == expected


def test_traffic_is_that_of_each_child_sa_both_ways() -> None:
    tables = one(**AES_GCM)
    for child in (1, 2):
        put(tables, "child_sas", negotiation=1, child=child, outcome="established", created_by="IKE_AUTH")
    for child, to in ((1, "initiator"), (1, "responder"), (2, "initiator")):
        put(tables, "esp_streams", negotiation=1, child=child, to=to)
        assert counts(of(tables, "ESP and AH traffic")) == (0, 0, 1, 0)
    put(tables, "esp_streams", negotiation=1, child=2, to="responder")
    assert counts(of(tables, "ESP and AH traffic")) == (0, 1, 0, 0)


def test_the_order_of_messages_of_which_one_direction_is_missing_is_not_known() -> None:
    tables = one(**AES_GCM)
    assert counts(of(tables, "Order of the messages")) == (0, 1, 0, 0)
    put(tables, "diagnoses", negotiation=1, diagnosis="one-way-capture", rank=1)
    assert counts(of(tables, "Order of the messages")) == (0, 0, 1, 0)


def test_keys_let_more_be_passed() -> None:
    fixture = case("ikev2-psk-gcm")
    dark, lit = (
        {a.audit.title: counts(a) for a in audited(tables, ("ietf",), seen_of(tables))}
        for tables in (analyzer.read_pcap(fixture.capture, keys=keys).tables for keys in (None, fixture.keys))
    )
    assert (dark["Authentication"], lit["Authentication"]) == ((0, 0, 1, 0), (0, 1, 0, 0))
    assert dark["Key exchange of the IKE SA"] == lit["Key exchange of the IKE SA"] == (0, 1, 0, 0)
