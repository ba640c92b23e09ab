from typing import Any

from tests.assessment.build import Talk, found, healthy

ID = "windows-realm-fragments"
REALM = bytes.fromhex("686a8cbdfe634b405146fb2baf33e9e8") + bytes(range(16))
WINDOWS = bytes.fromhex("1e2b516905991c7d7c96fcbfb587e46100000009")
STRONGSWAN = bytes.fromhex("882fe56d6fd20dbc2251613b2ebe5beb")


def talk(realm: bytes = REALM, responder: bytes = WINDOWS, pieces: int = 2, **fields: Any) -> Talk:
    made = Talk(**{"outcome": "incomplete", **fields})
    made.say("IKE_SA_INIT", payloads=(33, 34, 40, 43), vendor_ids=(realm,))
    made.say("IKE_SA_INIT", by="r", payloads=(33, 34, 40, 43), vendor_ids=(responder,))
    for number in range(1, pieces + 1):
        made.say("IKE_AUTH", message_id=1, fragment=(number, pieces) if pieces > 1 else None, payloads=(53,))
    return made


def test_fragments_behind_the_realm_and_no_answer() -> None:
    (finding,) = found(ID, talk(pieces=3))
    assert (finding.severity, finding.confidence, finding.subject) == ("medium", "possible", "192.0.2.10")
    assert finding.evidence_frames == (1, 2, 3, 4, 5)
    assert finding.detail.startswith("IKE_AUTH in 3 fragments")


def test_an_answer_of_whatever_kind() -> None:
    answered = talk()
    answered.say("IKE_AUTH", by="r", message_id=1)
    assert found(ID, answered) == []
    probed = talk()
    probed.say("INFORMATIONAL", by="r", begun_by="r", message_id=0)  # the responder is alive, and asks
    assert found(ID, probed) == []


def test_another_client_another_responder_or_one_message() -> None:
    assert found(ID, talk(realm=WINDOWS)) == []
    assert found(ID, talk(realm=REALM[:16])) == []  # without a tag no realm is named
    assert found(ID, talk(responder=STRONGSWAN)) == []
    assert found(ID, talk(pieces=1)) == []
    assert found(ID, healthy()) == []


def test_one_fragment_that_is_repeated_is_no_set() -> None:
    alone = talk(pieces=1)
    alone.say("IKE_AUTH", message_id=1, fragment=(1, 2), payloads=(53,))
    alone.say("IKE_AUTH", message_id=1, fragment=(1, 2), payloads=(53,), again=True)
    assert found(ID, alone) == []
