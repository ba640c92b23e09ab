"""The rows of the explorer's list: what each frame is, in a line, and what is wrong with it."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from analyzer.report.contents import Contents
from analyzer.report.dossier import Dossier, Record
from analyzer.report.explorer.choice import Place
from analyzer.report.ladder import icmp_meaning, message, repetition, sent_first
from analyzer.report.numbering import COUNTED, UNNUMBERED, Numbered, message_numbers
from analyzer.report.taken import remarks
from analyzer.report.words import clip, endpoint, plural
from analyzer.tables.store import Table, Tables

_MOST_INFO: Final = 300  # characters
_JUDGED: Final = ("critical", "high", "medium", "low")


class Row(NamedTuple):
    """A line of the list. sender: initiator or responder; nothing: not known. problem: why to look at this frame.

    source, destination: nothing where the tables do not say them.
    """

    negotiation: int | None
    source: str
    destination: str
    exchange: str
    sender: str
    info: str
    problem: str = ""


def rows(tables: Tables, capture: str, frames: Collection[int], judged: dict[Place, str]) -> dict[int, Row]:
    """The row of each of these frames. judged: what rests on a frame, from `evidence_of`."""
    found = _messages(tables, capture, frames)
    for beside in (_icmp, _streams, _keepalives):
        for frame, row in beside(tables, capture, frames):
            found.setdefault(frame, row)
    for frame, row in found.items():
        why = judged.get((capture, frame), "")
        if why:
            found[frame] = row._replace(problem="; ".join(filter(None, (row.problem, why))))
    return found


def evidence_of(tables: Tables) -> dict[Place, str]:
    """What rests on frames: diagnoses, and findings that are more than information."""
    captures: dict[int, str] = dict(tables["negotiations"].cells("negotiation", "capture"))
    found: defaultdict[Place, dict[str, None]] = defaultdict(dict)
    for number, diagnosis, frames in tables["diagnoses"].cells("negotiation", "diagnosis", "evidence_frames"):
        for frame in frames or ():
            found[captures.get(number, ""), frame][diagnosis] = None
    findings = tables["findings"]
    places = findings.places("severity", frozenset(_JUDGED))
    for capture, finding, frames in findings.at(places, "capture", "finding", "evidence_frames"):
        for frame in frames or ():
            found[capture, frame][finding] = None
    return {place: f"evidence of {', '.join(names)}" for place, names in found.items()}


def _messages(tables: Tables, capture: str, frames: Collection[int]) -> dict[int, Row]:
    """Rows of messages; of several in one frame the first, and how many more."""
    wanted = frozenset(frames)
    held = {
        name: [row for row in tables[name].select("frame_number", wanted) if row["capture"] == capture]
        for name in ("messages", "notifications", "payloads", "comments")
    }
    gathered = Dossier({"first_time": None}, notifications=held["notifications"], payloads=held["payloads"])
    for c in held["comments"]:
        gathered.comments.setdefault(c["frame_number"], []).extend(remarks(c["text"] or ""))
    contents = Contents(gathered)
    numbers = _numbers(tables["messages"], held["messages"])
    found: dict[int, Row] = {}
    more: defaultdict[int, int] = defaultdict(int)
    for m in held["messages"]:
        frame = m["frame_number"]
        if frame in found:
            more[frame] += 1
        else:
            found[frame] = _message(gathered, m, numbers.get((m["negotiation"], sent_first(m)), UNNUMBERED), contents)
    for frame, count in more.items():
        found[frame] = found[frame]._replace(info=f"{found[frame].info}; and {plural(count, 'message')} more")
    return found


def _numbers(table: Table, held: list[Record]) -> dict[tuple[int, int], Numbered]:
    """Which message of its exchange each of these is, by negotiation and frame; of IKEv1, which alone counts them.

    As the ladder of the negotiation counts, over all messages of the exchange: those that the page leaves out, too.
    """
    exchanges = {(m["negotiation"], m["exchange"], m["message_id"]) for m in held if m["major_version"] == 1}
    belongs: defaultdict[int, list[int]] = defaultdict(list)
    rows = table.places("negotiation", {negotiation for negotiation, *_ in exchanges} - {None})
    for row, exchange in zip(rows, table.at(rows, "negotiation", "exchange", "message_id"), strict=True):
        if exchange in exchanges:
            belongs[exchange[0]].append(row)
    return {
        (negotiation, frame): place
        for negotiation, own in belongs.items()
        for frame, place in message_numbers(dict(zip(COUNTED, m, strict=True)) for m in table.at(own, *COUNTED)).items()
    }


def _message(d: Dossier, m: Record, place: Numbered, contents: Contents) -> Row:
    step = message(d, m, bool(m["from_initiator"]), place, contents)
    info = "; ".join(filter(None, (", ".join(step.holds), *step.errors, step.note, repetition(m))))
    problems = [*step.errors, *([plural(len(m["defects"]), "defect")] if m["defects"] else [])]
    return Row(
        m["negotiation"],
        endpoint(m["src_ip"], m["src_port"]),
        endpoint(m["dst_ip"], m["dst_port"]),
        step.title,
        "" if m["from_initiator"] is None else "initiator" if m["from_initiator"] else "responder",
        clip(info, _MOST_INFO),
        clip("; ".join(problems), _MOST_INFO),
    )


def _icmp(tables: Tables, capture: str, frames: Collection[int]) -> Iterator[tuple[int, Row]]:
    for e in tables["icmp_errors"].select("frame_number", frozenset(frames)):
        if e["capture"] == capture:
            about = f" about {endpoint(e['src_ip'], e['src_port'])} > {endpoint(e['dst_ip'], e['dst_port'])}"
            mtu = f", MTU {e['mtu']}" if e["mtu"] is not None else ""
            said = icmp_meaning(e["kind"])
            info = f"{e['kind']}{mtu}{about}{': ' if said else ''}{said}"
            ends = e["reporter_ip"] or "", e["src_ip"] or ""
            yield e["frame_number"], Row(e["negotiation"], *ends, "ICMP error", "", info, f"ICMP {e['kind']}")


def _streams(tables: Tables, capture: str, frames: Collection[int]) -> Iterator[tuple[int, Row]]:
    """First and last packets of ESP and AH streams."""
    wanted = frozenset(frames)
    for s in tables["esp_streams"].records():
        if s["capture"] == capture:
            protocol = "AH" if s["encapsulation"] == "ah" else "ESP"
            carried = {"udp": " in UDP", "tcp": " in TCP"}.get(s["encapsulation"], "")
            to = s["to"]
            sender = {"initiator": "responder", "responder": "initiator"}.get(to, "")
            ends = s["src_ip"] or "", s["dst_ip"] or ""
            for which in ("first", "last"):
                if s[f"{which}_frame"] in wanted:
                    info = f"{which} of {plural(s['packets'] or 0, 'packet')}, SPI {s['spi']}"
                    yield s[f"{which}_frame"], Row(s["negotiation"], *ends, protocol + carried, sender, info)


def _keepalives(tables: Tables, capture: str, frames: Collection[int]) -> Iterator[tuple[int, Row]]:
    """The first and the last NAT keepalive of each flow."""
    wanted = frozenset(frames)
    for flow in tables["flows"].select("capture", {capture}):
        for which in ("first", "last"):
            if flow[f"{which}_keepalive_frame"] in wanted:
                info = f"{which} of {plural(flow['keepalives'] or 0, 'keepalive')} of this flow"
                yield flow[f"{which}_keepalive_frame"], Row(None, "", "", "NAT keepalive", "", info)
