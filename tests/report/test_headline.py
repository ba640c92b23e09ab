import pytest

from analyzer.negotiation.exchanges.phase1 import AGGRESSIVE, BASE, MAIN
from analyzer.report.dossier import dossiers
from analyzer.report.headline import PHASE1, headline
from tests.report.sample import alone, put, sample

HEADLINES = {
    1: "10.1.0.1 and 203.0.113.2 probably established an IKEv2 SA in 1.06 s with ENCR_AES_GCM_16-256, "
    "PRF_HMAC_SHA2_256, 2048-bit MODP Group, 1 child SA (inferred), 900 ESP packets seen.",
    2: "IKEv2 from 198.51.100.7 to 203.0.113.2 failed in IKE_AUTH, refused by the responder: "
    "the responder refused the authentication (certain).",
    3: "IKEv2 from 2001:db8::7 to 2001:db8::2 failed in IKE_SA_INIT, refused by the responder: "
    "no IKE proposal in common (likely).",
    4: "192.0.2.10 and 192.0.2.20 established an IKEv1 main mode SA, but a child SA failed in QUICK_MODE, "
    "refused by the responder: no child SA proposal in common (certain).",
    5: "10.1.0.1 got no answer from 203.0.113.99 to 6 messages in 11.2 s: nothing listens on the responder's port "
    "(certain).",
}


@pytest.mark.parametrize("number", HEADLINES)
def test_headlines(number: int) -> None:
    assert headline(dossiers(sample(), [number])[0]) == HEADLINES[number]


def test_a_short_headline_leaves_out_what_differs_between_equal_stories() -> None:
    d = dossiers(sample(), [1])[0]
    assert headline(d, short=True) == HEADLINES[1].replace(" in 1.06 s", "").replace(
        ", 1 child SA (inferred), 900 ESP packets seen", ""
    )


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (
            {"outcome": "probe"},
            "10.0.0.1 probed 10.0.0.2 with a scanner's first message and got no answer in this capture.",
        ),
        ({"outcome": "redirected"}, "10.0.0.2 redirected 10.0.0.1 to another gateway."),
        (
            {"outcome": "incomplete"},
            "IKEv2 from 10.0.0.1 to 10.0.0.2 is incomplete in this capture.",
        ),
        ({"outcome": None}, "IKEv2 from 10.0.0.1 to 10.0.0.2 is incomplete in this capture."),
        ({"outcome": "established", "rekeyed_from": 7}, "established an IKEv2 SA in place of negotiation 7."),
        (
            {
                "outcome": "failed",
                "failed_at": "IKE_AUTH",
                "failed_by": "responder",
                "failure": "AUTHENTICATION_FAILED",
            },
            "failed in IKE_AUTH, refused by the responder with AUTHENTICATION_FAILED.",
        ),
        (
            {"outcome": "incomplete", "failed_at": "CREATE_CHILD_SA", "failed_by": "responder"},
            "is up before the capture, but a child SA failed in CREATE_CHILD_SA, refused by the responder.",
        ),
        ({"outcome": "unanswered", "responder_port": 4500}, "10.0.0.1 got no answer from 10.0.0.2:4500."),
    ],
)
def test_headlines_without_a_diagnosis(cells: dict[str, object], text: str) -> None:
    assert headline(alone(**cells)).endswith(text)


@pytest.mark.parametrize(
    ("mode", "exchange", "state", "text"),
    [
        ("main", "IDENTITY_PROTECTION", "offered", "main mode message 1 (IDENTITY_PROTECTION)"),
        ("main", "IDENTITY_PROTECTION", "proved", "main mode message 5 (IDENTITY_PROTECTION)"),
        ("aggressive", "AGGRESSIVE", "answered", "aggressive mode message 2 (AGGRESSIVE)"),
        ("base", "BASE", "proved", "base mode message 3 (BASE)"),
        ("main", "IDENTITY_PROTECTION", "start", "IDENTITY_PROTECTION"),
        ("main", "IDENTITY_PROTECTION", None, "IDENTITY_PROTECTION"),
        ("main", "TRANSACTION", "proved", "TRANSACTION"),
    ],
)
def test_phase_1_fails_in_a_message_by_its_number(mode: str, exchange: str, state: str | None, text: str) -> None:
    d = alone(outcome="failed", failed_at=exchange, failed_by="responder", ike_version=1, mode=mode)
    d.exchanges += [{"exchange": "INFORMATIONAL", "state": "sent"}, {"exchange": exchange, "state": state}]
    assert headline(d).endswith(f"failed in {text}, refused by the responder.")


@pytest.mark.parametrize(
    ("diagnosis", "failure", "text"),
    [
        ("initiator-stopped", None, "failed in IKE_AUTH, not continued by the initiator: a cause (likely)."),
        ("initiator-stopped", "TICKET_NACK", "not continued by the initiator: a cause (likely)."),
        ("authentication-failed", None, "failed in IKE_AUTH, refused by the initiator: a cause (likely)."),
    ],
)
def test_an_initiator_that_falls_silent_refuses_nothing(diagnosis: str, failure: str | None, text: str) -> None:
    cells = {"failed_at": "IKE_AUTH", "failed_by": "initiator", "failure": failure, "diagnosis": diagnosis}
    d = alone(outcome="failed", **cells)
    d.diagnoses.append({"diagnosis": diagnosis, "title": "A cause", "confidence": "likely"})
    assert headline(d).endswith(text)


def test_an_answer_that_was_not_received_leaves_the_message_before_it() -> None:
    cells = {"failed_at": "IDENTITY_PROTECTION", "failed_by": "none", "failure": "answer not received"}
    d = alone(outcome="failed", ike_version=1, mode="main", **cells)
    d.exchanges.append({"exchange": "IDENTITY_PROTECTION", "state": "chosen"})
    text = "failed in main mode message 1 (IDENTITY_PROTECTION), answered, but the answer was not received."
    assert headline(d).endswith(text)


def test_the_states_of_phase_1_are_those_of_its_tables() -> None:
    for table in (MAIN, AGGRESSIVE, BASE):
        assert list(PHASE1[table.name]) == [state for state in table.states if state != "start"]


@pytest.mark.parametrize(
    ("diagnosis", "failure", "text"),
    [
        ("eap-failed", None, "ended by the initiator after the EAP server's answer: a cause (likely)."),
        ("eap-failed", "AUTHENTICATION_FAILED", "refused by the initiator: a cause (likely)."),
        ("identity-rejected", None, "refused by the initiator: a cause (likely)."),
    ],
)
def test_an_eap_client_that_hangs_up_refused_nothing(diagnosis: str, failure: str | None, text: str) -> None:
    d = alone(outcome="failed", failed_at="IKE_AUTH", failed_by="initiator", failure=failure)
    d.diagnoses.append({"diagnosis": diagnosis, "title": "A cause", "confidence": "likely"})
    assert headline(d).endswith(text)


def test_what_has_no_outcome_ends_with_the_last_exchange_seen() -> None:
    d = alone(outcome="incomplete")
    d.messages += [{"exchange": "IKE_SA_INIT"}, {"exchange": "IKE_INTERMEDIATE"}, {"exchange": None}]
    assert headline(d).endswith("is incomplete in this capture (last seen: IKE_INTERMEDIATE).")
    assert headline(d, short=True).endswith("is incomplete in this capture.")
    d.diagnoses.append({"diagnosis": "initiator-stopped", "title": "A cause", "confidence": "possible"})
    assert headline(d).endswith("stopped after IKE_INTERMEDIATE: a cause (possible).")


def test_an_answered_probe() -> None:
    tables = sample()
    put(tables, "negotiations", negotiation=7, ike_version=1, outcome="probe", initiator_ip="a", responder_ip="b")
    put(tables, "messages", negotiation=7, frame_number=90, src_ip="b", dst_ip="a", major_version=1)
    assert headline(dossiers(tables, [7])[0]).endswith("and was answered.")
    put(tables, "notifications", negotiation=7, frame_number=90, notify="NO-PROPOSAL-CHOSEN", **{"class": "error"})
    assert headline(dossiers(tables, [7])[0]).endswith("and was answered with NO-PROPOSAL-CHOSEN.")


@pytest.mark.parametrize(
    ("diagnosis", "cells", "text"),
    [
        ("no-response", {"outcome": "unanswered"}, "10.0.0.1 got no answer from 10.0.0.2."),
        (
            "child-negotiation-failed",
            {"outcome": "established", "failed_at": "IKE_AUTH", "failed_by": "initiator"},
            "but a child SA failed in IKE_AUTH, refused by the initiator (likely).",
        ),
        (
            "path-mtu",
            {"outcome": "failed", "failed_at": "IKE_AUTH", "failed_by": "none"},
            "failed in IKE_AUTH, without an answer: a cause (likely).",
        ),
    ],
)
def test_a_diagnosis_that_says_no_more_than_the_outcome_is_not_said_twice(
    diagnosis: str, cells: dict[str, object], text: str
) -> None:
    d = alone(**cells)
    d.diagnoses.append({"diagnosis": diagnosis, "title": "A cause", "confidence": "likely"})
    assert headline(d).endswith(text)


@pytest.mark.parametrize(
    ("children", "text"),
    [
        (
            {("established", "inferred"): 2, ("unknown", "inferred"): 1, ("failed", "inferred"): 1},
            "2 child SAs, 1 more of unknown outcome and 1 refused request for one (inferred)",
        ),
        ({("established", None): 1, ("established", "inferred"): 2}, "3 child SAs (2 of them inferred)"),
        ({("established", None): 1, ("failed", None): 2}, "1 child SA and 2 refused requests for one"),
        ({("failed", None): 1}, "1 refused request for a child SA"),
        ({("unknown", "inferred"): 1}, "1 child SA of unknown outcome (inferred)"),
    ],
)
def test_children_by_what_became_of_them(children: dict[tuple[str, str | None], int], text: str) -> None:
    d = alone(outcome="established")
    for (outcome, basis), count in children.items():
        d.child_sas += [{"outcome": outcome, "basis": basis}] * count
    assert headline(d) == f"10.0.0.1 and 10.0.0.2 established an IKEv2 SA, {text}."


def test_what_the_capture_recorded_twice_was_sent_once() -> None:
    d = alone(outcome="unanswered", messages=4, duration_s=2.0)
    d.sent, d.copies = 2, 2
    assert headline(d).endswith("got no answer from 10.0.0.2 to 2 messages in 2 s.")
    d = alone(outcome="established")
    d.esp_streams += [{"encapsulation": "esp", "packets": 28, "duplicates": 14}]
    assert headline(d).endswith(", 28 ESP packets seen (14 duplicates).")


def test_what_befell_an_established_sa_later() -> None:
    tables = sample()
    put(
        tables, "diagnoses", negotiation=1, diagnosis="peer-dead", rank=1, confidence="likely", title="The peer is gone"
    )
    assert headline(dossiers(tables, [1])[0]).endswith("900 ESP packets seen. Later: the peer is gone (likely).")


def test_an_sa_from_before_the_capture_was_not_established_in_it() -> None:
    d = alone(outcome="established", outcome_confidence="likely")
    d.exchanges += [{"exchange": "INFORMATIONAL"}]
    note = {"diagnosis": "capture-starts-late", "title": "The capture begins inside this SA", "confidence": "likely"}
    dead = {"diagnosis": "peer-dead", "title": "The peer is gone", "confidence": "likely"}
    have = "10.0.0.1 and 10.0.0.2 probably have an IKEv2 SA from before the capture."
    d.diagnoses = [note]
    assert headline(d) == have
    d.diagnoses = [dead, note]
    assert headline(d) == f"{have} Later: the peer is gone (likely)."
    d.exchanges.insert(0, {"exchange": "IKE_AUTH"})
    assert "probably established an IKEv2 SA. Later" in headline(d)


@pytest.mark.parametrize(("back_ns", "told"), [(3600 * 10**9, False), (2 * 10**9, False), (10**8, True)])
def test_a_clock_that_was_set_back_gives_no_duration(back_ns: int, told: bool) -> None:
    d = dossiers(sample(), [1])[0]
    setting_up = [m for m in d.messages if m["exchange"] == "IKE_AUTH"]
    before = max(m["time"] for m in d.messages if m["exchange"] == "IKE_SA_INIT")
    for place, message in enumerate(setting_up):
        message["time"] = before - back_ns + place
    assert (" IKEv2 SA in " in headline(d)) is told


def test_no_time_is_given_for_messages_whose_span_is_not_known() -> None:
    five = dossiers(sample(), [5])[0]
    assert "messages in " in headline(five)
    five.n["duration_s"] = None
    assert "messages in " not in headline(five)


@pytest.mark.parametrize("what", ["first", "one side", "unread"])
def test_how_long_it_took_is_known_of_what_is_seen_whole(what: str) -> None:
    d = dossiers(sample(), [1])[0]
    assert " IKEv2 SA in " in headline(d)
    if what == "first":
        d.messages = [m for m in d.messages if m["exchange"] != "IKE_SA_INIT"]
    elif what == "one side":
        d.messages = [m for m in d.messages if m["from_initiator"]]
    else:
        d.exchanges[0]["outcome"] = None
    assert " IKEv2 SA in " not in headline(d)


def test_the_last_answer_is_what_sets_an_sa_up() -> None:
    d = dossiers(sample(), [1])[0]
    told = headline(d)
    last = next(m for m in reversed(d.messages) if m["exchange"] == "IKE_AUTH")
    asked = {"is_response": False, "from_initiator": True, "time": last["time"] + 9 * 10**9, "retransmission_of": None}
    d.messages.append(last | asked)
    assert headline(d) == told


@pytest.mark.parametrize("diagnosis", ["capture-starts-late", "one-way-capture", "simultaneous-initiation"])
def test_what_is_of_the_capture_or_at_once_did_not_happen_later(diagnosis: str) -> None:
    tables = sample()
    put(tables, "diagnoses", negotiation=1, diagnosis=diagnosis, rank=1, confidence="likely", title="It is so")
    assert headline(dossiers(tables, [1])[0]).endswith("Note: it is so (likely).")


def test_a_file_without_times_says_nothing_of_time() -> None:
    d = dossiers(sample(), [1])[0]
    for message in d.messages:
        message["time"] = 0
    assert " IKEv2 SA with " in headline(d)
