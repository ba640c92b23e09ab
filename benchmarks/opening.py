"""What a report's page weighs and how soon it can be read and searched, in a headless Chromium.

    python -m benchmarks.opening                     # 4, 400 and 50,000 IKE SAs; makes the captures, takes some minutes
    python -m benchmarks.opening 400 -n 1            # some of them, fewer rounds
    python -m benchmarks.opening --output benchmarks/opening.json && python docs/generate.py

A page is opened again and again, each time in a new browser: nothing of it is cached. First paint is the browser's own
mark; ready is when the search has its table. Searching is the time for what is typed to be evaluated and drawn.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.make_capture import make_capture
from benchmarks.measure import measure, versions
from tests.browsers.chromium import CHROMIUM, opened

RESULTS = Path(__file__).with_name("opening.json")
SIZES = (4, 400, 50_000)
MESSAGES_OF_EACH = 5.9  # of an SA of the generator with so short a tail
MEAN_TAIL = 2
MEGABYTE = 10**6
GOAL_SMALL_MB, SMALL = 0.15, 4  # a page of some twenty messages
GOAL_PAGE_MB, GOAL_FOLDER_MB, GOAL_PAINT_MS, GOAL_READY_MS = 10.0, 60.0, 1500.0, 3000.0
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
READY = "performance.getEntriesByName('search-ready')[0]?.startTime ?? 0"
SEARCH = """(() => {
  const box = document.getElementById('find-box'), start = performance.now();
  if (!box) return 0;
  box.value = 'failed and severity >= medium';
  box.dispatchEvent(new Event('change'));
  return performance.now() - start;
})()"""


@dataclass(frozen=True)
class Opened:
    """One page. Megabytes, and medians of milliseconds over the rounds; 0: it has no search."""

    negotiations: int
    page_mb: float
    folder_mb: float
    paint_ms: float
    ready_ms: float
    search_ms: float
    rounds: int
    versions: str

    @property
    def missed(self) -> list[str]:
        """Which goals."""
        pairs = {
            "page": (self.page_mb, GOAL_SMALL_MB if self.negotiations <= SMALL else GOAL_PAGE_MB),
            "folder": (self.folder_mb, GOAL_FOLDER_MB),
            "first paint": (self.paint_ms, GOAL_PAINT_MS),
            "ready": (self.ready_ms, GOAL_READY_MS),
        }
        return [name for name, (value, goal) in pairs.items() if value > goal]


def opening(negotiations: int, folder: Path, rounds: int) -> Opened:
    """Make a capture of so many SAs and its report, and open its page."""
    capture, out = folder / "capture.pcap", folder / "report"
    make_capture(capture, "ike", int(negotiations * MESSAGES_OF_EACH), mean_tail=MEAN_TAIL)
    measure([[sys.executable, "-m", "analyzer", "report", str(capture), "-o", str(out)]])
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    times = [look(out / "report.html", folder / f"browser-{place}") for place in range(rounds)]
    paint, ready, search = (round(median(column), 1) for column in zip(*times, strict=True))
    page = (out / "report.html").stat().st_size
    rounded = round(page / MEGABYTE, 3), round(size / MEGABYTE, 3)
    return Opened(negotiations, *rounded, paint, ready, search, rounds, versions())


def look(page: Path, profile: Path) -> tuple[float, float, float]:
    """First paint, ready, and one search, in milliseconds."""
    with opened(profile) as tab:
        tab.visit(page.as_uri())
        has_search = tab.value("Boolean(document.getElementById('find-data'))")
        assert not has_search or tab.becomes(f"({READY}) > 0", wanted=True), f"{page}: the search is never ready"
        assert tab.becomes(f"({PAINT}) > 0", wanted=True), f"{page} is never painted"
        return float(tab.value(PAINT)), float(tab.value(READY)), float(tab.value(SEARCH))


def lines(found: Sequence[Opened]) -> Iterator[str]:
    """What docs/benchmarks.md says of it, in Markdown."""
    if not found:
        return
    yield "A report's page in Chromium, opened by `python -m benchmarks.opening`:\n"
    yield "| IKE SAs | page | folder | first paint | search ready | a search | |\n|---|---|---|---|---|---|---|"
    for one in found:
        verdict = f"missed ({', '.join(one.missed)})" if one.missed else "met"
        times = " | ".join(f"{value:,.0f} ms" if value else "" for value in (one.paint_ms, one.ready_ms, one.search_ms))
        yield f"| {one.negotiations:,} | {one.page_mb:.2f} MB | {one.folder_mb:.1f} MB | {times} | {verdict} |"
    pages = f"{GOAL_SMALL_MB * 1000:.0f} kB for {SMALL} SAs and {GOAL_PAGE_MB:g} MB for many"
    goals = f"{pages}, {GOAL_FOLDER_MB:g} MB, {GOAL_PAINT_MS:,.0f} ms, {GOAL_READY_MS:,.0f} ms"
    yield f"\nGoals: {goals}. {'; '.join(dict.fromkeys(one.versions for one in found))}.\n"


def load(path: Path = RESULTS) -> list[Opened]:
    """Results of a JSON file; none if there is no such file."""
    return [Opened(**row) for row in json.loads(path.read_text("utf-8"))] if path.is_file() else []


def main(words: Sequence[str] | None = None) -> int:
    """Open the pages; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="numbers of IKE SAs")
    parser.add_argument("-n", "--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path, help="a JSON file for the results")
    options = parser.parse_args(words)
    if CHROMIUM is None:
        print("chromium is not installed", file=sys.stderr)
        return 2
    found = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            found.append(opening(size, Path(folder), options.rounds))
    print("\n".join(lines(found)))
    if options.output:
        rows = {one.negotiations: asdict(one) for one in (*load(options.output), *found)}  # of each size the newest
        options.output.write_text(json.dumps([rows[size] for size in sorted(rows)], indent=1) + "\n", "utf-8")
    return int(any(one.missed for one in found))


if __name__ == "__main__":
    sys.exit(main())
