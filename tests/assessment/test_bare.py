from analyzer.assessment import bare
from analyzer.assessment.algorithms import AEAD
from analyzer.isakmp import registry
from tests.assessment.build import sa2


def test_every_named_cipher_is_known_to_protect_integrity_or_not_to() -> None:
    named = {e.value for e in registry.entries("ikev2-encr") if e.name not in ("Reserved", "Unassigned")}
    assert bare.BARE.isdisjoint(AEAD)
    assert {n for n in named - bare.BARE - AEAD if n < 1024} == {21}  # GMAC: no cipher of an IKE SA


def test_of_an_sa_payload_only_proposals_for_the_ike_sa_count() -> None:
    found = bare.cipher(sa2({"encr": [(12, 128)]}))
    assert found is not None
    assert found.name == "ENCR_AES_CBC-128"
    assert bare.cipher(sa2({"encr": [(12, 128)]}, protocol=3)) is None
    assert bare.cipher(sa2({"encr": [(12, 128)]})._replace(whole=False)) is None
    assert bare.cipher(sa2({"encr": [(20, 128)]})) is None
