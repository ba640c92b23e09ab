from typing import Any

from tests.assessment.build import Talk, found, healthy, main_mode, sa2

ID = "downgrade-unprotected"
TRANSCRIPT = 16447
GOOD = {"encr": [(20, 256)], "prf": [5], "ke": [31]}
OPTIONAL, HYBRID = {**GOOD, "addke": [36, 0]}, {**GOOD, "addke": [36]}


def talk(*proposals: dict[str, list[Any]], asked: bool = False, answered: bool = False, **fields: Any) -> Talk:
    made = Talk(**{"outcome": "established", **fields})
    made.offer(sa2(*proposals)).choose(encryption_id=20, key_bits=256, prf_id=5, ke_id=31)
    made.say("IKE_SA_INIT", notifies=(TRANSCRIPT,) if asked else ())
    made.say("IKE_SA_INIT", by="r", notifies=(TRANSCRIPT,) if answered else ())
    return made


def test_post_quantum_or_not() -> None:
    (finding,) = found(ID, talk(OPTIONAL))
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("info", "certain", (1, 2))
    assert finding.detail == (
        "The offer holds ML-KEM and combinations without it; neither side announces IKE_SA_INIT_FULL_TRANSCRIPT_AUTH."
    )
    assert len(found(ID, talk(HYBRID, GOOD))) == 1
    assert len(found(ID, talk({**GOOD, "ke": [31, 35]}))) == 1


def test_one_side_only() -> None:
    assert "the initiator only announces" in found(ID, talk(OPTIONAL, asked=True))[0].detail
    assert "the responder only announces" in found(ID, talk(OPTIONAL, answered=True))[0].detail


def test_strong_and_weak() -> None:
    (finding,) = found(ID, talk({**GOOD, "ke": [31, 2]}))
    assert "1024-bit MODP Group" in finding.detail
    assert len(found(ID, talk({**GOOD, "encr": [(20, 256), 2]}))) == 1
    assert "ENCR_3DES" in found(ID, talk({**GOOD, "encr": [(20, 256), 3]}))[0].detail


def test_both_sides_announce_it() -> None:
    assert found(ID, talk(OPTIONAL, asked=True, answered=True)) == []


def test_of_a_message_that_was_cut_nothing_is_missing() -> None:
    assert found(ID, talk(OPTIONAL, cut=True)) == []


def test_no_room() -> None:
    assert found(ID, talk(HYBRID)) == []
    assert found(ID, talk({**GOOD, "ke": [36, 37]}, {**GOOD, "addke": [0], "addke2": [35]})) == []
    assert found(ID, talk(GOOD)) == []
    assert found(ID, talk({**GOOD, "ke": [31, 19, 20]})) == []  # all of them strong
    assert found(ID, talk({**GOOD, "ke": [2]})) == []  # weak-ke-offered speaks of it


def test_nothing_is_said_of_a_refusal_a_probe_or_ikev1() -> None:
    refused = talk(OPTIONAL, outcome="failed")
    refused.n.suite = refused.n.chosen_frame = None
    assert found(ID, refused) == []
    assert found(ID, talk(OPTIONAL, outcome="probe")) == []
    assert found(ID, healthy()) == []
    assert found(ID, main_mode(outcome="established")) == []


def test_the_offer_that_was_answered_counts() -> None:
    """COOKIE or INVALID_KE_PAYLOAD brought another one before it."""
    twice = talk(HYBRID)
    twice.n.offers[0] = twice.n.offers[0]._replace(frame_number=0, sa=sa2(OPTIONAL))
    twice.offer(sa2(HYBRID), 1)
    assert found(ID, twice) == []
