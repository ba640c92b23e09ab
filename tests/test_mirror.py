"""Every module has its test file at the same place below tests/, and every test file its module."""

from fnmatch import fnmatch
from pathlib import Path

from tests.conftest import ROOT

PACKAGE, TESTS = ROOT / "analyzer", ROOT / "tests"

# Modules without a test file of their own: who tests them, and why together.
TESTED_TOGETHER: dict[str, str] = {
    "capture/layers/*": "capture/layers/test_every_layer.py: one question to all, of frames beside it",
    "capture/logs/*": "capture/logs/test_every_format.py: one question to all, of the samples in fixtures/logs",
}
# Test files without a module of their own, and what they test instead.
ABOUT_MORE: dict[str, str] = {
    "cli/unopened": "all commands: what they say of packets that were not opened",
    "fixtures/*": "fixtures/pcaps, and what the analyzer says about them",
    "capture/layers/every_layer": "the rarer link layers and tunnels together",
    "capture/logs/damaged": "all formats of logs together, of which lines are lost or mixed with others",
    "capture/logs/every_format": "all formats of logs together",
    "assessment/in_play": "the diagnoses of a refused proof together: their order by what is in play",
    "assessment/patterns": "all diagnoses together: every known pattern of failure is told by one",
}


def modules() -> dict[str, Path]:
    """Modules by their place: `capture/pcap`."""
    found = [p for p in PACKAGE.rglob("*.py") if p.name not in {"__init__.py", "__main__.py"}]
    return {p.relative_to(PACKAGE).with_suffix("").as_posix(): p for p in sorted(found)}


def mirrored() -> dict[str, Path]:
    """Test files by the place they mirror. Those directly in tests/ may be about the whole house."""
    found = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        place = path.relative_to(TESTS)
        found[(place.parent / place.stem.removeprefix("test_")).as_posix()] = path
    return found


def allowed(place: str, rows: dict[str, str]) -> bool:
    return any(fnmatch(place, pattern) for pattern in rows)


def test_every_module_has_its_test() -> None:
    have = mirrored()
    missing = [place for place in modules() if place not in have and not allowed(place, TESTED_TOGETHER)]
    assert not missing, f"no tests/.../test_x.py for {missing}"


def test_every_test_has_its_module() -> None:
    have = modules()
    below = [place for place in mirrored() if "/" in place]
    astray = [place for place in below if place not in have and not allowed(place, ABOUT_MORE)]
    assert not astray, f"no module for the tests of {astray}"


def test_no_exception_is_stale() -> None:
    have, tests = modules(), mirrored()
    for pattern, where in TESTED_TOGETHER.items():
        uncovered = [place for place in have if fnmatch(place, pattern) and place not in tests]
        assert uncovered, f"{pattern} needs no exception any more"
        assert (TESTS / where.partition(":")[0]).exists(), f"{where} does not exist"
    for pattern in ABOUT_MORE:
        assert any(fnmatch(place, pattern) for place in tests), f"{pattern} matches no test file"
