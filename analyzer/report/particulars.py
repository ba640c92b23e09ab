"""The small tables of one negotiation: a refused offer, its child SAs, its ESP and AH streams, its exchanges.

Columns in which no row has anything are left out: without keys most of a child SA is not visible.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from analyzer.report.dossier import Dossier, Record
from analyzer.report.sentences import SOURCES, selectors, suite_text
from analyzer.report.words import seconds
from analyzer.report.zone import Zone

MOST_ROWS: Final = 50
_FRAMES: Final = frozenset({"Frames", "First frame", "Last frame", "Request", "Response", "Unexpected frames"})

CellOf = Callable[[Record], Any]


class Moment(NamedTuple):
    """A time, in nanoseconds since 1970."""

    time: int


class Particulars(NamedTuple):
    """A small table. numbers, frames: which columns stand at the right, and hold frames. total: of the rows."""

    title: str
    caption: str
    source: str
    headings: tuple[str, ...]
    numbers: tuple[bool, ...]
    frames: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int


def particulars(d: Dossier) -> list[Particulars]:
    """The tables that have rows."""
    found = []
    for source, (title, caption, columns) in _TABLES.items():
        rows = getattr(d, source)
        if source == "mismatches":  # the offer alone stands in the comparison already
            rows = [row for row in rows if row["accepted"] is not None]
        if rows:
            found.append(_table(source, title, caption, columns, rows, len(rows) + d.left[source], d.zone))
    return found


def _table(
    source: str,
    title: str,
    caption: str,
    columns: Sequence[tuple[str, CellOf]],
    rows: Sequence[Record],
    total: int,
    zone: Zone,
) -> Particulars:
    values = [[cell(row) for _, cell in columns] for row in rows[:MOST_ROWS]]
    used = [place for place in range(len(columns)) if any(row[place] not in (None, "") for row in values)]
    return Particulars(
        title,
        caption,
        source,
        tuple(columns[place][0] for place in used),
        tuple(all(isinstance(row[place], int | None) for row in values) for place in used),
        tuple(columns[place][0] in _FRAMES for place in used),
        tuple(tuple(_cell(row[place], zone) for place in used) for row in values),
        total,
    )


def _cell(value: Any, zone: Zone) -> str:
    if isinstance(value, Moment):
        return zone.stamp(value.time)
    return "" if value is None else str(value)


def _column(name: str) -> CellOf:
    return lambda row: row[name]


def _networks(child: Record) -> str | None:
    if not child["initiator_ts"] and not child["responder_ts"]:
        return None
    return f"{selectors(child['initiator_ts'])} \u2013 {selectors(child['responder_ts'])}"


def _both(to_initiator: str, to_responder: str) -> CellOf:
    """What there is of each direction, in words."""
    names = {to_initiator: "to initiator", to_responder: "to responder"}
    return lambda row: ", ".join(f"{row[name]} {text}" for name, text in names.items() if row[name] is not None)


def _kind(child: Record) -> str:
    return " ".join(part for part in (child["protocol"], child["mode"]) if part)


def _origin(child: Record) -> str:
    return f"{child['created_by']}" + (f", replaces {child['rekeys']}" if child["rekeys"] is not None else "")


def _pfs(child: Record) -> str:
    """Seen, not used, inferred from lengths, or why nobody can know."""
    known, basis = {True: "yes", False: "no"}.get(child["pfs"]), child["pfs_basis"] or ""
    if known is not None and "inferred" not in basis:
        return known
    return f"{known or 'cannot be known'}{': ' if basis else ''}{basis}"


def _deleted(child: Record) -> Moment | None:
    return None if child["deleted_at"] is None else Moment(child["deleted_at"])


def _frames(child: Record) -> str:
    return ", ".join(str(child[name]) for name in ("first_frame", "response_frame") if child[name] is not None)


def _joined(stream: Record) -> str | None:
    return "endpoints and time" if stream["basis"] == "likely" else stream["basis"]


def _returned(stream: Record) -> str | None:
    return {True: "seen", False: "not seen"}.get(stream["returned"])


def _past_delete(stream: Record) -> str | None:
    return None if stream["past_delete_s"] is None else seconds(stream["past_delete_s"])


def _concerns(mismatch: Record) -> str:
    return "IKE SA" if mismatch["child"] is None else f"child SA {mismatch['child']}"


def _known(mismatch: Record) -> str | None:
    return SOURCES.get(mismatch["source"] or "", mismatch["source"])


def _fits(mismatch: Record) -> str:
    return {True: "yes", False: "no"}.get(mismatch["fits"], "cannot be known")


def _listed(name: str) -> CellOf:
    return lambda row: ", ".join(map(str, row[name] or ()))


def _round_trip(exchange: Record) -> str | None:
    return None if exchange["round_trip_s"] is None else seconds(exchange["round_trip_s"])


def _message_id(exchange: Record) -> str | None:
    number = exchange["message_id"]
    return None if number is None else str(number) if number < 0x10000 else f"{number:08x}"


def _plain(*columns: tuple[str, str]) -> Iterable[tuple[str, CellOf]]:
    return ((heading, _column(name)) for heading, name in columns)


_TABLES: Final[dict[str, tuple[str, str, Sequence[tuple[str, CellOf]]]]] = {
    "mismatches": (
        "The refused offer against what the peer accepts",
        "The closest proposal, against what this peer is known to accept.",
        (
            ("Concerns", _concerns),
            *_plain(("Proposal", "place"), ("Kind", "kind")),
            ("Offered", _listed("offered")),
            ("Accepted", _listed("accepted")),
            ("Fits", _fits),
            ("Known", _known),
            ("Frames", _listed("evidence_frames")),
        ),
    ),
    "child_sas": (
        "Child SAs",
        "IPsec SAs negotiated under this IKE SA. Inferred: read from the order and lengths of encrypted messages.",
        (
            *_plain(("No.", "child"), ("Outcome", "outcome")),
            ("Protocol", _kind),
            ("Algorithms", suite_text),
            ("Initiator's and responder's side", _networks),
            ("SPIs", _both("initiator_spi_in", "responder_spi_in")),
            ("Packets", _both("esp_packets_to_initiator", "esp_packets_to_responder")),
            ("Made by", _origin),
            ("Frames", _frames),
            ("Deleted", _deleted),
            ("PFS", _pfs),
            *_plain(("Lifetime in s", "lifetime_s"), ("Basis", "basis")),
        ),
    ),
    "esp_streams": (
        "ESP and AH",
        "Streams joined to this negotiation. Missing: sequence numbers never seen; empty where that cannot be known.",
        (
            *_plain(("SPI", "spi"), ("From", "src_ip"), ("To", "dst_ip"), ("Carried as", "encapsulation")),
            *_plain(("Child SA", "child"), ("Packets", "packets"), ("Bytes", "bytes")),
            *_plain(("Missing", "missing"), ("Duplicates", "duplicates")),
            *_plain(("First frame", "first_frame"), ("Last frame", "last_frame")),
            ("Other direction", _returned),
            ("After its delete", _past_delete),
            ("Joined by", _joined),
        ),
    ),
    "exchanges": (
        "Exchanges",
        "Requests and their answers. Round trip: from the request's last transmission before the answer to the answer.",
        (
            *_plain(("Exchange", "exchange")),
            ("Message ID", _message_id),
            *_plain(("Begun by", "initiated_by"), ("Outcome", "outcome")),
            *_plain(("Request", "request_frame"), ("Response", "response_frame")),
            ("Round trip", _round_trip),
            *_plain(("Retransmissions", "retransmissions"), ("Back-off", "backoff")),
            *_plain(("Fragments missing", "fragments_missing"), ("State", "state")),
            ("Out of order", _listed("disorder")),
            ("Unexpected frames", _listed("unexpected_frames")),
            ("Not captured before", _listed("missing")),
        ),
    ),
}
