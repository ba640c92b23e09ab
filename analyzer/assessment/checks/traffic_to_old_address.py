"""Traffic to an address that the SA has left."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.negotiation.life.moves import Move, moves

ABOUT = Explanation(
    id="traffic-to-old-address",
    kind="check",
    title="Traffic to an address that the SA has left",
    severity="low",
    what="An IKE SA moved to another address, and ESP or AH of it still goes to the address before.",
    why="The peer changed the addresses of the IKE SA and not those of its child SAs: its packets reach nobody.",
    wire="ESP or AH to the address before the move, later than 5 s after it.",
    lookalikes="A host that uses both addresses (multihoming), where traffic to either arrives.",
    advice="See that the peer took UPDATE_SA_ADDRESSES, or the new mapping, for its child SAs too (ip xfrm state).",
    references=("RFC 4555 3.5", "RFC 7296 2.23"),
)

ALLOWED_NS = 5 * 10**9


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each stream."""
    for number in lives.events(scene, "moved"):
        left = _left(moves(scene.by_number[number]))
        for joined in scene.streams_of.get(number, ()):
            stream = joined.stream
            move = left.get(stream.dst_ip)
            if move is None or move.time_ns is None or stream.last_time is None:
                continue
            late = stream.last_time - move.time_ns
            if late <= ALLOWED_NS:
                continue
            packets = scene.story.packets_of(stream)
            detail = (
                f"{lives.protocol(joined)} from {lives.direction(joined)}: the last of {packets} packets came "
                f"{late / 1e9:.1f} s after the SA had moved away from {stream.dst_ip}."
            )
            frames = (move.frame_number, stream.last_frame)
            yield lives.finding(ABOUT, "likely", number, f"SPI {stream.spi}", frames, detail)


def _left(some: list[Move]) -> dict[str, Move]:
    """The address that an end has left for good, with the move; one that it came back to is none."""
    found: dict[str, Move] = {}
    for move in some:
        for at in (0, 2):
            before, after = str(move.before[at]), str(move.after[at])
            if before != after:
                found[before] = move
                found.pop(after, None)
    return found
