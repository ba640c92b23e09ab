"""Analysis: one run over one or more captures. The notebook's object, and what every command of the CLI works on."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from analyzer.capture.given import Given
from analyzer.capture.placed_frame import texts_of
from analyzer.capture.sets import files_of
from analyzer.errors import CUT, CaptureError, OutputError
from analyzer.isakmp import Memory
from analyzer.logs import INFO, listener
from analyzer.reading.again import Again
from analyzer.reading.collector import collector_paused
from analyzer.reading.hear import hear
from analyzer.reading.heard import Before, Heard, How
from analyzer.tables.kinds import JUDGED
from analyzer.tables.properties import Frames
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from analyzer.tables.values import values_of, with_values

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.assessment import Judging
    from analyzer.assessment.peers import Peers
    from analyzer.capture import CaptureReader
    from analyzer.capture.joining.copies import Copy
    from analyzer.capture.joining.words import Note
    from analyzer.capture.places import Places
    from analyzer.decryption.keyfile import KeyStore
    from analyzer.negotiation.conclude.closing import Gaps
    from analyzer.report.compare import Compared
    from analyzer.report.negotiation import Negotiation
    from analyzer.tables.filter.where import Filter

Progress = Callable[[int, "int | None"], None]
PathLike = str | os.PathLike[str]
Capture = PathLike | bytes | IO[bytes]

PORTS = (500, 4500)


class Analysis(Frames, Again):
    """Tables of all that was read: each table of the contract is an attribute, a pandas.DataFrame made when asked for.

    Captures are read one after the other, by `add`; negotiation numbers run through all of them. `tables` has the same
    as plain rows, without pandas. `read_pcap` makes one of captures at once. It is given:

    - `keys`: a key file (Wireshark's IKE decryption tables), or what `load_keys` made of one
    - `policy`: what findings and verdicts are judged by, a name that `isakmp-analyzer policies` lists, or the path of a
      TOML file; or several of them
    - `ports`: UDP and TCP ports on which IKE is looked for in any case
    - `peer_config`: a TOML file that says what peers accept (`[peer."192.0.2.20"]`)
    - `max_expansion`: how many times its size a compressed capture may become, beyond 32 MiB; 500 if not given. Where
      that is reached, reading stops with a defect, and the capture is in `stopped`
    - `max_negotiations`: how many first messages without an answer are negotiations each; 10,000 if not given. Of more
      the larger kinds are rows of `floods`, with a defect
    - `internal`: networks that lie inside (`["192.0.2.0/24"]`), all else outside; without any private addresses do
    - `wanted`: the tables to fill, each with the columns to keep (None: all). What only others need is not worked out
    - `before`: called with the number of negotiations of each capture once all its messages are read; it returns how
      many negotiations there are before them

    Attributes that can be set before `add`: `jobs`, how many processes may work on a large capture;
    `rows_of_floods`, whether messages of floods have rows in the tables of messages. Attributes to read: `paths`, the
    captures read; `stopped`, those of which only a part was read; `broken`, those that end early, in damage, and how;
    `unopened`, those of which no packet could be read, with what their packets are; `notes`, which captures were joined
    and why; `copies`, those that were given and not read; `unread`, a CaptureError for each file of a folder, a pattern
    or a set that could not be read; `places`, of each set of captures where its frames stand.

    Raises KeyFileError, PeerConfigError: the file given cannot be used. PolicyError, for an unknown policy, and
    NetworkError, for what is none in `internal`, come with the first capture whose findings are asked for.
    """

    def __init__(  # noqa: PLR0913  (what a notebook says, by name)
        self,
        *,
        keys: PathLike | KeyStore | None = None,
        policy: str | Iterable[str] = "ietf",
        ports: Iterable[int] = PORTS,
        peer_config: PathLike | None = None,
        max_expansion: int | None = None,
        max_negotiations: int | None = None,
        internal: Iterable[str] = (),
        wanted: Mapping[str, Sequence[str] | None] | None = None,
        before: Before | None = None,
    ) -> None:
        self.policies = (policy,) if isinstance(policy, str) else tuple(dict.fromkeys(policy))
        self.ports = tuple(ports)
        self.paths: list[str] = []
        self.stopped: list[str] = []  # captures of which only a part was read, for `max_expansion`
        self.unopened: dict[str, str] = {}  # captures of which no packet could be read: what their packets are
        self.broken: dict[str, str] = {}  # captures that end early, in damage: how
        self.unread: list[CaptureError] = []  # of a folder, a pattern or a set
        self.places: dict[str, Places] = {}  # by the name of the set
        keep: Mapping[str, Sequence[str]] = {t: names for t, names in (wanted or {}).items() if names is not None}
        if wanted is not None:
            keep = with_values(keep, wanted, Tables(keep).needs(wanted))
        self.tables = Tables(keep)
        self._unasked = () if wanted is None else tuple(name for name in keep if name not in wanted)
        self._complete = wanted is None
        self._wanted = frozenset(SCHEMA if wanted is None else wanted)
        self._keys_path = os.fspath(keys) if isinstance(keys, str | os.PathLike) else None
        self._keys = _keys(os.fspath(keys)) if isinstance(keys, str | os.PathLike) else keys
        self._peers = None if peer_config is None else _peers(os.fspath(peer_config))
        self.internal = tuple(internal)
        self._peers_path = None if peer_config is None else os.fspath(peer_config)
        self.notes: tuple[Note, ...] = ()  # which captures were joined, and why
        self.copies: tuple[Copy, ...] = ()  # captures that were given and not read
        self.max_expansion = max_expansion
        self._max_negotiations = max_negotiations
        self.rows_of_floods = True
        self.jobs = 1
        self._before = before
        self._memory = Memory()
        self._next_number = 1
        self._frames: dict[str, pd.DataFrame] = {}
        self._filter: Filter | None = None
        self._whole: Analysis | None = None  # what this one is a part of

    def add(self, path: Capture, *, progress: Progress | None = None) -> None:
        """Read one more capture: a path, "-" for standard input, its bytes, a file opened to read bytes, a CaptureSet.

        progress: called with bytes done and bytes in all (None if unknown). CaptureError: it cannot be read at all.
        ValueError: this is a part that `where` made. Whatever is raised, no row of it stays.
        """
        if self._whole is not None:
            raise ValueError("a filtered Analysis is a part of another one: add captures to that")
        name = os.fspath(path) if isinstance(path, str | os.PathLike) else Given(path, tuple(self.paths))
        before, number = self.tables.lengths(), self._next_number
        try:
            with collector_paused():
                reader = self._read(name, progress, before)
            if reader.places is not None:
                from analyzer.tables.in_files import place  # noqa: PLC0415  (nearly all captures are one file)

                place(self.tables, before, reader.places)
            if listener(INFO) is not None:
                from analyzer.reading.traced import say_read  # noqa: PLC0415  (for those who ask)

                say_read(name, self.tables, self._wanted, before)
        except BaseException:
            self.tables.cut(before)
            self._next_number = number
            raise
        self.paths.append(name)
        if reader.places is not None:
            self.places[name] = reader.places
        self.unread += reader.unread
        for info in reader.infos:
            if info.stopped:
                self.stopped.append(info.path)
            if info.broken:
                self.broken[info.path] = info.broken
            if info.unopened and sum(info.unopened.values()) >= info.packets:
                self.unopened[info.path] = ", ".join(info.unopened)
        self._frames.clear()

    def _read(self, name: str, progress: Progress | None, starts: Counter[str]) -> CaptureReader:
        """All of `add` that makes objects by the million: they are gone when the collector runs again.

        starts: how many rows of each table there are before.
        """
        wanted, needs = self._wanted.union(self._unasked), self.tables.needs(self._wanted)
        bounds = self.rows_of_floods, self._max_negotiations, self.max_expansion
        how = How(name, self.ports, self._keys, wanted, needs, *bounds, self._memory)
        first, before = self._next_number, self._before
        heard, self._next_number = hear(how, self.tables, self.jobs, first, before, progress)
        if heard.gaps is not None:
            self._conclude(how, heard, heard.gaps, starts)
        for table in self._unasked:
            self.tables[table].cut(starts[table])
        return heard.reader

    def _conclude(self, how: How, heard: Heard, gaps: Gaps, starts: Counter[str]) -> None:
        """Fill the tables that are known only once all messages of a capture are read."""
        from analyzer.negotiation.conclude.closing import story_of  # noqa: PLC0415
        from analyzer.negotiation.life import Lives  # noqa: PLC0415
        from analyzer.tables import shares  # noqa: PLC0415
        from analyzer.tables.run import Files, Run  # noqa: PLC0415

        reader, info, name, needs = heard.reader, heard.reader.info, how.capture, how.needs
        seen, times = (reader.flows, reader.streams), (info.first_time, info.last_time)
        story = story_of(heard.parts, name, *seen, times, gaps, heard.floods)
        defects = [*reader.defects, *heard.limits]
        story.pack()
        story.beginnings, story.later_fragments = reader.beginnings, reader.later_fragments
        story.reassembled = reader.reassembled
        story.filters = tuple(info.notes.filters) if not info.notes.interfaces_left else ()
        story.values = partial(values_of, self.tables, starts)
        lives = Lives(story)
        asked = [need in needs for need in JUDGED]

        def judging() -> Judging:
            from analyzer.assessment import Asked, Judging  # noqa: PLC0415  (a third of all modules; not every table is judged)
            from analyzer.assessment.scope import scope_of  # noqa: PLC0415

            known = story, self.policies, self._peers, lives
            dropped, memory, scope = info.dropped, self._memory, scope_of(self.internal)
            return Judging(*known, dropped=dropped, memory=memory, asked=Asked(*asked), scope=scope)

        counted = heard.messages, heard.defects
        run = Run(info, reader.flows, defects, lives, lambda: judging().all(), *counted, seen=reader.seen)
        if reader.places is not None:
            run.files = Files(reader.places, reader.infos, heard.messages_of, heard.defects_of)
        with texts_of(reader.places):
            shares.finish(self.tables, self._wanted, run, judging, self.jobs)

    @property
    def is_partly_read(self) -> bool:
        """Whether a capture was not read to its end, or at all, or has no packet that could be read.

        One that ends inside a record was.
        """
        broken = any(why != CUT for why in self.broken.values())
        return bool(self.stopped or broken or self.unopened or self.unread)

    def __repr__(self) -> str:
        """What was read, in a line for a notebook."""
        captures, found = len(self.paths), len(self.tables["negotiations"])
        of = "" if self._whole is None else f"{found:,} of "
        found = len(self.whole.tables["negotiations"])
        counted = f": {of}{found:,} negotiation{'s' * (found != 1)}" if "negotiations" in self._wanted else ""
        return f"<Analysis of {captures:,} capture{'s' * (captures != 1)}{counted}>"

    def _repr_html_(self) -> str | None:
        """What happened in all of it, the worst first; None, for the line above, if `wanted` has not all."""
        from analyzer.report.inline import analysis_html  # noqa: PLC0415  (jinja2 is not needed to read a capture)

        if not self._complete:
            return None
        stopped = [f"{name}: only a part was read, to the limit max_expansion" for name in self.stopped]
        return analysis_html(self.tables, [*map(str, self.unread), *stopped])

    @property
    def options(self) -> dict[str, Any]:
        """What this run was given, for the report's provenance."""
        return {
            "policy": ", ".join(self.policies),
            "ports": list(self.ports),
            "keys": self._keys_path,
            "peer_config": self._peers_path,
            "internal": list(self.internal),
            "where": None if self._filter is None else self._filter.text,
        }

    @property
    def decrypts(self) -> bool:
        """Whether keys were given: what is written may hold what was encrypted, and is for its owner's eyes only."""
        return self._keys is not None

    @property
    def whole(self) -> Analysis:
        """All that was read, also where this one is a part of it."""
        return self if self._whole is None else self._whole

    @property
    def _all_tables(self) -> Tables:
        """As there."""
        return self.whole.tables

    def where(self, expression: str) -> Analysis:
        """The part whose negotiations match an expression of the filter language (`isakmp-analyzer explain filter`).

        It has the same tables, with the rows that belong to these negotiations; the table `captures` says what was left
        out. FilterError: the expression cannot be understood. ValueError: `wanted` left out what decides about it.
        """
        from analyzer.tables.filter.part import part_of, with_deciding  # noqa: PLC0415  (lark: only for filters)
        from analyzer.tables.filter.where import Filter  # noqa: PLC0415

        found, whole = Filter.parse(expression), self.whole
        if self._filter is not None:
            found = self._filter.and_also([found])
        filled = {table: whole.tables[table].schema.names for table in self._wanted}
        for table, names in (with_deciding(filled, found) or {}).items():
            lacking = set(names or ()).difference(filled.get(table, ()))
            if lacking:
                named = ", ".join(sorted(lacking))
                raise ValueError(f"`wanted` left out what decides about a part: {named} of {table}")
        part = copy(whole)
        part.tables, part._frames = part_of(whole.tables, found), {}
        part._filter, part._whole = found, whole
        return part

    def _frame(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            from analyzer.tables.frames import to_pandas  # noqa: PLC0415  (pandas costs 0.6 s; only frames need it)

            self._frames[name] = to_pandas(self.tables[name])
        return self._frames[name]

    def negotiation(self, number: int) -> Negotiation:
        """One negotiation: its row, its part of each table, its story; a notebook shows it as the page does.

        ValueError: there is none of this number, or `wanted` left out what belongs to it.
        """
        from analyzer.report.negotiation import Negotiation  # noqa: PLC0415  (a view: nothing else needs it)

        part = self.where(f"negotiation == {self._numbered(number)}")
        return Negotiation(number, part.tables, part._frame)

    def compare(self, other: Analysis | None = None, a: int | None = None, b: int | None = None) -> Compared:
        """Negotiation `a` of this analysis beside `b` of another one, or of this one, what differs first.

        Both may be left out where there is only one to choose. ValueError: there are more, or none of this number.
        TypeError: `other` is no Analysis.
        """
        from analyzer.report.compare import compare  # noqa: PLC0415  (a view: nothing else needs it)

        theirs = self if other is None else other
        if not isinstance(theirs, Analysis):
            message = f"{theirs!r} is no Analysis; two negotiations of one are compared by compare(a=1, b=2)"
            raise TypeError(message)
        return compare(self.tables, self._numbered(a, "a"), theirs.tables, theirs._numbered(b, "b"))

    def _numbered(self, number: int | None, word: str = "") -> int:
        """The number of a negotiation, or of the only one. ValueError: as above, with the numbers that there are."""
        numbers: list[int] = self.tables["negotiations"].column("negotiation")
        if number is None and len(numbers) == 1:
            return numbers[0]
        if number is not None and number in numbers:
            return number
        spread = f", {min(numbers)} to {max(numbers)}" if len(numbers) > 1 else f": {numbers[0]}" if numbers else ""
        there = f"{self!r} has {len(numbers):,}{spread}"
        if number is None and numbers:
            raise ValueError(f"which negotiation? {there}: say it, as in {word}={numbers[0]}")
        raise ValueError(f"there is no negotiation{'' if number is None else f' {number}'}: {there}")

    def to_html(self, path: PathLike) -> None:
        """Write the report as one self-contained HTML file. OutputError: it cannot be written, or is an input."""
        from analyzer.report.html import write_html  # noqa: PLC0415  (jinja2 is not needed to read a capture)

        self._refuse_inputs([Path(path)])
        write_html(self, Path(path))

    def to_csv(self, folder: PathLike) -> None:
        """Write proposals.csv, failures.csv, weak_algorithms.csv and every table as tables/NAME.csv into a folder.

        The folder is made if there is none. OutputError: it cannot be written, or a file of it is an input.
        """
        from analyzer.report.csv import CSV_FILES, write_csv_folder  # noqa: PLC0415

        self._refuse_inputs([Path(folder, name) for name in CSV_FILES])
        write_csv_folder(self, Path(folder))

    def to_json(self, path: PathLike) -> None:
        """Write all tables and the provenance as one JSON file. OutputError: it cannot be written, or is an input."""
        from analyzer.report.json import write_json  # noqa: PLC0415

        self._refuse_inputs([Path(path)])
        write_json(self, Path(path))

    def to_parquet(self, folder: PathLike) -> None:
        """Write every table as NAME.parquet into a folder.

        AnalyzerError: pyarrow is not installed. OutputError: it cannot be written, or a file of it is an input.
        """
        from analyzer.report.database import PARQUET_FILES, write_parquet_folder  # noqa: PLC0415

        self._refuse_inputs([Path(folder, name) for name in PARQUET_FILES])
        write_parquet_folder(self, Path(folder))

    def to_duckdb(self, path: PathLike) -> None:
        """Write all tables into one DuckDB database, words of tables and columns as comments.

        AnalyzerError: duckdb or pyarrow is not installed. OutputError: it cannot be written, or is an input.
        """
        from analyzer.report.database import write_duckdb  # noqa: PLC0415

        self._refuse_inputs([Path(path)])
        write_duckdb(self, Path(path))

    def _refuse_inputs(self, outputs: list[Path]) -> None:
        """OutputError: one of these files is what was read."""
        from analyzer.report.files import clash  # noqa: PLC0415

        copies = [copy.capture for copy in self.copies]
        captures = [path.file if isinstance(path, Given) else path for path in (*files_of(self.paths), *copies)]
        found = clash(outputs, [path for path in (*captures, self._keys_path, self._peers_path) if path is not None])
        if found:
            raise OutputError(found[0], f"it is the input {found[1]}")


def _keys(path: str) -> KeyStore:
    from analyzer.decryption.keyfile import load_keys  # noqa: PLC0415  (only with --keys)

    return load_keys(path)


def _peers(path: str) -> Peers:
    from analyzer.assessment.peers import load  # noqa: PLC0415  (only with --peer-config)

    return load(path)
