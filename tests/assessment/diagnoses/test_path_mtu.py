from tests.assessment.build import Talk, healthy, icmp, main_mode, one

ID = "path-mtu"


def large(length: int, **fields) -> Talk:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none", **fields).ike_sa_init(length=464)
    talk.say("IKE_AUTH", message_id=1, length=length)
    talk.say("IKE_AUTH", message_id=1, length=length, again=True)
    return talk


def test_size_separates_the_answered_from_the_unanswered() -> None:
    diagnosis = one(ID, large(2100, fragmentation="offered"))
    assert diagnosis is not None
    assert (diagnosis.confidence, diagnosis.evidence_frames) == ("likely", (3, 4))
    assert diagnosis.detail == (
        "IKE_AUTH of 2100 bytes is not answered; the largest answered message has 464 bytes. "
        "IKE fragmentation: offered by one side only."
    )


def test_small_messages_pass_every_path() -> None:
    assert one(ID, large(1000)) is None


def test_larger_messages_were_answered_before() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init(length=3000)
    talk.say("IKE_AUTH", message_id=1, length=2100)
    talk.say("IKE_AUTH", message_id=1, length=2100, again=True)
    assert one(ID, talk) is None


def test_main_mode_is_one_exchange_with_answers_in_it() -> None:
    talk = main_mode(messages=4, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="none")
    for again in (False, True):
        talk.say("IDENTITY_PROTECTION", encrypted=True, length=1900, again=again)
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert diagnosis.evidence_frames == (5, 6)


def test_icmp_names_the_size() -> None:
    talk = large(800)
    talk.n.icmp_errors.append(icmp("fragmentation-needed", frame=9, reporter="192.0.2.1", mtu=576))
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert "at most 576 bytes" in diagnosis.detail
    assert diagnosis.evidence_frames == (3, 9)


def test_established() -> None:
    talk = healthy()
    talk.n.icmp_errors.append(icmp("fragmentation-needed", mtu=1280))
    assert one(ID, talk) is None


def test_nothing_was_refused_or_given_up() -> None:
    """The same large answers, repeated to the end, in an SA that is up and lacks nothing."""
    talk = healthy()
    for by, again in (("i", False), ("r", False), ("i", True), ("r", True), ("i", True), ("r", True)):
        talk.say("CREATE_CHILD_SA", by=by, message_id=2, length=1900 if by == "r" else 300, again=again, after=1)
    assert one("answers-lost", talk) is not None
    assert one(ID, talk) is None
    talk.n.failed_at, talk.n.failed_by = "CREATE_CHILD_SA", "none"
    assert one(ID, talk) is not None


def test_what_the_peer_asks_itself_later_is_no_answer_that_arrived() -> None:
    """A quick mode of the responder behind a message 6 that the initiator does not take."""
    talk = main_mode(messages=4, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="none")
    talk.say("IDENTITY_PROTECTION", encrypted=True, length=1420)
    talk.say("IDENTITY_PROTECTION", by="r", encrypted=True, length=1388)
    talk.say("QUICK_MODE", by="r", begun_by="r", message_id=66, length=460)
    for _ in range(3):
        talk.say("IDENTITY_PROTECTION", encrypted=True, length=1420, again=True, after=10)
        talk.say("IDENTITY_PROTECTION", by="r", encrypted=True, length=1388, again=True)
    assert one("answers-lost", talk) is not None
    assert one(ID, talk) is None


def test_no_answered_message_no_size_that_passes() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none")
    talk.say("IKE_AUTH", message_id=1, length=2100)
    talk.say("IKE_AUTH", message_id=1, length=2100, again=True)
    assert one(ID, talk) is None


def test_the_advice_is_what_is_not_done_yet() -> None:
    for fragmentation, words in (
        (None, "Enable IKE fragm"),
        ("offered", "Enable IKE"),
        ("used", "Lower the fragment s"),
    ):
        diagnosis = one(ID, large(2100, fragmentation=fragmentation))
        assert diagnosis is not None
        assert diagnosis.advice.startswith(words)


def test_ike_sa_init_cannot_be_fragmented() -> None:
    talk = Talk(outcome="unanswered", failed_at="IKE_SA_INIT", failed_by="none")
    talk.say("IKE_SA_INIT", length=1800)
    talk.n.icmp_errors.append(icmp("fragmentation-needed", frame=9, mtu=1280))
    talk.say("IKE_SA_INIT", length=1800, again=True)
    diagnosis = one(ID, talk)
    assert diagnosis is not None
    assert diagnosis.advice.startswith("Let IP fragments")
