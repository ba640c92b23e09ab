"""What docs/benchmarks.md says of the results: tables, who is faster where, goals missed, estimates, pages opened."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import opening
from benchmarks.results import OWN, Result, load, origins, table
from benchmarks.rows import CPU, ROWS, WALL

RESULTS = Path(__file__).with_name("results.json")
LARGE = 10 * 10**9  # bytes
ESTIMATED = (
    "mixed/ten-fields",
    "mixed/negotiations",
    "mixed/report",
    "esp/negotiations",
    "ike/ten-fields",
    "ike/negotiations",
)


def results() -> str:
    """All that is generated of the page, in Markdown."""
    return "\n".join((*lines(load(RESULTS)), *opening.lines(opening.load())))


def lines(found: Sequence[Result]) -> Iterator[str]:
    """Of some results: tables, who is faster where, goals, estimates."""
    for made_by in dict.fromkeys(r.made_by for r in found):
        some = [r for r in found if r.made_by == made_by]
        if made_by != OWN:
            yield "The same kinds of captures, made by another generator:\n"
        yield table(some) + "\n"
        yield from (f"- {line.replace('|', '/')}" for line in origins(some))
        yield ""
    own = [r for r in found if r.made_by == OWN]
    missing = [row.name for row in ROWS if row.name not in {r.row for r in own}]
    if missing:
        yield f"Not measured: {', '.join(missing)}.\n"
    slower = [f"{r.row} ({r.value:.2f}x {r.rival})" for r in own if r.of in (CPU, WALL) and r.value and r.value < 1]
    yield f"**Slower than what stands beside it:** {', '.join(slower) or 'no row'}.\n"
    missed = [f"{r.row} ({' and '.join(r.missed)})" for r in own if r.missed]
    yield f"**Goals missed:** {', '.join(missed) or 'none'}.\n"
    yield from _estimates({r.row: r for r in own})


def _estimates(found: dict[str, Result]) -> Iterator[str]:
    known = [found[name] for name in ESTIMATED if name in found and found[name].size_bytes]
    if not known:
        return
    yield f"{LARGE // 10**9} GB of such traffic take, by these rows, about:\n"
    yield "| traffic | command | CPU | measured on |\n|---|---|---|---|"
    for r in known:
        assert r.size_bytes is not None
        seconds = r.cpu_s * LARGE / r.size_bytes
        time = f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
        yield f"| {r.row.partition('/')[0]} | {r.ours} | {time} | {r.size_bytes / 10**9:.2f} GB |"
    yield ""
