"""One capture, read to its end: what the columns that are filled then are filled from."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from analyzer.capture.datagram import CaptureInfo, Flow
from analyzer.capture.places import Places
from analyzer.capture.sets import CaptureSet
from analyzer.defects import Defect
from analyzer.negotiation.follow.nat import Intervals, keepalive_intervals
from analyzer.negotiation.life import Life, Lives
from analyzer.negotiation.life.model import ChildKey
from analyzer.negotiation.life.streams import in_udp
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.story import Story

if TYPE_CHECKING:
    from analyzer.assessment.model import Assessment
    from analyzer.assessment.post_quantum import Stands
    from analyzer.capture.evidence import Seen

T = TypeVar("T")


class Files(NamedTuple):
    """The files of a set of captures. messages, defects: of messages, how many each has, by its path."""

    places: Places
    infos: Sequence[CaptureInfo]
    messages: Mapping[str, int]
    defects: Mapping[str, int]


@dataclass(eq=False, repr=False)
class Run:
    """What was read, and what is worked out of it: each part once, when the first column asks for it.

    defects: those of the file; message_defects: how many rows messages have brought to the table of that name.
    before: rows that tables had before, from captures read earlier. part: negotiations whose rows are made here, if not
    those of all: the judgement is of them then. files: those of a set of captures. seen: what stands around messages,
    where a column asks for it.
    """

    info: CaptureInfo
    flows: Sequence[Flow]
    defects: Sequence[Defect]
    lives: Lives
    judge: "Callable[[], Assessment]"
    ike_messages: int = 0
    message_defects: int = 0
    before: Mapping[str, int] = field(default_factory=dict)
    part: Sequence[Negotiation] | None = None
    files: "Files | None" = None
    seen: "Seen | None" = None

    @property
    def negotiations(self) -> Sequence[Negotiation]:
        """Those that have rows here."""
        return self.story.negotiations if self.part is None else self.part

    @property
    def captures(self) -> Sequence["File"]:
        """The capture, or those of the set."""
        name, whole = self.info.path, self.files
        if not isinstance(name, CaptureSet) or whole is None:
            esp = sum(s.packets for s in self.story.streams)
            return (File(self.info, self, self.ike_messages, esp, self.message_defects + len(self.defects)),)
        frames = [d.frame_number for d in self.defects if d.frame_number is not None]
        places = whole.places
        defects = Counter(places.of(frame).capture for frame in frames) + Counter(whole.defects)
        why = name.why or "asked for"
        return [
            File(info, self, whole.messages[info.path], info.esp_packets, defects[info.path], name, why)
            for info in whole.infos
        ]

    @property
    def story(self) -> Story:
        """Its negotiations and streams."""
        return self.lives.story

    @property
    def life(self) -> Life:
        """Of the SAs that came up."""
        return self.lives.life

    @cached_property
    def assessment(self) -> "Assessment":
        """All judgement."""
        return self.judge()

    @cached_property
    def stands(self) -> "Stands":
        """Where its SAs stand against a quantum computer."""
        from analyzer.assessment.post_quantum import Stands  # noqa: PLC0415  (loaded for those who ask)

        return Stands(self.story)

    @cached_property
    def doubted(self) -> frozenset[int | None]:
        """Numbers of the negotiations of which messages were not read, or not in their order."""
        return frozenset(n.number for n in self.story.negotiations if n.unread or n.disordered)

    @cached_property
    def keepalives(self) -> Intervals:
        """Between which ends NAT keepalives were sent, and how often."""
        return keepalive_intervals(self.flows)

    @cached_property
    def esp_in_udp(self) -> frozenset[int]:
        """Numbers of the negotiations whose ESP was seen inside UDP."""
        return frozenset(in_udp(self.lives.joined))

    @cached_property
    def esp_packets(self) -> dict[ChildKey, tuple[int, int]]:
        """ESP and AH packets to initiator and to responder of each child SA that some were joined to."""
        counts: dict[ChildKey, tuple[int, int]] = {}
        for j in self.lives.joined:
            if j.negotiation is not None and j.child is not None:
                key = j.negotiation, j.child
                to_initiator, to_responder = counts.get(key, (0, 0))
                packets = self.story.packets_of(j.stream)
                if j.to_initiator:
                    counts[key] = to_initiator + packets, to_responder
                else:
                    counts[key] = to_initiator, to_responder + packets
        return counts


class File(NamedTuple):
    """One of the files that were read. set_name, why: of those that it was read with as one capture; None: alone."""

    info: CaptureInfo
    run: Run
    ike_messages: int
    esp_packets: int
    defects: int
    set_name: str | None = None
    why: str | None = None


class Entry(NamedTuple, Generic[T]):
    """One of many things of a capture that a table has a row for each of."""

    item: T
    run: Run
    number: int = 0

    @property
    def capture(self) -> str:
        """Path of the capture."""
        return self.run.info.path
