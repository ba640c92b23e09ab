from tests.assessment.build import Talk, found, healthy, main_mode, sa2

ID = "downgrade-across-retries"
WEAK = {"encr": [(12, 128)], "integ": [2], "prf": [2], "ke": [2]}


def refused(number: int = 1, at: float = 0, **fields) -> Talk:
    talk = Talk(number=number, at=at, **{"outcome": "failed", "failed_at": "IKE_SA_INIT", **fields})
    talk.offer(sa2({"encr": [(20, 256)], "prf": [5], "ke": [19]}), 1)
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[14])
    return talk


def weak(at: float = 5, **fields) -> Talk:
    talk = healthy(2, 20, at=at, **fields)
    talk.n.offers.clear()
    return talk.offer(sa2(WEAK), 20).choose(21, encryption_id=12, key_bits=128, integrity_id=2, prf_id=2, ke_id=2)


def test_older_version_after_a_refusal() -> None:
    (finding,) = found(ID, refused(), main_mode(2, 20, at=5, outcome="established"))
    assert (finding.negotiation, finding.subject, finding.confidence) == (2, "IKEv1 after IKEv2", "possible")
    assert finding.evidence_frames == (1, 21)


def test_weaker_offer_after_silence() -> None:
    (finding,) = found(ID, refused(outcome="unanswered"), weak())
    assert finding.subject == "weaker offer accepted"


def test_too_late_another_peer_or_not_weaker() -> None:
    assert found(ID, refused(), weak(at=120)) == []
    assert found(ID, refused(), weak(initiator="192.0.2.66")) == []
    assert found(ID, refused(), healthy(2, 20, at=5)) == []
    assert found(ID, healthy(), weak()) == []
    assert found(ID, refused(number=3, at=9), weak()) == []  # the refusal came later


def test_the_same_offer_without_its_post_quantum_part() -> None:
    hybrid = {"encr": [(20, 256)], "prf": [5], "ke": [19], "addke": [36]}
    before = refused()
    before.n.offers.clear()
    before.offer(sa2(hybrid), 1)
    (finding,) = found(ID, before, healthy(2, 20, at=5))
    assert finding.subject == "offer without post-quantum part accepted"
    after = healthy(2, 20, at=5)
    after.n.offers.clear()
    assert found(ID, before, after.offer(sa2(hybrid), 20)) == []
    cut = healthy(2, 20, at=5)
    cut.n.offers[0] = cut.n.offers[0]._replace(sa=cut.n.offers[0].sa._replace(whole=False))
    assert found(ID, before, cut) == []


def test_smaller_groups_alone_are_low() -> None:
    groups: dict[str, list[int]] = {"larger": [20, 16], "smaller": [19, 14]}
    before = refused()
    before.n.offers.clear()
    before.offer(sa2({"encr": [(20, 256)], "prf": [5], "ke": groups["larger"]}), 1)
    after = healthy(2, 20, at=5)
    after.n.offers.clear()
    (finding,) = found(ID, before, after.offer(sa2({"encr": [(20, 256)], "prf": [5], "ke": groups["smaller"]}), 20))
    assert (finding.subject, finding.severity) == ("offer with smaller groups accepted", "low")
    after.n.offers.clear()
    assert found(ID, before, after.offer(sa2({"encr": [(20, 256)], "prf": [5], "ke": groups["larger"]}), 20)) == []


def test_losing_the_post_quantum_part_outweighs_what_the_policy_holds_against_the_rest() -> None:
    before = refused()
    before.n.offers.clear()
    before.offer(sa2({"encr": [(20, 256)], "prf": [6], "ke": [2], "addke": [37]}), 1)
    after = healthy(2, 20, at=5)
    after.n.offers.clear()
    after.offer(sa2({"encr": [(20, 256)], "prf": [6], "ke": [20]}), 20)
    (finding,) = found(ID, before, after)
    assert finding.subject == "offer without post-quantum part accepted"


def retried(first: dict[str, list], last: dict[str, list]) -> Talk:
    """An SA whose first request was answered with INVALID_KE_PAYLOAD, and whose second was taken."""
    talk = healthy()
    talk.n.offers.clear()
    return talk.offer(sa2(first), 1).offer(sa2(last), 3).choose(5, encryption_id=20, key_bits=256, prf_id=5, ke_id=31)


def test_a_retry_inside_the_same_sa_that_offers_less() -> None:
    both, classical = ({"encr": [(20, 256)], "prf": [5], "ke": groups} for groups in ([36, 31], [31]))
    (finding,) = found(ID, retried(both, classical))
    assert (finding.subject, finding.confidence) == ("offer without post-quantum part accepted", "possible")
    assert finding.evidence_frames == (1, 5)
    (finding,) = found(ID, retried({"encr": [(20, 256)], "prf": [5], "ke": [31, 2]}, WEAK))
    assert finding.subject == "weaker offer accepted"
    assert found(ID, retried(both, both)) == []
    assert found(ID, retried(classical, both)) == []
    assert found(ID, retried(classical, {**classical, "ke": [19]})) == []
