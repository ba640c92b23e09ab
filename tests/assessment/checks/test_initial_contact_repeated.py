from analyzer.negotiation.seen import SeenIdentity
from tests.assessment.build import Talk, aggressive, found, healthy

ID, V1, V2 = "initial-contact-repeated", 24578, 16384


def said(number: int, at: float, name: str = "vpn.example", **fields) -> Talk:
    talk = aggressive(number=number, at=at, frame=10 * number, **fields)
    if name:
        talk.n.identities.append(SeenIdentity(10 * number, True, 2, name))
    talk.say("INFORMATIONAL", message_id=7, encrypted=False, payloads=(11,), notifies=((V1, b""),))
    return talk


def test_five_within_ten_minutes() -> None:
    (finding,) = found(ID, *[said(k, 60 * k) for k in range(1, 6)])
    assert (finding.severity, finding.confidence, finding.subject) == ("medium", "likely", "vpn.example")
    assert finding.detail.startswith("INITIAL_CONTACT 5 times within 600 s from 192.0.2.10 to 192.0.2.20; by vpn.")


def test_decrypted_ones_of_ikev2_count() -> None:
    talks = []
    for k in range(1, 7):
        talk = healthy(number=k, frame=10 * k, at=30 * k, decrypted=True)
        talk.n.identities.append(SeenIdentity(10 * k, True, 2, "a"))
        talk.say("IKE_AUTH", message_id=1, notifies=((V2, b"", True),))
        talks.append(talk)
    assert found(ID, *talks)[0].confidence == "likely"


def test_fewer_slower_or_of_many_is_none() -> None:
    assert found(ID, *[said(k, 60 * k) for k in range(1, 5)]) == [], "four: a restart, and a bad path"
    assert found(ID, *[said(k, 200 * k) for k in range(1, 9)]) == [], "slower"
    assert found(ID, *[said(k, k, name=f"client-{k}") for k in range(1, 9)]) == [], "clients of one NAT"
    spoke = [said(k, k, responder=f"198.51.100.{k}") for k in range(1, 9)]
    assert found(ID, *spoke) == [], "a spoke that restarts, to eight hubs"
    hub = [said(k, k, initiator=f"198.51.100.{k}") for k in range(1, 9)]
    assert found(ID, *hub) == [], "eight spokes of one group name, after their hub restarted"


def test_two_hosts_of_one_identity_in_turn() -> None:
    turns = [said(k, 60 * k, initiator=f"198.51.100.{k % 2}") for k in range(1, 7)]
    (finding,) = found(ID, *turns)
    assert (finding.confidence, len(finding.evidence_frames)) == ("possible", 6)
    assert "from 198.51.100.1, 198.51.100.0 to 192.0.2.20; by vpn.example, in turn from 2 addresses." in finding.detail
    assert found(ID, *turns[:4], *[said(k, 60 * k, initiator=f"198.51.100.{k}") for k in range(7, 9)]) == []


def test_retransmissions_and_copies_count_once() -> None:
    talk = said(1, 1)
    for _ in range(8):
        talk.say("INFORMATIONAL", message_id=7, encrypted=False, payloads=(11,), notifies=((V1, b""),), again=True)
    assert found(ID, talk) == []


def test_many_of_one_sa() -> None:
    talk = said(1, 1)
    for k in range(20, 28):
        talk.say("INFORMATIONAL", message_id=k, encrypted=False, payloads=(11,), notifies=((V1, b""),))
    assert "INITIAL_CONTACT 9 times" in found(ID, talk)[0].detail


def test_without_identity_or_from_many_ports_it_is_only_possible() -> None:
    assert found(ID, *[said(k, k, name="") for k in range(1, 6)])[0].confidence == "possible"
    group = [said(k, k, initiator_port=1000 + k) for k in range(1, 6)]
    assert (found(ID, *group)[0].confidence, "from 5 ports" in found(ID, *group)[0].detail) == ("possible", True)
