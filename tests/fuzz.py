"""Feeds the analyzer with damaged messages and captures, and says what raised. A program, and a short test in CI.

    .venv/bin/python -m tests.fuzz messages --count 200000
    .venv/bin/python -m tests.fuzz files --seconds 600

messages: each is decoded, placed, made rows of, dissected, and read as what came out of decryption. files: each goes
through the whole pipeline - tables, HTML, JSON, CSV, the story, findings, the trees of its frames, `diff` with itself.
Seeds are the fixtures, and the larger collection of captures where it exists. It ends with 1 if anything raised, or if
the net (analyzer/net.py), which is there for faults that nobody has met yet, caught anything. `--first N --count 1`
makes case N again.
"""

import argparse
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, process_time

from analyzer import net
from analyzer.analysis import Analysis
from analyzer.assessment import policies
from analyzer.capture.datagram import Datagram
from analyzer.dissect import Dissection, dissect, dissect_payloads
from analyzer.errors import CaptureError
from analyzer.isakmp import decode, decode_payloads
from analyzer.negotiation.tracker import Tracker
from analyzer.report.capture_story import capture_story
from analyzer.report.checklist import check_lines
from analyzer.report.compare.lines import comparison_lines
from analyzer.report.drift import compare
from analyzer.report.extract import write_extract
from analyzer.report.json import read_json
from analyzer.report.snapshot import snapshot
from analyzer.report.story import Line
from analyzer.report.tree import frame_lines
from analyzer.tables.messages import MessageRows
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from tests.conftest import FIXTURES, SHARED, captures_in
from tests.mutations import Mutator, Seeds, seeds_of

_SA_SHARE = 200  # messages that a tracker sees before a new one takes its place
_FRAMES = 40  # dissected of one file
_TOLD = 10  # faults told with their traceback
_SLOWEST = 5
_PEERS = b'[peer."0.0.0.0/0"]\nike = ["aes256-sha256-modp2048"]\nesp = ["aes256gcm16"]\n'


@dataclass
class Outcome:
    """What a run came to. faults: text of what raised, by place, with the first case. slowest: CPU seconds, case."""

    cases: int = 0
    refused: int = 0
    faults: dict[str, tuple[int, str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, int]] = field(default_factory=list)

    @contextmanager
    def case(self, number: int) -> Iterator[None]:
        """One case: what it raises is kept, and what the net caught."""
        net.faults.clear()
        began = process_time()
        try:
            yield
        except Exception as error:
            self._note(number, f"{type(error).__name__} at {_place(error)}", traceback.format_exc())
        for fault in net.faults:
            self._note(number, f"in the net: {fault}", "")
        self.cases += 1
        self.slowest = sorted([*self.slowest, (process_time() - began, number)], reverse=True)[:_SLOWEST]

    def _note(self, number: int, place: str, text: str) -> None:
        self.counts[place] += 1
        self.faults.setdefault(place, (number, text))

    def lines(self) -> Iterator[str]:
        """The outcome in words."""
        yield f"{self.cases:,} cases, {self.refused:,} refused as no capture, {self.counts.total():,} faults"
        yield "slowest: " + ", ".join(f"case {number} {seconds:.3f} s" for seconds, number in self.slowest)
        for place, (number, text) in list(self.faults.items())[:_TOLD]:
            yield f"{self.counts[place]} times, first in case {number}: {place}\n{text}".rstrip()


def _place(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


class Messages:
    """Mode `messages`: one message or chain after the other."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._begin()

    def _begin(self) -> None:
        self._tracker = Tracker("fuzz", None)
        self._rows = MessageRows(Tables(), "fuzz", frozenset(SCHEMA))

    def try_one(self, number: int, mutator: Mutator) -> None:
        """Decode, place, tabulate; every second one is dissected, every third time a chain is read as decrypted."""
        if number % _SA_SHARE == 0:
            self._tracker.finish([], [], None, None)
            self._begin()
        data = mutator.message()
        message = decode(data)
        hash(message)
        item = Datagram(number + 1, number * 10**6, "udp", "192.0.2.1", 500, "192.0.2.2", 500, data, 0, 42)
        self._rows.add(item, message, self._tracker.feed(item, message))
        if number % 2 == 0:
            _told(Dissection("message", dissect(data), data, 42))
        if number % 3 == 0:
            major, first, inside = mutator.chain()
            hash(decode_payloads(inside, first, major))
            root = dissect(b"")
            root.children = dissect_payloads(inside, first, major)
            _told(Dissection("decrypted", root, inside, None))


def _told(*trees: Dissection) -> None:
    _read(frame_lines(trees, (), with_hex=False))


def _read(lines: Iterator[Line]) -> int:
    return sum(len(line.text) for line in lines)


class Files:
    """Mode `files`: each damaged capture through the whole pipeline, into a folder that goes away."""

    def __init__(self, outcome: Outcome, folder: Path) -> None:
        self._outcome = outcome
        self._folder = folder
        self._peers = folder / "peers.toml"
        self._peers.write_bytes(_PEERS)
        self._policies = policies.names()

    def try_one(self, number: int, mutator: Mutator) -> None:
        """Everything that a user could ask of one capture."""
        made = mutator.capture()
        path = self._folder / f"case{made.suffix}"
        path.write_bytes(made.data)
        analysis = Analysis(
            keys=made.keys if number % 4 else None,
            policy=self._policies[number % len(self._policies)],
            peer_config=self._peers if number % 3 == 0 else None,
        )
        try:
            analysis.add(path)
        except CaptureError:
            self._outcome.refused += 1
            return
        tables = analysis.tables
        analysis.to_html(self._folder / "report.html")
        analysis.to_json(self._folder / "report.json")
        analysis.to_csv(self._folder)
        _read(capture_story(tables))
        _read(check_lines(tables))
        saved = snapshot(read_json(self._folder / "report.json"))
        assert not compare(snapshot(tables), saved), "a capture differs from its own report"
        frames = dict.fromkeys(tables["messages"].column("frame_number"))
        trees = analysis.dissect_frames(list(frames)[:_FRAMES])
        for frame, found in trees.items():
            _read(frame_lines(found, tables["defects"].select("frame_number", {frame}), with_hex=number % 2 == 0))
        self._in_parts(analysis, number)

    def _in_parts(self, analysis: Analysis, number: int) -> None:
        """Negotiations beside each other, and their packets as a file that is read as the same messages."""
        numbers = analysis.tables["negotiations"].column("negotiation")
        if not numbers:
            return
        _read(comparison_lines(analysis.compare(a=numbers[0], b=numbers[-1])))
        part = self._folder / "part.pcapng"
        some = numbers if number % 2 else numbers[:1]
        done = write_extract(analysis, some, part, ends_only=number % 3 or None)
        again = Analysis(wanted={"messages": ["frame_number"]})
        again.add(part)
        assert len(again.tables["messages"]) >= done.messages, "messages are missing in the extract"


def run(
    mode: str, seeds: Seeds, *, first: int = 0, most: int | None = None, seconds: float | None = None, seed: int = 1
) -> Outcome:
    """`most` cases of a mode, or as many as can be begun in `seconds`, from case `first` on."""
    outcome = Outcome()
    until = None if seconds is None else monotonic() + seconds
    with TemporaryDirectory() as folder:
        modes: dict[str, Callable[[], Messages | Files]] = {
            "messages": lambda: Messages(outcome),
            "files": lambda: Files(outcome, Path(folder)),
        }
        worker = modes[mode]()
        for number in count(first) if most is None else range(first, first + most):
            if until is not None and monotonic() > until:
                break
            with outcome.case(number):
                worker.try_one(number, Mutator(seeds, Random(f"{seed}/{mode}/{number}")))
    return outcome


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("mode", choices=("messages", "files"))
    parser.add_argument("--count", type=int, help="cases; without it and without --seconds 1,000")
    parser.add_argument("--seconds", type=float, help="begin no case later than this")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--seed", type=int, default=1, help="another number gives other cases")
    parser.add_argument("--fixtures-only", action="store_true", help="the same cases on every machine")
    how = parser.parse_args()
    seeds = seeds_of(captures_in(FIXTURES) + ([] if how.fixtures_only else captures_in(SHARED)))
    print(f"seeds: {len(seeds.captures)} captures, {len(seeds.messages)} messages, {len(seeds.chains)} decrypted")
    most = how.count if how.count is not None or how.seconds is not None else 1000
    outcome = run(how.mode, seeds, first=how.first, most=most, seconds=how.seconds, seed=how.seed)
    print(*outcome.lines(), sep="\n")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
