from analyzer.assessment import policies
from analyzer.assessment.authentication import eap_rounds, ends_in_mode_config, reason_named, refusal, unspoken
from analyzer.assessment.case import Case
from analyzer.assessment.scene import Scene
from analyzer.isakmp.numbers import NotifyV2
from tests.assessment.build import Talk, aggressive, diagnosed, healthy, ids, main_mode, story


def case(talk: Talk) -> Case:
    return Case(Scene(story(talk), policies.load("ietf")), talk.n)


def failed(by: str, at: str = "IKE_AUTH") -> Talk:
    return Talk(outcome="failed", failed_at=at, failed_by=by)


def test_the_short_answer_of_the_responder() -> None:
    refused = refusal(case(failed("responder").ike_sa_init().ike_auth(answer=65)))
    assert refused is not None
    assert refused.frames == (3, 4)
    assert refused.text == "IKE_AUTH is answered with 65 bytes: no room for the responder's identity and proof."


def test_the_informational_of_the_initiator() -> None:
    talk = failed("initiator").ike_sa_init().ike_auth()
    assert refusal(case(talk)) is None  # it stopped, which is not a refusal
    talk.say("INFORMATIONAL", message_id=2, length=65)
    refused = refusal(case(talk))
    assert refused is not None
    assert refused.frames == (4, 5)


def test_without_the_answer_the_informational_has_to_be_read() -> None:
    for began in (True, False):  # the capture begins behind IKE_AUTH, or holds one direction of it
        closed, read = failed("initiator").ike_sa_init(), failed("initiator").ike_sa_init()
        for talk, notifies in ((closed, ()), (read, ((NotifyV2.AUTHENTICATION_FAILED, b"", True),))):
            if began:
                talk.say("IKE_AUTH", message_id=1, length=300)
            talk.say("INFORMATIONAL", message_id=2, length=65, notifies=notifies)
        assert refusal(case(closed)) is None
        refused = refusal(case(read))
        assert refused is not None
        assert refused.frames == (4 if began else 3,)
        assert refused.text.startswith(
            "The initiator ends the SA after IKE_AUTH" if began else "The initiator ends the SA with"
        )


def test_ikev1_informationals_in_place_of_the_proof() -> None:
    talk = main_mode(messages=5, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=7)
    refused = refusal(case(talk))
    assert refused is not None
    assert refused.text == "1 encrypted INFORMATIONAL message from the responder in place of main mode message 6."
    other = aggressive(outcome="failed", failed_at="AGGRESSIVE", failed_by="initiator")
    other.say("INFORMATIONAL", message_id=7)
    refused = refusal(case(other))
    assert refused is not None
    assert refused.text.endswith("in place of aggressive mode message 3.")


def test_before_keys_only_a_notify_about_authentication_counts() -> None:
    for notify, expected in ((24, True), (16, False)):
        talk = main_mode(messages=3, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
        talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=7, encrypted=False, notifies=[notify])
        assert (refusal(case(talk)) is not None) == expected


def test_impossible_combinations_are_no_refusal() -> None:
    assert refusal(case(failed("responder").ike_sa_init())) is None
    assert refusal(case(failed("responder", at="CREATE_CHILD_SA").ike_sa_init().ike_auth())) is None
    assert refusal(case(healthy())) is None


def test_named_reasons() -> None:
    talk = main_mode(messages=5, outcome="failed")
    assert not reason_named(case(talk))
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=7, notifies=[(20, b"", True)])
    assert reason_named(case(talk))
    v2 = healthy()
    v2.say("INFORMATIONAL", message_id=3, notifies=[(20, b"", True)])
    assert not reason_named(case(v2))


def test_rounds_of_eap() -> None:
    assert eap_rounds(case(healthy())) == []
    talk = healthy().ike_auth(message_id=2)
    assert len(eap_rounds(case(talk))) == 2
    read = healthy().change(4, inner_types=(36, 39, 48))
    assert len(eap_rounds(case(read))) == 1


def test_the_last_transaction_tells_xauth_from_mode_config() -> None:
    talk = main_mode()
    assert not ends_in_mode_config(case(talk))
    talk.say("TRANSACTION", by="r", begun_by="r", message_id=50)
    assert not ends_in_mode_config(case(talk))
    talk.say("TRANSACTION", message_id=51)
    assert ends_in_mode_config(case(talk))
    talk.say("TRANSACTION", by="r", begun_by="r", message_id=52)
    assert not ends_in_mode_config(case(talk))


def test_which_message_is_the_fifth_is_a_guess_where_the_beginning_is_missing() -> None:
    talk = main_mode(messages=5, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="none")
    talk.say("IDENTITY_PROTECTION", again=True, encrypted=True)
    assert unspoken(case(talk)) is not None
    talk.n.starts_late = True
    assert unspoken(case(talk)) is None


def test_of_aggressive_mode_the_responder_ends_what_it_may_have_refused() -> None:
    """A wrong pre-shared key is ruled out: the initiator would have refused message 2 over it."""
    talk = aggressive(outcome_confidence="possible")
    end = talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=7, length=92, after=1)
    talk.n.unused_end = talk.n.exchanges[0].steps[-1], end
    hint = unspoken(case(talk))
    assert hint is not None
    assert hint.text.startswith(
        "The responder ends the SA with an INFORMATIONAL of 92 bytes 1 s after the initiator's proof."
    )
    assert ids(diagnosed(talk)) == ["authentication-failed", "identity-rejected"]
