"""The ladder of a negotiation: its messages in order, with times, gaps, retransmissions, and what else happened.

Made once, drawn twice: as text by story.py and as SVG by drawing.py.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from analyzer.capture.placed_frame import moved
from analyzer.negotiation.conclude.verdict import times
from analyzer.report.contents import Contents
from analyzer.report.dossier import Dossier, Record
from analyzer.report.numbering import UNNUMBERED, Numbered
from analyzer.report.sights import unseen_note
from analyzer.report.words import clip, endpoint, listed, plural, seconds, span_text
from analyzer.report.zone import Zone

MOST_RUNGS: Final = 80
_KEPT_AT_END: Final = 25
_RETRANSMISSIONS_SHOWN: Final = 3
_MOST_COMMENT: Final = 200  # characters
_ICMP_TEXT: Final = {
    "port-unreachable": "nothing listens on that port",
    "host-unreachable": "the host cannot be reached",
    "net-unreachable": "the network cannot be reached",
    "admin-prohibited": "a filter forbids it",
    "fragmentation-needed": "the packet is too big for the path",
    "time-exceeded": "it ran out of hops",
    "protocol-unreachable": "nothing there takes that protocol",
    "reassembly-timeout": "its other fragments did not come",
}
_ENDS: Final = {False: "the capture ends", True: "reading stopped"}


class Rung(NamedTuple):
    """One step of the ladder.

    kind: message, retransmission (one or several), icmp, esp, path (endpoints from here on), cut (steps left
    out), end (of the capture), day (date and zone of the times of day from here on). offset_s: seconds since the first
    message; gap_s: since the step before. from_initiator: the arrow's direction. contents: payload names, `brief` with
    those that say least counted. protection: clear, encrypted, decrypted. errors: names of error notifies in it.
    time: that of its frame, in nanoseconds since 1970; clock: the same as time of day in the zone of the dossier.
    """

    kind: str
    frame: int | None
    offset_s: float | None
    gap_s: float | None
    from_initiator: bool
    title: str
    contents: tuple[str, ...] = ()
    protection: str = "clear"
    errors: tuple[str, ...] = ()
    note: str = ""
    brief: tuple[str, ...] = ()
    time: int | None = None
    clock: str = ""

    @property
    def holds(self) -> tuple[str, ...]:
        """The contents, unless they are nothing but the errors that are shown anyway."""
        return () if self.contents and self.contents == _as_notifies(self.errors) else self.contents


def _as_notifies(errors: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"N({error.partition(' (')[0]})" for error in errors)


def ladder(d: Dossier) -> list[Rung]:
    """All rungs in frame order; a long ladder keeps its begin and its end, and says what it leaves out."""
    events: list[tuple[int, Record, str]] = [
        (m["frame_number"], m, "message") for m in d.messages if not m["duplicate"]
    ]
    events += [(e["frame_number"], e, "icmp") for e in _first_of_each(d.icmp_errors)]
    events += [(s["first_frame"], s, "esp") for s in d.esp_streams if s["first_frame"] is not None]
    events.sort(key=lambda event: event[0] or 0)
    if d.before_gap is None or d.after_gap is None:
        return _shortened(_numbered_gaps(list(_rungs(d, events))), 0)
    begin, end = d.before_gap, d.after_gap
    shown = [event for event in events if not begin < (event[0] or 0) < end]
    left = d.left["messages"] + len(events) - len(shown)
    place = sum((event[0] or 0) <= begin for event in shown)
    gap: Record = {"title": f"{plural(left, 'step')} left out", "note": _left_note(moved(begin, 1), moved(end, -1))}
    shown.insert(place, (begin, gap, "gap"))
    return _shortened(_numbered_gaps(list(_rungs(d, shown))), left)


def _first_of_each(errors: list[Record]) -> Iterator[Record]:
    """Errors in order; of those about the same traffic the first, and how many they are."""
    groups: dict[tuple[object, ...], list[Record]] = {}
    for e in errors:
        traffic = (e["kind"], e["reporter_ip"], e["mtu"], e["src_ip"], e["dst_ip"], e["spi"])
        groups.setdefault(traffic if e["spi"] else (e["frame_number"],), []).append(e)
    for several in groups.values():
        yield {**several[0], "times": len(several), "last_frame": several[-1]["frame_number"]}


def _rungs(d: Dossier, events: Iterable[tuple[int, Record, str]]) -> Iterator[Rung]:
    contents, numbers = Contents(d), d.message_numbers()
    clock = _Clock(d.messages)
    path: tuple[str, ...] = ()
    repeated: list[Record] = []
    for _, row, kind in events:
        if kind == "message" and row["retransmission_of"] is not None:
            repeated.append(row)
            continue
        yield from _retransmissions(d, repeated, clock)
        repeated = []
        if kind == "gap":
            yield Rung("cut", None, None, None, True, row["title"], note=row["note"])
            continue
        if kind == "message":
            out = bool(row["from_initiator"])
            now = _path(row, out=out)
            if now != path:
                yield Rung("path", None, None, None, out, now[2], now[:2])
                path = now
            yield message(d, row, out, numbers[row["frame_number"]], contents)
        else:
            yield _icmp(d, row) if kind == "icmp" else _esp(d, row)
    yield from _retransmissions(d, repeated, clock)
    if d.capture_end is not None and d.n["duration_s"] is not None:  # else times go back: the greatest is not the last
        offset, day = _when(d, d.capture_end)
        yield Rung("end", None, offset, None, True, _ENDS[d.stopped], time=d.capture_end, clock=day)


def dated(rungs: Iterable[Rung], zone: Zone) -> Iterator[Rung]:
    """The rungs, with a `day` before the first of each date and offset from UTC."""
    day, paths = "", []
    for rung in rungs:
        if rung.time is None:
            paths.append(rung)
            if rung.kind == "path":  # it stands with the message that goes there, below the day
                continue
        elif zone.day(rung.time) != day:
            day = zone.day(rung.time)
            yield Rung("day", None, None, None, True, day, time=rung.time)
        yield from paths
        paths = []
        if rung.time is not None:
            yield rung
    yield from paths


def _when(d: Dossier, time: int | None) -> tuple[float | None, str]:
    """Seconds since the first message, and the time of day."""
    start = d.n["first_time"]
    return None if time is None or start is None else (time - start) / 1e9, "" if time is None else d.zone.clock(time)


def retransmissions(d: Dossier) -> list[str]:
    """Each message that was retransmitted: how often, and how long its sender waited before each time."""
    clock = _Clock(d.messages)
    waits: dict[int, list[str]] = defaultdict(list)
    names: dict[int, str] = {}
    for m in d.messages:
        original = m["retransmission_of"]
        if original is not None and not m["duplicate"]:
            waits[original].append(clock.waited(m))
            names.setdefault(original, _name(m))
    return [
        f"{names[frame]} (frame {frame}) {times(len(found))}, after {listed(_first(found, 8))}"
        for frame, found in waits.items()
    ]


def _first(waits: list[str], most: int) -> list[str]:
    """The first of many pauses, and how many more there are."""
    return waits if len(waits) <= most else [*waits[:most], f"{len(waits) - most} more"]


def listing(d: Dossier, most: int) -> list[Rung]:
    """Every message as its own step, copies and retransmissions too: the table below the picture."""
    contents, numbers = Contents(d), d.message_numbers()
    found = []
    for m in d.messages[:most]:
        rung = message(d, m, bool(m["from_initiator"]), numbers.get(sent_first(m), UNNUMBERED), contents)
        remark = repetition(m)
        if remark:
            rung = rung._replace(kind="retransmission", note=f"{rung.note}; {remark}")
        found.append(rung)
    return found


def sent_first(m: Record) -> int:
    """The frame in which a message was sent first."""
    frame: int = m["frame_number"] if m["retransmission_of"] is None else m["retransmission_of"]
    return frame


def repetition(m: Record) -> str:
    """What a copy or a retransmission repeats; nothing for a message that is there for the first time."""
    if m["duplicate"]:
        return "copy of the same datagram, as mirror ports make"
    return "" if m["retransmission_of"] is None else f"retransmission of frame {m['retransmission_of']}"


def _path(m: Record, *, out: bool) -> tuple[str, str, str]:
    ends = (endpoint(m["src_ip"], m["src_port"]), endpoint(m["dst_ip"], m["dst_port"]))
    transport = {"udp": "UDP", "udp-4500": "UDP, non-ESP marker", "tcp": "TCP"}.get(m["transport"], "")
    return (*(ends if out else ends[::-1]), transport)


def _title(m: Record, place: Numbered) -> str:
    fragment = m["fragment_number"]
    part = f", fragment {fragment} of {m['fragment_total'] or place.total or '?'}" if fragment is not None else ""
    if m["major_version"] == 1:
        phase2 = f" (ID {m['message_id']:08x})" if m["message_id"] else ""
        numbered = f" {place.number}" if place.number > (m["exchange"] == "INFORMATIONAL") else ""
        return f"{m['exchange']}{numbered}{phase2}{part}"
    return _name(m) + part


def _name(m: Record) -> str:
    """The exchange; in IKEv2 with request or response and the message ID."""
    if m["major_version"] == 1:
        return str(m["exchange"])
    return f"{m['exchange']} {'response' if m['is_response'] else 'request'} {m['message_id']}"


def message(d: Dossier, m: Record, out: bool, place: Numbered, contents: Contents) -> Rung:
    """The step that a message is. out: the initiator sent it."""
    protection = "encrypted" if m["encrypted"] else "clear"
    if m["decrypted_payload_types"] is not None:
        protection = "decrypted"
    note = plural(m["length"], "byte") if m["length"] is not None else ""
    note += unseen_note(d, m)
    if m["defects"]:
        note += f", {plural(len(m['defects']), 'defect')}"
    if comments := d.comments.get(m["frame_number"]):
        note += f"; comment in the file: {clip('; '.join(comments), _MOST_COMMENT)}"
    offset, clock = _when(d, m["time"])
    return Rung(
        "message",
        m["frame_number"],
        offset,
        None,
        out,
        _title(m, place),
        contents.labels(m),
        protection,
        tuple(_said(n) for n in contents.notifications(m) if n["class"] == "error"),
        note,
        contents.labels(m, brief=True),
        m["time"],
        clock,
    )


def _said(notification: Record) -> str:
    meaning = notification["meaning"]
    return f"{notification['notify']} ({meaning})" if meaning else str(notification["notify"])


class _Clock:
    """When each message was last sent, to know how long its sender waited before it sent it again."""

    def __init__(self, messages: Iterable[Record]) -> None:
        self._sent = {m["frame_number"]: m["time"] for m in messages if m["retransmission_of"] is None}

    def waited(self, m: Record) -> str:
        """The time since the message was last sent, in words."""
        original, now = m["retransmission_of"], m["time"]
        before = self._sent.get(original)
        self._sent[original] = now
        return seconds(None if now is None or before is None else (now - before) / 1e9)


def _retransmissions(d: Dossier, rows: list[Record], clock: _Clock) -> Iterator[Rung]:
    """Retransmissions between two other steps; many of them become one rung for each message."""
    groups = [[row] for row in rows]
    if len(rows) > _RETRANSMISSIONS_SHOWN:
        by_original: dict[int, list[Record]] = defaultdict(list)
        for row in rows:
            by_original[row["retransmission_of"]].append(row)
        groups = list(by_original.values())
    for group in groups:
        first, last = group[0], group[-1]
        often = f", {times(len(group))}" if len(group) > 1 else ""
        waits = [clock.waited(row) for row in group]
        note = "after " + ", ".join(_first(waits, 12))
        note += f"; last in frame {last['frame_number']}" if len(group) > 1 else ""
        protection = "encrypted" if first["encrypted"] else "clear"
        title = f"retransmission of {_name(first)} (frame {first['retransmission_of']}){often}"
        out = bool(first["from_initiator"])
        offset, day = _when(d, first["time"])
        same = (offset, None, out, title, (), protection, (), note, (), first["time"], day)
        yield Rung("retransmission", first["frame_number"], *same)


def icmp_meaning(kind: str) -> str:
    """What an ICMP error of this kind says; nothing where its name says it all."""
    return _ICMP_TEXT.get(kind, "")


def _icmp(d: Dossier, row: Record) -> Rung:
    said = icmp_meaning(row["kind"])
    mtu = f", MTU {row['mtu']}" if row["mtu"] is not None else ""
    about = f" about {'AH' if row['protocol'] == 'ah' else 'ESP'} {row['spi']}" if row["spi"] else ""
    title = f"ICMP {row['kind']} from {row['reporter_ip']}{mtu}{about}"
    if row["times"] > 1:
        title += f", {times(row['times'])}; last in frame {row['last_frame']}"
    towards_initiator = row["src_ip"] == d.n["initiator_ip"]
    offset, clock = _when(d, row["time"])
    same = (not towards_initiator, title, (), "clear", (), said, (), row["time"], clock)
    return Rung("icmp", row["frame_number"], offset, None, *same)


def _esp(d: Dossier, row: Record) -> Rung:
    out = row["to"] != "initiator"
    protocol = "AH" if row["encapsulation"] == "ah" else "ESP"
    carried = {"udp": " in UDP", "tcp": " in TCP"}.get(row["encapsulation"], "")
    title = f"{protocol} {row['spi']}{carried}: {plural(row['packets'] or 0, 'packet')}"
    span = (
        None if row["first_time"] is None or row["last_time"] is None else (row["last_time"] - row["first_time"]) / 1e9
    )
    note = "" if span is None else f"over {seconds(span)}"
    if row["basis"] and row["basis"] != "spi":
        note += ", joined by endpoints and time"
    offset, clock = _when(d, row["first_time"])
    same = (out, title, (), "encrypted", (), note, (), row["first_time"], clock)
    return Rung("esp", row["first_frame"], offset, None, *same)


def _numbered_gaps(rungs: list[Rung]) -> list[Rung]:
    """The same rungs with the time since the one before."""
    found: list[Rung] = []
    before: float | None = None
    for rung in rungs:
        gap = None if before is None or rung.offset_s is None else rung.offset_s - before
        found.append(rung._replace(gap_s=gap))
        before = before if rung.offset_s is None else rung.offset_s
    return found


def _left_note(first: int, last: int) -> str:
    return f"frames {span_text(first, last)}: all of them in the table messages"


def _shortened(rungs: list[Rung], missing: int) -> list[Rung]:
    """The beginning and the end of a long ladder. missing: steps that are left out already, for one rung."""
    if len(rungs) <= MOST_RUNGS:
        return rungs
    head, tail = rungs[: MOST_RUNGS - _KEPT_AT_END - 1], rungs[-_KEPT_AT_END:]
    left = rungs[len(head) : -_KEPT_AT_END]
    frames = [rung.frame for rung in left if rung.frame is not None]
    note = _left_note(frames[0], frames[-1]) if frames else ""
    count = len(left) + missing - (missing > 0)
    return [*head, Rung("cut", None, None, None, True, f"{plural(count, 'step')} left out", note=note), *tail]
