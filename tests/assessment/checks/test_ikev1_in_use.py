from tests.assessment.build import Talk, found, healthy, main_mode, sa1

ID = "ikev1-in-use"


def test_the_rfcs_own_word() -> None:
    (finding,) = found(ID, main_mode(outcome="established"))
    assert (finding.severity, finding.clause, finding.evidence_frames) == ("medium", "RFC 9395 3", (2,))
    assert finding.detail.startswith("RFC 9395 3: deprecated (Historic)")


def test_other_policies_say_it_in_their_words() -> None:
    talk = main_mode(outcome="established")
    assert found(ID, talk, policy="asd-ism")[0].severity == "high"
    assert found(ID, talk, policy="cnsa1")[0].clause == "RFC 9206 4"
    assert found(ID, talk, policy="cnsa2")[0].policy is None  # says nothing of versions


def test_nobody_accepted_it() -> None:
    talk = Talk(version=1, outcome="unanswered").offer(sa1((7, 4, 1, 14, 256)))
    talk.say("IDENTITY_PROTECTION")
    assert found(ID, talk) == []
    assert found(ID, healthy()) == []


def test_an_sa_whose_beginning_is_not_in_the_capture() -> None:
    late = Talk(version=1, outcome="established", outcome_confidence="likely", starts_late=True)
    late.say("QUICK_MODE", message_id=9, encrypted=True)
    (finding,) = found(ID, late)
    assert (finding.confidence, finding.subject, finding.evidence_frames) == ("likely", "IKEv1 SA", (1,))
    late.n.outcome = "incomplete"
    assert found(ID, late) == []
