import pytest

from analyzer.report.dossier import Dossier, dossiers
from analyzer.report.sentences import asides, child_text, facts, finding_text, headline, selectors, suite_text
from analyzer.tables.store import Tables
from tests.report.sample import put, sample

HEADLINES = {
    1: "10.1.0.1 and 203.0.113.2 probably established an IKEv2 SA in 1.06 s with ENCR_AES_GCM_16-256, "
    "PRF_HMAC_SHA2_256, 2048-bit MODP Group, 1 child SA, 900 ESP packets seen.",
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
        ", 1 child SA, 900 ESP packets seen", ""
    )


def alone(**cells: object) -> Dossier:
    tables = Tables()
    base = {"negotiation": 1, "ike_version": 2, "mode": "ikev2", "initiator_ip": "10.0.0.1", "responder_ip": "10.0.0.2"}
    put(tables, "negotiations", **base | {"initiator_port": 500, "responder_port": 500} | cells)
    return dossiers(tables, [1])[0]


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
            "Only a part of this IKEv2 negotiation from 10.0.0.1 to 10.0.0.2 is in the capture.",
        ),
        ({"outcome": None}, "Only a part of this IKEv2 negotiation from 10.0.0.1 to 10.0.0.2 is in the capture."),
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
        ({"outcome": "unanswered", "responder_port": 4500}, "10.0.0.1 got no answer from 10.0.0.2:4500."),
    ],
)
def test_headlines_without_a_diagnosis(cells: dict[str, object], text: str) -> None:
    assert headline(alone(**cells)).endswith(text)


def test_an_answered_probe() -> None:
    tables = sample()
    put(tables, "negotiations", negotiation=7, ike_version=1, outcome="probe", initiator_ip="a", responder_ip="b")
    put(tables, "messages", negotiation=7, frame_number=90, src_ip="b", dst_ip="a", major_version=1)
    assert headline(dossiers(tables, [7])[0]).endswith("and was answered.")


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


def test_children_by_what_became_of_them() -> None:
    d = alone(outcome="established")
    d.child_sas += [{"outcome": outcome} for outcome in ("established", "unknown", "failed", "established")]
    assert headline(d).endswith("2 child SAs, 1 child SA refused, 1 child SA of unknown outcome.")


def test_asides() -> None:
    one, four = dossiers(sample(), [1, 4])
    assert asides(one) == [
        "The initiator is behind NAT; UDP encapsulation was used.",
        "1 retransmission: IKE_AUTH request 1 (frame 3) once, after 1 s.",
    ]
    assert asides(four) == [
        "Identities: 192.0.2.10 (initiator) and gw.example.org (responder), authentication by pre-shared key."
    ]
    ended = alone(outcome="established", first_time=0, deleted_at=2_500_000_000, deleted_by="responder")
    ended.n |= {"replaced_by": 2, "liveness_checks": 3, "liveness_missed": 1, "deleted_basis": "inferred"}
    assert asides(ended) == ["Deleted by the responder 2.5 s after its first message."]
    known = dict(facts(ended))
    assert known["Replaced by"] == "negotiation 2"
    assert known["Liveness"] == "3 checks, 1 asked again or never answered"
    assert known["Deleted"].startswith("By the responder 2.5 s after its first message. Inferred")
    odd = alone(outcome="failed")
    plain = {"missing": (), "open_requests": 1, "pauses_ms": (), "backoff": None}
    odd.exchanges.append({"request_frame": 4, "fragments_missing": 2, "disorder": ("time goes back",)} | plain)
    assert asides(odd) == ["2 fragments never came (exchange of frame 4).", "Out of order: time goes back."]
    assert asides(alone(outcome="failed", encryption="ENCR_3DES")) == ["Agreed before that: ENCR_3DES."]


def test_what_befell_an_established_sa_later() -> None:
    tables = sample()
    put(
        tables, "diagnoses", negotiation=1, diagnosis="peer-dead", rank=1, confidence="likely", title="The peer is gone"
    )
    assert headline(dossiers(tables, [1])[0]).endswith("900 ESP packets seen. Later: the peer is gone (likely).")


def test_what_is_not_known_says_so() -> None:
    known = dict(facts(alone(outcome="incomplete")))
    assert known["NAT"] == "cannot be known from this capture"
    assert known["Authentication"] == "not reached in this capture"
    assert known["Agreed"] == "nothing that this capture shows"
    assert dict(facts(dossiers(sample(), [1])[0]))["Authentication"] == "not visible: inside encryption"
    assert dict(facts(alone(ike_version=1)))["Authentication"] == "not seen"


def test_facts_of_a_failure_name_the_notify_and_the_basis() -> None:
    known = dict(facts(dossiers(sample(), [2])[0]))
    assert known["Outcome"].startswith(
        "failed in IKE_AUTH, refused by the responder with AUTHENTICATION_FAILED (certain)."
    )
    assert known["Responder"] == "203.0.113.2:500, strongSwan"
    four, five = (dict(facts(d)) for d in dossiers(sample(), [4, 5]))
    assert four["Outcome"].startswith("established; a child SA failed in QUICK_MODE, refused by the responder with NO-")
    assert five["Outcome"].startswith("unanswered in IKE_SA_INIT with port-unreachable (certain).")


def test_child_sas_say_what_is_inferred() -> None:
    (one,) = dossiers(sample(), [1])
    text = child_text(one.child_sas[0])
    assert text.startswith("Child SA 1 (ESP, IKE_AUTH): established; 400 packets to the initiator")
    assert text.endswith("inferred from encrypted messages.")
    (four,) = dossiers(sample(), [4])
    assert "10.1.0.0/16 to 10.2.0.0/16" in child_text(four.child_sas[0])
    assert selectors(None) == "selectors not visible"


def test_findings_mark_policies_that_were_not_read() -> None:
    row = {"title": "Weak", "finding": "weak", "subject": "DES", "clause": "TR 1", "evidence": "second-hand"}
    assert finding_text(row) == "Weak: DES [TR 1] (policy text: second-hand)"
    assert finding_text(row | {"evidence": "read", "clause": None}) == "Weak: DES"


def test_suites_of_post_quantum_exchanges() -> None:
    row = {"encryption": "ENCR_AES_GCM_16", "key_bits": 256, "integrity": None, "prf": "PRF_HMAC_SHA2_384"}
    row |= {"ke_method": "Curve25519", "additional_ke_ids": (36,)}
    assert suite_text(row) == "ENCR_AES_GCM_16-256, PRF_HMAC_SHA2_384, Curve25519 + additional key exchange 36"
