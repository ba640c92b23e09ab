from analyzer.assessment import policies
from analyzer.assessment.case import Case
from analyzer.assessment.proof import Proof, keys_agree, proof
from analyzer.assessment.scene import Scene
from tests.assessment.build import Talk, healthy, main_mode, story

CERTREQ = 38


def case(talk: Talk) -> Case:
    return Case(Scene(story(talk), policies.load("ietf")), talk.n)


def refused(inner: tuple[int, ...] | None, *, method: int | None = None, asked: bool = False) -> Talk:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="responder", auth_method_initiator=method)
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", payloads=(33, 34, 40, *([CERTREQ] if asked else [])))
    talk.say("IKE_AUTH", message_id=1, inner=inner)
    talk.say("IKE_AUTH", by="r", message_id=1, length=65)
    return talk


def test_what_the_refused_message_held() -> None:
    assert proof(case(refused((35, 39, 33), method=2, asked=True))) == Proof(2, certificate=False, asked=True)
    assert proof(case(refused((35, 37, 39), method=14))) == Proof(14, certificate=True, asked=False)
    assert proof(case(refused((35, 33)))) == Proof(None, certificate=False, asked=False)


def test_shut_messages_tell_nothing() -> None:
    assert proof(case(refused(None))) is None
    assert proof(case(healthy())) is None
    several = refused((35, 33))
    several.say("IKE_AUTH", message_id=2, inner=(48,))
    assert proof(case(several)) is None, "EAP had begun"


def test_the_initiator_refuses_what_the_responder_sent() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="initiator", auth_method_responder=2).ike_sa_init()
    talk.say("IKE_AUTH", message_id=1, inner=(35, 38, 39))
    talk.say("IKE_AUTH", by="r", message_id=1, inner=(36, 39, 33))
    assert proof(case(talk)) == Proof(2, certificate=False, asked=True)


def answered(messages: int = 5, **step) -> Talk:
    talk = main_mode(messages=messages, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=7, **step)
    return talk


def test_message_6_takes_the_same_key() -> None:
    assert keys_agree(case(answered(messages=6))) is True


def test_a_message_repeated_after_the_refusal_was_sent_by_one_that_cannot_read_it() -> None:
    talk = answered()
    assert keys_agree(case(talk)) is None
    talk.say("IDENTITY_PROTECTION", encrypted=True, again=True)
    assert keys_agree(case(talk)) is False


def test_the_same_keys_open_both_sides() -> None:
    talk = answered(notifies=[(24, b"", True)], inner=(8, 11))
    assert keys_agree(case(talk)) is None, "message 5 was not opened"
    talk.change(5, inner_types=(5, 8))
    assert keys_agree(case(talk)) is True


def test_other_versions_and_modes_have_no_such_evidence() -> None:
    assert keys_agree(case(healthy())) is None
    assert keys_agree(case(main_mode(messages=2))) is None
