from tests.assessment.build import Talk, found, sa1, sa2

ID = "scanner-probe"
FOUR = ((5, 2, 1, 2), (5, 1, 1, 2), (1, 2, 1, 2), (1, 1, 1, 2))


def probe(answered: bool = False, **fields) -> Talk:
    talk = Talk(version=1, outcome="probe", **fields)
    talk.say("AGGRESSIVE" if talk.n.mode == "aggressive" else "IDENTITY_PROTECTION")
    if answered:
        talk.say("IDENTITY_PROTECTION", by="r")
    return talk


def tool(talk: Talk) -> str:
    (finding,) = found(ID, talk)
    return finding.detail


def test_ike_scan_main_mode_by_its_eight_transforms() -> None:
    eight = (*FOUR, *((e, h, a, 1) for e, h, a, _ in FOUR))
    talk = probe(answered=True).offer(sa1(*eight))
    (finding,) = found(ID, talk)
    assert (finding.severity, finding.subject, finding.evidence_frames) == ("low", "192.0.2.10", (1, 2))
    assert finding.detail == "First message as sent by ike-scan (main mode); answered."


def test_ike_scan_aggressive_and_ikev2() -> None:
    assert "ike-scan (aggressive mode); not answered" in tool(probe(mode="aggressive").offer(sa1(*FOUR)))
    talk = Talk(outcome="probe")
    talk.say("IKE_SA_INIT")
    talk.offer(sa2({"encr": [(12, 256), (12, 128), 3, 2], "prf": [2, 1], "integ": [2, 1], "ke": [2, 5, 14]}))
    assert "ike-scan (IKEv2)" in tool(talk)


def test_nmap_by_its_constant_spi() -> None:
    assert "nmap UDP payload" in tool(probe(initiator_spi="0011223344556677").offer(sa1(*FOUR, life=1)))


def test_another_lifetime_is_a_setting_of_the_tool() -> None:
    assert "ike-scan (aggressive mode)" in tool(probe(mode="aggressive").offer(sa1(*FOUR, life=3600)))


def test_the_same_offer_from_a_client_that_went_on_is_none() -> None:
    talk = Talk(version=1, outcome="established").offer(sa1(*FOUR))
    talk.say("IDENTITY_PROTECTION")
    assert found(ID, talk) == []
