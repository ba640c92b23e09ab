"""What the search box of a page searches in: every negotiation with its child SAs, findings and diagnoses.

Nothing of a capture is left out but the negotiations of floods, which are shown as floods, and more negotiations than a
page can carry.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from analyzer.report.dossier import Ranked
from analyzer.report.find.columns import Cells, Ends, Relative, coding_of, counted, packed_table, written
from analyzer.report.find.language import language
from analyzer.report.headline import what_failed
from analyzer.report.sentences import suite_text
from analyzer.report.words import version_mode
from analyzer.report.zone import UTC_ZONE, Zone
from analyzer.tables.in_files import all_in_files
from analyzer.tables.store import Table, Tables

MOST: Final = 100_000
"""Negotiations that a page carries for its search, which are some ten megabytes. Of more the worst."""

_DETAILS: Final = {"child_sas": "first_frame", "findings": "evidence_frames", "diagnoses": "evidence_frames"}
_WITH_ADDRESSES: Final = frozenset({"paths", "subject", "detail", "advice"})
_GATHERED: Final = (
    ("proposals", "transforms", False),
    ("esp_streams", "spi", False),
    ("messages", "frame_number", True),
    ("icmp_errors", "frame_number", True),
)  # table, column, whether its values are frames
MOST_FRAMES: Final = 500_000
"""Messages of a page whose frames can be searched for."""

_QUARTER: Final = 900 * 10**9  # nanoseconds
_SUITE: Final = ("encryption", "key_bits", "integrity", "prf", "ke_method", "additional_ke_ids", "suite_partly_read")
_ASKED: Final = ("ike_version", "mode", "outcome", "failed_at", "diagnosis", *_SUITE)


def found(
    tables: Tables,
    ranked: Sequence[Ranked],
    drawn: Sequence[int],
    zone: Zone = UTC_ZONE,
) -> Cells:
    """The data. ranked: negotiations that are no part of a flood, the worst first. drawn: those shown in full.

    zone: in which their times are shown.
    """
    tables = all_in_files(tables)  # whoever searches for a frame has its number in its file
    ranks = {r.number: 10 * r.outcome + r.severity for r in ranked[:MOST]}
    table = tables["negotiations"]
    rows = table.places("negotiation", ranks)
    known = list(table.at(rows, "negotiation", "initiator_ip", "responder_ip", "first_frame"))
    numbers = [number for number, *_ in known]
    ends: dict[int | None, Ends] = {number: (initiator, responder) for number, initiator, responder, _ in known}
    starts = {number: frame for number, *_, frame in known}
    made = {"negotiations": _negotiations(table, rows, list(ends.values()))}
    for name, frames in _DETAILS.items():
        owned = tables[name].places("negotiation", {None, *ranks})
        owners = [number for (number,) in tables[name].at(owned, "negotiation")]
        relative = {frames: Relative({"start": True}, [starts.get(number) for number in owners])}
        named = [ends.get(number, (None, None)) for number in owners]
        made[name] = packed_table(tables[name], owned, relative=relative, ends=named, marking=_WITH_ADDRESSES)
    gathered = _gathered(tables, numbers, starts)
    held = {name: table["columns"] for name, table in made.items()}
    return {
        "tables": made,
        "gathered": gathered,
        "language": language(held | {name: list(columns) for name, columns in gathered.items()}),
        "rank": written(coding_of(map(ranks.__getitem__, numbers))),
        "drawn": sorted(drawn),
        "zone": {"name": zone.name, "offsets": _offsets(zone, table.at(rows, "first_time", "last_time"))},
        "left": len(ranked) - len(rows),
    }


def _offsets(zone: Zone, spans: Iterable[Sequence[int | None]]) -> list[tuple[int, str]]:
    """From which second since 1970 on times are how far from UTC: +01:00. It changes at quarters of an hour only."""
    quarters = {time // _QUARTER for span in spans for time in span if time is not None}
    found = [(quarter * 900, zone.offset(quarter * _QUARTER)) for quarter in sorted(quarters)]
    return [one for place, one in enumerate(found) if not place or one[1] != found[place - 1][1]]


def _gathered(tables: Tables, numbers: Sequence[int], starts: Mapping[int, int | None]) -> dict[str, Cells]:
    """What the language asks of tables that are not held: of each negotiation all values together."""
    made: dict[str, Cells] = {}
    for name, column, frames in _GATHERED:
        table, rows = tables[name], tables[name].places("negotiation", starts)
        if frames and len(rows) > MOST_FRAMES:
            continue
        values: dict[int, dict[Any, None]] = {}
        for number, value in table.at(rows, "negotiation", column):
            values.setdefault(number, {}).update(dict.fromkeys(value if isinstance(value, tuple) else (value,)))
        coding = coding_of(tuple(values[number]) if number in values else None for number in numbers)
        place = Relative({"start": True}, [starts[number] for number in numbers])
        made.setdefault(name, {})[column] = counted(coding, place) if frames else written(coding)
    return made


def _negotiations(table: Table, rows: Sequence[int], ends: Sequence[Ends]) -> Cells:
    spans = list(table.at(rows, "first_frame", "first_time", "last_time", "duration_s"))
    relative = {
        "last_frame": Relative({"from": "first_frame"}, [frame for frame, *_ in spans]),
        "last_time": Relative({"from": "first_time"}, [time for _, time, *_ in spans]),
    }
    lasted = [None if None in (first, last) else (last - first) / 1e9 for _, first, last, _ in spans]
    missing = [row for row, (*_, duration) in enumerate(spans) if duration is None and lasted[row] is not None]
    follows = all(duration in (None, lasted[row]) for row, (*_, duration) in enumerate(spans))
    left = ("duration_s",) if follows else ()
    made = packed_table(
        table, rows, left=left, relative=relative, ends=ends, marking=_WITH_ADDRESSES, views=_views, asked=_ASKED
    )
    if follows:
        made["columns"].append("duration_s")
        made["alone"]["duration_s"] = {"between": ["first_time", "last_time"], "without": missing}
    return made


def _views(n: Cells) -> Cells:
    """What the table shows of a negotiation in other words than its cells."""
    return {
        "version": version_mode(n),
        "agreed": suite_text(n),
        "failed": what_failed(n["outcome"], n["failed_at"], n["diagnosis"]),
    }
