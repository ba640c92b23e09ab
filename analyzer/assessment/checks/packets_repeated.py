"""Protected packets that came twice."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.capture.datagram import EspStream
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="packets-repeated",
    kind="check",
    title="Protected packets came twice",
    severity="low",
    what="Sequence numbers of an ESP or AH stream were seen twice.",
    why="No sender uses a number twice. Somebody may be replaying packets; a receiver that checks drops them.",
    wire="10 or more packets with a number that the stream has shown before; of a capture at several points 10 more "
    "than come of each packet's passing each point.",
    lookalikes=(
        "A mirror port or a capture on several interfaces, which shows each packet twice: the usual cause. If IKE "
        "messages come in copies too, it is that."
    ),
    advice="Compare the copies: same moment, several interfaces? If not, see that anti-replay is on at the receiver.",
    references=("RFC 4303 3.4.3",),
)

LEAST = 10


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each stream."""
    again = lives.places(scene) - 1
    repeated = [joined for joined in lives.streams(scene) if _unexplained(joined.stream, again) >= LEAST]
    copied = bool(repeated) and any(s.duplicate for n in scene.story.negotiations for s in n.steps())
    for joined in repeated:
        stream = joined.stream
        detail = f"{lives.protocol(joined)} from {lives.direction(joined)}: {stream.duplicates} packets came twice."
        if copied:
            detail += " IKE messages come in copies too: the capture shows packets twice."
        frames = (stream.first_frame, stream.last_frame)
        confidence: Confidence = "possible" if copied or again else "likely"
        yield lives.finding(ABOUT, confidence, joined.negotiation, f"SPI {stream.spi}", frames, detail)


def _unexplained(stream: EspStream, again: int) -> int:
    """Packets that came twice beyond those that so many more points saw too."""
    repeated = stream.duplicates or 0
    return repeated - again * (stream.packets - repeated)
