"""Protected packets that are missing."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene

ABOUT = Explanation(
    id="packets-missing",
    kind="check",
    title="Protected packets are missing",
    severity="info",
    what="Sequence numbers of an ESP or AH stream were skipped and are not in the capture.",
    why="What is lost before the capture point is lost to the tunnel; everything inside it slows down.",
    wire="10 or more numbers, and at least one in a hundred, between the first and the highest seen are missing.",
    lookalikes=(
        "Packets that only the capture lost, or that took another path. A sender that spreads one SA over several "
        "queues or skips numbers on failover."
    ),
    advice="Compare with the counters of the sender and the drops that the capturing program reported.",
    references=("RFC 4303 2.2", "RFC 4302 2.5"),
    absence=True,
)

LEAST = 10
SHARE = 0.01


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each stream."""
    for joined in lives.streams(scene):
        stream = joined.stream
        missing = stream.missing or 0
        numbers = stream.packets - (stream.duplicates or 0) + missing
        if missing < LEAST or missing < SHARE * numbers:
            continue
        detail = (
            f"{lives.protocol(joined)} from {lives.direction(joined)}: {missing} of {numbers} numbers are missing "
            f"({100 * missing / numbers:.1f} %)."
        )
        frames = (stream.first_frame, stream.last_frame)
        yield lives.finding(ABOUT, "certain", joined.negotiation, f"SPI {stream.spi}", frames, detail)
