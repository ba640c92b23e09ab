"""How many IKE SAs stand where against a quantum computer, by what the table `negotiations` says of each."""

from typing import get_args

import pytest

import analyzer
from analyzer.report.post_quantum import (
    CLASSICAL_V1,
    NOT_READ,
    UNKNOWN,
    USES,
    WORDS,
    authentication,
    key_exchanges,
    preshared,
)
from analyzer.tables.store import Tables
from analyzer.vocabulary import PostQuantum, PpkUse
from tests.fixtures.cases import case
from tests.report.sample import put


def test_every_word_has_its_text() -> None:
    assert set(WORDS) == set(get_args(PostQuantum))
    assert set(USES) == set(get_args(PpkUse))


def test_key_exchanges_the_worst_first() -> None:
    tables = Tables()
    words = (None, "hybrid", "classical", "downgraded", "hybrid", "ppk", "offered-not-taken", "ml-kem")
    for number, word in enumerate(words, 1):
        put(tables, "negotiations", negotiation=number, outcome="established", ike_version=2, post_quantum=word)
    put(tables, "negotiations", negotiation=9, outcome="established", ike_version=1, post_quantum="classical")
    put(tables, "negotiations", negotiation=10, outcome="probe", ike_version=2, post_quantum="classical")
    found = {group.what: group.numbers for group in key_exchanges(tables)}
    assert list(found)[:2] == [WORDS["downgraded"], WORDS["offered-not-taken"]]
    assert list(found)[-1] == UNKNOWN
    assert found[WORDS["hybrid"]] == (2, 5)
    assert found[WORDS["classical"]] == (3,)
    assert found[CLASSICAL_V1] == (9,)
    assert found[UNKNOWN] == (1,)


def test_pre_shared_keys() -> None:
    tables = Tables()
    for number, use in enumerate((None, "used", "refused", "used"), 1):
        put(tables, "negotiations", negotiation=number, outcome="established", ike_version=2, ppk=use)
    assert [(group.what, group.numbers) for group in preshared(tables)] == [
        (USES["used"], (2, 4)),
        (USES["refused"], (3,)),
    ]


def test_how_those_authenticate_that_are_protected() -> None:
    tables = Tables()
    rows = (
        (False, None, "RSA Digital Signature"),
        (False, None, "Shared Key Message Integrity Code"),
        (False, None, None),
        (False, 3, None),  # rekeyed: it does not again
        (True, None, "RSA Digital Signature"),
        (None, None, "RSA Digital Signature"),
    )
    for number, (exposed, older, method) in enumerate(rows, 1):
        cells = {"quantum_exposed": exposed, "rekeyed_from": older, "auth_method": method}
        put(tables, "negotiations", negotiation=number, outcome="established", ike_version=2, **cells)
    assert {group.what: group.numbers for group in authentication(tables)} == {
        "RSA Digital Signature, which is classical": (1,),
        "Shared Key Message Integrity Code": (2,),
        NOT_READ: (3,),
    }


@pytest.mark.parametrize(
    ("name", "without_keys", "with_keys"),
    [
        ("ikev2-mlkem", {WORDS["hybrid"]: (1,), UNKNOWN: (2,)}, {WORDS["hybrid"]: (1, 2)}),
        ("ikev2-ppk", {UNKNOWN: (1,), USES["agreed"]: (1,)}, {WORDS["ppk"]: (1,), USES["used"]: (1,)}),
        ("ikev2-psk-gcm", {WORDS["classical"]: (1,)}, {WORDS["classical"]: (1,)}),
    ],
)
def test_recorded_ones(
    name: str, without_keys: dict[str, tuple[int, ...]], with_keys: dict[str, tuple[int, ...]]
) -> None:
    one = case(name)
    for keys, expected in ((None, without_keys), (one.keys, with_keys)):
        tables = analyzer.read_pcap(one.capture, keys=keys).tables
        assert {group.what: group.numbers for group in key_exchanges(tables) + preshared(tables)} == expected
