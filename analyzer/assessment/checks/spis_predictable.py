"""SPIs of an initiator that do not look drawn at random."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from analyzer.assessment import lives
from analyzer.assessment.drawn import by_host
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene

ABOUT = Explanation(
    id="spis-predictable",
    kind="check",
    title="Initiator's SPIs can be foretold",
    severity="low",
    what="The initiator's SPIs of a host's negotiations count, or begin with the same bytes.",
    why=(
        "Who can foretell an SPI can answer or end a negotiation without seeing it. SPIs that count show how many "
        "SAs a host has, and that it does not draw them at random."
    ),
    wire=(
        "8 or more negotiations of one address, in order of time: each SPI is above the one before by less than "
        "2**24, or all share their first four bytes."
    ),
    lookalikes="A host that puts a mark of its own into its SPIs, as nodes of a cluster may.",
    advice="Update the sender: SPIs are to be drawn at random.",
    references=("RFC 7296 2.6", "RFC 4086 1"),
)

LEAST = 8
_STEP = 1 << 24


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each host."""
    for host, some in by_host(scene).items():
        spis = list(dict.fromkeys(n.initiator_spi for n in some if n.exchanges))
        how = _pattern(spis) if len(spis) >= LEAST else ""
        if how:
            detail = f"The SPIs of {len(spis)} negotiations that {host} began {how}."
            frames = [n.exchanges[0].first_frame for n in some if n.exchanges]
            frames = frames[: lives.FRAMES_KEPT]
            yield lives.finding(ABOUT, "possible", some[0].number, f"SPIs of {host}", frames, detail)


def _pattern(spis: Sequence[str]) -> str:
    numbers = [int(spi, 16) for spi in spis]
    if all(0 < after - before < _STEP for before, after in pairwise(numbers)):
        return "count"
    return f"all begin with {spis[0][:8]}" if len({spi[:8] for spi in spis}) == 1 else ""
