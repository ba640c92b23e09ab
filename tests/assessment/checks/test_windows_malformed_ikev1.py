from tests.assessment.build import Talk, found, main_mode

ID = "windows-malformed-ikev1"
WINDOWS = bytes.fromhex("1e2b516905991c7d7c96fcbfb587e46100000009")


def talk(*defects: str, ids: tuple[bytes, ...] = (WINDOWS,), by: str = "i") -> Talk:
    made = Talk(version=1, outcome="incomplete")
    made.say("IDENTITY_PROTECTION", payloads=(1, 13))
    made.say("IDENTITY_PROTECTION", by="r", payloads=(1, 13), vendor_ids=ids)
    made.say("IDENTITY_PROTECTION", by=by, payloads=(4, 10), defects=defects)
    return made


def test_in_a_negotiation_with_windows() -> None:
    (finding,) = found(ID, talk("wire-payload-overlong"))
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("medium", "possible", (3,))
    assert found(ID, talk("wire-payload-length", by="r"))[0].subject == "192.0.2.20"
    assert found(ID, talk("wire-fragment-number")), "a fragment of number 0"


def test_other_peers_right_messages_and_cut_ones() -> None:
    assert found(ID, talk("wire-payload-overlong", ids=())) == [], "nothing says Windows"
    assert found(ID, talk("wire-payload-overlong", ids=(bytes(20),))) == []
    assert found(ID, talk()) == []
    assert found(ID, talk("wire-payload-overlong", "capture-truncated")) == []
    assert found(ID, talk("wire-trailing-bytes")) == [], "padding"
    assert found(ID, main_mode(outcome="established")) == []
