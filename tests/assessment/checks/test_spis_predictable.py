from random import Random
from typing import Literal

import pytest

from analyzer.assessment.checks.spis_predictable import LEAST
from tests.assessment.build import Talk
from tests.assessment.lives import judged, several

ID = "spis-predictable"


def with_spis(*spis: int) -> list[Talk]:
    talks = several(*["192.0.2.1"] * len(spis))
    for talk, spi in zip(talks, spis, strict=True):
        talk.n.initiator_spi = f"{spi:016x}"
    return talks


START = 0x3C9A51E7D2840B6F


@pytest.mark.parametrize("step", [5, -5])
@pytest.mark.parametrize("order", ["big", "little"])
def test_spis_that_count(step: int, order: Literal["big", "little"]) -> None:
    spis = [int.from_bytes((START + step * k).to_bytes(8, order), "big") for k in range(LEAST)]
    (finding,) = judged(ID, *with_spis(*spis))
    assert (finding.severity, finding.confidence, finding.subject) == ("low", "possible", "SPIs of 192.0.2.1")
    assert finding.detail == "The SPIs of 8 negotiations that 192.0.2.1 chose as initiator count."


def test_a_responder_s_count_too() -> None:
    talks = several(*[f"192.0.2.{number}" for number in range(30, 30 + LEAST)])
    for number, talk in enumerate(talks):
        talk.n.responder_spi = f"{START + number:016x}"
    (finding,) = judged(ID, *talks)
    assert finding.detail == f"The SPIs of 8 negotiations that {talks[0].n.responder_ip} chose as responder count."


@pytest.mark.parametrize(("mask", "alike"), [(32, "c0ffee01........"), (0, "........c0ffee01")])
def test_spis_that_are_alike(mask: int, alike: str) -> None:
    random = Random(1)
    spis = ((0xC0FFEE01 << mask) + (random.getrandbits(32) << 32 - mask) for _ in range(LEAST))
    (finding,) = judged(ID, *with_spis(*spis))
    assert finding.detail.endswith(f" are all {alike}.")


@pytest.mark.parametrize("spi", ["0000000000000001", "4141414141414141", "0011223344556677", "3230323631313234"])
def test_one_that_is_no_random_number(spi: str) -> None:
    (finding,) = judged(ID, *with_spis(START, int(spi, 16)))
    assert finding.detail == f"An SPI that 192.0.2.1 chose as initiator is no random number: {spi}."
    assert (finding.negotiation, finding.evidence_frames) == (2, (20,))


def test_text() -> None:
    spis = [int.from_bytes(text, "big") for text in (b"ike-test", b"Ab3 xyz!", b"gatewayA")]
    assert [f.detail for f in judged(ID, *with_spis(*spis))] == [
        "The SPIs of 3 negotiations that 192.0.2.1 chose as initiator are text."
    ]
    assert judged(ID, *with_spis(*spis[:2])) == []
    assert judged(ID, *with_spis(*spis, START)) == []


@pytest.mark.parametrize(
    "spis",
    [
        [*range(START, START + LEAST - 1)],  # fewer
        [Random(seed).getrandbits(64) for seed in range(40)],
        sorted(Random(seed).getrandbits(64) for seed in range(40)),  # rising, and far apart
        [START] * LEAST,  # one negotiation, begun anew
        [(0xC0FFEE << 40) + Random(seed).getrandbits(40) for seed in range(LEAST)],  # three bytes alike
    ],
)
def test_others(spis: list[int]) -> None:
    assert judged(ID, *with_spis(*spis)) == []


def test_of_several_hosts_each_by_itself() -> None:
    talks = with_spis(*range(START, START + LEAST))
    talks[3].n.initiator_ip = "192.0.2.9"
    assert judged(ID, *talks) == []
