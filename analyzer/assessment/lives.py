"""Findings about what happened to SAs once they were up, and to their traffic."""

from collections.abc import Iterable, Iterator

from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.capture.datagram import EspStream
from analyzer.negotiation.life import Event
from analyzer.negotiation.life.streams import Joined
from analyzer.vocabulary import Confidence, EventName, side

FRAMES_KEPT = 10


def events(scene: Scene, kind: EventName) -> dict[int, list[Event]]:
    """Events of one kind by negotiation."""
    found: dict[int, list[Event]] = {}
    for event in scene.lives.life.events:
        if event.event == kind:
            found.setdefault(event.negotiation, []).append(event)
    return found


def of_events(about: Explanation, subject: str, some: list[Event], detail: str) -> Finding:
    """A finding about events of one negotiation, as sure as the least sure of them."""
    frames = tuple(e.frame_number for e in some if e.frame_number is not None)[:FRAMES_KEPT]
    confidences = {e.confidence for e in some}
    confidence = next(c for c in ("possible", "likely", "certain") if c in confidences)
    return finding(about, confidence, some[0].negotiation, subject, frames, detail)


def finding(
    about: Explanation,
    confidence: Confidence,
    negotiation: int | None,
    subject: str,
    frames: Iterable[int],
    detail: str,
) -> Finding:
    """A finding that no policy asks for."""
    severity = about.severity or "info"
    shown = tuple(sorted(set(frames)))
    return Finding(about.id, about.title, severity, confidence, negotiation, subject, shown, None, None, detail, None)


def streams(scene: Scene) -> Iterator[Joined]:
    """ESP and AH streams of the capture, with the SAs they belong to."""
    yield from scene.lives.joined


def packets_sent(scene: Scene, stream: EspStream) -> int:
    """How many different packets of a stream were seen, at least."""
    return stream.packets - stream.duplicates if stream.duplicates is not None else scene.story.packets_of(stream)


def places(scene: Scene) -> int:
    """At how many points packets were captured."""
    points = scene.story.points
    return 1 if points is None else len(points.all)


def direction(joined: Joined) -> str:
    """Who sends a stream to whom, in words."""
    stream = joined.stream
    text = f"{stream.src_ip} to {stream.dst_ip}"
    return text if joined.to_initiator is None else f"{text} (to the {side(joined.to_initiator)})"


def protocol(joined: Joined) -> str:
    """ESP or AH."""
    return "AH" if joined.stream.encapsulation == "ah" else "ESP"
