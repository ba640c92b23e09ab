"""First messages of scanners, byte by byte as the tools send them."""

import pytest

from tests.negotiation.build import (
    AGGRESSIVE,
    GCM,
    IKE_AUTH,
    INIT,
    SPI_I,
    SPI_R,
    ZERO,
    A,
    B,
    C,
    Talk,
    init_answer,
    init_notify,
    init_request,
    ke1,
    main_1,
    main_2,
    main_mode,
    nonce1,
    notify1,
    notify2,
    phase1,
    sa1,
    sealed,
    v1,
)

_PAIRS = ((5, 2), (5, 1), (1, 2), (1, 1))
IKE_SCAN = [phase1(encryption, hash_id, 1, group, None) for group in (2, 1) for encryption, hash_id in _PAIRS]
IKE_SCAN_GROUP_2 = [phase1(encryption, hash_id, 1, 2, None) for encryption, hash_id in _PAIRS]
IKE_SCAN_V2 = (
    (1, 12, 256), (1, 12, 128), (1, 3), (1, 2), (2, 2), (2, 1), (3, 2), (3, 1), (4, 2), (4, 5), (4, 14),
)  # fmt: skip


def test_ike_scan_unanswered_refused_and_answered() -> None:
    silent, refused, answered = Talk(), Talk(), Talk()
    for talk in (silent, refused, answered):
        talk.say(main_1(*IKE_SCAN))
    refused.answer(v1(5, notify1(14), mid=1))
    answered.answer(main_2(IKE_SCAN[0]))
    for talk in (silent, refused, answered):
        assert talk.only(10).outcome == "probe"


def test_ike_scan_aggressive() -> None:
    talk = Talk()
    talk.say(v1(AGGRESSIVE, sa1(*IKE_SCAN_GROUP_2), ke1(), nonce1(), (5, b"\3\x11\1\xf4id"), spis=(SPI_I, ZERO)))
    assert talk.only(10).outcome == "probe"


def test_ike_scan_of_ikev2() -> None:
    talk = Talk()
    talk.say(init_request(IKE_SCAN_V2, group=2))
    talk.answer(init_notify(14))
    assert talk.only(10).outcome == "probe"


def test_the_same_proposal_with_notifies_is_no_scanner() -> None:
    talk = Talk()
    talk.say(init_request(IKE_SCAN_V2, extra=[notify2(16430)]))
    assert talk.only(10).outcome == "unanswered"


def test_an_old_client_with_a_scanners_proposal_is_none() -> None:
    named, four = Talk(), Talk()
    named.say(main_1(*IKE_SCAN, extra=[(13, bytes(16))]))
    four.say(main_1(*IKE_SCAN_GROUP_2))
    assert named.only(10).outcome == "unanswered", "it sends a vendor ID"
    assert four.only(10).outcome == "unanswered", "no tool sends these four in main mode, but for nmap under its SPI"


def test_a_scanners_proposal_that_goes_on_is_a_negotiation() -> None:
    talk = Talk()
    main_mode(talk, IKE_SCAN[0])
    assert talk.only(10).outcome == "established"
    wrong_key = Talk()
    wrong_key.say(main_1(*IKE_SCAN))
    for data in ((main_2(IKE_SCAN[0])),):
        wrong_key.answer(data)
    wrong_key.say(v1(2, ke1("i"), nonce1("i")))
    assert wrong_key.only(10).outcome == "failed", "whoever sends a key exchange means it"


@pytest.mark.parametrize("spi", ["0011223344556677", "3127fcb038109e89"])
def test_nmaps_spis(spi: str) -> None:
    talk = Talk()
    talk.say(main_1(spi=spi))
    assert talk.only(10).outcome == "probe"


def test_one_spi_for_many_targets_is_many_probes() -> None:
    talk = Talk()
    for host in range(1, 60):
        talk.say(main_1(spi="0011223344556677"), A, (f"198.51.100.{host}", 500))
    talk.answer(main_2(spis=("0011223344556677", SPI_R)), ("198.51.100.30", 500), A)
    found = talk.negotiations(10)
    assert len(found) == 59
    assert {n.outcome for n in found} == {"probe"}
    assert [n.responder_ip for n in found if n.responder_spi == SPI_R] == ["198.51.100.30"]


def test_an_established_sa_is_no_probe_whatever_its_spi() -> None:
    talk = Talk()
    spis = "0011223344556677", SPI_R
    talk.say(init_request(spi=spis[0]))
    talk.answer(init_answer(spis=spis))
    talk.say(sealed(IKE_AUTH, 298, spis=spis))
    talk.answer(sealed(IKE_AUTH, 238, initiator=False, response=True, spis=spis))
    assert talk.only().outcome == "established"


def test_no_offer_no_signature() -> None:
    talk = Talk()
    talk.say(v1(5, notify1(14)), C, B)
    talk.say(init_request(GCM)[:0] + sealed(INIT, 100, spis=(SPI_I, ZERO), mid=0))
    assert "probe" not in {n.outcome for n in talk.negotiations(10)}
