from random import Random

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


def test_spis_that_count() -> None:
    (finding,) = judged(ID, *with_spis(*range(1 << 60, (1 << 60) + 5 * LEAST, 5)))
    assert (finding.severity, finding.confidence) == ("low", "possible")
    assert finding.detail == "The SPIs of 8 negotiations that 192.0.2.1 began count."


def test_spis_that_begin_alike() -> None:
    random = Random(1)
    (finding,) = judged(ID, *with_spis(*((0xC0FFEE01 << 32) + random.getrandbits(32) for _ in range(LEAST))))
    assert finding.detail.endswith(" all begin with c0ffee01.")


@pytest.mark.parametrize(
    "spis",
    [
        [*range(1 << 60, (1 << 60) + LEAST - 1)],  # fewer
        [Random(seed).getrandbits(64) for seed in range(40)],
        sorted(Random(seed).getrandbits(64) for seed in range(40)),  # rising, and far apart
        [1 << 60] * LEAST,  # one negotiation, begun anew
    ],
)
def test_others(spis: list[int]) -> None:
    assert judged(ID, *with_spis(*spis)) == []


def test_of_several_hosts_each_by_itself() -> None:
    talks = with_spis(*range(1 << 60, (1 << 60) + LEAST))
    talks[3].n.initiator_ip = "192.0.2.9"
    assert judged(ID, *talks) == []
