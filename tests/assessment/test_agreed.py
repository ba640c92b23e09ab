"""What was agreed on is taken from what was chosen, and what cannot be seen of it is named."""

from pathlib import Path

import pytest

import analyzer
from analyzer.assessment.agreed import agreed
from analyzer.assessment.agreement import LIFETIMES, PFS, Agreement, Fact
from analyzer.assessment.case import Case
from analyzer.assessment.policies import load
from analyzer.assessment.scene import Scene
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.seen import Suite
from tests.assessment.authority import certificate, sent
from tests.assessment.build import GOOD_V2, Talk, aggressive, healthy, main_mode, sa2, story
from tests.fixtures.cases import cases
from tests.fixtures.spoiled import raw_frames, write

GCM = Suite(encryption_id=20, key_bits=256)
KEYED = [one for one in cases() if one.keys and any(sa.ike_version == 2 for sa in one.expect.ike_sas)]


def of(talk: Talk, **others: object) -> Agreement | None:
    return agreed(Case(Scene(story(talk, **others), load("ietf")), talk.n))


def known(talk: Talk) -> Agreement:
    found = of(talk)
    assert found is not None
    return found


def hidden_of(talk: Talk) -> tuple[str, ...]:
    """But for PFS and lifetimes, which an IKEv2 SA does not show before it is used for long, or never."""
    return tuple(part for part in known(talk).hidden if part not in (PFS, LIFETIMES))


def opened(**child: object) -> Talk:
    """An SA whose IKE_AUTH was read."""
    talk = healthy(decrypted=True, auth_method_initiator=2, auth_method_responder=2)
    return talk.child(**{"protocol": "ESP", "suite": GCM, **child})


def test_all_of_it_is_read() -> None:
    found = known(opened())
    assert found.hidden == (PFS, LIFETIMES)
    assert found.names == (
        "IKEv2",
        "ENCR_AES_GCM_16-256",
        "PRF_HMAC_SHA2_256",
        "256-bit random ECP group",
        "ESP ENCR_AES_GCM_16-256",
        "Shared Key Message Integrity Code",
        "UDP 500",
    )
    assert Fact("pq", "classical-only", 19) in found.facts


@pytest.mark.parametrize(
    ("talk", "hidden"),
    [
        (healthy(), ("authentication", "child SAs")),
        (healthy(decrypted=True, auth_method_initiator=2), ("authentication", "child SAs")),
        (opened(suite=None), ("child SAs",)),
        (opened(protocol=None), ("child SAs",)),
        (opened(suite=Suite()), ("child SAs",)),
        (opened(outcome="failed", suite=None), ()),
        (opened(outcome="failed", suite=None, basis="inferred"), ("child SAs",)),
        (healthy(rekeyed_from=7), ()),
        (opened().change(3, encrypted=True), ()),
    ],
)
def test_what_is_hidden(talk: Talk, hidden: tuple[str, ...]) -> None:
    assert hidden_of(talk) == hidden


def test_of_a_choice_that_is_not_in_the_capture_all_is_hidden() -> None:
    talk = Talk(outcome="established").ike_auth()
    gap = "exchanges whose message IDs are missing"
    assert hidden_of(talk) == ("encryption", "integrity", "PRF", "key exchange", "authentication", "child SAs", gap)
    late = Talk(version=1, outcome="incomplete")
    late.say("IDENTITY_PROTECTION", encrypted=True)
    assert hidden_of(late) == ("encryption", "integrity", "key exchange", "authentication", "child SAs")


@pytest.mark.parametrize("outcome", ["failed", "unanswered", "redirected"])
def test_of_what_ended_without_a_choice_there_is_nothing(outcome: str) -> None:
    talk = Talk(outcome=outcome).offer(sa2(GOOD_V2))
    talk.say("IKE_SA_INIT")
    assert of(talk) is None
    chosen = healthy(outcome=outcome)
    assert "authentication" in known(chosen).hidden  # it did not come up


def test_what_a_scanner_was_offered_is_no_agreement() -> None:
    assert of(healthy(outcome="probe")) is None


def test_ike_v1() -> None:
    talk = main_mode(outcome="established")
    quick = {"protocol": "ESP", "created_by": "QUICK_MODE", "frame_number": 5}
    talk.child(suite=Suite(encryption_id=12, key_bits=256, integrity_id=5, lifetime_s=3600), **quick)
    found = known(talk)
    assert found.hidden == ()
    facts = [fact for fact in found.facts if fact.kind != "pq"]
    assert facts == [
        Fact("version", "1"),
        Fact("transport", "500"),
        Fact("lifetime", "ike", 28800),
        Fact("lifetime", "child", 3600),
        Fact("mode", "no-pfs"),
    ]
    assert Fact("mode", "aggressive-psk") in known(aggressive()).facts
    assert hidden_of(main_mode(outcome="established")) == ("child SAs",)


def test_modes_of_child_sas() -> None:
    facts = known(opened(protocol="AH", suite=Suite(integrity_id=12))).facts
    assert Fact("mode", "ah") in facts
    facts = known(opened(suite=Suite(encryption_id=12, key_bits=256))).facts
    assert Fact("mode", "esp-without-integrity") in facts


def test_a_cipher_without_integrity_hides_nothing() -> None:
    bare = {"encr": [(12, 256)], "prf": [5], "ke": [19]}
    talk = opened()
    talk.n.offers.clear()
    talk.answer(sa2(bare)).choose(encryption_id=12, key_bits=256, prf_id=5, ke_id=19)
    found = known(talk)
    assert Fact("mode", "ike-without-integrity") in found.facts
    assert hidden_of(talk) == ()


def test_a_choice_read_in_part_hides_additional_key_exchanges() -> None:
    talk = opened()
    talk.n.cut = True
    found = known(talk)
    assert hidden_of(talk) == ("additional key exchanges",)
    assert not any(fact.kind == "pq" for fact in found.facts)


@pytest.mark.parametrize("both", [True, False])
def test_a_ppk_that_may_be_in_use(both: bool) -> None:
    talk = Talk(outcome="established").offer(sa2(GOOD_V2)).answer(sa2(GOOD_V2))
    talk.choose(encryption_id=20, key_bits=256, prf_id=5, ke_id=19)
    talk.say("IKE_SA_INIT", notifies=(int(NotifyV2.USE_PPK),))
    talk.say("IKE_SA_INIT", by="r", notifies=(int(NotifyV2.USE_PPK),) if both else ())
    found = known(talk.ike_auth())
    assert ("use of the PPK" in found.hidden) == both
    assert any(fact.kind == "pq" for fact in found.facts) != both


@pytest.mark.parametrize("sides", [(True, False), (True,), ()])
def test_certificates(sides: tuple[bool, ...]) -> None:
    talk = opened()
    talk.n.auth_method_initiator = talk.n.auth_method_responder = 14
    talk.n.certificates = tuple(sent(certificate(rsa_bits=2048), initiator=side) for side in sides)
    found = known(talk)
    assert (Fact("rsa-bits", "*", 2048) in found.facts) == bool(sides)
    assert hidden_of(talk) == (("signature hash",) if len(sides) == 2 else ("signature hash", "certificates"))


@pytest.mark.parametrize(
    ("methods", "signatures", "hidden"),
    [
        ((14, 14), ("ecdsa-with-SHA384", "sha384WithRSAEncryption"), False),
        ((14, 14), ("ecdsa-with-SHA384", None), True),
        ((14, 14), ("ecdsa-with-SHA384", "1.0.14888.3.0.7"), True),
        ((1, 2), (None, None), True),
        ((10, 2), (None, None), False),  # the method says by which hash
    ],
)
def test_the_hash_of_a_signature(
    methods: tuple[int, int], signatures: tuple[str | None, str | None], hidden: bool
) -> None:
    talk = opened()
    talk.n.auth_method_initiator, talk.n.auth_method_responder = methods
    talk.n.signatures = signatures
    assert ("signature hash" in known(talk).hidden) == hidden


def test_pfs_shows_at_a_later_child_sa() -> None:
    later = {"created_by": "CREATE_CHILD_SA", "protocol": "ESP", "suite": GCM}
    for of_its_own in (19, None):
        found = known(opened().child(pfs_ke_id=of_its_own, **later))
        assert PFS not in found.hidden
        assert (Fact("mode", "no-pfs") in found.facts) == (of_its_own is None)
    assert PFS in known(opened().child(basis="inferred", **later)).hidden


def test_lifetimes_are_negotiated_in_ikev1() -> None:
    talk = main_mode(outcome="established")
    talk.child(suite=GCM, protocol="ESP", created_by="QUICK_MODE")
    assert LIFETIMES in known(talk).hidden
    talk.n.children[-1].suite = Suite(encryption_id=20, key_bits=256, lifetime_s=3600)
    assert LIFETIMES not in known(talk).hidden
    assert LIFETIMES in known(opened()).hidden


@pytest.mark.parametrize("by", ["i", "r"])
def test_a_message_id_that_nobody_used_hides_an_exchange(by: str) -> None:
    talk = opened()
    part = "exchanges whose message IDs are missing"
    known_ids = [e.message_id for e in talk.n.exchanges if by == "i"]
    due = max(known_ids, default=-1) + 1
    for message_id, gap in ((due, False), (due + 1, False), (due + 3, True)):
        talk.say("INFORMATIONAL", by=by, begun_by=by, message_id=message_id, encrypted=True)
        assert (part in known(talk).hidden) == gap


def test_only_a_key_that_may_be_rsa_has_a_length_to_look_up() -> None:
    talk = opened()
    talk.n.auth_method_initiator = talk.n.auth_method_responder = 14
    talk.n.signatures = ("ML-DSA-87", "ecdsa-with-SHA384")
    assert hidden_of(talk) == ()
    for unknown in ("sha384WithRSAEncryption", "1.0.14888.3.0.7", None):
        talk.n.signatures = ("ML-DSA-87", unknown)
        assert "certificates" in known(talk).hidden


def test_a_cipher_without_its_key_length() -> None:
    assert hidden_of(opened(suite=GCM)) == ()
    assert hidden_of(opened(suite=Suite(encryption_id=20))) == ("key length",)
    assert hidden_of(opened(suite=Suite(encryption_id=28))) == ()  # ChaCha20 has keys of one length


@pytest.mark.parametrize(("method", "sides"), [(64221, (False,)), (64222, (True,)), (3, (True, False))])
def test_in_hybrid_mode_one_side_has_a_certificate(method: int, sides: tuple[bool, ...]) -> None:
    talk = main_mode(outcome="established")
    talk.choose(encryption_id=7, key_bits=256, integrity_id=4, ke_id=14, auth_method=method)
    assert "certificates" in known(talk).hidden
    talk.n.certificates = tuple(sent(certificate(rsa_bits=2048), initiator=side) for side in sides)
    assert "certificates" not in known(talk).hidden


@pytest.mark.sweep
@pytest.mark.parametrize("name", [one.name for one in KEYED])
def test_without_its_sealed_messages_no_sa_meets_a_policy(name: str, tmp_path: Path) -> None:
    one = next(each for each in KEYED if each.name == name)
    wanted = {"messages": ["frame_number", "encrypted"], "verdicts": None, "negotiations": None}
    whole = analyzer.Analysis(wanted=wanted)
    whole.add(one.capture)
    sealed = {frame for frame, encrypted in whole.tables["messages"].cells("frame_number", "encrypted") if encrypted}
    frames = [raw for number, raw in enumerate(raw_frames(one.capture), 1) if number not in sealed]
    write(frames, tmp_path / "clear.pcapng")
    clear = analyzer.Analysis(wanted=wanted, keys=one.keys)
    clear.add(tmp_path / "clear.pcapng")
    for tables in (whole.tables, clear.tables):
        assert "pass" not in tables["verdicts"].column("verdict")
