from tests.assessment.build import Talk, found, healthy

ID = "ike-on-udp-500"


def test_only_for_the_profile_that_forbids_it() -> None:
    assert found(ID, healthy()) == []
    (finding,) = found(ID, healthy(), policy="anssi-dr")
    assert (finding.severity, finding.evidence_frames, finding.evidence) == ("high", (1,), "second-hand")


def test_4500_from_the_start() -> None:
    talk = Talk(outcome="established")
    talk.transport = "udp-4500"
    talk.ike_sa_init().ike_auth()
    assert found(ID, talk, policy="anssi-dr") == []
