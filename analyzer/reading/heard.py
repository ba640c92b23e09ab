"""What comes of reading a capture, by one process or several."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from analyzer.capture.given import Given
from analyzer.capture.open import OUT_OF_ORDER, CaptureReader
from analyzer.capture.sets import CaptureSet
from analyzer.capture.text_notes import OF_LOGS
from analyzer.processes import START_METHOD
from analyzer.tables.kinds import Need

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analyzer.capture.datagram import CaptureInfo
    from analyzer.decryption.keyfile import KeyStore
    from analyzer.defects import Defect
    from analyzer.isakmp import Memory
    from analyzer.negotiation.conclude.closing import Gaps, Said
    from analyzer.negotiation.conclude.unread import Unread
    from analyzer.negotiation.story import Flood
    from analyzer.tables.store import Tables

LEAST: Final = 8 << 20
"""Bytes of a capture that several processes read: to look through it first, to fork, and to send SAs home costs as much
as reading one or two MiB of IKE."""


Before = Callable[[int], int]
"""Is told how many negotiations a capture has, once all its messages are read, and says how many there are before
them."""


class NotApartError(Exception):
    """A capture is not worth reading by several processes, or cannot be."""


class How(NamedTuple):
    """How a capture is read, as of an Analysis. needs: of the wanted columns."""

    capture: str
    ports: tuple[int, ...]
    keys: KeyStore | None
    wanted: Collection[str]
    needs: Need
    rows_of_floods: bool
    max_negotiations: int | None
    max_expansion: int | None
    memory: Memory


class Heard(NamedTuple):
    """What its messages say. messages, defects: how many, as MessageRows counts; limits: reached in following them.

    parts, gaps: only where what is known at the end is asked for (Need.COUNTING). Where it was read apart, `unread` of
    the gaps is of the first shard only; what the others have is in their `parts`.
    messages_of, defects_of: how many each capture of a set has, by its path.
    """

    reader: CaptureReader
    parts: Sequence[Said]
    gaps: Gaps | None
    messages: int
    defects: int
    floods: Sequence[Flood] = ()
    limits: Sequence[Defect] = ()
    messages_of: Mapping[str, int] = MappingProxyType({})
    defects_of: Mapping[str, int] = MappingProxyType({})


def gaps_of(reader: CaptureReader, unread: Unread) -> Gaps:
    """What a capture lacks that was read to its end, and what of it was not read."""
    from analyzer.negotiation.conclude.closing import Gaps  # noqa: PLC0415  (who asks for messages alone needs no SAs)

    # A filter by port leaves out all later fragments: then those that are missing say nothing
    begun = reader.beginnings if reader.later_fragments else frozenset()
    unsorted = any(defect.kind == OUT_OF_ORDER for defect in reader.defects)
    points = reader.points if reader.points is not None and reader.points.several else None
    names = *(Path(error.path).name for error in reader.unread), *_dumps_of(reader.infos)
    files = *(f"{name} could not be read" for name in names), *reader.missing
    lacks = unread, reader.stopped, reader.info.dropped, begun, reader.rests, unsorted, points, files
    return Gaps(*lacks, reader.tcp_targets)


def _dumps_of(infos: Sequence[CaptureInfo]) -> Iterator[str]:
    """What of logs was not read."""
    for info in infos:
        count = sum(count for name, count in info.unopened.items() if name.startswith(OF_LOGS))
        if count:
            yield f"{count:,} dump{'s' * (count > 1)} of {PurePath(info.path).name}"


def may_be_apart(how: How, tables: Tables, jobs: int) -> bool:
    """Whether several processes may read a capture: it is a large file, and rows can be put in order of frames."""
    capture, named = how.capture, how.capture != "-" and not isinstance(how.capture, Given | CaptureSet)
    if jobs == 1 or START_METHOD != "fork" or not named or how.keys is not None or Need.COUNTING not in how.needs:
        return False
    if Need.EVIDENCE in how.needs:  # which is noted packet by packet
        return False
    schemas = [tables[name].schema for name in how.wanted]
    of_messages = [schema for schema in schemas if schema.rows is None or schema.name == "defects"]
    with suppress(OSError, ValueError):  # reported by who opens it
        path = Path(capture)
        return path.is_file() and path.stat().st_size >= LEAST and all("frame_number" in s.names for s in of_messages)
    return False
