import pytest

from analyzer.assessment import keywords
from analyzer.assessment.algorithms import Algorithm
from analyzer.isakmp import registry


@pytest.mark.parametrize(
    ("word", "version", "use", "expected"),
    [
        ("aes256", 2, "ike", Algorithm("ikev2", "encr", "ikev2-encr", 12, 256)),
        ("aes256", 1, "ike", Algorithm("ikev1", "encr", "ikev1-encryption", 7, 256)),
        ("AES256", 1, "esp", Algorithm("esp", "encr", "ikev1-esp-transforms", 12, 256)),
        ("aes", 2, "esp", Algorithm("esp", "encr", "ikev2-encr", 12, 128)),
        ("aes256gcm16", 2, "ike", Algorithm("ikev2", "encr", "ikev2-encr", 20, 256)),
        ("aes256gcm128", 2, "esp", Algorithm("esp", "encr", "ikev2-encr", 20, 256)),
        ("aes128ccm64", 1, "esp", Algorithm("esp", "encr", "ikev1-esp-transforms", 14, 128)),
        ("aes256gcm16", 1, "ike", None),
        ("sha256", 2, "ike", Algorithm("ikev2", "integ", "ikev2-integ", 12, None)),
        ("sha256", 1, "ike", Algorithm("ikev1", "hash", "ikev1-hash", 4, None)),
        ("sha2_256", 1, "ah", Algorithm("ah", "integ", "ikev1-ipsec-auth-algorithms", 5, None)),
        ("prfsha384", 2, "ike", Algorithm("ikev2", "prf", "ikev2-prf", 6, None)),
        ("prfsha384", 2, "esp", None),
        ("modp2048", 1, "esp", Algorithm("esp", "ke", "ikev1-groups", 14, None)),
        ("curve25519", 2, "ike", Algorithm("ikev2", "ke", "ikev2-ke", 31, None)),
        ("ke1_mlkem768", 2, "ike", Algorithm("ikev2", "addke1", "ikev2-ke", 36, None)),
        ("ke1_mlkem768", 1, "ike", None),
        ("ke1_aes256", 2, "ike", None),
        ("esn", 2, "esp", Algorithm("esp", "sn", "ikev2-sn", 1, None)),
        ("ENCR_AES_CBC-256", 2, "esp", Algorithm("esp", "encr", "ikev2-encr", 12, 256)),
        ("AUTH_HMAC_SHA2_256_128", 2, "ike", Algorithm("ikev2", "integ", "ikev2-integ", 12, None)),
        ("2048-bit MODP Group", 2, "ike", Algorithm("ikev2", "ke", "ikev2-ke", 14, None)),
        ("SHA2-256", 1, "ike", Algorithm("ikev1", "hash", "ikev1-hash", 4, None)),
        ("rot13", 2, "ike", None),
        ("", 2, "ike", None),
        ("aes-²", 2, "ike", None),
    ],
)
def test_words(word: str, version: int, use: str, expected: Algorithm | None) -> None:
    assert keywords.algorithm(word, version, use) == expected


def test_every_keyword_names_a_registered_number_of_its_kind() -> None:
    columns = {"ikev2": [(2, "ike"), (2, "esp")], "ikev1": [(1, "ike")], "ipsec1": [(1, "esp")]}
    for word, row in keywords._keywords().items():
        found = 0
        for column, places in columns.items():
            for place in places:
                meant = keywords.algorithm(word, *place)
                if meant is None:
                    continue
                found += 1
                entry = registry.entry(meant.table, meant.number)
                assert entry is not None, (word, meant)
                assert entry.status not in ("unassigned", "reserved"), (word, meant)
                assert str(meant.number) == row[column], (word, meant)
        assert found, word


def test_key_lengths_that_were_not_named() -> None:
    cbc = keywords.algorithm("ENCR_AES_CBC", 2, "ike")
    assert cbc is not None
    assert keywords.lacks_key_length(cbc)
    assert not keywords.lacks_key_length(cbc._replace(key_bits=128))


def test_the_prf_that_goes_with_an_integrity_algorithm() -> None:
    sha384 = keywords.algorithm("sha384", 2, "ike")
    assert sha384 is not None
    prf = keywords.pseudo_random_function(sha384)
    assert prf is not None
    assert prf.name == "PRF_HMAC_SHA2_384"
    assert keywords.pseudo_random_function(sha384._replace(number=9)) is None
