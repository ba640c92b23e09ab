"""Protected packets that come so far out of order that replay protection drops them."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene

ABOUT = Explanation(
    id="packets-out-of-order",
    kind="check",
    title="Protected packets out of order beyond the replay window",
    severity="low",
    what="Packets of an ESP or AH stream come so far behind a later one that a replay window of 32 drops them.",
    why=(
        "Several paths, queues by priority (QoS marks inside one SA) or processors reorder the packets of one SA; what "
        "falls behind the window of 32 or 64 packets is lost to the tunnel, and only under load."
    ),
    wire="3 or more packets whose sequence number is 32 or more below the highest that came before, and not seen yet.",
    lookalikes=("A capture put together of several queues or interfaces, whose own order is wrong; a larger window."),
    advice=(
        "Compare with the receiver's counter of replayed packets; enlarge the window (1024 or more) on the receiver, "
        "or give each class of traffic an SA of its own."
    ),
    references=("RFC 4303 3.4.3, A2", "RFC 4302 3.4.3", "RFC 4301 4.1"),
)

LEAST = 3


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each stream; of a file whose own order is wrong it would be that which is found."""
    for joined in lives.streams(scene) if not scene.story.unsorted else ():
        stream = joined.stream
        late_32, late_64 = stream.late_32 or 0, stream.late_64 or 0
        if late_32 < LEAST:
            continue
        packets = scene.story.packets_of(stream)
        detail = (
            f"{lives.protocol(joined)} from {lives.direction(joined)}: {late_32} of {packets} packets come 32 "
            f"or more numbers late, {late_64} of them 64 or more: outside replay windows of these sizes."
        )
        frames = (stream.first_frame, stream.last_frame)
        yield lives.finding(ABOUT, "likely", joined.negotiation, f"SPI {stream.spi}", frames, detail)
