"""A message without a place in its table is a finding; what a lost packet explains is none."""

from analyzer.assessment.checks.unexpected_message import MOST
from analyzer.assessment.model import Finding
from tests.assessment.assessed import assess
from tests.assessment.build import found as found_in
from tests.assessment.build import healthy
from tests.negotiation import build
from tests.negotiation.build import Talk, established, init_done, main_mode, sealed, sealed1

ID = "unexpected-message"


def found(talk: Talk) -> list[Finding]:
    return [f for f in assess(talk.story()).findings if f.finding == ID]


def test_two_requests_under_one_message_id() -> None:
    talk = Talk()
    established(talk)
    talk.say(sealed(build.IKE_AUTH, 300, salt="again"))
    (finding,) = found(talk)
    assert (finding.subject, finding.severity, finding.confidence) == ("IKEv2 IKE_AUTH", "info", "likely")
    assert finding.evidence_frames == (5,)
    assert finding.detail == (
        "Another request under the same message ID, after: the responder proved itself: by its AUTH payload, or the "
        "response has room for it. Expected: a request (RFC 4739 2.1)."
    )


def test_a_message_behind_the_last_one() -> None:
    talk = Talk()
    main_mode(talk)
    build.quick_mode(talk, mid=5)
    talk.answer(sealed1(build.QUICK_MODE, 60, mid=5, salt="4"))
    talk.answer(sealed1(build.QUICK_MODE, 60, mid=5, salt="5"))
    (finding,) = found(talk)
    assert finding.detail == (
        "A message of the other side, after: fourth message: CONNECTED, for which the commit bit asked. Nothing more "
        "was expected (RFC 2409 5.5)."
    )


def test_the_same_over_and_over_is_one_finding() -> None:
    talk = Talk()
    established(talk)
    for salt in "abc":
        talk.say(sealed(build.IKE_AUTH, 300, salt=salt))
    (finding,) = found(talk)
    assert finding.evidence_frames == (5, 6, 7)
    assert finding.detail.endswith(" 3 times.")


def test_a_flood_is_bounded() -> None:
    talk = Talk()
    established(talk)
    for mid in range(2, 200):
        for salt in "ab":
            talk.say(sealed(build.CREATE_CHILD_SA, 200, mid=mid, salt=salt))
    (finding,) = found(talk)
    assert len(finding.evidence_frames) == MOST
    assert finding.detail.endswith(" 198 times.")


def test_what_a_lost_packet_explains_is_not_reported() -> None:
    late = Talk()
    late.say(sealed(build.CREATE_CHILD_SA, 200, mid=9))
    assert found(late) == []
    skipped = Talk()
    init_done(skipped)
    skipped.say(sealed(build.CREATE_CHILD_SA, 200, mid=2))
    assert found(skipped) == []


def test_healthy_negotiations() -> None:
    talk = Talk()
    established(talk)
    assert found(talk) == []
    assert found_in(ID, healthy()) == []
