"""Traffic on an SA that was deleted."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="traffic-after-delete",
    kind="check",
    title="Traffic on an SA that was deleted",
    severity="low",
    what="Packets still come on an SPI some seconds after the Delete of its child SA or IKE SA.",
    why=(
        "The sender did not get the Delete or does not obey it, and the receiver drops these packets: from one "
        "side the tunnel looks up."
    ),
    wire="ESP or AH with the SPI of a child SA later than 5 s after the Delete that ended it.",
    lookalikes=(
        "Without keys the Delete is known by length and order. After a rekeying some implementations receive on the "
        "old SPI for a few seconds: that is why 5 s are allowed."
    ),
    advice="See whether the Delete was answered, and what the sender's log says at that time.",
    references=("RFC 7296 1.4.1",),
)

ALLOWED_NS = 5 * 10**9


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each stream."""
    for joined in lives.streams(scene):
        past = joined.past_delete_ns
        if past is None or past <= ALLOWED_NS or joined.negotiation is None or joined.child is None:
            continue
        end = scene.lives.life.child_end((joined.negotiation, joined.child))
        if end is not None and joined.stream.last_frame < (end.frame_number or 0):
            continue  # the file has all of it before the Delete: a clock that was set says otherwise
        seen = end is not None and end.basis == "seen"
        once = joined.stream.duplicates == 0  # else the last one may be a late copy of what came before the Delete
        sure: Confidence = "certain" if seen and once and joined.basis == "spi" else "likely"
        frames = [joined.stream.last_frame]
        if end is not None and end.frame_number is not None:
            frames.append(end.frame_number)
        packets = scene.story.packets_of(joined.stream)
        detail = (
            f"{lives.protocol(joined)} from {lives.direction(joined)}: the last of {packets} packets "
            f"came {past / 1e9:.1f} s after the Delete."
        )
        yield lives.finding(ABOUT, sure, joined.negotiation, f"SPI {joined.stream.spi}", frames, detail)
