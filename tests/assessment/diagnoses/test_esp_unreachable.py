import pytest

from analyzer.assessment import Diagnosis
from analyzer.capture.datagram import IcmpError
from tests.assessment.assessed import assess
from tests.assessment.build import RESPONDER, healthy, icmp_of_traffic, story
from tests.assessment.lives import stream, with_child

ID = "esp-unreachable"


def made(*errors: IcmpError, answered: bool = False) -> list[Diagnosis]:
    told = story(with_child(), icmp=list(errors), last=60)
    told.streams = [
        stream(at=10, until=20),
        *([stream("0a0a0a0a", back=True, until=30, last_frame=99)] if answered else []),
    ]
    return [d for d in assess(told).diagnoses.get(1, ()) if d.diagnosis == ID]


def test_a_filter_that_permits_ike_and_not_esp() -> None:
    (diagnosis,) = made(icmp_of_traffic("admin-prohibited"), icmp_of_traffic("admin-prohibited", 91))
    assert diagnosis.detail == (
        "203.0.113.9 reports administratively prohibited for ESP with SPI 0x0b0b0b0b from 192.0.2.10 to 192.0.2.20, "
        "twice."
    )
    assert (diagnosis.confidence, diagnosis.evidence_frames) == ("likely", (90, 91))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("host-unreachable", "host unreachable"),
        ("net-unreachable", "network unreachable"),
        ("protocol-unreachable", "protocol unreachable"),
        ("port-unreachable", "port unreachable"),
        ("time-exceeded", "time exceeded in transit"),
        ("reassembly-timeout", "fragment reassembly time exceeded"),
    ],
)
def test_each_kind_in_its_words(kind: str, words: str) -> None:
    (diagnosis,) = made(icmp_of_traffic(kind))
    assert f"203.0.113.9 reports {words} for ESP" in diagnosis.detail


def test_a_kernel_without_esp_may_have_ipsec_in_user_space() -> None:
    assert made(icmp_of_traffic("protocol-unreachable", reporter=RESPONDER)) == []
    assert made(icmp_of_traffic("host-unreachable", reporter=RESPONDER)) != []


def test_ah_and_esp_in_udp() -> None:
    assert "for AH with SPI" in made(icmp_of_traffic("host-unreachable", protocol="ah"))[0].detail
    assert "for ESP in UDP with SPI" in made(icmp_of_traffic("port-unreachable", protocol="udp"))[0].detail


def test_the_receiver_that_sends_later_is_reached_again_or_was_always() -> None:
    (diagnosis,) = made(icmp_of_traffic("host-unreachable", at=15), answered=True)
    assert diagnosis.confidence == "possible"
    assert made(icmp_of_traffic("host-unreachable", at=40), answered=True)[0].confidence == "likely"


def test_requests_for_smaller_packets_and_errors_about_ike_are_others() -> None:
    assert made(icmp_of_traffic("fragmentation-needed", mtu=1400)) == []
    assert made(icmp_of_traffic("other")) == []
    assert made(icmp_of_traffic("port-unreachable", protocol="udp", spi=None)) == []
    assert made() == []


def test_errors_from_before_the_sa_are_not_its_own() -> None:
    told = story(healthy(frame=200), icmp=[icmp_of_traffic("host-unreachable", frame=90)])
    assert assess(told).diagnoses == {}


def test_the_advice_names_what_was_rejected() -> None:
    for fields, permit in (
        ({}, "IP protocol 50 "),
        ({"protocol": "ah"}, "IP protocol 51 "),
        ({"protocol": "udp"}, "UDP 4500 "),
    ):
        (diagnosis,) = made(icmp_of_traffic("admin-prohibited", **fields))
        assert f"permit {permit}" in diagnosis.advice
