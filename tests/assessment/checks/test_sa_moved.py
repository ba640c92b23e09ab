from tests.assessment.lives import fixtures_with, judged, recorded, with_child

ID = "sa-moved"


def test_recorded_mobike_with_and_without_keys() -> None:
    (seen,), (inferred,) = (recorded(ID, "ikev2-mobike", keyed=keyed) for keyed in (True, False))
    assert (seen.confidence, inferred.confidence) == ("certain", "likely")
    assert seen.severity == "info"
    assert seen.evidence_frames == inferred.evidence_frames == (19,)
    assert "UPDATE_SA_ADDRESSES" in seen.detail
    assert "from 192.0.2.10:4500 - 192.0.2.20:4500 to [2001:db8:1::10]:4500" in inferred.detail


def test_only_where_something_moved() -> None:
    assert fixtures_with(ID) == {"ikev2-mobike", "ikev2-nat-rebinding"}


def test_recorded_a_nat_that_got_another_address() -> None:
    (finding,) = recorded(ID, "ikev2-nat-rebinding", keyed=True)
    assert (finding.subject, finding.confidence) == ("the initiator", "likely")
    assert "from 203.0.113.1:55205 - 203.0.113.20:4500 to 203.0.113.2:2774" in finding.detail


def test_moves_are_counted_and_have_a_side() -> None:
    talk = with_child()
    talk.n.moves = [(1, "192.0.2.10", 4500, "192.0.2.20", 4500)]
    for number, port in enumerate((1024, 1025), 2):
        talk.n.moves.append((talk.frame, "192.0.2.10", port, "192.0.2.20", 4500))
        talk.say("INFORMATIONAL", message_id=number)
        talk.say("INFORMATIONAL", by="r", message_id=number)
    (finding,) = judged(ID, talk)
    assert finding.subject == "the initiator"
    assert finding.detail.startswith("Moved twice, first from 192.0.2.10:4500")
