from analyzer.negotiation.seen import SeenNotify
from tests.assessment.build import Talk, found, healthy

ID = "half-open-flood"


def half_open(count: int, gap: float, **fields) -> list[Talk]:
    talks = []
    for k in range(count):
        source = f"198.51.100.{k % 3}"
        talk = Talk(
            number=k + 1, frame=2 * k + 1, at=k * gap, **{"outcome": "incomplete", "initiator": source, **fields}
        )
        talk.say("IKE_SA_INIT", after=0)
        talk.say("IKE_SA_INIT", by="r", after=0)
        talks.append(talk)
    return talks


def test_thirty_in_ten_seconds() -> None:
    (finding,) = found(ID, *half_open(40, 0.25))
    assert (finding.severity, finding.subject, finding.negotiation) == ("high", "192.0.2.20", None)
    assert finding.detail.startswith("40 initiator SPIs from 3 addresses within 10 s, 40 of them answered")
    assert len(finding.evidence_frames) == 10


def test_slower_or_fewer() -> None:
    assert found(ID, *half_open(40, 0.5)) == []
    assert found(ID, *half_open(29, 0.01)) == []


def test_those_that_go_on_are_no_flood() -> None:
    assert found(ID, *[healthy(k, 10 * k, at=k / 100) for k in range(1, 60)]) == []
    going_on = half_open(40, 0.1)
    for talk in going_on:
        talk.say("IKE_AUTH", message_id=1)
    assert found(ID, *going_on) == []


def test_one_peer_that_repeats_itself_is_one_spi() -> None:
    same = half_open(40, 0.1)
    for talk in same:
        talk.n.initiator_spi = "00000000000000aa"
    assert found(ID, *same) == []


def test_refused_ones_hold_no_state() -> None:
    assert found(ID, *half_open(40, 0.2, outcome="failed", initiator="192.0.2.10")) == [], "one client, 40 refusals"
    some = half_open(31, 0.1) + half_open(62, 0.1, outcome="failed")[31:]
    assert found(ID, *some)[0].detail.startswith("31 initiator SPIs")


def test_an_initiator_that_stopped_is_no_refusal() -> None:
    """There was time enough to see that nothing follows the answer."""
    stopped = half_open(40, 0.1, outcome="failed", failed_by="initiator")
    assert found(ID, *stopped)[0].severity == "high"
    assert found(ID, *half_open(40, 0.1, outcome="failed", failed_by="responder")) == []


def test_a_demand_for_cookie_holds_no_state() -> None:
    demanded = half_open(40, 0.1)
    for talk in demanded:
        talk.change(talk.n.first_frame + 1, notifies=(SeenNotify(16390, 0, b"c", False),))
    (finding,) = found(ID, *demanded)
    assert (finding.severity, finding.confidence) == ("medium", "likely")
    assert "40 of the answers demand COOKIE" in finding.detail


def test_unanswered_ones_are_possible() -> None:
    """60 spokes that reconnect to a hub that is down."""
    down = [t.leave_out(t.n.first_frame + 1) for t in half_open(60, 0.1, outcome="unanswered")]
    (finding,) = found(ID, *down)
    assert (finding.severity, finding.confidence) == ("medium", "possible")
    assert "0 of them answered" in finding.detail
    assert "look the same" in finding.detail
    few = down[:40] + half_open(60, 0.1)[40:]
    assert found(ID, *few)[0].confidence == "possible", "20 of 60 answered"


def test_who_repeats_a_request_that_nobody_answers_waits_for_an_sa() -> None:
    """60 spokes that reconnect to a hub that is down, seen for longer than their first timeout."""
    down = [t.leave_out(t.n.first_frame + 1) for t in half_open(60, 0.1, outcome="unanswered")]
    for talk in down:
        talk.say("IKE_SA_INIT", after=4, again=True)
    assert found(ID, *down) == []
    answered = half_open(60, 0.1)
    for talk in answered:
        talk.say("IKE_SA_INIT", after=4, again=True)
    assert found(ID, *answered)[0].confidence == "likely"
