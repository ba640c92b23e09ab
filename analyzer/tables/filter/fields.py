"""Fields of the filter language: the columns of the tables, and words that stand for several of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum, auto
from functools import cache, lru_cache
from itertools import chain
from typing import Any, Final, NamedTuple

from analyzer.tables.filter.faults import named, near
from analyzer.tables.kinds import BOOL, FLOAT, INT, LIST, STR, TIME, Column, Need
from analyzer.tables.schema import SCHEMA

NEGOTIATIONS: Final = "negotiations"


class Kind(Enum):
    """What a field holds, which decides what it can be compared with."""

    TEXT = auto()
    ADDRESS = auto()
    SPI = auto()
    SEVERITY = auto()
    CONFIDENCE = auto()
    NUMBER = auto()
    SECONDS = auto()
    TRUTH = auto()
    TIME = auto()


class Source(NamedTuple):
    """A column of a table."""

    table: str
    column: str


class Field(NamedTuple):
    """What a name stands for: one column or several, whose values are taken together.

    words: all that these can be; None: they are no closed vocabulary.
    """

    kind: Kind
    sources: tuple[Source, ...]
    words: tuple[str, ...] | None = None


class Shorthand(NamedTuple):
    """A word for several columns. doc: what it means. of: the columns of a negotiation, as `table.column`.

    own: which columns of another table it stands for there; where there are none, for those of its negotiation.
    """

    doc: str
    of: tuple[str, ...]
    own: Callable[[Column[Any]], bool] = lambda _: False


_TIMES: Final = frozenset({"time", "first_time", "last_time"})

# fmt: off
SHORTHANDS: Final = {
    "host": Shorthand(
        "an address of either side", ("initiator_ip", "responder_ip", "paths"),
        lambda column: kind_of(column) is Kind.ADDRESS),
    "spi": Shorthand(
        "an SPI of the IKE SA, its child SAs or their ESP", ("initiator_spi", "responder_spi",
        "child_sas.initiator_spi_in", "child_sas.responder_spi_in", "esp_streams.spi"),
        lambda column: kind_of(column) is Kind.SPI),
    "frame": Shorthand(
        "a frame of its messages, or of an ICMP error about them",
        ("messages.frame_number", "icmp_errors.frame_number"),
        lambda column: kind_of(column) is Kind.NUMBER and bool({"frame", "frames"} & {*column.name.split("_")})),
    "identity": Shorthand(
        "an identity that a side sent, or was asked for", ("initiator_id", "responder_id", "responder_id_asked")),
    "algorithm": Shorthand(
        "an algorithm offered or chosen, of the IKE SA or a child SA", ("encryption", "integrity", "prf", "ke_method",
        "child_sas.encryption", "child_sas.integrity", "child_sas.pfs_ke_method", "child_sas.additional_ke_methods",
        "proposals.transforms")),
    "finding": Shorthand("the id of a finding", ("findings.finding",)),
    "cause": Shorthand("the id of the diagnosis that ranks first", ("diagnosis",)),
    "severity": Shorthand("the severity of a finding", ("findings.severity",)),
    "time": Shorthand(
        "the times of the first and the last message", ("first_time", "last_time"),
        lambda column: column.name in _TIMES),
    "outcome": Shorthand("how the negotiation ended", ("outcome",)),
}
# fmt: on


def kind_of(column: Column[Any]) -> Kind:
    """What a column holds, each of its values if it holds lists."""
    dtype, words = column.items or STR if column.dtype == LIST else column.dtype, column.name.split("_")
    if dtype != STR:
        return {INT: Kind.NUMBER, FLOAT: Kind.SECONDS, BOOL: Kind.TRUTH, TIME: Kind.TIME}[dtype]
    if words[-1] in ("ip", "paths", "peers"):
        return Kind.ADDRESS
    if "spi" in words:
        return Kind.SPI
    return {"severity": Kind.SEVERITY, "confidence": Kind.CONFIDENCE}.get(words[-1], Kind.TEXT)


@cache
def _columns(table: str) -> dict[str, Column[Any]]:
    return {column.name: column for column in SCHEMA[table].columns}


def evidence(table: str, names: Iterable[str]) -> list[str]:
    """Those of some columns of a table that are filled only where they are named."""
    usual = SCHEMA[table].usual
    return [] if usual is None else [name for name in names if name not in usual]


def _usual(table: str) -> Iterator[Column[Any]]:
    """The columns that a word may stand for which names none: not those that cost another way of reading."""
    return (column for column in SCHEMA[table].columns if not column.needs & Need.EVIDENCE)


@cache
def linked(table: str) -> tuple[str, ...]:
    """The columns by which a row belongs to a negotiation: its number, or the place of a message; () for no such table.

    A defect may stand in no message: it belongs to none then.
    """
    columns = _columns(table)
    if "negotiation" in columns:
        return ("negotiation",)
    return ("capture", "frame_number") if "frame_number" in columns else ()


@lru_cache(maxsize=1024)
def field(name: str, table: str) -> Field | None:
    """What a name stands for where rows of this table are asked for; None: it is no field."""
    before, dot, column = name.partition(".")
    if dot:
        if before not in SCHEMA or column not in _columns(before) or (before != table and not _joined(table, before)):
            return None
        return _field((Source(before, column),))
    if name in _columns(table):
        return _field((Source(table, name),))
    return _shorthand(SHORTHANDS[name], table) if name in SHORTHANDS else None


def _joined(table: str, other: str) -> bool:
    return bool(linked(table) and linked(other))


def _shorthand(word: Shorthand, table: str) -> Field | None:
    if table != NEGOTIATIONS:
        own = tuple(Source(table, column.name) for column in _usual(table) if word.own(column))
        if own:
            return _field(own)
        if not linked(table):
            return None
    return _field(tuple(_source(place) for place in word.of))


def _field(sources: tuple[Source, ...]) -> Field:
    columns = [_columns(source.table)[source.column] for source in sources]
    return Field(kind_of(columns[0]), sources, words_of(columns))


def words_of(columns: Sequence[Column[Any]]) -> tuple[str, ...] | None:
    """All that columns can hold, each word once; None: one of them is no closed vocabulary."""
    words = [column.words() for column in columns if column.words is not None]
    return tuple(dict.fromkeys(chain(*words))) if len(words) == len(columns) else None


def _source(place: str) -> Source:
    table, _, column = place.rpartition(".")
    return Source(table or NEGOTIATIONS, column)


@cache
def searched(table: str) -> tuple[Source, ...]:
    """Where a search looks: in all text of a row but the capture's path; of a negotiation also where shorthands do."""
    own = [Source(table, column.name) for column in _usual(table) if _is_text(column)]
    if table == NEGOTIATIONS:
        places = [_source(place) for word in SHORTHANDS.values() for place in word.of]
        own += [place for place in places if place.table != table and _is_text(_columns(place.table)[place.column])]
    return tuple(dict.fromkeys(own))


def _is_text(column: Column[Any]) -> bool:
    return column.name != "capture" and (column.items or column.dtype) == STR


def looks_like_field(name: str) -> bool:
    """Whether a word that is no field can be nothing else: it begins with the name of a table and a dot."""
    table, dot, _ = name.partition(".")
    return bool(dot) and table in SCHEMA


def names(table: str) -> Iterator[str]:
    """All fields of a table by name: its columns, shorthands, and columns of other tables of the same negotiation."""
    yield from _columns(table)
    yield from (word for word in SHORTHANDS if word not in _columns(table) and field(word, table) is not None)
    for other in SCHEMA:
        if other == table or _joined(table, other):
            yield from (f"{other}.{column}" for column in _columns(other))


def unknown(name: str, table: str) -> str:
    """Why a name is no field of this table, and which may be meant."""
    before, dot, column = name.partition(".")
    if dot and before in SCHEMA and column in _columns(before):
        own, other = [one for one in (table, before) if not linked(one)][:1], before
        return (
            f"{named(name)}: rows of {(own or [other])[0]} belong to no negotiation, so {table} cannot be asked for it"
        )
    hint = near(name, names(table)) or f"; `fields {table}` lists its columns"
    return f"{table} has no field {named(name)}{hint}"
