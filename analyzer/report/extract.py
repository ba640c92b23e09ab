"""The packets of some negotiations as a pcapng file of their own, with comments that say what was found in them.

The capture is read twice more: to find what belongs to them (`capture/tracing.py`), and to copy it.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from analyzer.capture.belonging import Belonging
from analyzer.capture.dates import is_dated
from analyzer.capture.decoder import Packet
from analyzer.capture.files import Progress
from analyzer.capture.open import CaptureReader
from analyzer.capture.pcapng import OURS
from analyzer.capture.pcapng_writer import PcapNgWriter
from analyzer.capture.picking import CopiedInterfaces, Origin, Tap, pick
from analyzer.capture.placed_frame import PlacedFrame
from analyzer.capture.places import Places
from analyzer.capture.tracing import trace
from analyzer.report.dossier import Dossier, Record, dossiers
from analyzer.report.files import named_output
from analyzer.report.headline import headline
from analyzer.report.sentences import finding_text
from analyzer.report.sources import clock_text, ran, sources
from analyzer.report.taken import THEIR_COMMENT, our_comment
from analyzer.report.words import clip, file_name, frame_list, plural
from analyzer.tables.store import Tables
from analyzer.tables.text import iso_time, visible

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

NEEDED: Final[dict[str, tuple[str, ...] | None]] = dict.fromkeys((
    "captures", "negotiations", "messages", "notifications", "child_sas", "exchanges", "events", "esp_streams",
    "icmp_errors", "findings", "diagnoses", "floods", "comments",
))  # fmt: skip
"""The tables that an extract is made by: the others need not be filled for it."""

MOST_COMMENTED: Final = 1000
"""Negotiations of one extract whose findings stand in comments; of the others the packets are there all the same."""

_MOST_LINES: Final = 20  # of one comment
_MOST_FRAMES: Final = 200  # of one finding that get its comment


@dataclass(slots=True)
class Extract:
    """What was written. messages: ISAKMP messages among the packets. streams_left: ESP and AH packets left out."""

    packets: int = 0
    of_packets: int = 0
    messages: int = 0
    streams_left: int = 0
    without_time: int = 0
    uncommented: int = 0
    negotiations: tuple[int, ...] = ()

    def text(self) -> str:
        """In a sentence."""
        parts = f"{plural(self.packets, 'packet')} of {self.of_packets:,}, {plural(self.messages, 'message')}"
        numbers = f"negotiation{'' if len(self.negotiations) == 1 else 's'} {frame_list(self.negotiations)}"
        left = f"; {self.streams_left:,} ESP and AH packets left out" if self.streams_left else ""
        return f"{numbers}: {parts}{left}"


@dataclass(slots=True)
class _Case:
    """What is wanted of a capture, and what is said of its frames."""

    wanted: Belonging = field(default_factory=Belonging)
    comments: dict[int, list[str]] = field(default_factory=dict)
    messages: int = 0

    def say(self, frames: Iterable[int | None], text: str) -> None:
        """A line of the comment of these frames."""
        for frame in list(frames)[:_MOST_FRAMES]:
            if frame is not None:
                lines = self.comments.setdefault(frame, [])
                if len(lines) < _MOST_LINES and text not in lines:
                    lines.append(text)


def write_extract(
    analysis: "Analysis",
    numbers: Collection[int],
    path: Path,
    *,
    selection: str = "",
    ends_only: int | None = None,
    progress: Progress | None = None,
) -> Extract:
    """Write the packets of these negotiations of the one capture, or the one set of captures, that was read.

    selection: how they were chosen, in words. ends_only: of each ESP and AH stream so many of its first and of its last
    packets. OutputError: it cannot be written. CaptureError: the capture cannot be read again.
    """
    capture, tables = analysis.paths[0], analysis.tables
    chosen = tuple(sorted(set(numbers)))
    case = _case(tables, chosen)
    case.wanted.ends_only = ends_only
    ports, expansion = analysis.ports, analysis.max_expansion
    reader = trace(capture, case.wanted, ports, progress, expansion)
    rows = sources(tables)[capture]
    first_time = min((began for began, _ in map(ran, rows) if began is not None), default=None)
    files = {row["capture"] for row in rows}
    said = [r for r in tables["comments"].select("kind", ("section", "interface")) if r["capture"] in files]
    comment = _about(rows, chosen, selection, case.wanted, said)
    with named_output(path, private=analysis.decrypts) as file:
        copier = _Copier(file, _Names(capture, analysis.places.get(capture)), case, comment, first_time)
        pick(capture, case.wanted.frames, copier.take, ports, progress, expansion)
        copier.close(reader)
    return Extract(
        copier.writer.packets,
        sum(row["packets"] or 0 for row in rows),
        case.messages,
        case.wanted.left_out,
        copier.writer.without_time,
        max(0, len(chosen) - MOST_COMMENTED),
        chosen,
    )


def _case(tables: Tables, numbers: tuple[int, ...]) -> _Case:
    """Frames and keys of the negotiations, out of all tables; and the comments."""
    case, wanted = _Case(), frozenset(numbers)
    messages = tables["messages"]
    places = messages.places("negotiation", wanted)
    columns = ("frame_number", "transport", "src_ip", "src_port", "dst_ip", "dst_port")
    flows: set[tuple[Any, ...]] = set()
    for frame, *flow in messages.at(places, *columns):
        case.wanted.frames.add(frame)
        flows.add(tuple(flow))
    case.messages = len(places)
    for transport, *ends in sorted(flows):
        case.wanted.add_flow(transport, (ends[0], ends[1], ends[2], ends[3]))
    _add_evidence(case, tables, wanted, flows)
    for e in tables["icmp_errors"].select("negotiation", wanted):
        case.wanted.frames.add(e["frame_number"])
        case.say([e["frame_number"]], f"ICMP {e['kind']} about negotiation {e['negotiation']}")
    for s in tables["esp_streams"].select("negotiation", wanted):
        case.wanted.add_stream(s["spi"], s["src_ip"], s["dst_ip"], s["encapsulation"])
        text = f"first packet of {'AH' if s['encapsulation'] == 'ah' else 'ESP'} {s['spi']}, {s['packets']} in all"
        case.say([s["first_frame"]], text)
    for d in dossiers(tables, numbers[:MOST_COMMENTED]):
        _comment(case, d)
    return case


def _add_evidence(case: _Case, tables: Tables, wanted: frozenset[int], flows: set[tuple[Any, ...]]) -> None:
    """Frames that findings and diagnoses name, and messages of no SA on the same flows: what they are, a finding says.

    Those of a flood are none of it, nor is what belongs to another SA.
    """
    messages = tables["messages"]
    named: set[int] = set()
    for table in ("findings", "diagnoses"):
        for (frames,) in tables[table].at(tables[table].places("negotiation", wanted), "evidence_frames"):
            named.update(frames or ())
    ours = {flow for transport, *ends in flows for flow in (tuple(ends), (*ends[2:], *ends[:2]))}
    stray = not len(tables["floods"])
    columns = ("frame_number", "negotiation", "src_ip", "src_port", "dst_ip", "dst_port")
    for frame, number, *ends in messages.cells(*columns):
        if number is None and stray and tuple(ends) in ours:
            case.wanted.frames.add(frame)
        elif number is not None and number not in wanted:
            named.discard(frame)
    for frame in named:
        case.wanted.frames.add(frame)


def _comment(case: _Case, d: Dossier) -> None:
    """What is said of one negotiation's frames: the headline at its first, then causes, findings and events."""
    n = d.n
    case.say([n["first_frame"]], f"negotiation {n['negotiation']}: {headline(d)}")
    for x in d.diagnoses:
        word = "diagnosis" if x["rank"] == 1 else "or"
        title = x["title"] or x["diagnosis"]
        case.say(x["evidence_frames"] or (), f"{word} ({x['confidence']}): {title} [{x['diagnosis']}]")
    for f in d.findings:
        case.say(f["evidence_frames"] or (), f"finding ({f['severity']}): {finding_text(f)} [{f['finding']}]")
    for e in d.events:
        case.say([e["frame_number"]], f"event ({e['confidence']}): {_event_text(e)}")
    for m in d.messages:
        if m["retransmission_of"] is not None:
            word = "copy" if m["duplicate"] else "retransmission"
            case.say([m["frame_number"]], f"{word} of frame {m['retransmission_of']}")


def _event_text(e: Record) -> str:
    by = f" by the {e['by']}" if e["by"] else ""
    return f"{e['event']}{by}"


def _about(
    rows: Sequence[Record], numbers: tuple[int, ...], selection: str, wanted: Belonging, said: list[Record]
) -> str:
    """The comment of the section: where all this is from. said: what these captures say of themselves."""
    theirs = (f"Its comment on {r['subject']}: {clip(visible(r['text']), 500)}" for r in said[:_MOST_LINES])
    return "\n".join([*_about_lines(rows, numbers, selection, wanted), *theirs])


def _about_lines(rows: Sequence[Record], numbers: tuple[int, ...], selection: str, wanted: Belonging) -> Iterator[str]:
    for row in rows:
        digest = f", SHA-256 {row['sha256']}" if row["sha256"] else ""
        yield f"Extract of {visible(file_name(row['capture']))} ({row['format']}, {row['size_bytes']:,} bytes{digest})."
    several = len(rows) > 1
    if several:
        yield f"These {len(rows)} captures were read as one: {visible(rows[0]['joined'] or 'asked for')}."
    chosen = f", chosen by {clip(visible(selection), 500)}" if selection else ""
    yield f"Negotiation{'' if len(numbers) == 1 else 's'} {frame_list(numbers)}{chosen}."
    whose, where = ("their", "and its capture") if several else ("its", "there")
    total = sum(row["packets"] for row in rows)
    yield f"{len(wanted.frames):,} of {whose} {total:,} packets, each with its frame number {where}."
    for row in rows:
        if row["first_time"] is not None and row["last_time"] is not None and is_dated(row["first_time"]):
            which = visible(file_name(row["capture"])) if several else "That capture"
            runs = f"runs from {iso_time(row['first_time'])} to {iso_time(row['last_time'])}"
            yield f"{which} {runs}{clock_text(row)}."
    if any(map(clock_text, rows)):
        yield "Times of packets here are by the clock of the first: so much was taken off, or added."
    if wanted.ends_only is not None:
        ends = f"the first and the last {plural(wanted.ends_only, 'packet')} and " if wanted.ends_only else ""
        yield (
            f"Of each ESP and AH stream only {ends}what a finding or a diagnosis names: "
            f"{wanted.left_out:,} are left out, which is no loss on the path."
        )


class _Names:
    """What the frames of a capture are called in comments, and which file of a set each is in."""

    def __init__(self, capture: str, places: Places | None) -> None:
        self._path, self._name, self._places = capture, visible(file_name(capture)), places

    def tap(self, number: int, origin: Origin) -> Tap:
        """The interface that a frame came from."""
        if self._places is None:
            return Tap(self._path, 0, origin.section, origin.number)
        place = self._places.of(number)
        return Tap(place.capture, place.chain, origin.section, origin.number)

    def said(self, number: int) -> str:
        """A frame and its capture."""
        if self._places is None:
            return our_comment(number, self._name)
        return visible(f"Frame {PlacedFrame(number, self._places)}")


class _Copier:
    """Takes packets and writes them, each with its comment; describes an interface when its first packet comes."""

    def __init__(self, file: BinaryIO, names: _Names, case: _Case, comment: str, first_time: int | None) -> None:
        from analyzer import __version__  # noqa: PLC0415  (the package is not loaded while its parts are)

        base_s = min(0, (first_time or 0) // 10**9)
        self.writer = PcapNgWriter(file, f"{OURS.decode('ascii', 'replace')}{__version__}", comment, base_s)
        self._names = names
        self._case = case
        self._interfaces = CopiedInterfaces(self.writer)

    def take(self, packet: Packet, origin: Origin) -> None:
        """Write one packet."""
        interface = origin.interface
        number = self._interfaces.number(self._names.tap(packet.frame_number, origin), interface, interface.options)
        comment = self._names.said(packet.frame_number)
        lines = self._case.comments.get(packet.frame_number, [])
        if lines or origin.comments:  # a stream has packets by the million, of which nothing is said
            theirs = (f"{THEIR_COMMENT}{text}" for text in origin.comments)
            comment = "\n".join([comment, *map(visible, (*lines, *theirs))])
        self.writer.packet(packet, number, comment)

    def close(self, reader: CaptureReader) -> None:
        """Hand on what is known of each interface."""
        self._interfaces.close(reader)
