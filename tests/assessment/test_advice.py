from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from random import Random

import pytest

import analyzer.assessment
from analyzer.assessment import advice, policies
from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.catalogue import all_causes, all_checks
from analyzer.assessment.combinations import Combination, of_sa
from analyzer.assessment.verdicts import Verdicts
from tests.assessment.build import esp1, sa1, sa2
from tests.assessment.named import named
from tests.assessment.weakening import weakening

WHO = advice.Parties("responder", "initiator", "chose elsewhere in this capture")
POLICIES = policies.names()


def combos(*proposals: dict, child: bool = False, frame: int = 5) -> list[Combination]:
    return of_sa(2, sa2(*proposals, protocol=3 if child else 1), frame, child=child)


def change(offered: list[Combination], accepted: list[Combination], policy: str = "ietf") -> str:
    return advice.smallest_change(Verdicts(policies.load(policy)), WHO, offered, accepted)


def rejected(text: str, policy: str, scope: str = "") -> list[str]:
    """Names in a text that the policy rejects for this use, or else in every sense that they may have."""
    verdicts = Verdicts(policies.load(policy))
    senses = [[a for a in each if a.scope == scope] or each for each in named(text)]
    return [each[0].name for each in senses if all(verdicts.rejects(a) for a in each)]


# -- the oracle sees


def test_the_oracle_knows_names_with_key_lengths_and_keywords() -> None:
    text = "give ENCR_AES_GCM_16-128 with 1024-bit MODP Group, PRF_HMAC_MD5 or modp768"
    assert [each[0].name for each in named(text)] == [
        "ENCR_AES_GCM_16-128",
        "1024-bit MODP Group",
        "PRF_HMAC_MD5",
        "768-bit MODP Group",
    ]
    assert rejected(text, "ietf") == ["1024-bit MODP Group", "PRF_HMAC_MD5", "768-bit MODP Group"]
    assert "ENCR_AES_GCM_16-128" in rejected(text, "cnsa2")
    assert named("Let the initiator look into its log") == []


# -- pages


def test_the_pages_of_checks_and_diagnoses_name_no_algorithm() -> None:
    for each in (*all_checks(), *all_causes()):
        assert named(each.about.advice) == [], each.about.id


# -- nothing that lets more through than is needed


@pytest.mark.parametrize(
    "text",
    [
        "Mirror the networks of both sides exactly; for route-based gateways use 0.0.0.0/0 on both.",
        "Set ::/0 on both sides.",
        "Check address and route; open UDP 500 and 4500 (and IP protocol 50) both ways; look into the peer's log.",
        "Lower its fragment size, or let IP fragments and ICMP fragmentation needed pass.",
        "Permit IP protocols 50 and 51 both ways there.",
        "See whether the client has a password; else let the gateway not demand XAUTH of it.",
        "Switch off revocation checks until the server answers.",
        "Disable anti-replay on the receiver.",
        "If traffic stops for a moment, configure make before break on both sides, or rekey instead.",
        "Set the same lifetimes on both sides, and see that both send Deletes.",
        "Allow aggressive mode on the responder.",
        "Update the peer; until then offer a second proposal without it, of a classical group.",
        "Give each client an identity of its own, or let the responder keep several SAs of one identity.",
    ],
)
def test_the_oracle_knows_advice_that_weakens(text: str) -> None:
    assert len(weakening(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Open UDP 4500 both ways on every firewall between the two addresses.",
        "Have the provider filter UDP 500 and 4500 to the destination, but for known peers.",
        "Switch aggressive mode off.",
        "Use IKEv2; until both sides can, main mode, which hides the identities.",
    ],
)
def test_the_oracle_lets_pass_what_does_not(text: str) -> None:
    assert weakening(text) == []


def test_no_page_and_no_text_in_the_code_advises_what_weakens() -> None:
    for each in (*all_checks(), *all_causes()):
        assert weakening(each.about.advice) == [], each.about.id
    read = 0
    for found in walk_packages(analyzer.assessment.__path__, "analyzer.assessment."):
        for name, value in vars(import_module(found.name)).items():
            if isinstance(value, str) and name.isupper() and value.endswith("."):
                assert weakening(value) == [], (found.name, name)
                read += 1
    assert read > 30


# -- the smallest change


def test_the_strongest_known_that_the_policy_allows() -> None:
    offered = combos({"encr": [(12, 256)], "integ": [12], "prf": [5], "ke": [1]})
    accepted = [
        *combos({"encr": [3], "integ": [2], "prf": [2], "ke": [2]}, frame=3),
        *combos({"encr": [(12, 128)], "integ": [12], "prf": [5], "ke": [14]}, frame=7),
        *combos({"encr": [(20, 256)], "prf": [6], "ke": [20]}, frame=9),
    ]
    text = change(offered, accepted)
    assert text == (
        "Smallest change: give the initiator's proposal 1 ENCR_AES_GCM_16-256 with PRF_HMAC_SHA2_384 with 384-bit "
        "random ECP group. It is the strongest that the responder chose elsewhere in this capture (frame 9) and the "
        "policy ietf allows."
    )
    weaker = change(offered, accepted[:2])
    assert "give the initiator's proposal 1 ENCR_AES_CBC-128 with 2048-bit MODP Group." in weaker


def test_the_other_side_may_follow_only_to_what_is_allowed_and_no_weaker() -> None:
    known = combos({"encr": [(20, 128)], "prf": [5], "ke": [14]})
    text = change(combos({"encr": [(20, 256)], "prf": [5], "ke": [14]}), known)
    assert "ENCR_AES_GCM_16-128; or let the responder accept ENCR_AES_GCM_16-256. It is" in text
    assert "or let" not in change(combos({"encr": [(12, 128)], "integ": [2], "prf": [5], "ke": [2]}), known)
    assert "or let" not in change(combos({"encr": [(20, 256)], "prf": [5], "ke": [2]}), known)


def test_where_all_that_is_known_is_rejected_the_offer_may_do() -> None:
    known = combos({"encr": [3], "integ": [1], "prf": [1], "ke": [1]})
    text = change(combos({"encr": [(20, 256)], "prf": [5], "ke": [19]}), known)
    assert text == (
        "Nothing that the responder chose elsewhere in this capture can be advised under the policy ietf. Let the "
        "responder accept ENCR_AES_GCM_16-256, PRF_HMAC_SHA2_256, 256-bit random ECP group: the initiator offers it "
        "and the policy ietf allows it. Whether this peer can is unconfirmed."
    )
    neither = change(combos({"encr": [2], "integ": [1], "prf": [1], "ke": [2]}), known)
    assert neither.endswith(
        "The policy ietf asks for ENCR_AES_CBC-256, PRF_HMAC_SHA2_256, AUTH_HMAC_SHA2_256_128, 2048-bit MODP Group: "
        "unconfirmed for this peer."
    )


def test_no_change_gives_up_pfs_encryption_integrity_or_a_post_quantum_part() -> None:
    pfs, none = ({"encr": [(20, 256)], "ke": [19]}, {"encr": [(20, 128)]})
    assert "Let the responder accept ENCR_AES_GCM_16-256, 256-bit" in change(
        combos(pfs, child=True), combos(none, child=True)
    )
    assert "Smallest change: give the initiator's proposal 1 ENCR_AES_GCM_16-256 with 256-bit" in change(
        combos(none, child=True), combos(pfs, child=True)
    )
    for weak in ({"encr": [11], "integ": [12]}, {"encr": [21]}, {"encr": [(12, 256)]}):
        assert change(combos(none, child=True), combos(weak, child=True)).startswith("Nothing that the responder")
    hybrid = {"encr": [(20, 256)], "prf": [6], "ke": [20], "addke": [37]}
    classical = {"encr": [(20, 256)], "prf": [6], "ke": [20]}
    text = change(combos(hybrid), combos(classical))
    assert "Let the responder accept" in text
    assert "ml-kem-1024" in text
    extended, short = {"encr": [(20, 256)], "sn": [1]}, {"encr": [(20, 256)], "sn": [0]}
    assert "Smallest change" in change(combos(short, child=True), combos(extended, child=True))
    assert "Let the responder accept ENCR_AES_GCM_16-256, Partially Transmitted 64-bit Sequential Numbers" in change(
        combos(extended, child=True), combos(short, child=True)
    )
    ah = of_sa(2, sa2({"integ": [12]}, protocol=2), 5, child=True)
    assert change(combos(none, child=True), ah).startswith("Nothing that the responder")


def test_nothing_known_of_the_peer() -> None:
    verdicts = Verdicts(policies.load("cnsa2"))
    text = advice.unconfirmed(verdicts, WHO, combos({"encr": [(12, 256)], "integ": [12], "prf": [5], "ke": [14]}))
    assert text == (
        "The policy cnsa2 asks for ENCR_AES_GCM_16-256, PRF_HMAC_SHA2_384, 384-bit random ECP group, ml-kem-1024 as "
        "additional key exchange: unconfirmed for this peer."
    )


def test_no_policy_allows_numbers_without_a_meaning() -> None:
    verdicts = Verdicts(policies.load("ietf"))
    offer = {"encr": [(20, 256)], "prf": [5]}
    private = advice.unconfirmed(verdicts, WHO, combos(offer | {"ke": [1025]}))
    assert private.startswith("The policy ietf asks for ")
    known = advice.unconfirmed(verdicts, WHO, combos(offer | {"ke": [31]}))
    assert known.startswith("Let the responder accept ENCR_AES_GCM_16-256, PRF_HMAC_SHA2_256, Curve25519")


# -- whatever was offered and accepted


def _any_combinations(random: Random, *, child: bool) -> list[Combination]:
    ids = {
        "encr": [2, 3, 11, (12, 128), (12, 256), (20, 128), (20, 256), (13, 256), 28, (23, 256)],
        "prf": [1, 2, 5, 6, 7],
        "integ": [0, 1, 2, 12, 13, 14],
        "ke": [0, 1, 2, 5, 14, 15, 16, 19, 20, 21, 22, 24, 31, 35, 36, 37],
        "addke": [0, 35, 36, 37],
    }
    kinds = ("encr", "integ", "ke") if child else tuple(ids)
    proposals = []
    for _ in range(random.randint(1, 3)):
        given = {kind: random.sample(ids[kind], random.randint(1, 2)) for kind in kinds}
        if random.random() < 0.5:
            given.pop("addke", None)
        if random.random() < 0.3:
            given.pop("integ")
        proposals.append(given)
    return combos(*proposals, child=child)


def _ikev1(random: Random, *, child: bool) -> list[Combination]:
    if child:
        values = [(random.choice((2, 3, 11, 12, 20)), {5: random.choice((1, 2, 5)), 4: 1}, 256) for _ in range(2)]
        return of_sa(1, esp1(*values), 5, child=True)
    each = [(random.choice((1, 5, 7)), random.choice((1, 2, 4)), 1, random.choice((1, 2, 5, 14, 19)), 256)]
    return of_sa(1, sa1(*each * 2), 5, child=False)


def _pairs(count: int) -> Iterator[tuple[list[Combination], list[Combination]]]:
    random = Random(20261129)
    for n in range(count):
        make, child = (_ikev1 if n % 4 == 3 else _any_combinations), n % 2 == 1
        yield make(random, child=child), make(random, child=child)


@pytest.mark.parametrize("policy", POLICIES)
def test_no_pair_of_offers_is_advised_what_the_policy_rejects(policy: str) -> None:
    verdicts = Verdicts(policies.load(policy))
    advised = 0
    for offered, accepted in _pairs(120):
        for text in (
            advice.smallest_change(verdicts, WHO, offered, accepted) if not _fit(offered, accepted) else "",
            advice.unconfirmed(verdicts, WHO, offered),
            advice.pfs_group(verdicts, WHO, offered[0].kinds.get("ke", ())),
            advice.other_group(verdicts, WHO, offered[0].kinds.get("ke", ()), offered[0].kinds["encr"][0].scope),
        ):
            assert rejected(text, policy, offered[0].kinds["encr"][0].scope) == [], text
            assert "NONE" not in text
            advised += bool(named(text))
    assert advised > 100


def _fit(offered: list[Combination], accepted: list[Combination]) -> bool:
    return any(not advice.gaps(mine, theirs) for mine in offered for theirs in accepted)


@pytest.mark.parametrize("policy", POLICIES)
def test_what_a_policy_asks_for_it_does_not_reject(policy: str) -> None:
    loaded = policies.load(policy)
    for version, scope in ((1, "ikev1"), (2, "ikev2"), (1, "esp"), (2, "esp")):
        asks = advice.asked_for(loaded, version, scope, ("encr", "prf", "hash", "integ", "ke"))
        assert rejected(", ".join(asks), policy, scope) == []
    assert loaded.asks(Algorithm("ikev2", "encr", "ikev2-encr", 2, None)) is None
    assert loaded.asks(Algorithm("ikev2", "ke", "ikev2-ke", 2, None)) is None
