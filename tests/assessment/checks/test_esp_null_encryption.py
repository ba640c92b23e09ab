from analyzer.negotiation.seen import Suite
from tests.assessment.build import found, healthy, main_mode

ID = "esp-null-encryption"


def test_null_and_gmac_by_version() -> None:
    null = healthy().child(protocol="ESP", suite=Suite(encryption_id=11, integrity_id=12))
    gmac = main_mode(2, 10, outcome="established").child(protocol="ESP", suite=Suite(encryption_id=23))
    assert [(f.negotiation, f.severity) for f in found(ID, null, gmac)] == [(1, "medium"), (2, "medium")]


def test_encrypting_ciphers_and_ah() -> None:
    talk = healthy().child(protocol="ESP", suite=Suite(encryption_id=23, key_bits=128, integrity_id=12))  # Camellia
    talk.child(protocol="AH", suite=Suite(integrity_id=12))
    assert found(ID, talk) == []
