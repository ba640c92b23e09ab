"""What policies say of what was agreed is what checks find under each, and what nobody can see never meets one."""

import pytest

import analyzer
from analyzer.assessment.agreement import Agreement, Fact
from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.policies import load, names
from analyzer.assessment.rulings import Rulings, ruled
from analyzer.vocabulary import SEVERITIES
from tests.fixtures.cases import case

OF_CHOICES = {
    "ah-in-use",
    "classical-key-exchange-only",
    "esp-without-integrity",
    "ike-on-udp-500",
    "ikev1-in-use",
    "long-lifetime",
    "no-pfs",
    "weak-auth-method-chosen",
    "weak-certificate-key",
    "weak-encryption-chosen",
    "weak-hash-chosen",
    "weak-integrity-chosen",
    "weak-ke-chosen",
    "weak-prf-chosen",
    "aggressive-mode-in-use",
    "suite-mixed",
    "transport-mode-in-use",
    "weak-signature-algorithm",
}
SHOWING = (
    "ikev1-weak-des-md5-modp768",
    "ikev1-rekey",
    "ikev2-psk-gcm",
    "ikev2-null-esp-ah",
    "ikev2-mlkem",
    "ikev2-eap-tls",
)
GCM, SHA384, P384 = (
    Algorithm("ikev2", "encr", "ikev2-encr", 20, 256),
    Algorithm("ikev2", "prf", "ikev2-prf", 6, None),
    Algorithm("ikev2", "ke", "ikev2-ke", 20, None),
)
SIGNED = Algorithm("ikev2", "auth", "ikev2-auth-methods", 14, None)
CLASSICAL = Fact("pq", "classical-only", 20)
GOOD = Agreement(2, (GCM, SHA384, P384, SIGNED, GCM._replace(scope="esp")), (CLASSICAL,), ())
SHORT = GOOD._replace(algorithms=(GCM, SHA384, P384._replace(number=14)))


def says(what: Agreement, policy: str) -> str:
    return ruled(what, load(policy)).verdict


@pytest.mark.parametrize("policy", names())
@pytest.mark.parametrize("name", SHOWING)
def test_a_policy_says_what_its_checks_find(name: str, policy: str) -> None:
    one = case(name)
    tables = analyzer.read_pcap(one.capture, keys=one.keys, policy=policy).tables
    verdicts = {row["negotiation"]: row for row in tables["verdicts"].records()}
    worst: dict[int, list[str]] = {number: [] for number in verdicts}
    for ident, by, number, severity in tables["findings"].cells("finding", "policy", "negotiation", "severity"):
        if ident in OF_CHOICES and by is not None and number in verdicts:
            worst[number].append(severity)
    assert verdicts
    for number, severities in worst.items():
        row = verdicts[number]
        assert row["policy"] == policy
        assert bool(severities) == bool(row["reasons"]), number
        if severities and min(severities, key=SEVERITIES.index) in ("critical", "high"):
            assert row["verdict"] == "fail"
        assert not severities or row["verdict"] in ("fail", "warn")


def test_prohibited_outside_and_silent() -> None:
    assert [says(GOOD, name) for name in ("ietf", "cnsa1", "cnsa2")] == ["pass", "pass", "warn"]
    assert [says(SHORT, name) for name in ("ietf", "cnsa2", "ncsc-uk")] == ["pass", "fail", "warn"]
    assert [r.subject for r in ruled(GOOD, load("cnsa2")).reasons][
        -1
    ] == "no post-quantum part beside 384-bit random ECP group"
    added = GOOD._replace(algorithms=(GCM, SHA384, P384, P384._replace(number=14, additional=True)))
    assert [says(one, "cnsa1") for one in (added, SHORT)] == ["warn", "fail"]  # keys rest on both
    assert ruled(GOOD, load("anssi-dr")).silent == ("PRFs",)
    unknown = GOOD._replace(algorithms=(SIGNED._replace(number=233),))
    assert ruled(unknown, load("cnsa1")).reasons


@pytest.mark.parametrize(
    ("policy", "signature", "verdict"),
    [
        ("cnsa1", "ecdsa-with-SHA384", "pass"),
        ("cnsa1", "RSASSA-PSS sha384", "pass"),
        ("cnsa1", "ecdsa-with-SHA256", "fail"),
        ("cnsa1", "sha1WithRSAEncryption", "fail"),
        ("cnsa1", "1.2.3.4", "fail"),
        ("nist", "sha1WithRSAEncryption", "fail"),
        ("nist", "sha256WithRSAEncryption", "pass"),
        ("anssi-dr", "ecdsa-with-SHA256", "pass"),
        ("anssi-dr", "ecdsa-with-SHA1", "fail"),
        ("anssi-dr", "ecdsa-with-SHA512", "fail"),
    ],
)
def test_signatures(policy: str, signature: str, verdict: str) -> None:
    assert says(Agreement(2, (), (Fact("sig-alg", signature),), ()), policy) == verdict


def test_a_hash_or_a_key_length_that_nobody_sees_counts_where_the_policy_asks_for_it() -> None:
    unsigned = GOOD._replace(hidden=("signature hash",))
    assert [says(unsigned, name) for name in ("cnsa1", "bsi:date=2026", "pci")] == ["not-observable", "warn", "pass"]
    keyless = GOOD._replace(algorithms=(GCM._replace(key_bits=None), SHA384, P384), hidden=("key length",))
    assert [says(keyless, name) for name in ("cnsa1", "pci")] == ["not-observable", "pass"]
    short = keyless._replace(algorithms=(*keyless.algorithms, P384._replace(number=2)))
    assert says(short, "cnsa1") == "fail"


def test_suites_are_not_mixed_whatever_authenticates() -> None:
    low = tuple(
        Algorithm("ikev2", kind, f"ikev2-{kind}", number, bits)
        for kind, number, bits in (("encr", 12, 128), ("prf", 5, None), ("integ", 12, None), ("ke", 19, None))
    )
    assert says(Agreement(2, low, (), ()), "suiteb") == "pass"
    mixed = Agreement(2, (*low[:3], P384), (), ())
    assert says(mixed, "suiteb") == "fail"
    psk = ruled(mixed._replace(algorithms=(*mixed.algorithms, SIGNED._replace(number=2))), load("suiteb"))
    assert {reason.subject for reason in psk.reasons} >= {"suite", "Shared Key Message Integrity Code"}


@pytest.mark.parametrize(
    ("group", "verdict"), [(19, "warn"), (31, "warn"), (28, "warn"), (30, "warn"), (20, "pass"), (21, "pass")]
)
def test_the_least_curve_of_nsa_ipsec(group: int, verdict: str) -> None:
    assert says(Agreement(2, (P384._replace(number=group),), (), ()), "nsa-ipsec") == verdict


@pytest.mark.parametrize("policy", ["pci", "nist80057"])
def test_no_encryption_has_no_strength(policy: str) -> None:
    null = GCM._replace(scope="esp", number=11, key_bits=None)
    assert says(Agreement(2, (null,), (), ()), policy) == "warn"
    assert says(Agreement(2, (GCM._replace(scope="esp"),), (), ()), policy) == "pass"


def test_what_is_hidden_meets_no_policy() -> None:
    hidden = ("authentication",)
    assert says(GOOD._replace(hidden=hidden), "ietf") == "not-observable"
    assert says(GOOD._replace(algorithms=(GCM._replace(number=2),), hidden=hidden), "ietf") == "fail"
    assert says(GOOD._replace(algorithms=(SHA384._replace(number=2),), hidden=hidden), "ietf") == "warn"


@pytest.mark.parametrize(
    ("fact", "policy", "verdict", "clause"),
    [
        (Fact("version", "1"), "ietf", "warn", "RFC 9395"),
        (Fact("version", "1"), "disa-vpn", "warn", "V-207205"),
        (Fact("version", "1"), "anssi-dr", "fail", "ANSSI IPsec DR"),  # it asks for version 2 alone
        (Fact("mode", "aggressive"), "nist80077r1", "warn", "7.2.6"),
        (Fact("mode", "aggressive"), "ietf", "pass", ""),
        (Fact("mode", "ah"), "nist80077r1", "warn", "4.5"),
        (Fact("mode", "no-pfs"), "asd-ism", "fail", "ISM-1000"),
        (Fact("mode", "no-pfs"), "ietf", "pass", ""),
        (Fact("mode", "esp-without-integrity"), "ietf", "fail", "RFC 8221"),
        (Fact("mode", "esp-without-integrity"), "ncsc-uk", "fail", "RFC 8221 4"),
        (Fact("mode", "ike-without-integrity"), "ncsc-uk", "fail", "RFC 7296 3.3.3"),
        (Fact("transport", "500"), "anssi-dr", "fail", "ANSSI IPsec DR"),
        (Fact("transport", "500"), "anssi", "pass", ""),
        (Fact("lifetime", "ike", 28801), "disa-vpn", "warn", "V-207237"),
        (Fact("lifetime", "ike", 28800), "disa-vpn", "pass", ""),
        (Fact("lifetime", "child", 14400), "asd-ism", "fail", "ISM-0498"),
        (Fact("lifetime", "child", 14399), "asd-ism", "pass", ""),
        (Fact("rsa-bits", "*", 2047), "asd-ism", "fail", "ISM"),
        (Fact("rsa-bits", "*", 2048), "asd-ism", "pass", ""),
        (Fact("pq", "classical-only", 20), "bsi", "warn", "TR-02102-1"),
    ],
    ids=str,
)
def test_what_is_no_algorithm(fact: Fact, policy: str, verdict: str, clause: str) -> None:
    found = ruled(Agreement(2, (), (fact,), ()), load(policy))
    assert found.verdict == verdict
    assert bool(found.reasons) == bool(clause)
    assert not clause or clause in found.reasons[0].clause


def test_the_heaviest_reason_comes_first_and_says_how_its_text_is_known() -> None:
    facts = (Fact("lifetime", "ike", 90000), Fact("mode", "aggressive"))
    found = ruled(SHORT._replace(version=1, facts=(Fact("version", "1"), *facts)), load("bsi"))
    assert found.reasons[0].subject == "IKEv1"
    assert found.texts[0].endswith(", text second-hand)")
    assert len(found.texts) == len(set(found.texts)) > 1


def test_equal_agreements_share_what_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "analyzer.assessment.rulings.ruled", lambda what, policy: asked.append(policy.name) or ruled(what, policy)
    )
    rulings = Rulings([load("ietf"), load("bsi")])
    first, again, other = (rulings._of(one) for one in (GOOD, GOOD._replace(hidden=()), SHORT))
    assert first is again
    assert first != other
    assert asked == ["ietf", "bsi"] * 2


def test_every_kind_of_statement_is_judged_or_named_as_left_out() -> None:
    judged = {
        "encr",
        "prf",
        "integ",
        "hash",
        "ke",
        "auth",
        "version",
        "mode",
        "transport",
        "lifetime",
        "rsa-bits",
        "pq",
        "sig-alg",
        "suite",
    }
    offered_only = {"sighash"}
    assert {rule.kind for name in names() for rule in load(name).rules} <= judged | offered_only
