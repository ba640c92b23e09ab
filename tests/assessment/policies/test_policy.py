import pytest

from analyzer.assessment import policies
from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.policies import Verdict, in_ikev2_numbers
from analyzer.vocabulary import SEVERITIES


def v2(kind: str, number: int, bits: int | None = None, scope: str = "ikev2") -> Algorithm:
    return Algorithm(scope, kind, f"ikev2-{kind}", number, bits)


def v1(kind: str, table: str, number: int, bits: int | None = None, scope: str = "ikev1") -> Algorithm:
    return Algorithm(scope, kind, table, number, bits)


def judge(algorithm: Algorithm, policy: str = "ietf") -> Verdict | None:
    return policies.load(policy).judge(algorithm)


def word(algorithm: Algorithm, policy: str = "ietf") -> str | None:
    verdict = judge(algorithm, policy)
    return verdict.word if verdict else None


# -- ietf


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        (v2("encr", 2), ("critical", "MUST NOT", "RFC 8247 2.1")),
        (v2("encr", 11), ("high", "MUST NOT", "RFC 8247 2.1")),
        (v2("encr", 4), ("medium", "DEPRECATED", "RFC 9395 5 and 7 Figure 1")),
        (v2("prf", 1), ("high", "MUST NOT", "RFC 8247 2.2")),
        (v2("prf", 2), ("low", "MUST-", "RFC 8247 2.2")),
        (v2("integ", 1), ("high", "MUST NOT", "RFC 8247 2.3")),
        (v2("integ", 7), ("medium", "DEPRECATED", "RFC 9395 7 Figure 3")),
        (v2("ke", 1), ("critical", "MUST NOT", "RFC 8247 2.4")),
        (v2("ke", 2), ("high", "SHOULD NOT", "RFC 8247 2.4")),
        (v2("ke", 5), ("medium", "SHOULD NOT", "RFC 8247 2.4")),
        (v2("ke", 22), ("high", "MUST NOT", "RFC 8247 2.4")),
        (v2("encr", 3, scope="esp"), ("medium", "SHOULD NOT", "RFC 8221 5")),
        (v2("integ", 2, scope="ah"), ("low", "MUST-", "RFC 8221 6")),
        (v2("ke", 2, scope="esp"), ("high", "SHOULD NOT", "RFC 8247 2.4")),
    ],
)
def test_ietf_objects(algorithm: Algorithm, expected: tuple[str, str, str]) -> None:
    verdict = judge(algorithm)
    assert verdict is not None
    assert (verdict.severity, verdict.word, verdict.clause) == expected
    assert verdict.evidence == "read"


@pytest.mark.parametrize(
    "algorithm",
    [
        v2("encr", 12, 128),
        v2("encr", 12, 192),
        v2("encr", 3),  # RFC 8247 says MAY for 3DES in an IKE SA
        v2("encr", 20, 256),
        v2("encr", 28),
        v2("encr", 64999),  # what nobody names is MAY
        v2("prf", 5),
        v2("integ", 12),
        v2("ke", 14),
        v2("ke", 31),
        v2("ke", 36),
        v2("encr", 11, scope="esp"),  # integrity-only ESP is a MUST to implement
        v2("integ", 0, scope="esp"),
    ],
)
def test_ietf_does_not_object(algorithm: Algorithm) -> None:
    assert judge(algorithm) is None


def test_the_other_documents_that_object_are_named() -> None:
    verdict = judge(v2("encr", 2))
    assert verdict is not None
    assert "Also RFC 9395 7 Figure 1: DEPRECATED." in verdict.text
    assert verdict.text.endswith("A 56-bit key can be searched.")


# -- IKEv1's own numbers


def test_ikev1_numbers_are_not_read_as_ikev2_numbers() -> None:
    assert judge(v1("encr", "ikev1-encryption", 7, 128)) is None  # AES-CBC; 7 is Blowfish in IKEv2
    assert word(v1("encr", "ikev1-encryption", 1)) == "MUST NOT"  # DES-CBC
    assert word(v1("encr", "ikev1-encryption", 3)) == "DEPRECATED"  # Blowfish-CBC; 3 is 3DES in IKEv2
    assert word(v1("hash", "ikev1-hash", 1)) == "MUST NOT"  # MD5
    assert word(v1("hash", "ikev1-hash", 2)) == "MUST-"  # SHA
    assert judge(v1("hash", "ikev1-hash", 4)) is None  # SHA2-256


def test_what_is_said_of_ikev2_is_marked_so() -> None:
    verdict = judge(v1("ke", "ikev1-groups", 2))
    assert verdict is not None
    assert "The rule is written for IKEv2's 1024-bit MODP Group." in verdict.text


def test_ipsec_authentication_numbers_of_ikev1() -> None:
    sha256 = v1("integ", "ikev1-ipsec-auth-algorithms", 5, scope="esp")
    assert in_ikev2_numbers(sha256) == ("integ", 12)
    assert judge(sha256) is None
    assert word(v1("integ", "ikev1-ipsec-auth-algorithms", 1, scope="esp")) == "MUST NOT"
    assert in_ikev2_numbers(v1("encr", "ikev1-esp-transforms", 23, scope="esp")) == ("encr", 21)  # GMAC moved
    assert in_ikev2_numbers(v1("encr", "ikev1-esp-transforms", 12, scope="esp")) == ("encr", 12)
    assert in_ikev2_numbers(v1("ke", "ikev1-groups", 3)) == ("ke", None)


# -- other policies


def test_policies_disagree_and_that_is_shown_as_it_is() -> None:
    group14 = v2("ke", 14)
    assert judge(group14) is None
    assert word(group14, "disa-vpn") == "CAT I"
    assert word(group14, "bsi") == "not recommended since 2023"
    assert judge(group14, "nist80077r1") is None
    assert word(group14, "cnsa1") == "MUST NOT"


def test_key_length_is_held_against_those_who_ask_for_it() -> None:
    assert judge(v2("encr", 20, 256), "cnsa1") is None
    short = judge(v2("encr", 20, 128), "cnsa1")
    assert short is not None
    assert (short.severity, "with a key of 256 bits" in short.text) == ("high", True)
    assert word(v2("encr", 12, 128), "disa-vpn") == "CAT I"
    assert judge(v2("encr", 12, 256), "disa-vpn") is None
    assert judge(v2("encr", 12, None), "disa-vpn") is None  # a length that cannot be known is no breach
    assert word(v2("encr", 20, 128), "cnsa2") == "MUST NOT"


def test_not_listed_is_not_a_prohibition() -> None:
    verdict = judge(v2("encr", 23, 256), "nist80077r1")  # Camellia
    assert verdict is not None
    assert (verdict.severity, verdict.word) == ("info", "outside the list")
    assert "not a prohibition" in verdict.text
    assert judge(v2("auth", 2), "bsi") is None  # authentication methods are not a closed list


@pytest.mark.parametrize("policy", ["suiteb", "cnsa1", "cnsa2", "anssi-dr"])
def test_outside_a_closed_suite_is_not_compliant(policy: str) -> None:
    found = [v for number in range(1, 40) if (v := judge(v2("ke", number), policy)) is not None]
    assert len(found) > 30
    assert {v.severity for v in found} <= {"medium", "high", "critical"}
    assert any(v.word in ("not in the suite", "MUST NOT") for v in found)
    assert judge(v2("ke", 20 if policy != "anssi-dr" else 19), policy) is None


def test_what_each_suite_says_of_what_it_does_not_name() -> None:
    outside = [v2("ke", 14), v2("ke", 19), v2("encr", 12, 256), v2("prf", 2), v2("integ", 2)]
    for algorithm in outside:
        verdict = judge(algorithm, "cnsa2")
        assert verdict is not None
        assert (verdict.severity, verdict.word, verdict.title) == ("medium", "not in the suite", "outside the policy")
        assert "does not comply" in verdict.text
    for algorithm in (v2("ke", 20), v2("encr", 20, 256), v2("prf", 6), v2("integ", 0), v2("integ", 13)):
        assert judge(algorithm, "cnsa2") is None
    assert word(v2("encr", 12, 256), "cnsa1") == "not in the suite"


def test_what_authenticates_in_a_suite_with_one_signature() -> None:
    """Of a digital signature the algorithm is asked, not the method."""
    assert [word(v2("auth", method), "cnsa2") for method in (2, 13)] == ["not in the suite"] * 2
    assert [word(v2("auth", method), "cnsa2") for method in (1, 10)] == ["not approved when mandated"] * 2
    assert [word(v2("auth", method), "cnsa2:date=2030") for method in (1, 10)] == ["not approved"] * 2
    assert judge(v2("auth", 14), "cnsa2:date=2030") is None
    signatures = ("ML-DSA-87", "ML-DSA-65", "ecdsa-with-SHA384", "Ed25519")
    said = [policies.load("cnsa2:date=2030").objection("sig-alg", name) for name in signatures]
    assert [v and v.word for v in said] == [None, "MUST NOT", "not approved", "not approved"]


def test_a_key_exchange_added_to_another_is_no_worse_than_the_sa_without_it() -> None:
    added = {date: judge(v2("ke", 36)._replace(additional=True), f"cnsa2:date={date}") for date in (2029, 2030)}
    assert {date: v and v.severity for date, v in added.items()} == {2029: "medium", 2030: "high"}
    assert judge(v2("ke", 37)._replace(additional=True), "cnsa2:date=2030") is None
    extra = judge(v2("ke", 31)._replace(additional=True), "cnsa2:date=2030")
    assert extra is not None
    assert extra.severity == "medium"  # outside the suite, whatever else there is


def test_a_key_exchange_added_to_another_is_never_worse_than_outside() -> None:
    for policy in policies.names():
        for number in (35, 36, 37):
            alone, added = judge(v2("ke", number), policy), judge(v2("ke", number)._replace(additional=True), policy)
            assert (alone is None) == (added is None)
            if alone is not None and added is not None:
                assert SEVERITIES.index(added.severity) >= SEVERITIES.index("medium")
                assert SEVERITIES.index(added.severity) >= SEVERITIES.index(alone.severity)
                assert added.title


def test_groups_of_phase_1_are_not_held_against_child_sas() -> None:
    for policy in ("disa-vpn", "nsa-ipsec", "disa-vendor:device=srx"):
        assert judge(v2("ke", 14), policy) is not None
        assert judge(v2("ke", 14, scope="esp"), policy) is None
    assert judge(v2("ke", 14, scope="esp"), "bsi") is not None


def test_second_hand_texts_are_marked() -> None:
    verdict = judge(v2("prf", 1), "nist80077r1")
    assert verdict is not None
    assert verdict.evidence == "second-hand"


def test_a_documents_own_ikev1_rule_wins_over_the_translation() -> None:
    aes = v1("encr", "ikev1-encryption", 7, 128)
    assert judge(aes, "ncsc-uk") is None  # the Foundation profile requires it
    assert word(v1("ke", "ikev1-groups", 5), "ncsc-uk") == "outside the list"


def test_versions_modes_and_lifetimes() -> None:
    ietf = policies.load("ietf")
    version = ietf.objection("version", "1")
    assert version is not None
    assert version.word == "deprecated (Historic)"  # RFC 9395 has no MUST NOT for it
    assert ietf.objection("version", "2") is None
    assert ietf.requirement("lifetime", "ike") is None
    required = policies.load("asd-ism").requirement("lifetime", "ike")
    assert required is not None
    assert (required[0].limit, required[1].severity) == ("14399", "high")
    assert policies.load("suiteb").requirement("mode", "pfs") is None  # MAY asks for nothing
    assert policies.load("anssi-dr").requirement("transport", "4500") is not None
    assert policies.load("cnsa2").objection("pq", "classical-only") is not None


@pytest.mark.parametrize("name", policies.names())
def test_every_policy_judges_every_registered_algorithm(name: str) -> None:
    policy = policies.load(name)
    for number in range(70):
        for kind in ("encr", "prf", "integ", "ke", "auth"):
            for scope in ("ikev2", "esp", "ah"):
                table = "ikev2-auth-methods" if kind == "auth" else f"ikev2-{kind}"
                verdict = policy.judge(Algorithm(scope, kind, table, number, None))
                assert verdict is None or (verdict.severity in SEVERITIES and verdict.clause and verdict.text)


def test_a_suite_has_all_that_was_chosen() -> None:
    suiteb = policies.load("suiteb")
    low = [v2("encr", 12, 128), v2("prf", 5), v2("integ", 12), v2("ke", 19), v2("encr", 20, 128, scope="esp")]
    assert suiteb.mixed(low) is None
    assert suiteb.mixed([*low[:4], v2("encr", 21, 128, scope="esp")]) is None
    assert suiteb.mixed([v2("encr", 12, None), *low[1:]]) is None
    mixed = suiteb.mixed([*low[:3], v2("ke", 20)])
    assert mixed is not None
    assert (mixed.severity, mixed.word) == ("medium", policies.NOT_IN_THE_SUITE)
    assert suiteb.mixed([*low[:4], v2("encr", 20, 256, scope="esp")]) is not None
    assert suiteb.mixed([*low, v2("ke", 20, scope="esp"), v2("auth", 9)]) is None  # suites do not speak of these
    assert policies.load("ietf").mixed(low) is None


def test_one_step_milder() -> None:
    assert policies.lowered("high") == "medium"
    assert policies.lowered("info") == "info"


def test_what_is_said_against_ikev1() -> None:
    version = policies.load("ietf").against_ikev1()
    assert version is not None
    assert version.word == "deprecated (Historic)"
    asked = policies.load("cnsa1").against_ikev1()  # says nothing of IKEv1, and asks for IKEv2
    assert asked is not None
    assert asked.word == "MUST"
    assert policies.load("nsa-ipsec").against_ikev1() is None
