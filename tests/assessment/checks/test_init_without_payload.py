import pytest

from tests.assessment.build import Talk, found, healthy

ID = "init-without-payload"


def sent(*payloads: int, **fields) -> Talk:
    talk = Talk(outcome="incomplete")
    talk.say("IKE_SA_INIT", payloads=payloads, **fields)
    return talk


@pytest.mark.parametrize(
    ("payloads", "missing"),
    [
        ((33, 40), "no KE payload"),
        ((34, 40), "no SA payload"),
        ((33, 34), "no nonce"),
        ((43,), "no SA and no KE and no"),
    ],
)
def test_what_is_missing(payloads: tuple[int, ...], missing: str) -> None:
    (finding,) = found(ID, sent(*payloads))
    assert (finding.severity, finding.confidence, finding.subject) == ("medium", "certain", "192.0.2.10")
    assert missing in finding.detail


def test_whole_ones_in_any_order() -> None:
    assert found(ID, healthy()) == []
    assert found(ID, sent(41, 40, 34, 33, 43)) == []


def test_answers_with_a_notify_alone() -> None:
    for notify in (16390, 14, 17):
        talk = sent(33, 34, 40)
        talk.say("IKE_SA_INIT", by="r", payloads=(41,), notifies=(notify,))
        assert found(ID, talk) == []
    answer = Talk(outcome="incomplete")
    answer.say("IKE_SA_INIT", by="r", payloads=(41,))
    assert found(ID, answer) == [], "the request is not in the capture"


@pytest.mark.parametrize("kind", ["capture-truncated", "wire-chain-broken", "wire-payload-overlong", "wire-length"])
def test_cut_and_damaged_ones_are_not_judged(kind: str) -> None:
    assert found(ID, sent(33, defects=(kind,))) == []
    assert found(ID, sent(33, defects=("wire-reserved-bits",)))


def test_a_resumed_sa_sends_no_sa_payload() -> None:
    talk = Talk(outcome="incomplete")
    talk.say("IKE_SESSION_RESUME", payloads=(40, 41), encrypted=False)
    assert found(ID, talk) == []
    old = Talk(version=1, outcome="incomplete")
    old.say("IDENTITY_PROTECTION", payloads=(1,))
    assert found(ID, old) == []


def test_of_a_first_ip_fragment_the_rest_is_missing() -> None:
    assert found(ID, sent(33), beginnings=frozenset({1})) == []
