from tests.assessment.assessed import assess
from tests.negotiation.build import Talk
from tests.negotiation.conclude.test_floods import reflect, scan

ID = "reflection-flood"


def test_one_finding_for_the_target() -> None:
    talk = Talk()
    reflect(talk, 40)
    (finding,) = (f for f in assess(talk.story(1)).findings if f.finding == ID)
    assert (finding.severity, finding.confidence, finding.negotiation) == ("high", "likely", None)
    assert (finding.subject, finding.evidence_frames) == ("192.0.2.10", tuple(range(1, 11)))
    assert finding.detail.startswith("40 addresses sent 40 answers to 192.0.2.10")


def test_few_answers_or_what_may_be_a_scan() -> None:
    for say in (lambda talk: reflect(talk, 3), lambda talk: scan(talk, 40, after=0.05)):
        talk = Talk()
        say(talk)
        assert not [f for f in assess(talk.story(1)).findings if f.finding == ID]
