"""Table `sights`: a row for each point that saw messages of an SA, where there are several."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from analyzer.negotiation.conclude.rests import Rests
from analyzer.negotiation.conclude.sights import Sight, sights_of
from analyzer.negotiation.life.moves import path_text
from analyzer.negotiation.model import Negotiation, Place
from analyzer.tables.kinds import CAPTURE, FLOAT, INT, LIST, NEGOTIATION, STR, TIME, Column, TableSchema, one_of
from analyzer.tables.naming import seconds
from analyzer.tables.run import Run
from analyzer.vocabulary import ClockBasis

_LOOKED_AT: Final = 256  # messages of a point whose ends are compared
_FRAMES_LISTED: Final = 100


class Seen(NamedTuple):
    """What a row is about."""

    n: Negotiation
    sight: Sight

    @property
    def frames(self) -> tuple[int, int]:
        """The first and the last one."""
        return self.sight.steps[0].frame_number, self.sight.steps[-1].frame_number

    @property
    def times(self) -> tuple[int | None, int | None]:
        """Of the first and the last message there."""
        times = [step.time_ns for step in self.sight.steps if step.time_ns is not None]
        return min(times, default=None), max(times, default=None)

    @property
    def place(self) -> Place:
        """Where its first message there went."""
        return self.n.place_at(self.frames[0])

    def sent(self, *, by_initiator: bool) -> int:
        """Messages of one side."""
        return sum(step.from_initiator == by_initiator for step in self.sight.steps)


def _rows(run: Run) -> Iterator[Seen]:
    points, rests = run.story.points, Rests(run.story.rests)
    for n in run.negotiations:
        sights = None if points is None else sights_of(n, points, rests)
        if sights is not None:
            yield from (Seen(n, sight) for sight in sights.all())


def _paths(r: Seen) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for step in r.sight.steps[:_LOOKED_AT]:
        found[path_text(r.n.place_at(step.frame_number)[1:])] = None
    return tuple(found)


# fmt: off
SIGHTS: Final = TableSchema[Seen](
    "sights", "One row per IKE SA and point (interface, tap) that saw messages of it, where several did. Times are of "
    "the first point's clock, as far as the clocks can be compared (`clock_offset_s` of `captures`).", (
    Column("negotiation", INT, NEGOTIATION, lambda r: r.n.number),
    Column("capture", STR, CAPTURE, lambda r: r.n.capture),
    Column("point", STR, "Name of the point: the interface's, or its number.", lambda r: r.sight.point.name),
    Column("initiator_ip", STR, "Initiator's address at the first message seen there.", lambda r: r.place[1]),
    Column("initiator_port", INT, "Port of initiator_ip.", lambda r: r.place[2]),
    Column("responder_ip", STR, "Responder's address at that message.", lambda r: r.place[3]),
    Column("responder_port", INT, "Port of responder_ip.", lambda r: r.place[4]),
    Column("paths", LIST, "Addresses and ports that it was seen on there, in order: initiator's end, then "
           "responder's.", _paths, items=STR),
    Column("translations", LIST, "Which end at the first point is which other here, by messages that both saw.",
           lambda r: r.sight.translations, items=STR),
    Column("messages_from_initiator", INT, "ISAKMP messages of the initiator seen there, retransmissions included.",
           lambda r: r.sent(by_initiator=True)),
    Column("messages_from_responder", INT, "The same of the responder.", lambda r: r.sent(by_initiator=False)),
    Column("first_frame", INT, "First frame of the SA there.", lambda r: r.frames[0]),
    Column("last_frame", INT, "Last frame of the SA there.", lambda r: r.frames[1]),
    Column("first_time", TIME, "Time of its first message there.", lambda r: r.times[0]),
    Column("last_time", TIME, "Time of its last message there.", lambda r: r.times[1]),
    Column("messages_missing", INT, "Messages that another point saw and this one not, though it captured then: 0.1 s "
           "or more behind its first packet and before its last. "
           "Missing: it shares no packet with another point, so that it may stand on another path, or only with "
           "points that have the same recording.",
           lambda r: None if r.sight.missing is None else len(r.sight.missing)),
    Column("missing_frames", LIST, "First frames of these messages, at the point that saw them; of many the first 100.",
           lambda r: None if r.sight.missing is None else r.sight.missing[:_FRAMES_LISTED], items=INT),
    Column("transmissions_missing", INT, "Of messages that it saw, transmissions fewer than another point saw.",
           lambda r: r.sight.transmissions_missing),
    Column("clock_offset_s", FLOAT, "Seconds that its clock shows more than the first point's: the median over "
           "messages that both saw. Missing: there are none with times.",
           lambda r: seconds(r.sight.offset_ns)),
    Column("clock_basis", STR, "reference: it is the first point, or the same recording; both directions: the time on "
           "the way cancels out; at most, at least: one direction alone gives a bound; one direction: off by the time "
           "on the way.",
           lambda r: r.sight.between.basis, words=one_of(ClockBasis)),
    Column("hops", INT, "Routers between the first point and this one, by TTL or hop limit. Missing: none is known.",
           lambda r: r.sight.between.hops),
    Column("same_recording", LIST, "Points that have the same recording, as an extract of it or another copy: all "
           "packets in both have the same times, to the nanosecond. What one of them lacks is not missing.",
           lambda r: r.sight.twins, items=STR),
    Column("dropped", INT, "Packets that the capturing host says it lost there; missing: nothing says.",
           lambda r: r.sight.point.dropped),
), rows=_rows, by_negotiation=True)
# fmt: on
