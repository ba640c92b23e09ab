"""A part of what was read: the tables of the negotiations that match a filter, and of nothing else.

All was judged before: what rests on other negotiations stays as it is. Each capture's row says which filter it was, and
how much of what matters was left out.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, Final

from analyzer.tables.filter.fields import NEGOTIATIONS, linked
from analyzer.tables.filter.rows import rows_of
from analyzer.tables.filter.where import Filter, Wanted, joined
from analyzer.tables.store import Table, Tables

_FLOODED: Final = "unsolicited-answers"  # kind of a flood, and diagnosis of the negotiations that it is made of
_WHOLE: Final = ("captures", "defects")  # damage concerns all that is said of a capture, also of a part of it
_OF_CAPTURES: Final = ("capture", "set", "filter", "negotiations_left_out", "findings_left_out", "floods_left_out")
_DECIDING: Final = {  # columns by which it is known what belongs to a negotiation
    "captures": _OF_CAPTURES,
    NEGOTIATIONS: ("negotiation", "capture", "initiator_ip", "responder_ip"),
    "messages": (
        "capture", "frame_number", "negotiation", "from_initiator", "src_ip", "src_port", "dst_ip", "dst_port",
    ),
    "esp_streams": ("capture", "negotiation", "src_ip", "dst_ip"),
    "diagnoses": ("negotiation", "diagnosis"),
    "findings": ("capture", "negotiation"),
    "floods": ("capture", "kind", "target_ip"),
    "flows": ("capture", "client_ip", "client_port", "server_ip", "server_port", "esp_packets"),
    "responders": ("capture", "ip", "port", "state"),
}  # fmt: skip
_DECIDED_BY: Final = {
    "flows": ("messages", "esp_streams"),
    "payloads": ("messages",),
    "responders": ("messages",),
    "floods": ("diagnoses",),
}


def part_of(tables: Tables, where: Filter) -> Tables:
    """The tables of the negotiations that match. What belongs to none is left out, but for captures and defects."""
    numbers = frozenset(where.numbers(tables))
    found = {name: _kept(tables, name, numbers) for name in tables}
    found["captures"] = _captures(tables, found, where)
    return Tables.of(found)


def with_deciding(wanted: Wanted | None, where: Filter) -> Wanted | None:
    """`wanted` of an Analysis (None: all), and the columns that the filter and `part_of` look at."""
    needed = where.with_needed(wanted)
    if needed is None or wanted is None:
        return needed
    deciding = {"captures", NEGOTIATIONS, *wanted, *(more for name in wanted for more in _DECIDED_BY.get(name, ()))}
    needed = joined(needed, {name: columns for name, columns in _DECIDING.items() if name in deciding})
    return joined(needed, {name: linked(name) for name in wanted if name not in _WHOLE})


def _kept(tables: Tables, name: str, numbers: Collection[int]) -> Table:
    """Of one table the rows that belong to these negotiations."""
    table = tables[name]
    if name in _WHOLE or not len(table):
        return table
    of = {"flows": _flows, "responders": _responders, "floods": _floods, "comments": _comments}
    rows = of[name](tables, numbers) if name in of else rows_of(tables, name, numbers)
    return table.only([place for place, hit in enumerate(rows) if hit])


def _of(tables: Tables, name: str, numbers: Collection[int], *columns: str) -> Iterator[tuple[Any, ...]]:
    """Cells of the rows of a table that belong to these negotiations."""
    return tables[name].at(tables[name].places("negotiation", numbers), *columns)


def _flows(tables: Tables, numbers: Collection[int]) -> Iterator[bool]:
    """Flows between ends that its messages have, or its ESP."""
    messages = _of(tables, "messages", numbers, "capture", "src_ip", "src_port", "dst_ip", "dst_port")
    pairs = {(capture, frozenset(((src, port), (dst, other)))) for capture, src, port, dst, other in messages}
    streams = _of(tables, "esp_streams", numbers, "capture", "src_ip", "dst_ip")
    hosts = {(capture, frozenset(ends)) for capture, *ends in streams}
    flows = tables["flows"].cells(*_DECIDING["flows"])
    for capture, client, client_port, server, server_port, esp_packets in flows:
        ends = frozenset(((client, client_port), (server, server_port)))
        yield (capture, ends) in pairs or bool(esp_packets and (capture, frozenset((client, server))) in hosts)


def _responders(tables: Tables, numbers: Collection[int]) -> Iterator[bool]:
    """Responders that sent one of its messages; of those that did not answer, the ones that it asks."""
    columns = "capture", "src_ip", "src_port", "dst_ip", "dst_port", "from_initiator"
    sent = list(_of(tables, "messages", numbers, *columns))
    ends = {(capture, *source) for capture, *source, _, _, from_initiator in sent if not from_initiator}
    asked = {(capture, *target) for capture, _, _, *target, from_initiator in sent if from_initiator}
    for *end, state in tables["responders"].cells(*_DECIDING["responders"]):
        yield tuple(end) in (ends if state == "answered" else asked)


def _comments(tables: Tables, numbers: Collection[int]) -> Iterator[bool]:
    """What the file says of its capture, and of packets all but those of other negotiations."""
    return (number is None or number in numbers for number in tables["comments"].column("negotiation"))


def _floods(tables: Tables, numbers: Collection[int]) -> Iterator[bool]:
    """Floods of answers of which it is one; first messages of a flood are no negotiations."""
    diagnoses = tables["diagnoses"]
    flooded = {number for (number,) in diagnoses.at(diagnoses.places("diagnosis", {_FLOODED}), "negotiation")}
    own = _of(tables, NEGOTIATIONS, flooded.intersection(numbers), "capture", "initiator_ip", "responder_ip")
    hosts = {(capture, ip) for capture, *ends in own for ip in (None, *ends)}
    floods = tables["floods"].cells("kind", "capture", "target_ip")
    return (kind == _FLOODED and (capture, target) in hosts for kind, capture, target in floods)


def _captures(tables: Tables, kept: dict[str, Table], where: Filter) -> Table:
    """The rows of the captures with what was left out of each; of a set it stands with the first of them."""
    findings = tables["findings"]
    of_capture = findings.at(findings.places("negotiation", {None}), "capture") if len(findings) else ()
    more = {
        "negotiations_left_out": _by_capture(tables[NEGOTIATIONS]) - _by_capture(kept[NEGOTIATIONS]),
        "findings_left_out": Counter(capture for (capture,) in of_capture),
        "floods_left_out": _by_capture(tables["floods"]) - _by_capture(kept["floods"]),
    }
    table = Table(tables["captures"].schema)
    for row in tables["captures"].records():
        counts = {name: counter.pop(row["set"] or row["capture"], 0) for name, counter in more.items()}
        said = row | counts | {"filter": where.text}
        table.append(tuple(said[name] for name in table.schema.names))
    return table


def _by_capture(table: Table) -> Counter[str]:
    return Counter(table.column("capture")) if len(table) else Counter()
