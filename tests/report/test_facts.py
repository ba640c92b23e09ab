from analyzer.report.dossier import dossiers
from analyzer.report.facts import asides, facts
from analyzer.report.nat import behind_nat
from analyzer.tables.store import Tables
from tests.report.compare.sides import initiated
from tests.report.sample import alone, put, sample


def test_asides() -> None:
    one, four = dossiers(sample(), [1, 4])
    assert asides(one) == [
        f"T{behind_nat(one.n)[1:]}; ESP in UDP.",
        "1 retransmission: IKE_AUTH request 1 (frame 3) once, after 1 s.",
    ]
    assert asides(four) == [
        "Identities: 192.0.2.10 (initiator) and gw.example.org (responder), authentication by pre-shared key."
    ]
    ended = alone(outcome="established", first_time=0, deleted_at=2_500_000_000, deleted_by="responder")
    ended.n |= {"replaced_by": 2, "liveness_checks": 3, "liveness_missed": 1, "deleted_basis": "inferred"}
    assert asides(ended) == ["Deleted by the responder 2.5 s after its first message (00:00:02.500 UTC)."]
    known = dict(facts(ended))
    assert known["Replaced by"] == "negotiation 2"
    assert known["Liveness"] == "3 checks, 1 retransmitted or never answered"
    assert known["Deleted"].startswith("By the responder 2.5 s after its first message (00:00:02.500 UTC). Inferred")
    odd = alone(outcome="failed")
    plain = {"missing": (), "open_requests": 1, "pauses_ms": (), "backoff": None}
    odd.exchanges.append({"request_frame": 4, "fragments_missing": 2, "disorder": ("time goes back",)} | plain)
    assert asides(odd) == ["2 fragments are missing (exchange of frame 4).", "Out of order: time goes back."]
    assert asides(alone(outcome="failed", encryption="ENCR_3DES")) == ["Agreed before that: ENCR_3DES."]
    open_end = alone(outcome="incomplete", outcome_basis="no IKE_AUTH in the capture")
    assert asides(open_end) == ["No IKE_AUTH in the capture."]
    open_end.diagnoses.append({"diagnosis": "initiator-stopped"})
    assert asides(open_end) == [], "the diagnosis says it"
    probed = alone(outcome="probe", encryption="ENCR_3DES")
    assert asides(probed) == ["The answer chose: ENCR_3DES."]
    assert dict(facts(probed))["Chosen"] == "ENCR_3DES"


def test_a_choice_is_agreed_once_the_initiator_goes_on_with_it() -> None:
    init, auth = (34, "IKE_SA_INIT"), (35, "IKE_AUTH")
    for sent, word in (
        ([(1, "i", init), (2, "r", init)], "The answer chose"),
        ([(1, "i", init), (2, "r", init), (3, "i", init)], "The answer chose"),
        ([(1, "i", init), (2, "r", init), (3, "r", auth)], "The answer chose"),
        ([(1, "i", init), (2, "r", init), (3, "i", auth)], "Agreed before that"),
    ):
        tables, peer = initiated(outcome="failed", encryption="ENCR_3DES")
        for frame, who, exchange in sent:
            peer.send(frame, frame, who, exchange, (33,))
        put(tables, "proposals", frame_number=2, negotiation=1, side="chosen")
        (d,) = dossiers(tables, [1])
        assert asides(d)[:1] == [f"{word}: ENCR_3DES."]
        assert ("Agreed" in dict(facts(d))) is (word != "The answer chose")


def test_the_identity_asked_for_is_told_where_it_is_not_the_one_given() -> None:
    assert asides(alone(outcome="established", responder_id_asked="a.example", responder_id="a.example")) == [
        "Identities: a.example (responder)."
    ]
    assert asides(alone(outcome="failed", responder_id_asked="b.example")) == [
        "The initiator requests the responder identity b.example (IDr)."
    ]
    other = alone(outcome="failed", responder_id_asked="b.example", responder_id="a.example")
    assert (
        asides(other)[1]
        == "The initiator requests the responder identity b.example (IDr); the responder's IDr is a.example."
    )
    assert "identity a.example, IDr of the request b.example" in dict(facts(other))["Responder"]


def test_what_is_not_known_says_so() -> None:
    known = dict(facts(alone(outcome="incomplete")))
    assert known["NAT"] == "cannot be known from this capture"
    assert known["Authentication"] == "no IKE_AUTH in this negotiation"
    assert known["Agreed"] == "nothing that this capture shows"
    assert dict(facts(dossiers(sample(), [1])[0]))["Authentication"] == "not visible: inside encryption"
    assert dict(facts(alone(ike_version=1)))["Authentication"] == "not seen"


def test_copies_made_by_the_capture_are_counted_apart() -> None:
    tables = Tables()
    cells = {"outcome": "unanswered", "messages": 3, "retransmissions": 1, "first_frame": 1, "last_frame": 3}
    put(tables, "negotiations", negotiation=1, ike_version=2, **cells)
    for frame, duplicate in enumerate((False, True, None), 1):
        put(tables, "messages", negotiation=1, frame_number=frame, exchange="IKE_SA_INIT", duplicate=duplicate)
    assert dict(facts(dossiers(tables, [1])[0]))["Seen"] == "3 messages (1 retransmission, 1 copy) in frames 1 to 3"
    assert dict(facts(alone(messages=1, first_frame=7, last_frame=7)))["Seen"] == "1 message in frame 7"


def test_nat_traversal_is_told_as_it_was_seen() -> None:
    moved = "none detected; IKE on UDP 4500 all the same (MOBIKE or forced encapsulation)"
    assert dict(facts(alone(nat="none", nat_t=True)))["NAT"] == moved
    moved = "none detected; IKE on UDP 4500 all the same (forced encapsulation)"
    assert dict(facts(alone(nat="none", nat_t=True, ike_version=1)))["NAT"] == moved, "MOBIKE is IKEv2's"
    assert dict(facts(alone(nat="both", nat_t=True)))["NAT"].endswith("(RFC 7296 2.23); IKE on UDP 4500")
    assert dict(facts(alone(nat=None, nat_t=False)))["NAT"] == "cannot be known from this capture"


def test_facts_of_a_failure_name_the_notify_and_the_basis() -> None:
    known = dict(facts(dossiers(sample(), [2])[0]))
    assert known["Outcome"].startswith(
        "failed in IKE_AUTH, refused by the responder with AUTHENTICATION_FAILED (certain)."
    )
    assert known["Responder"] == "203.0.113.2:500, strongSwan"
    four, five = (dict(facts(d)) for d in dossiers(sample(), [4, 5]))
    assert four["Outcome"].startswith("established (certain); a child SA failed in QUICK_MODE, refused by the ")
    likely = alone(
        outcome="established", outcome_confidence="certain", failed_at="CREATE_CHILD_SA", failed_by="responder"
    )
    likely.diagnoses.append({"diagnosis": "child-negotiation-failed", "confidence": "likely"})
    refused = "established (certain); a child SA failed in CREATE_CHILD_SA, refused by the responder (likely)"
    assert dict(facts(likely))["Outcome"] == refused
    silent = alone(outcome="failed", failed_at="IKE_AUTH", failed_by="none", failure="no answer")
    assert dict(facts(silent))["Outcome"] == "failed in IKE_AUTH, without an answer"
    assert five["Outcome"].startswith("unanswered in IKE_SA_INIT with port-unreachable (certain).")


def test_lifetimes_in_seconds_as_configured() -> None:
    known = dict(facts(alone(lifetime_s=28800, lifetimes_offered_s=(28800, 3600), lifetime_announced_s=45)))
    assert known["Lifetime"] == "28800 s (8 h 0 min); offered 3600 s (1 h 0 min); announced 45 s"
