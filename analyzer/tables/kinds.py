"""What a table is made of: columns, each with name, type and meaning, where its value comes from, what it needs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Flag, auto
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar, get_args

from analyzer.tables.placed import file_column

if TYPE_CHECKING:
    from analyzer.tables.run import Run

R = TypeVar("R")  # what a table has one row for

STR: Final = "str"
INT: Final = "Int64"
BOOL: Final = "boolean"
FLOAT: Final = "Float64"
TIME: Final = "datetime64[ns, UTC]"
LIST: Final = "list"

# Meanings that stand in many tables
CAPTURE: Final = (
    "Path of the capture as it was given. Of several that were read as one: of that which holds the row's first frame; "
    "of a row without a frame their common name, `set` of `captures`."
)
FRAME: Final = "Frame that carries it (the last one, where IP fragments or TCP segments carry it)."
NEGOTIATION: Final = "Number of the IKE SA it belongs to (row of `negotiations`)."
CHILD: Final = "Number of the child SA within the negotiation; missing: it concerns the IKE SA itself."


class Need(Flag):
    """What has to be done while a capture is read, or cannot be had afterwards.

    PLACING: each message is placed in its negotiation. READING: what messages say of their negotiation is taken in,
    beyond what places the next one: offers, identities, NAT. COUNTING: flows and ESP and AH streams are counted, and
    the story is brought to its end. HASHING: the file is hashed. EVIDENCE: what stands around messages in their frames
    is noted; such columns are in a table only where they are named. FINDINGS, DIAGNOSES, VERDICTS: every check, every
    diagnosis, every policy is asked about each negotiation, in one pass over them; IMPLEMENTATIONS, RESPONDERS: so is
    what its peers look like, and who answered whom. Whatever else is worked out of the story needs no mention: `run.py`
    does it when the first column asks.
    """

    NOTHING = 0
    PLACING = auto()
    READING = auto()
    COUNTING = auto()
    HASHING = auto()
    FINDINGS = auto()
    DIAGNOSES = auto()
    EVIDENCE = auto()
    VERDICTS = auto()
    IMPLEMENTATIONS = auto()
    RESPONDERS = auto()


JUDGED: Final = (Need.FINDINGS, Need.DIAGNOSES, Need.VERDICTS, Need.IMPLEMENTATIONS, Need.RESPONDERS)
"""What of the judgement can be asked for, in the order of the assessment's `Asked`."""


class Column(NamedTuple, Generic[R]):
    """One column. `dtype` is the pandas dtype, or "list" with the dtype of its items in `items`.

    value: its cell for what the row is about, None for missing; None itself where messages.py makes the rows by hand.
    words: all that text of it can be, of a list its items; None itself where it is no closed vocabulary.
    """

    name: str
    dtype: str
    doc: str
    value: Callable[[R], Any] | None = None
    items: str | None = None
    needs: Need = Need.NOTHING
    words: Callable[[], tuple[str, ...]] | None = None


def file_of(column: str, *, lists: bool = False) -> Column[Any]:
    """The column that says in which file of a set of captures the frame of another stands, or each frame of a list."""
    name = file_column(column)
    if lists:
        doc = f"Captures that {column} are of, one for each, where several were read as one; missing: that of capture."
        return Column(name, LIST, doc, lambda _: None, items=STR)
    return Column(
        name,
        STR,
        f"Capture that {column} is of, where several were read as one; missing: that of capture.",
        lambda _: None,
    )


def one_of(vocabulary: Any) -> Callable[[], tuple[str, ...]]:
    """The words of a closed vocabulary: a `Literal` of vocabulary.py."""
    return lambda: get_args(vocabulary)


@dataclass(frozen=True, eq=False, repr=False)
class TableSchema(Generic[R]):
    """One table: what a row is, and its columns in order.

    rows: what it has rows for, known once a capture has been read; None where messages.py makes them by hand.
    own_needs: what its rows need, whichever columns are kept. by_negotiation: `rows` has those of one negotiation after
    the other, and of a run's `part` the same as of all: several processes can share them.
    """

    name: str
    doc: str
    columns: tuple[Column[R], ...]
    rows: "Callable[[Run], Iterable[R]] | None" = None
    own_needs: Need = Need.NOTHING
    by_negotiation: bool = False

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def times(self) -> tuple[str, ...]:
        """Names of the columns of times."""
        return tuple(column.name for column in self.columns if column.dtype == TIME)

    @cached_property
    def usual(self) -> tuple[str, ...] | None:
        """Names of the columns that are kept where none are named; None: all."""
        named = tuple(column.name for column in self.columns if not column.needs & Need.EVIDENCE)
        return None if len(named) == len(self.columns) else named

    @cached_property
    def needs(self) -> Need:
        """What filling it needs: the table itself and each of its columns."""
        needs = self.own_needs
        if self.rows is not None:
            needs |= Need.PLACING | Need.READING | Need.COUNTING
        for column in self.columns:
            needs |= column.needs
        return needs

    def select(self, names: Iterable[str]) -> "TableSchema[R]":
        """The same table with these columns only, in this order. KeyError: there is no such column."""
        return _selected(self, tuple(names))


@lru_cache(maxsize=256)
def _selected(schema: TableSchema[R], names: tuple[str, ...]) -> TableSchema[R]:
    """As `select`: each of many small captures keeps the same columns."""
    columns = {column.name: column for column in schema.columns}
    return replace(schema, columns=tuple(columns[name] for name in names))
