from typing import Any

import pytest

from analyzer.capture.datagram import EspStream
from tests.assessment.build import Talk, main_mode
from tests.assessment.lives import fixtures_with, judged, recorded, stream, with_child

ID = "one-way-traffic"


def test_nothing_comes_back() -> None:
    (finding,) = judged(ID, with_child(), streams=(stream(),))
    assert (finding.severity, finding.confidence, finding.negotiation) == ("low", "likely", 1)
    assert finding.detail == "100 ESP packets from 192.0.2.10 to 192.0.2.20 (to the responder), none came back."
    assert (finding.subject, finding.evidence_frames) == ("SPI 0b0b0b0b", (50, 70))


@pytest.mark.parametrize(
    "streams",
    [
        (),
        (stream(packets=9),),
        (stream(), stream("0a0a0a0a", back=True, packets=1)),
    ],
    ids=["no traffic", "too little", "both ways"],
)
def test_nothing_to_say(streams: tuple[EspStream, ...]) -> None:
    assert judged(ID, with_child(), streams=streams) == []


@pytest.mark.parametrize("group", ["239.1.2.3", "ff05::1:3"])
def test_a_multicast_group_does_not_answer(group: str) -> None:
    some = stream()
    some.dst_ip = group
    assert judged(ID, with_child(), streams=(some,)) == []


def test_where_one_side_was_recorded_only_it_is_possible() -> None:
    talk = with_child().rewrite(lambda s: s if s.from_initiator else None)
    (finding,) = judged(ID, talk, streams=(stream(),))
    assert finding.confidence == "possible"
    assert finding.detail.endswith("Nothing shows that this capture holds both directions.")


def test_without_a_negotiation_by_hosts() -> None:
    (finding,) = judged(ID, Talk(outcome="failed").ike_sa_init(), streams=(stream(packets=6), stream("2", packets=6)))
    assert (finding.negotiation, finding.confidence) == (None, "possible")
    assert finding.detail.startswith("12 ESP packets from 192.0.2.10 to 192.0.2.20, none came back.")


@pytest.mark.parametrize("keyed", [False, True])
def test_recorded(keyed: bool) -> None:
    (finding,) = recorded(ID, "ikev2-one-way-traffic", keyed=keyed)
    assert (finding.negotiation, finding.confidence) == (1, "likely")
    assert finding.detail == "20 ESP packets from 192.0.2.10 to 192.0.2.20 (to the responder), none came back."


def test_no_other_recording() -> None:
    assert fixtures_with(ID) == {"ikev2-one-way-traffic"}


def short_life(version: int = 2, **fields: Any) -> Talk:
    """An SA with a child that is deleted at 35 s."""
    talk = with_child() if version == 2 else main_mode(outcome="established", **fields)
    if version == 1:
        talk.child(protocol="ESP", initiator_spi_in="0a0a0a0a", responder_spi_in="0b0b0b0b")
    talk.now = 35
    step = talk.say("INFORMATIONAL", message_id=2, inner=(42 if version == 2 else 12,))
    talk.n.decrypted = True
    talk.n.deleted_at, talk.n.deleted_by_initiator = step.time_ns, True
    return talk


@pytest.mark.parametrize("encapsulation", ["esp", "ah", "udp"])
@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("version", [1, 2])
def test_few_packets_are_enough_where_they_are_the_whole_life(version: int, back: bool, encapsulation: str) -> None:
    spi = "0a0a0a0a" if back else "0b0b0b0b"
    some = stream(spi, back=back, packets=6, at=5, until=30, encapsulation=encapsulation)
    (finding,) = judged(ID, short_life(version), streams=(some,))
    name = "AH" if encapsulation == "ah" else "ESP"
    assert finding.detail.startswith(f"6 {name} packets from")
    assert "L2TP" not in finding.detail


@pytest.mark.parametrize(("cipher", "length", "found"), [(12, 80, True), (12, 112, False), (20, 57, False)])
def test_a_last_request_that_may_delete_ends_a_life_too(cipher: int, length: int, found: bool) -> None:
    """Padding hides it under a block cipher; under AES-GCM an empty request is a liveness check."""
    talk = with_child()
    talk.choose(2, encryption_id=cipher, key_bits=256, prf_id=5, integrity_id=12 if cipher == 12 else None, ke_id=14)
    talk.now = 35
    talk.say("INFORMATIONAL", message_id=2, length=length)
    some = stream(packets=6, at=5, until=30)
    assert (judged(ID, talk, streams=(some,)) != []) is found
    assert judged(ID, talk, streams=(stream(packets=6, at=5, until=60),)) == [], "traffic goes on after it"


def test_an_ikev1_sa_behind_nat_may_be_l2tp() -> None:
    some = stream(packets=6, at=5, until=30, encapsulation="udp")
    (finding,) = judged(ID, short_life(1, nat="initiator"), streams=(some,))
    assert "L2TP over IPsec (transport mode)" in finding.detail


@pytest.mark.parametrize(
    "some",
    [stream(packets=2, at=5, until=30), stream(packets=6, at=5, until=6), stream(packets=6, at=5, until=40)],
    ids=["too few", "a burst", "beyond the Delete"],
)
def test_few_packets_say_nothing_otherwise(some: EspStream) -> None:
    assert judged(ID, short_life(), streams=(some,)) == []
    assert judged(ID, with_child(), streams=(some,)) == []


def test_copies_are_no_traffic() -> None:
    assert judged(ID, with_child(), streams=(stream(packets=18, duplicates=9),)) == []
    (finding,) = judged(ID, with_child(), streams=(stream(packets=20, duplicates=10),))
    assert finding.detail.startswith("10 ESP packets from")
