from tests.assessment.build import Talk, found, main_mode

ID = "ike-fragment-length"
FRAGMENTATION = bytes.fromhex("4048b7d56ebce88525e7de7f00d6c2d3")


def sent(
    *defects: str, ids: tuple[bytes, ...] = (FRAGMENTATION,), payloads: tuple[int, ...] = (132,), by: str = "i"
) -> Talk:
    talk = Talk(version=1, outcome="incomplete")
    talk.say("IDENTITY_PROTECTION", payloads=(1, 13))
    talk.say("IDENTITY_PROTECTION", by="r", payloads=(1, 13), vendor_ids=ids)
    talk.say("IDENTITY_PROTECTION", by=by, payloads=payloads, defects=defects)
    return talk


def test_a_length_below_the_fields_of_a_fragment_or_beyond_its_message() -> None:
    for defect in ("wire-payload-length", "wire-payload-short", "wire-payload-overlong"):
        (finding,) = found(ID, sent(defect))
        assert (finding.severity, finding.confidence, finding.evidence_frames) == ("high", "likely", (3,))
    assert found(ID, sent("wire-payload-length", ids=(FRAGMENTATION + b"\x80\0\0\0",)))[0].severity == "high"


def test_to_a_receiver_that_announced_nothing_it_weighs_less() -> None:
    (finding,) = found(ID, sent("wire-payload-length", ids=()))
    assert (finding.severity, finding.confidence) == ("medium", "possible")
    assert found(ID, sent("wire-payload-length", by="r"))[0].severity == "medium", "the initiator announced nothing"


def test_right_cut_or_other_payloads_are_none() -> None:
    assert found(ID, sent()) == []
    assert found(ID, sent("wire-payload-length", "capture-truncated")) == [], "the capture cut it"
    assert found(ID, sent("wire-payload-length", payloads=(1,))) == []
    assert found(ID, sent("wire-trailing-bytes")) == [], "padding behind the message"
    assert found(ID, sent("wire-fragment-number")) == []
    assert found(ID, main_mode(outcome="established")) == []
