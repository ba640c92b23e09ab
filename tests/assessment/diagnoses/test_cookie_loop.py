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


def returned(change: bytes = b"") -> Talk:
    """Each COOKIE is returned, and another one asked for."""
    talk, cookie = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="initiator", failure="COOKIE"), b""
    for k in range(3):
        talk.say("IKE_SA_INIT", message_id=k, notifies=[(16390, cookie + change)] if cookie else [])
        cookie = bytes([k]) * 20
        talk.say("IKE_SA_INIT", by="r", message_id=k, notifies=[(16390, cookie)])
    return talk


def test_returned_and_not_accepted() -> None:
    diagnosis = one(ID, returned())
    assert diagnosis is not None
    assert "did not return" not in diagnosis.detail
    assert diagnosis.detail.endswith(
        "The initiator returned a COOKIE in 2 requests, each time the value that it was given: the responder did not "
        "accept its own COOKIE."
    )
    assert diagnosis.evidence_frames == (2, 3, 4, 5, 6)


def test_the_same_cookie_to_each_request_that_returned_it() -> None:
    """Its bytes are those of the first answer: no retransmission, for there are more of them than requests without."""

    def asking(plain: int, returning: int, answers: int) -> Talk:
        talk, cookie = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="none"), [(16390, b"c" * 20)]
        for k in range(plain):
            talk.say("IKE_SA_INIT", again=k > 0)
        talk.say("IKE_SA_INIT", by="r", notifies=cookie)
        for k in range(returning):
            talk.say("IKE_SA_INIT", message_id=1, again=k > 0, notifies=cookie)
        for _ in range(answers - 1):
            talk.say("IKE_SA_INIT", by="r", again=True, notifies=cookie)
        return talk

    diagnosis = one(ID, asking(1, 3, 4))
    assert diagnosis is not None
    assert diagnosis.detail.startswith("COOKIE asked for 4 times, no proposal chosen. The initiator returned a COOKIE")
    assert diagnosis.confidence == "likely"
    assert one(ID, asking(4, 3, 4)) is None, "late answers to the requests without it"


def test_another_value_than_the_one_given() -> None:
    diagnosis = one(ID, returned(change=b"x"))
    assert diagnosis is not None
    assert "in 2 of them the value is none that the responder gave in this capture before." in diagnosis.detail


def test_copies_of_a_request_are_no_requests() -> None:
    talk = asked(4)
    talk.say("IKE_SA_INIT", message_id=9, notifies=[(16390, bytes([1]) * 20)])
    copy = talk.say("IKE_SA_INIT", message_id=9, notifies=[(16390, bytes([1]) * 20)], again=True, after=0)
    talk.change(copy.frame_number, duplicate=True)
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert "returned a COOKIE in 1 request; nothing in this capture answers that." in diagnosis.detail


def test_a_cookie_sent_before_any_was_asked_for_is_no_refusal_to_return_one() -> None:
    """A new mapping of a NAT: what it was given stands in another negotiation."""
    talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="responder", failure="COOKIE")
    talk.say("IKE_SA_INIT", notifies=[(16390, b"c" * 20)])
    talk.say("IKE_SA_INIT", by="r", notifies=[(16390, b"d" * 20)])
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert "did not return" not in diagnosis.detail
    assert "had sent a COOKIE before" in diagnosis.detail


def test_an_sa_that_went_on_had_its_cookie_accepted() -> None:
    """The answer with the choice is not in the capture."""
    talk = asked(4, outcome="incomplete", failed_at=None, failed_by=None)
    assert one(ID, talk) is not None
    talk.say("IKE_AUTH", message_id=1)
    assert one(ID, talk) is None
