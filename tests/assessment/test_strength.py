from analyzer.assessment import strength
from analyzer.assessment.algorithms import Algorithm


def v2(kind: str, number: int, bits: int | None = None) -> int:
    return strength.bits(Algorithm("ikev2", kind, f"ikev2-{kind}", number, bits))


def test_order_of_groups_ciphers_and_hashes() -> None:
    assert v2("ke", 2) < v2("ke", 5) < v2("ke", 14) < v2("ke", 19) == v2("ke", 31) < v2("ke", 20) < v2("ke", 21)
    assert v2("encr", 2) == v2("encr", 11) == v2("encr", 0) == 0
    assert v2("encr", 3) < v2("encr", 12) == v2("encr", 20, 128) < v2("encr", 20, 256) == v2("encr", 28)
    assert v2("prf", 2) < v2("prf", 5) < v2("prf", 7)
    assert v2("integ", 2) < v2("integ", 12) < v2("integ", 14)
    assert v2("ke", 0) == v2("integ", 0) == 0


def test_ikev1_has_its_own_numbers() -> None:
    aes = Algorithm("ikev1", "encr", "ikev1-encryption", 7, 256)
    des = Algorithm("ikev1", "encr", "ikev1-encryption", 1, None)
    sha2 = Algorithm("ikev1", "hash", "ikev1-hash", 4, None)
    assert (strength.bits(aes), strength.bits(des), strength.bits(sha2)) == (256, 0, 256)


def test_what_is_known() -> None:
    def known(kind: str, number: int) -> bool:
        return strength.is_known(Algorithm("ikev2", kind, f"ikev2-{kind}", number, None))

    assert known("encr", 12)
    assert known("encr", 28)
    assert known("encr", 3)
    assert known("ke", 14)
    assert not known("encr", 33)
    assert not known("encr", 6)
    assert not known("ke", 999)
