from analyzer.assessment import policies
from analyzer.assessment.case import Case
from analyzer.assessment.mismatch import compare
from analyzer.assessment.scene import Comparison, Scene
from tests.assessment.build import RESPONDER, Talk, healthy, sa1, sa2, story


def refused(sa=None, number: int = 1, **fields) -> Talk:
    talk = Talk(number=number, outcome="failed", failed_at="IKE_SA_INIT", failed_by="responder", **fields)
    talk.offer(sa or sa2({"encr": [(12, 128)], "integ": [2], "prf": [2], "ke": [14]}))
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[14])
    return talk


def comparison(*talks: Talk) -> Comparison:
    return compare(Case(Scene(story(*talks), policies.load("ietf")), talks[0].n))


def test_nothing_known_of_the_responder() -> None:
    found = comparison(refused())
    assert not found.found
    assert found.text.startswith("Offered: ENCR_AES_CBC-128; AUTH_HMAC_SHA1_96; PRF_HMAC_SHA1; 2048-bit MODP Group.")
    assert "Nothing else in this capture" in found.text


def test_first_kind_in_order_that_has_nothing_in_common_with_what_it_chose() -> None:
    found = comparison(refused(), healthy(2, 20, initiator="192.0.2.77"))
    assert found.found
    assert found.text == (
        "No common encryption: offered ENCR_AES_CBC-128; "
        "the responder chose elsewhere in this capture: ENCR_AES_GCM_16-256."
    )
    assert found.frames == (21,)
    assert found.advice is not None
    assert "ENCR_AES_GCM_16-256" in found.advice


def test_key_length_alone_makes_a_difference() -> None:
    found = comparison(refused(sa2({"encr": [(20, 128)], "prf": [5], "ke": [19]})), healthy(2, 20))
    assert "offered ENCR_AES_GCM_16-128" in found.text


def test_what_the_responder_offered_itself() -> None:
    own = Talk(number=2, frame=30, initiator=RESPONDER, responder="192.0.2.30", outcome="unanswered")
    own.offer(sa2({"encr": [(12, 128)], "integ": [2], "prf": [2], "ke": [19, 20]}), 30)
    own.say("IKE_SA_INIT")
    found = comparison(refused(), own)
    assert found.found
    assert "No common key exchange" in found.text
    assert found.basis == "what the responder offered itself as initiator"
    assert found.frames == (30,)


def test_something_in_common_of_each_kind() -> None:
    found = comparison(refused(sa2({"encr": [(20, 256)], "prf": [5], "ke": [19]})), healthy(2, 20))
    assert not found.found
    assert "Each kind has something in common" in found.text


def test_another_version_says_nothing_about_algorithms() -> None:
    v1 = Talk(version=1, number=2, outcome="established").offer(sa1((7, 2, 1, 14, 128)))
    v1.choose(5, encryption_id=7, key_bits=128, integrity_id=2, ke_id=14, auth_method=1)
    v1.say("IDENTITY_PROTECTION")
    found = comparison(refused(), v1)
    assert not found.found
    assert "only in another IKE version" in found.text


def test_offer_not_seen() -> None:
    talk = refused()
    talk.n.offers.clear()
    assert comparison(talk).text == "The offer is not in this capture."
