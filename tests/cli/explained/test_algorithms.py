import pytest

from analyzer.assessment import policies
from analyzer.cli.explained import pages_of
from tests.cli.explained import text


@pytest.mark.parametrize("words", [("group", "14"), ("dh14",), ("2048-bit", "MODP", "Group"), ("modp2048",)])
def test_a_group_by_any_name(words: tuple[str, ...]) -> None:
    page = next(page for page in pages_of(words) if "IKEv2" in page.kind)
    assert (page.id, page.kind) == ("2048-bit MODP Group", "IKEv2 key exchange 14, registry ikev2-ke")
    assert "about 112 bits" in text(page, "What is known of it")


def test_each_policy_says_its_word() -> None:
    (page,) = pages_of(["ENCR_DES"])
    lines = text(page, "What policies say").splitlines()
    assert {line.partition(":")[0].partition(",")[0] for line in lines} == set(policies.names())
    assert next(line for line in lines if line.startswith("ietf")).startswith("ietf: critical. ")


def test_key_lengths_differ_where_a_policy_says_so() -> None:
    page = pages_of(["ENCR_AES_CBC"])[0]
    said = text(page, "What policies say")
    assert "cnsa2, key of 128: high" in said
    assert "cnsa2, key of 256:" in said
    assert "with a key of 256" in text(page, "What is known of it")
    (only_256, *_) = pages_of(["aes256"])
    assert "key of 128" not in text(only_256, "What policies say")


def test_the_strength_of_what_is_not_known_is_not_said() -> None:
    (page, *_) = pages_of(["ENCR_KUZNYECHIK_MGM_KTREE"])
    assert "bits" not in text(page, "What is known of it")
    assert "64 bits" in text(pages_of(["ENCR_3DES"])[0], "What is known of it")


def test_quantum_computers() -> None:
    assert "Does not withstand" in text(pages_of(["x25519"])[0], "What is known of it")
    assert "Made to withstand" in text(pages_of(["ml-kem-768"])[0], "What is known of it")
