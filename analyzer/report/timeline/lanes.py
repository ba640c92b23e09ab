"""A lane for each negotiation: its messages as a bar, its exchanges and events as signs on it, its ESP and AH below."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from analyzer.report.headline import what_failed
from analyzer.report.life import what_happened
from analyzer.report.timeline.axis import Span
from analyzer.report.words import endpoint, moment, plural, seconds
from analyzer.report.zone import Zone
from analyzer.tables.store import Table, Tables

MOST_MARKS: Final = 1500  # in all lanes of a picture
_LEAST_MARKS: Final = 24  # of one lane
MOST_STREAMS: Final = 24  # of one lane
_REFUSED: Final = frozenset({"refused", "refused-in-clear", "ticket-refused", "refusing"})
_SET_BACK: Final = 1_000_000_000  # nanoseconds; less is disorder of packets
_ONE_WAY: Final = frozenset({"sent", "sent-in-clear"})  # exchanges of IKEv1 that have no answer
_OF_EVENTS: Final = {
    "rekeyed": "rekey",
    "child-rekeyed": "rekey",
    "rekey-collision": "rekey",
    "reauthenticated": "rekey",
    "superseded": "rekey",
    "deleted": "delete",
    "child-deleted": "delete",
    "moved": "move",
    "liveness-missed": "silent",
    "liveness-failed": "silent",
}
_SIGNS: Final = ("exchange", "move", "rekey", "delete", "silent", "icmp", "refused")
"""The signs, those that must not be covered by others last."""

Times = dict[tuple[int, int], int]
Record = dict[str, Any]


class Mark(NamedTuple):
    """A sign at a time. x: percent from the left; frame: where to look."""

    sign: str
    x: str
    frame: int | None
    title: str


class Stream(NamedTuple):
    """An ESP or AH stream: a thin bar. x, end: percent from the left. up: it goes to the initiator."""

    x: str
    end: str
    protocol: str
    up: bool
    title: str


class Lane(NamedTuple):
    """One negotiation. x, end: where its messages begin and end, None without times. left: signs, bars not drawn."""

    number: int
    outcome: str
    failed: str
    ends: str
    title: str
    x: str | None
    end: str | None
    start: int | None
    marks: tuple[Mark, ...]
    streams: tuple[Stream, ...]
    left: int

    @property
    def verdict(self) -> str:
        """The sign at its end, "" where one of its exchanges has it or none is due."""
        sign = {"failed": "refused", "unanswered": "silent"}.get(self.outcome, "")
        return "" if any(mark.sign == sign for mark in self.marks) else sign


def lanes(tables: Tables, numbers: Collection[int], span: Span, zone: Zone) -> list[Lane]:
    """The lanes of these negotiations, in the order of their first messages."""
    wanted = frozenset(numbers)
    most = max(_LEAST_MARKS, MOST_MARKS // max(1, len(wanted)))
    rows = {name: _rows(tables[name], wanted, most) for name in ("exchanges", "events", "icmp_errors")}
    streams = {number: _streams(some, span) for number, some in _timed_streams(tables["esp_streams"], wanted).items()}
    known = _times(tables["messages"], wanted, [x for _, some in rows["exchanges"].values() for x in some])
    found = []
    for n in tables["negotiations"].select("negotiation", wanted):
        number = n["negotiation"]
        held = {name: some.get(number, (0, ()))[1] for name, some in rows.items()}
        left = sum(some[number][0] - len(some[number][1]) for some in rows.values() if number in some)
        marks = _marks(n, held, known, span, zone)
        drawn, more = streams.get(number, ((), 0))
        found.append(_lane(n, marks, drawn, span, left + more))
    return sorted(found, key=lambda lane: (lane.start is None, lane.start, lane.number))


def _lane(n: Record, marks: Sequence[Mark], streams: Sequence[Stream], span: Span, left: int) -> Lane:
    start, end = n["first_time"], n["last_time"]
    ends = f"{endpoint(n['initiator_ip'], None)} \u2192 {endpoint(n['responder_ip'], None)}"
    timed = start is not None and end is not None
    x, to = (span.at(min(start, end)), span.at(max(start, end))) if timed else (None, None)
    over = f" over {seconds(n['duration_s'])}" if n["duration_s"] is not None else ""
    failed = what_failed(n["outcome"], n["failed_at"], n["diagnosis"])
    title = f"{plural(n['messages'] or 0, 'message')}{over}: {n['outcome'] or 'unknown'}"
    title += f", {failed} failed" if failed else ""
    return Lane(
        n["negotiation"],
        n["outcome"] or "unknown",
        failed,
        ends,
        title,
        x,
        to,
        start,
        tuple(marks),
        tuple(streams),
        left,
    )


def _rows(table: Table, wanted: frozenset[int], most: int) -> dict[int, tuple[int, list[Record]]]:
    """By negotiation how many rows there are, and of these as many as are drawn: the odd ones, and some of the rest."""
    places: dict[int, list[int]] = {}
    rows = table.places("negotiation", wanted)
    for row, (number,) in zip(rows, table.at(rows, "negotiation"), strict=True):
        places.setdefault(number, []).append(row)
    return {
        number: (len(some), list(table.picked(some if len(some) <= most else _some(table, some, most))))
        for number, some in places.items()
    }


def _some(table: Table, rows: list[int], most: int) -> list[int]:
    odd: list[int] = []
    if "state" in table.schema.names:
        cells = table.at(rows, "outcome", "state")
        odd = [row for row, cell in zip(rows, cells, strict=True) if _of_exchange(*cell) != "exchange"][: most // 2]
    step = -(-len(rows) // (most - len(odd)))
    return sorted({*odd, *rows[::step]})


def _of_exchange(outcome: str | None, state: str | None) -> str:
    """The sign of an exchange."""
    if state in _REFUSED:
        return "refused"
    return "silent" if outcome == "unanswered" and state not in _ONE_WAY else "exchange"


def _times(messages: Table, wanted: frozenset[int], exchanges: Iterable[Record]) -> Times:
    """When the frames of these exchanges were captured, by negotiation and frame."""
    frames = {_frame(x) for x in exchanges} - {None}
    rows = messages.places("frame_number", frames) if frames else []
    cells = messages.at(rows, "negotiation", "frame_number", "time")
    return {(number, frame): time for number, frame, time in cells if number in wanted and time is not None}


def _frame(exchange: Record) -> int | None:
    """Where an exchange stands: with its request, a refused one with its answer."""
    first, second = "request_frame", "response_frame"
    if exchange["state"] in _REFUSED:
        first, second = second, first
    frame: int | None = exchange[first]
    return exchange[second] if frame is None else frame


def _marks(n: Record, held: Mapping[str, Sequence[Record]], known: Times, span: Span, zone: Zone) -> list[Mark]:
    """All signs of a lane, the plain ones first, so that they cover none."""
    start = n["first_time"]

    def mark(sign: str, time: int, frame: int | None, text: str) -> Mark:
        since = f"{moment((time - start) / 1e9)}, " if start is not None else ""
        return Mark(sign, span.at(time), frame, f"{since}{zone.stamp(time)}: {text}")

    found = []
    events = [e for e in held["events"] if e["time"] is not None]
    shown = {e["frame_number"] for e in events}
    for x in held["exchanges"]:
        frame = _frame(x)
        time = known.get((n["negotiation"], frame)) if frame is not None else None
        if time is not None and not {x["request_frame"], x["response_frame"]} & shown - {None}:
            sign, said = _of_exchange(x["outcome"], x["state"]), x
            if sign == "silent" and n["diagnosis"] == "one-way-capture":
                sign, said = "exchange", x | {"outcome": "answer not in this capture"}
            found.append(mark(sign, time, frame, _exchange_text(said)))
    found += [
        mark(_OF_EVENTS.get(e["event"], "exchange"), e["time"], e["frame_number"], what_happened(e)) for e in events
    ]
    errors = (e for e in held["icmp_errors"] if e["time"] is not None)
    found += [mark("icmp", e["time"], e["frame_number"], f"ICMP {e['kind']} from {e['reporter_ip']}") for e in errors]
    return sorted(found, key=lambda one: _SIGNS.index(one.sign))


def _exchange_text(x: Record) -> str:
    outcome = x["outcome"] or "unknown"
    if x["state"] in _ONE_WAY:
        outcome = x["state"]
    state = f", {x['state']}" if x["state"] in _REFUSED else ""
    again = f", {plural(x['retransmissions'], 'retransmission')}" if x["retransmissions"] else ""
    return f"{x['exchange']}, {outcome}{state}{again}"


def unjoined(tables: Tables, span: Span) -> tuple[tuple[Stream, ...], int]:
    """Streams that belong to no negotiation of the capture, as many as are drawn, and how many more there are."""
    return _streams(_timed_streams(tables["esp_streams"], {None}).get(None, []), span)


def _timed_streams(table: Table, wanted: Container[int | None]) -> dict[int | None, list[Record]]:
    found: dict[int | None, list[Record]] = {}
    for row in table.select("negotiation", wanted):
        if row["first_time"] is not None and row["last_time"] is not None:
            found.setdefault(row["negotiation"], []).append(row)
    return found


def _streams(rows: Sequence[Record], span: Span) -> tuple[tuple[Stream, ...], int]:
    """Those of the most packets, and how many more there are."""
    drawn = sorted(rows, key=lambda row: -(row["packets"] or 0))[:MOST_STREAMS]
    return tuple(_stream(row, span) for row in drawn), len(rows) - len(drawn)


def _stream(row: Record, span: Span) -> Stream:
    first, last = sorted((row["first_time"], row["last_time"]))
    protocol = "AH" if row["encapsulation"] == "ah" else "ESP"
    to = f" to the {row['to']}" if row["to"] else ""
    packets = plural(row["packets"] or 0, "packet")
    title = f"{protocol} {row['spi']}{to}: {packets} over {seconds((last - first) / 1e9)}"
    return Stream(span.at(first), span.at(last), protocol, row["to"] == "initiator", title)


def set_back(tables: Tables, most: int) -> tuple[list[tuple[int, int, int]], int]:
    """Where the clock of a capture was set back: frame, time, by how many nanoseconds; the first few, and how many."""
    before: dict[str, int] = {}
    found = []
    count = 0
    for capture, frame, time in tables["messages"].cells("capture", "frame_number", "time"):
        if time is None:
            continue
        back = before.get(capture, time) - time
        if back >= _SET_BACK:
            count += 1
            if count <= most:
                found.append((frame, time, back))
        before[capture] = time
    return found, count
