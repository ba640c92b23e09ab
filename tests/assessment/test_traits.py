from pathlib import Path

import pytest

from analyzer.assessment import policies
from analyzer.assessment.case import Case
from analyzer.assessment.catalogue import all_causes, all_checks
from analyzer.assessment.scene import Scene
from analyzer.assessment.traits import ALWAYS, Askers, Trait, traits
from tests.assessment.assessed import unasked
from tests.assessment.build import Talk, aggressive, healthy, icmp, main_mode, story
from tests.assessment.test_judge import CASES, read


def held(talk: Talk) -> set[Trait]:
    """The traits of one negotiation."""
    case = Case(Scene(story(talk), policies.load("ietf")), talk.n)
    return {trait for trait, holds in zip(Trait, traits(case), strict=True) if holds}


def of_names(*names: str) -> set[Trait]:
    return {Trait[name] for name in names}


def test_a_healthy_sa_has_few_traits() -> None:
    common = of_names("ESTABLISHED", "UP", "CHOSEN", "SUITE")
    assert held(healthy()) == common | {Trait.IKEV2}
    assert held(aggressive()) == common | of_names("IKEV1", "PHASE1_WITH_ID")


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("failed", of_names("DOWN", "FAILED", "IKE_FAILED")),
        ("incomplete", of_names("DOWN", "INCOMPLETE")),
        ("unanswered", of_names("DOWN", "UNANSWERED")),
        ("probe", of_names("DOWN", "PROBE")),
        ("redirected", of_names("DOWN")),
    ],
)
def test_traits_of_how_it_ended(outcome: str, expected: set[Trait]) -> None:
    ends = of_names("ESTABLISHED", "DOWN", "UP", "FAILED", "IKE_FAILED", "INCOMPLETE", "UNANSWERED", "PROBE")
    assert held(main_mode(outcome=outcome)) & ends == expected
    assert held(healthy(failed_at="CREATE_CHILD_SA")) & ends == of_names("ESTABLISHED", "UP", "FAILED")


@pytest.mark.parametrize(
    ("notify", "trait"),
    [
        (16390, "COOKIE"),
        (16407, "REDIRECT"),
        (16393, "REKEY_SA"),
        (16431, "SIGNATURE_HASHES"),
        (16435, "PPK"),
        (5, "VERSION_REFUSED"),
        (16403, "LIFETIMES"),
    ],
)
def test_traits_of_notifies(notify: int, trait: str) -> None:
    talk = healthy()
    before = held(talk)
    talk.say("IKE_SA_INIT", by="r", notifies=((notify, b"\0\0\0\1"),))
    errors = {Trait.ERRORS} if notify == 5 else set()
    assert held(talk) - before == {Trait[trait], Trait.NOTIFIES} | errors


@pytest.mark.parametrize(
    ("field", "value", "trait"),
    [
        ("starts_late", True, "STARTS_LATE"),
        ("decrypted", True, "DECRYPTED"),
        ("unopened", (4,), "UNOPENED"),
        ("auth_method_responder", 2, "METHODS"),
        ("auth_method_initiator", 2, "METHODS"),
        ("signatures", (None, "ed25519"), "METHODS"),
        ("identities", [object()], "IDENTITIES"),
        ("certificates", (object(),), "CERTIFICATES"),
        ("eap", (object(),), "EAP"),
        ("children", [object()], "CHILDREN"),
        ("deleted_again", (object(),), "DELETED_AGAIN"),
        ("unused_end", (object(), object()), "UNUSED_END"),
        ("icmp_errors", [icmp("port-unreachable")], "ICMP_ERRORS"),
    ],
)
def test_traits_of_what_is_known_of_it(field: str, value: object, trait: str) -> None:
    talk = healthy()
    before = held(talk)
    setattr(talk.n, field, value)
    assert held(talk) - before == {Trait[trait]}


@pytest.mark.parametrize("name", ["CREATE_CHILD_SA", "INFORMATIONAL", "TRANSACTION"])
def test_traits_of_exchanges(name: str) -> None:
    talk = healthy() if name != "TRANSACTION" else main_mode(outcome="established")
    before = held(talk)
    talk.say(name, message_id=7, encrypted=True)
    assert held(talk) - before == {Trait[name]}


def test_traits_of_messages() -> None:
    talk = Talk()
    talk.say("IKE_SA_INIT")
    assert Trait.ONE_SIDED in held(talk)
    talk.say("IKE_SA_INIT", by="r", defects=("wire-trailing-bytes",))
    assert Trait.ONE_SIDED not in held(talk)
    assert Trait.DAMAGED in held(talk)
    assert Trait.FRAGMENTED not in held(talk)
    talk.say("IKE_AUTH", message_id=1, fragment=(1, 2), encrypted=True)
    assert Trait.FRAGMENTED in held(talk)


def test_every_trait_is_what_some_module_needs() -> None:
    needed = {trait for one in (*all_checks(), *all_causes()) for need in one.needs for trait in need}
    assert needed == set(Trait)
    assert all(check.find is not None for check in all_checks() if check.needs != ALWAYS)  # of nothing else


def test_who_needs_nothing_is_asked_about_all_and_others_about_what_they_need() -> None:
    both, either = (Trait.IKEV1 | Trait.UP,), (Trait.IKEV2, Trait.UP)
    askers = Askers([(ALWAYS, "always"), (both, "both"), (either, "either")])

    def asked(*has: Trait) -> list[str]:
        return askers.of(tuple(trait in has for trait in Trait))

    assert asked() == ["always"]
    assert asked(Trait.IKEV1) == ["always"]
    assert asked(Trait.IKEV2) == ["always", "either"]
    assert asked(Trait.UP, Trait.IKEV1) == asked(Trait.IKEV1, Trait.UP) == ["always", "both", "either"]


@pytest.mark.sweep
@pytest.mark.parametrize("keyed", [False, True], ids=["plain", "keys"])
@pytest.mark.parametrize("path", CASES, ids=lambda p: p.parent.name)
def test_who_is_not_asked_has_nothing_to_say(path: Path, keyed: bool) -> None:
    keys = path.parent / "capture.keys"
    if keyed and not keys.exists():
        pytest.skip("no keys")
    assert unasked(read(path, keys if keyed else None)) == []
