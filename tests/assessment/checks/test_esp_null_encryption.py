from analyzer.negotiation.seen import Suite
from tests.assessment.build import Talk, esp1, found, healthy, main_mode, sa2

ID = "esp-null-encryption"


def test_null_and_gmac_by_version() -> None:
    null = healthy().child(protocol="ESP", suite=Suite(encryption_id=11, integrity_id=12))
    gmac = main_mode(2, 10, outcome="established").child(protocol="ESP", suite=Suite(encryption_id=23))
    assert [(f.negotiation, f.severity) for f in found(ID, null, gmac)] == [(1, "medium"), (2, "medium")]


def test_encrypting_ciphers_and_ah() -> None:
    talk = healthy().child(protocol="ESP", suite=Suite(encryption_id=23, key_bits=128, integrity_id=12))  # Camellia
    talk.child(protocol="AH", suite=Suite(integrity_id=12))
    assert found(ID, talk) == []


def offered(*ciphers: object, chosen: int = 12, protocol: int = 3) -> Talk:
    talk = healthy().child(protocol="ESP", suite=Suite(encryption_id=chosen, integrity_id=12))
    return talk.offer(sa2({"encr": [*ciphers], "integ": [12, 11]}, protocol=protocol), 3, child=1)


def test_offered_beside_another() -> None:
    (finding,) = found(ID, offered((12, 256), 11))
    assert (finding.severity, finding.title) == ("low", "ESP without encryption offered")
    assert (finding.subject, finding.evidence_frames) == ("child SA 1", (3,))
    assert [f.severity for f in found(ID, offered((12, 256), 11, chosen=11))] == ["medium"]
    v1 = main_mode(outcome="established").offer(esp1((12, {5: 5}, 256), (11, {5: 5})), 7, child=1)
    assert len(found(ID, v1)) == 1


def test_integrity_and_ah_have_numbers_of_their_own() -> None:
    assert found(ID, offered((12, 256))) == []
    assert found(ID, offered((12, 256), 11, protocol=2)) == []
