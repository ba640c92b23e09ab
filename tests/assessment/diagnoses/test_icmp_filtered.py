from tests.assessment.build import Talk, diagnosed, healthy, icmp, ids

ID = "icmp-filtered"


def test_administratively_prohibited() -> None:
    talk = Talk(outcome="unanswered", failed_at="IKE_SA_INIT", failed_by="none")
    talk.say("IKE_SA_INIT")
    talk.n.icmp_errors.append(icmp("admin-prohibited", frame=2, reporter="192.0.2.1"))
    made = diagnosed(talk)
    assert ids(made) == [ID, "no-response"]
    assert (made[0].confidence, made[0].evidence_frames) == ("certain", (2,))
    assert made[0].detail.startswith("192.0.2.1 rejects packets to 192.0.2.20 port 500")


def test_other_errors_and_sas_that_came_up() -> None:
    talk = healthy()
    talk.n.icmp_errors.append(icmp("admin-prohibited"))
    assert diagnosed(talk) == []


def test_the_advice_names_what_does_not_pass() -> None:
    """UDP 500 was answered: the filter is about UDP 4500 alone, or about IP fragments."""
    for answered, port, ports in ((False, 500, "UDP 500 and 4500"), (True, 4500, "UDP 4500"), (True, None, "IP fragm")):
        talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init() if answered else Talk()
        talk.n.outcome = "failed" if answered else "unanswered"
        talk.say("IKE_AUTH" if answered else "IKE_SA_INIT", message_id=answered)
        talk.n.icmp_errors.append(icmp("admin-prohibited", reporter="192.0.2.1")._replace(dst_port=port))
        made = next(d for d in diagnosed(talk) if d.diagnosis == ID)
        assert made.advice.startswith(f"Permit {ports}")
