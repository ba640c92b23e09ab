"""What one more thing of a capture costs, layer by layer, in executed lines, objects made and bytes held: no time.

    python -m tests.guards            # measured beside what guards.csv says
    python -m tests.guards --write    # what was measured becomes the bound: after work has become cheaper

A row of `guards.csv` is a thing and what is done with it; its cells are what one more of the thing costs: what so many
and twice as many cost, subtracted. Captures are read as large ones are, in bulk, but for the run called `serially`.
Bytes are measured in few rows only, of many things: memory grows in steps.
"""

import csv
import gc
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType
from typing import Any
from unittest.mock import patch

from analyzer import Analysis
from analyzer.negotiation.follow import log
from benchmarks.make_capture import make_capture
from benchmarks.rows import OUR_COLUMNS
from tests.capture.packets import esp, ipv4, tcp
from tests.conftest import ROOT
from tests.floods import (
    A,
    B,
    back,
    host,
    many_clients,
    one_quick_mode_in_clear,
    pcap,
    phase_1,
    sent,
    spi,
    up,
)
from tests.negotiation.build import INFORMATIONAL, V1_INFORMATIONAL, init_notify, init_request, sealed, sealed1
from tests.together import in_bulk
from tests.work import lines_by_code

TABLE = Path(__file__).with_suffix(".csv")
PACKAGE = ROOT / "analyzer"
FEW, FEW_IN_COLUMNS = 32, 320  # of a thing; twice as many are the next size
MANY = {"sealed message": 2000, "10 generated messages": 100}  # for the memory; 500 of other things
ROOM, ROOM_BYTES = 1.15, 1.3  # so much more than its bound may something cost
LEAST = {"bytes": 100.0}  # and so much more in any case: 1 if nothing else is said

# Layers by the places of their code, from left to right as in ARCHITECTURE.md
PLACES = {
    "capture": ("capture/",),
    "isakmp": ("isakmp/", "decryption/"),
    "follow": ("analysis.py", "reading/", "negotiation/tracker.py", "negotiation/follow/", "negotiation/read/"),
    "conclude": ("negotiation/", "vocabulary.py"),  # what is left of it: exchanges, lives, verdicts, and their words
    "assessment": ("assessment/",),
    "tables": ("tables/",),
    "report": ("report/", "dissect/"),
}
LAYERS = (*PLACES, "rest")
COSTS = ("objects", "bytes", *LAYERS)

Cost = dict[str, float]
Thing = Callable[[int], bytes]
Do = Callable[[Path], Callable[[], object]]


# -- things


def sealed_messages(n: int) -> bytes:
    """Of one IKEv2 SA that is up: liveness checks."""
    found, spis = up().copy(), (spi(0), spi(0, 2))
    for mid in range(2, 2 + n // 2):
        found.append(sent(sealed(INFORMATIONAL, 80, mid=mid, spis=spis), after=1))
        found.append(back(sealed(INFORMATIONAL, 80, mid=mid, spis=spis, initiator=False, response=True)))
    return pcap(found)


def sealed_ikev1_messages(n: int) -> bytes:
    """Of one ISAKMP SA that is up."""
    spis = spi(0), spi(0, 2)
    return pcap(phase_1() + [sent(sealed1(V1_INFORMATIONAL, 92, mid=mid, spis=spis)) for mid in range(1, n + 1)])


def clear_messages(n: int) -> bytes:
    """Of one SA, each with an offer of its own."""
    return pcap(one_quick_mode_in_clear(n).packets)


def first_messages(n: int) -> bytes:
    """Of as many SAs, none answered."""
    return pcap(sent(init_request(spi=spi(i)), host(i)) for i in range(n))


def ikev2_sas(n: int) -> bytes:
    """That came up, four messages each."""
    return pcap(many_clients(n).packets)


def ikev1_sas(n: int) -> bytes:
    """That came up, six messages each."""
    return pcap(packet for i in range(n) for packet in phase_1(i, after=1))


def refused_sas(n: int) -> bytes:
    """NO_PROPOSAL_CHOSEN, two messages each."""
    answers = ((spi(i), init_notify(14)) for i in range(n))
    return pcap(p for s, a in answers for p in (sent(init_request(spi=s)), back(bytes.fromhex(s) + a[8:])))


def ordinary_packets(n: int) -> bytes:
    """Of no concern: TCP."""
    return pcap(up() + [(0.01, ipv4(6, tcp(443, 40000, i, bytes(200)), A, B)) for i in range(n)])


def esp_packets(n: int) -> bytes:
    """Of one stream."""
    return pcap(up() + [(0.01, ipv4(50, esp(0x1234, i + 1) + bytes(100), A, B)) for i in range(n)])


def generated_messages(n: int) -> bytes:
    """Of the benchmark's generator, hardly two SAs alike, of all implementations and both versions."""
    return _generated("ike", 10 * n, mean_tail=4, distinct_sa=True)


def generated_packets(n: int) -> bytes:
    """Of a gateway's uplink: tags, IPv6, fragments and ESP among them, and hardly any IKE."""
    return _generated("mixed", 100 * n, ike_share=0.002)


def _generated(kind: str, packets: int, **how: Any) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.pcap"
        make_capture(path, kind, packets, **how)
        return path.read_bytes()


# -- what is done with them


def read(wanted: dict[str, list[str] | None] | None, path: Path, most: int | None = None) -> Callable[[], object]:
    """Read into these tables, or all. most: first messages without an answer that are not folded."""
    return partial(Analysis(wanted=wanted, max_negotiations=most).add, path)


def write(how: str, path: Path) -> Callable[[], object]:
    """Write the report of what was read before."""
    analysis = Analysis()
    analysis.add(path)
    out = path.with_name(f"out-{how}")
    return partial(getattr(analysis, f"to_{how}"), out)


TEN = {"messages": OUR_COLUMNS.split(",")}
RUNS: dict[str, Do] = {
    "ten fields": partial(read, TEN),
    "all columns": partial(read, {"messages": None}),
    "negotiations": partial(read, {"negotiations": None}),
    "all tables": partial(read, None),
    "serially": partial(read, None),
    "negotiations folded": partial(read, {"negotiations": None}, most=16),
    "all tables folded": partial(read, None, most=16),
    "csv": partial(write, "csv"),
    "json": partial(write, "json"),
    "html": partial(write, "html"),
}
READING = ("ten fields", "all columns", "negotiations", "all tables")
FOLDED = ("negotiations folded", "all tables folded")
WRITING = ("csv", "json", "html")
THINGS: dict[str, tuple[Thing, tuple[str, ...]]] = {
    "ordinary packet": (ordinary_packets, ("ten fields", "negotiations")),
    "100 generated packets": (generated_packets, ("ten fields", "negotiations")),
    "ESP packet": (esp_packets, ("ten fields", "negotiations")),
    "sealed message": (sealed_messages, (*READING, *WRITING)),
    "sealed IKEv1 message": (sealed_ikev1_messages, READING),
    "clear message": (clear_messages, (*READING, *WRITING)),
    "first message": (first_messages, (*READING, *FOLDED, *WRITING)),
    "refused SA": (refused_sas, (*READING, *WRITING)),
    "IKEv1 SA": (ikev1_sas, READING),
    "IKEv2 SA": (ikev2_sas, (*READING, "serially", *WRITING)),
    "10 generated messages": (generated_messages, READING),
}
ROWS = [(thing, run) for thing, (_, runs) in THINGS.items() for run in runs]


# Rows whose bytes are bounded too
HELD = {
    ("sealed message", "negotiations"),
    ("first message", "negotiations"),
    ("first message", "negotiations folded"),
    ("IKEv2 SA", "negotiations"),
    ("sealed message", "all tables"),
    ("IKEv2 SA", "all tables"),
    ("10 generated messages", "all columns"),
}


# -- what it costs


def each(thing: str, run: str, folder: Path, times: int = 1) -> Cost:
    """Of one more: objects, lines by layer, and bytes where they are measured. times: how often all of it is done."""
    in_columns = run == "ten fields" or thing in {"ordinary packet", "ESP packet"}
    n = FEW_IN_COLUMNS if in_columns and thing != "100 generated packets" else FEW
    with prepared(thing, run, folder, 2 * n) as do:
        do()  # what is loaded and remembered once
    few, many = (work(thing, run, folder, size, times) for size in (n, 2 * n))
    found = {name: (many[name] - few[name]) / n for name in few}
    if (thing, run) in HELD:
        n = MANY.get(thing, 500)
        found["bytes"] = (peak_bytes(thing, run, folder, 2 * n) - peak_bytes(thing, run, folder, n)) / n
    return found


def work(thing: str, run: str, folder: Path, n: int, times: int) -> Cost:
    """Of so many of a thing, with all of its capture: objects, and lines by layer."""
    found: Cost = dict.fromkeys(LAYERS, 0) | {"objects": 0}
    for _ in range(times):
        with prepared(thing, run, folder, n) as do, objects_counted() as made:
            lines = lines_by_code(do, PACKAGE)
        found["objects"] += made.total()
        for code, count in lines.items():
            found[layer(code)] += count
    return found


def peak_bytes(thing: str, run: str, folder: Path, n: int) -> int:
    """The most that is held at once, but for exchanges that are kept, which are bounded for all SAs together."""
    with patch.object(log, "_KEPT", 0), prepared(thing, run, folder, n, window=1 << 15) as do:
        gc.collect()
        tracemalloc.start()
        try:
            do()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


@contextmanager
def prepared(thing: str, run: str, folder: Path, n: int, window: int = 1 << 20) -> Iterator[Callable[[], object]]:
    """What is measured, ready to be done once. window: how many bytes of a capture are read at once."""
    path = folder / f"{thing}-{n}.pcap"
    if not path.is_file():
        path.write_bytes(THINGS[thing][0](n))
    with nullcontext() if run == "serially" else in_bulk(window):
        yield RUNS[run](path)


def layer(code: CodeType) -> str:
    """The layer of some code of the package."""
    place = Path(code.co_filename).relative_to(PACKAGE).as_posix()
    return next((name for name, places in PLACES.items() if place.startswith(places)), "rest")


@contextmanager
def objects_counted() -> Iterator[Counter[str]]:
    """How many objects of our own classes are made meanwhile, named tuples and dataclasses too, by module."""
    made: Counter[str] = Counter()
    makers = "analyzer.", "namedtuple_"

    def call(frame: FrameType, event: str, called: Any) -> None:
        name = frame.f_globals.get("__name__", "")
        initialised = event == "call" and frame.f_code.co_name == "__init__" and name.startswith("analyzer.")
        named = event == "c_call" and called == tuple.__new__ and (name.startswith(makers) or name == "collections")
        if initialised or named:
            made[name] += 1

    sys.setprofile(call)
    try:
        yield made
    finally:
        sys.setprofile(None)


# -- the table


def bounds() -> dict[tuple[str, str], Cost]:
    """What guards.csv says."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["thing"], row["run"]): {name: float(row[name]) for name in COSTS if row[name]} for row in rows}


def exceeded(cost: Cost, bound: Cost) -> list[str]:
    """What costs more than it may."""
    room = {"bytes": ROOM_BYTES}
    return [name for name in cost if cost[name] > bound.get(name, 0) * room.get(name, ROOM) + LEAST.get(name, 1)]


def rounded(cost: Cost) -> Cost:
    """As it stands in the table: memory is never the same to a byte."""
    return {name: round(value, -2 if name == "bytes" else 1) + 0.0 for name, value in cost.items()}


def main() -> None:
    """Show what changed, and write it if so told."""
    with TemporaryDirectory() as folder:
        found = {row: rounded(each(*row, Path(folder))) for row in ROWS}
    known = bounds() if TABLE.is_file() else {}
    for row, cost in found.items():
        before = known.get(row, {})
        changes = (f"{n} {before.get(n, 0):g} -> {v:g}" for n, v in cost.items() if v != before.get(n, 0))
        print(f"{', '.join(row)}: {', '.join(changes) or 'unchanged'}")
    if sys.argv[1:] == ["--write"]:
        with TABLE.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("thing", "run", *COSTS))
            for row, cost in found.items():
                writer.writerow((*row, *(f"{cost[name]:g}" if name in cost else "" for name in COSTS)))


if __name__ == "__main__":
    main()
