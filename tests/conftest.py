"""Where the captures are. Tests ask for these by name; a set that is not there is skipped, never silently passed."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

from analyzer import net
from tests.browsers import chromium, firefox
from tests.browsers.tab import Tab

# No example fails for being slow on a busy machine.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures" / "pcaps"
SHARED = Path(os.environ.get("ISAKMP_CAPTURES", ROOT.parent / "shared" / "captures"))
CAPTURE_SUFFIXES = (".pcap", ".pcapng", ".cap", ".gz", ".zst", ".xz")


SHARES = 8
"""Of the cases of a sweep (`pytest.mark.sweep`), and with --share of all tests, one in so many is run at a time."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="all cases of sweeps, not each eighth")
    parser.addoption("--share", action="store_true", help="of all tests an eighth, by the commit")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of sweeps keep the share of this commit; others have others. Where files alone are named they run whole."""
    if config.getoption("--whole") or all(".py" in word for word in config.args):
        return
    turn, of_all = _commit() % SHARES, config.getoption("--share")
    waiting = {item for item in items if (of_all or _is_case(item)) and crc32(item.nodeid.encode()) % SHARES != turn}
    config.hook.pytest_deselected(items=[item for item in items if item in waiting])
    items[:] = [item for item in items if item not in waiting]


def _is_case(item: pytest.Item) -> bool:
    """Whether it is one of the cases of a sweep."""
    return item.get_closest_marker("sweep") is not None and hasattr(item, "callspec")


def _commit() -> int:
    """The beginning of this commit's hash: any share is as likely as another. 0 of what is no checkout."""
    command = ["git", "-C", str(ROOT), "rev-parse", "--short=8", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return 0
    return int(done.stdout[:8], 16) if done.returncode == 0 else 0


def captures_in(folder: Path) -> list[Path]:
    """Capture files below `folder`, sorted: xdist's workers must collect the same order."""
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.name.endswith(CAPTURE_SUFFIXES))


@pytest.fixture(autouse=True)
def _own_faults() -> None:
    """What fell into the net of a test before is not this one's."""
    net.faults.clear()


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """fixtures/pcaps of this checkout."""
    assert FIXTURES.is_dir(), f"{FIXTURES} is missing: tests run from a checkout"
    return FIXTURES


@pytest.fixture(scope="session")
def shared_captures() -> Path:
    """A larger collection outside the repository (environment variable ISAKMP_CAPTURES)."""
    if not SHARED.is_dir():
        pytest.skip("no collection of captures beside the checkout")
    return SHARED


@pytest.fixture(scope="session")
def browsers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Tab]]:
    """A tab of a browser by its name. It is started when a test first asks for it, and then serves all others."""
    with ExitStack() as running:

        @cache
        def tab(name: str) -> Tab:
            profile = tmp_path_factory.mktemp(name) / "profile"
            opened = chromium.opened if name == "chromium" else firefox.opened
            return running.enter_context(opened(profile))

        yield tab


def _if(found: str | None, name: str) -> object:
    return pytest.param(name, marks=pytest.mark.skipif(found is None, reason=f"{name} is not installed"))


@pytest.fixture(params=[_if(chromium.CHROMIUM, "chromium"), _if(firefox.FIREFOX, "firefox")])
def browser(request: pytest.FixtureRequest, browsers: Callable[[str], Tab]) -> Tab:
    """An empty tab of each browser there is."""
    tab = browsers(request.param)
    tab.as_new()
    return tab
