"""What the page shows: which negotiations, which tables, how many rows of each, and every cell as text."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, Final, NamedTuple

from analyzer.report.dossier import Dossier, Dossiers, Ranked, Record, in_floods
from analyzer.report.drawing import NARROW, WIDE, Drawing, draw
from analyzer.report.evidence import FrameView
from analyzer.report.facts import facts
from analyzer.report.find.data import found
from analyzer.report.groups import Group, spread
from analyzer.report.headline import headline, what_failed
from analyzer.report.ladder import Rung, dated, ladder, listing
from analyzer.report.life import life_lines
from analyzer.report.offers import Comparison, comparisons
from analyzer.report.particulars import MOST_ROWS as MOST_PARTICULARS
from analyzer.report.particulars import Particulars, particulars
from analyzer.report.sentences import suite_text
from analyzer.report.sources import sources
from analyzer.report.weaknesses import heaviest
from analyzer.report.words import OUTCOMES, endpoint, severity_rank, spi_filter, version_mode
from analyzer.report.zone import UTC_ZONE, Zone
from analyzer.tables.kinds import BOOL, FLOAT, INT, STR, TIME
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Table, Tables
from analyzer.tables.text import decimal

MOST_NEGOTIATIONS: Final = 300
EXAMPLES: Final = 60  # drawn of more: 16 kB each, and all of them are found in the overview
MOST_AT_A_GLANCE: Final = 8  # more of them are searched
MOST_ROWS: Final = 100  # of the overview where no scripts run; these show all
MOST_TABLE_ROWS: Final = 500  # of each other table
MOST_LISTED: Final = 200
_ABOVE: Final = {"messages": MOST_LISTED, **dict.fromkeys(("child_sas", "esp_streams", "exchanges"), MOST_PARTICULARS)}
_BATCH: Final = 100
_BAR_WIDTH: Final = 1000

# The columns shown of each table; all of them are in its CSV. Tables not named here are in the CSV only.
SHOWN: Final = {
    "floods": "flood kind confidence target_ip target_ports sources initiator_spis messages folded rate peak_rate "
    "shapes other_shapes "
    "first_frame last_frame first_time last_time samples",
    "responders": "ip port transport state versions modes answered_peers implementation asked_by first_time last_time "
    "evidence_frames",
    "flows": "flow transport client_ip client_port server_ip server_port first_frame last_frame messages esp_packets "
    "keepalives keepalives_from_client keepalive_interval_s bytes",
    "events": "negotiation child event time frame_number by other confidence basis detail",
    "sights": "negotiation point initiator_ip initiator_port responder_ip responder_port translations "
    "messages_from_initiator messages_from_responder messages_missing transmissions_missing clock_offset_s clock_basis "
    "hops dropped first_frame last_frame",
    "child_sas": "negotiation child protocol mode outcome encryption key_bits integrity pfs_ke_method initiator_spi_in "
    "responder_spi_in initiator_ts responder_ts created_by esp_packets_to_initiator esp_packets_to_responder basis",
    "esp_streams": "spi src_ip dst_ip encapsulation packets bytes first_seq last_seq missing duplicates negotiation "
    "child basis to returned past_delete_s first_frame last_frame",
    "vendor_ids": "frame_number negotiation side name vendor kind detail data",
    "identities": "frame_number negotiation side id_type_name identity",
    "certificates": "frame_number negotiation side encoding_name subject issuer not_before not_after key_type key_bits "
    "signature_hash subject_alt_names sha256",
    "notifications": "frame_number negotiation notify_type notify class spi data meaning",
    "icmp_errors": "frame_number time reporter_ip kind mtu src_ip src_port dst_ip dst_port negotiation",
    "exchanges": "negotiation exchange message_id initiated_by request_frame response_frame round_trip_s "
    "retransmissions outcome state unexpected_frames missing backoff fragments_missing disorder",
    "messages": "frame_number time src_ip src_port dst_ip dst_port transport negotiation exchange message_id "
    "is_response length payload_types encrypted decrypted retransmission_of defects",
    "defects": "capture frame_number offset kind expected found effect",
    "comments": "capture kind frame_number subject text negotiation",
}


class Segment(NamedTuple):
    """A part of the bar of outcomes, in units of a bar 1000 wide."""

    outcome: str
    share: int
    x: int
    width: int


class OverviewRow(NamedTuple):
    """One negotiation in the overview.

    moment: its time for programs; failed: what failed of an SA that came up; worst: its most severe finding.
    """

    number: int
    time: str
    moment: str
    outcome: str
    failed: str
    trouble: str
    version: str
    initiator: str
    responder: str
    suite: str
    diagnosis: str
    worst: str
    findings: int
    messages: int
    first_frame: int | None
    drawn: bool


class Overview(NamedTuple):
    """The first rows of the overview table, how many there are in all and drawn; what scripts search, if anything."""

    rows: list[OverviewRow]
    total: int
    drawn: int
    data: dict[str, Any]


class NegotiationView(NamedTuple):
    """One negotiation ready to be laid out. `alike`: how many went the same way, where not all of them are drawn.

    `frames`: those of the evidence, as trees.
    """

    number: int
    n: Record
    headline: str
    alike: int
    facts: list[tuple[str, str]]
    drawings: tuple[Drawing, ...]
    comparisons: list[Comparison]
    listing: list[Rung]
    particulars: list[Particulars]
    life: list[str]
    d: Dossier
    spi_filter: str
    frames: list[FrameView]


class Heading(NamedTuple):
    """A column's name and meaning; numbers stand at the right."""

    name: str
    doc: str
    number: bool


class TableView(NamedTuple):
    """One table of the page: its first rows as text, column by column. `total` counts all rows."""

    name: str
    doc: str
    headings: tuple[Heading, ...]
    columns: tuple[list[str], ...]
    shown: int
    total: int

    @property
    def rows(self) -> Iterator[tuple[str, ...]]:
        """The same row by row."""
        return zip(*self.columns, strict=True)


def outcome_bar(tables: Tables) -> list[Segment]:
    """How the outcomes share the bar; none is too narrow to be seen."""
    flooded = in_floods(tables)
    columns = (tables["negotiations"].column(name) for name in ("negotiation", "outcome"))
    outcomes = [outcome for number, outcome in zip(*columns, strict=True) if number not in flooded]
    counts = [(name, outcomes.count(name)) for name in OUTCOMES if name in outcomes]
    found, x = [], 0
    for place, (name, count) in enumerate(counts):
        room = _BAR_WIDTH - x - 12 * (len(counts) - place - 1)
        width = room if place == len(counts) - 1 else min(room, max(12, round(count * _BAR_WIDTH / len(outcomes))))
        found.append(Segment(name, count, x, width))
        x += width
    return found


def drawn_numbers(ranked: Sequence[Ranked], found: Collection[Group]) -> list[int]:
    """The negotiations shown in full: all in their order, or of too many some of each kind, the worst first."""
    numbers = [r.number for r in ranked]
    if len(numbers) <= MOST_NEGOTIATIONS:
        return sorted(numbers)
    shown = set(spread(found, EXAMPLES))
    return [number for number in numbers if number in shown]


def overview(
    tables: Tables,
    ranked: Sequence[Ranked],
    drawn: list[int],
    zone: Zone = UTC_ZONE,
) -> Overview:
    """A row for each of the worst negotiations, and data of all of them if there are more than one sees at a glance."""
    order = [r.number for r in ranked[:MOST_ROWS]]
    worst: dict[int, list[str]] = {}
    findings = heaviest(tables["findings"])
    for number, severity in findings.at(findings.places("negotiation", frozenset(order)), "negotiation", "severity"):
        worst.setdefault(number, []).append(severity)
    shown = set(drawn)
    rows = {
        n["negotiation"]: _overview_row(n, worst.get(n["negotiation"], []), n["negotiation"] in shown, zone)
        for n in tables["negotiations"].select("negotiation", frozenset(order))
    }
    data = found(tables, ranked, drawn, zone) if len(ranked) > MOST_AT_A_GLANCE else {}
    return Overview([rows[number] for number in order if number in rows], len(ranked), len(drawn), data)


def _overview_row(n: Record, severities: list[str], drawn: bool, zone: Zone) -> OverviewRow:
    return OverviewRow(
        number=n["negotiation"],
        time="" if n["first_time"] is None else zone.second(n["first_time"]),
        moment="" if n["first_time"] is None else zone.iso(n["first_time"]),
        outcome=n["outcome"] or "unknown",
        failed=what_failed(n["outcome"], n["failed_at"], n["diagnosis"]),
        trouble=n["failed_at"] or "",
        version=version_mode(n),
        initiator=endpoint(n["initiator_ip"], None if n["initiator_port"] == 500 else n["initiator_port"]),
        responder=endpoint(n["responder_ip"], None if n["responder_port"] == 500 else n["responder_port"]),
        suite=suite_text(n),
        diagnosis=n["diagnosis"] or "",
        worst=min(severities, key=severity_rank) if severities else "",
        findings=len(severities),
        messages=n["messages"] or 0,
        first_frame=n["first_frame"],
        drawn=drawn,
    )


def negotiations(
    tables: Tables,
    found: Collection[Group],
    drawn: list[int],
    frames: Mapping[int, list[FrameView]],
    zone: Zone = UTC_ZONE,
) -> Iterator[NegotiationView]:
    """The negotiations to be drawn, made while the page is written. zone: that of their times."""
    numbers, known = iter(drawn), Dossiers(tables, drawn, zone)
    alike = {number: len(group.numbers) for group in found for number in group.numbers}
    many = len(alike) > len(drawn)
    while batch := list(islice(numbers, _BATCH)):
        for d in known.of(batch):
            rungs = list(dated(ladder(d), zone))
            yield NegotiationView(
                number=d.n["negotiation"],
                n=d.n,
                headline=headline(d),
                alike=alike[d.n["negotiation"]] if many else 1,
                facts=facts(d),
                drawings=tuple(draw(rungs, layout) for layout in (WIDE, NARROW)),
                comparisons=comparisons(d),
                listing=listing(d, MOST_LISTED),
                particulars=particulars(d),
                life=life_lines(d),
                d=d,
                spi_filter=spi_filter(d.n["initiator_spi"]),
                frames=frames.get(d.n["negotiation"], []),
            )


def above(source: Tables, drawn: Collection[int]) -> frozenset[str]:
    """Tables of a capture of which every row stands with its negotiation, as these are drawn."""
    if len(sources(source)) != 1:
        return frozenset()
    return frozenset(name for name, most in _ABOVE.items() if _all_above(source[name], frozenset(drawn), most))


def _all_above(table: Table, drawn: frozenset[int], most: int) -> bool:
    if len(table) > most * len(drawn):
        return False
    rows = Counter(table.column("negotiation"))
    return rows.keys() <= drawn and max(rows.values(), default=0) <= most


def tables(source: Tables, zone: Zone = UTC_ZONE, without: Collection[str] = ()) -> Iterator[TableView]:
    """The capture-wide tables that have rows; those about negotiations of a flood are in the CSV only.

    zone: that of their times. without: these tables.
    """
    flooded = in_floods(source)
    for name in [name for name in SHOWN if name not in without]:
        table, rows = source[name], shown_rows(source, name, flooded)
        if rows:
            columns, (dtypes, headings), some = dict(table.columns()), _shown(name), rows[:MOST_TABLE_ROWS]
            texts = tuple(_texts(columns[h.name].picked(some), d, zone) for h, d in zip(headings, dtypes, strict=True))
            yield TableView(name, table.schema.doc, headings, texts, len(some), len(table))


def shown_rows(source: Tables, name: str, flooded: frozenset[int]) -> Sequence[int]:
    """The rows of a table that are not about these negotiations; a page has the first MOST_TABLE_ROWS of them."""
    table = source[name]
    if flooded and "negotiation" in table.schema.names:
        return [row for row, number in enumerate(table.column("negotiation")) if number not in flooded]
    return range(len(table))


@cache
def _shown(name: str) -> tuple[tuple[str, ...], tuple[Heading, ...]]:
    """Types and headings of the columns shown of a table."""
    columns = {column.name: column for column in SCHEMA[name].columns}
    shown = [columns[one] for one in SHOWN[name].split()]
    return tuple(c.dtype for c in shown), tuple(Heading(c.name, c.doc, c.dtype in (INT, FLOAT)) for c in shown)


def _texts(values: Iterable[Any], dtype: str, zone: Zone) -> list[str]:
    """The cells of a column as text."""
    if dtype == TIME:
        return ["" if value is None else zone.iso(value) for value in values]
    if dtype == INT:
        return ["" if value is None else str(value) for value in values]
    return [value or "" for value in values] if dtype == STR else [cell(value, dtype) for value in values]


def cell(value: Any, dtype: str = "") -> str:
    """A table cell as text; missing is empty."""
    if value is None:
        return ""
    if dtype == BOOL or isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return decimal(value)
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return str(value)
