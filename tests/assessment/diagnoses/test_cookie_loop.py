from tests.assessment.build import Talk, diagnosed, healthy, ids, one

ID = "cookie-loop"


def asked(times: int, **fields) -> Talk:
    talk = Talk(**{"outcome": "failed", "failed_at": "IKE_SA_INIT", "failed_by": "none", **fields})
    for k in range(times):
        talk.say("IKE_SA_INIT", message_id=k)
        talk.say("IKE_SA_INIT", by="r", message_id=k, notifies=[(16390, bytes([k]) * 20)])
    return talk


def test_three_times_without_success() -> None:
    made = diagnosed(asked(3))
    assert ids(made)[0] == ID
    assert (made[0].confidence, made[0].evidence_frames) == ("likely", (2, 4, 6))


def test_not_returned() -> None:
    diagnosis = one(ID, asked(1, failed_by="initiator", failure="COOKIE"))
    assert diagnosis is not None
    assert (diagnosis.confidence, "did not return it" in diagnosis.detail) == ("possible", True)


def test_one_round_is_what_cookies_are_for() -> None:
    assert one(ID, asked(1, outcome="incomplete", failed_at=None, failed_by=None)) is None
    assert one(ID, asked(3, outcome="established", failed_at=None, failed_by=None)) is None
    assert one(ID, healthy()) is None


def test_the_initiators_copy_of_the_cookie_is_not_counted() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="none")
    for k in range(4):
        talk.say("IKE_SA_INIT", message_id=k, notifies=[(16390, b"c")])
    assert one(ID, talk) is None


def test_requests_from_changing_places() -> None:
    talk = asked(3)
    talk.n.moves = [(1, "192.0.2.10", 500, "192.0.2.20", 500), (3, "192.0.2.10", 1024, "192.0.2.20", 500)]
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert diagnosis.detail.endswith("The requests come from 2 different addresses or ports.")
