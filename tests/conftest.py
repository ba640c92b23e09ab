"""Where the captures are. Tests ask for these by name; a set that is not there is skipped, never silently passed."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No example fails for being slow on a busy machine.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures" / "pcaps"
SHARED = Path(os.environ.get("ISAKMP_CAPTURES", ROOT.parent / "shared" / "captures"))
CAPTURE_SUFFIXES = (".pcap", ".pcapng", ".cap", ".gz", ".zst", ".xz")


def captures_in(folder: Path) -> list[Path]:
    """Capture files below `folder`, sorted: xdist's workers must collect the same order."""
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.name.endswith(CAPTURE_SUFFIXES))


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
