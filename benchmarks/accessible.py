"""What axe-core has against a report's page, and the index over many, at three widths, light and dark.

    python -m benchmarks.accessible                  # pages of 1, 5 and 34,000 IKE SAs and an index; takes some minutes
    python -m benchmarks.accessible 34000
    python -m benchmarks.accessible --page out/report.html

Of rows and stories that are alike the first are looked at. Prints each rule that is broken, with first elements, and
ends with 1 if there was one, or a page is wider than its window. `tests/test_accessibility.py` looks at small pages.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.make_capture import make_capture
from benchmarks.measure import measure
from benchmarks.opening import MEAN_TAIL, MESSAGES_OF_EACH
from tests.axe import OPEN, THIN, WIDTHS, beyond, shown, violations
from tests.browsers.chromium import CHROMIUM, opened
from tests.browsers.tab import Tab
from tests.conftest import FIXTURES

SIZES = (1, 5, 34_000)
INDEXED = ("ikev2-auth-failed-psk", "ikev2-path-cut", "ikev1-weak-des-md5-modp768")
COLOURS = ("light", "dark")


def page_of(negotiations: int, folder: Path) -> Path:
    """The page of a capture of so many SAs, which is made."""
    capture = folder / "capture.pcap"
    make_capture(capture, "ike", max(6, int(negotiations * MESSAGES_OF_EACH)), mean_tail=MEAN_TAIL)
    return written([capture], folder / "report") / "report.html"


def index(folder: Path) -> Path:
    """The index over some fixtures."""
    return written([FIXTURES / name / "capture.pcap" for name in INDEXED], folder / "reports") / "index.html"


def written(captures: Sequence[Path], folder: Path) -> Path:
    """The folder of a report of these captures."""
    measure([[sys.executable, "-m", "analyzer", "report", *map(str, captures), "-o", str(folder)]])
    return folder


def faults(tab: Tab, page: Path) -> Iterator[str]:
    """What is wrong with a page, a line each."""
    for width in WIDTHS:
        for colours in COLOURS:
            shown(tab, page, width, colours)
            tab.value(THIN)
            tab.value(OPEN)
            for rule, impact, nodes in violations(tab):
                yield f"{width} px, {colours}: {rule} ({impact}): {nodes}"
            if beyond(tab):
                yield f"{width} px, {colours}: the page is {beyond(tab)} px wider than its window"


def main(words: Sequence[str] | None = None) -> int:
    """Look at the pages; 1 if anything is wrong with one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, help="numbers of IKE SAs")
    parser.add_argument("--page", type=Path, action="append", default=[], help="a page that is there already")
    options = parser.parse_args(words)
    if CHROMIUM is None:
        print("chromium is not installed", file=sys.stderr)
        return 2
    found = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages = {str(page): page for page in options.page}
        if not pages:
            for size in options.sizes or SIZES:
                (folder / str(size)).mkdir()
                pages[f"page of {size:,}"] = page_of(size, folder / str(size))
            pages["index"] = index(folder)
        with opened(folder / "browser") as tab:
            tab.ask("Page.setBypassCSP", enabled=True)
            for what, page in pages.items():
                lines = list(faults(tab, page.resolve()))
                print("\n".join([f"{what}: {len(lines)} faults", *lines]), flush=True)
                found += len(lines)
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
