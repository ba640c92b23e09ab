from typing import Any

from tests.assessment.build import Talk, found, healthy

ID = "horizontal-scan"
SOURCE = "198.51.100.7"


def probe(number: int, *, at: float | None = None, answered: bool = False, **message: Any) -> Talk:
    fields = {"outcome": "incomplete", "initiator": SOURCE, "responder": f"192.0.2.{number}"}
    made = Talk(number=number, frame=10 * number, at=number if at is None else at, **fields)
    made.say("IKE_SA_INIT", **message)
    if answered:
        made.say("IKE_SA_INIT", by="r", vendor_ids=(b"a gateway",), notifies=(16388,))
    return made


def test_six_hosts() -> None:
    (finding,) = found(ID, *(probe(k) for k in range(1, 7)))
    assert (finding.severity, finding.confidence, finding.subject) == ("info", "likely", SOURCE)
    assert finding.detail == "6 responders asked within 60 s; 0 of them answered in this capture."
    assert finding.evidence_frames == (10, 20, 30, 40, 50, 60)


def test_answers_and_retransmissions_change_nothing_but_the_weight() -> None:
    some = [probe(k, answered=k == 3) for k in range(1, 7)]
    for talk in some:
        talk.say("IKE_SA_INIT", again=True)
    (finding,) = found(ID, *some)
    assert finding.severity == "low"
    assert "1 of them answered" in finding.detail


def test_few_or_slow() -> None:
    assert found(ID, *(probe(k) for k in range(1, 5))) == []
    assert found(ID, *(probe(k, at=20 * k) for k in range(1, 12))) == []


def test_one_host_often() -> None:
    some = [probe(k) for k in range(1, 12)]
    for talk in some:
        talk.n.responder_ip = "192.0.2.1"
    assert found(ID, *some) == []


def test_a_gateway_all_of_whose_peers_are_down() -> None:
    assert found(ID, *(probe(k, notifies=(16388, 16389)) for k in range(1, 7))) == []
    assert found(ID, *(probe(k, vendor_ids=(b"strongSwan",)) for k in range(1, 7))) == []


def test_of_messages_that_were_cut_vendor_ids_may_be_missing() -> None:
    some = [probe(k) for k in range(1, 7)]
    for talk in some:
        talk.n.cut = True
    assert found(ID, *some) == []


def test_who_goes_on_with_somebody_is_a_peer() -> None:
    hub = [healthy(k, 10 * k, k, initiator=SOURCE, responder=f"192.0.2.{k}") for k in range(1, 7)]
    assert found(ID, *hub) == []
    assert found(ID, hub[0], *(probe(k) for k in range(2, 9))) == []
    going_on = probe(1, answered=True)
    going_on.say("IKE_AUTH", message_id=1)
    assert found(ID, going_on, *(probe(k) for k in range(2, 9))) == []


def test_many_sources() -> None:
    some = [probe(k) for k in range(1, 7)]
    for k, talk in enumerate(some):
        talk.n.initiator_ip = f"198.51.100.{k}"
    assert found(ID, *some) == []
