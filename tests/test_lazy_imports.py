"""Importing the package and asking for help must be instant: neither numpy nor pandas may be pulled in."""

import subprocess
import sys

import pytest

from analyzer.cli.main import main
from tests.conftest import ROOT

HEAVY = ("numpy", "pandas")
REPORT = f"import sys; print('HEAVY', *[m for m in {HEAVY!r} if m in sys.modules])"


def loaded_after(code: str) -> str:
    """Which heavy packages a fresh interpreter holds after running `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{REPORT}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def help_of(*words: str) -> str:
    """Python that runs the command line with --help behind `words`, as the installed script would."""
    return f"""
import sys
from analyzer.cli.main import main
sys.argv = ["isakmp-analyzer", *{list(words)!r}, "--help"]
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
"""


def test_import_is_light() -> None:
    assert loaded_after("import analyzer; analyzer.__version__") == "HEAVY"


def test_the_probe_would_see_them() -> None:
    assert loaded_after("import numpy") == "HEAVY numpy"


def test_help_is_light() -> None:
    assert loaded_after(help_of()) == "HEAVY"


@pytest.mark.parametrize("command", sorted(main.commands))
def test_help_of_a_command_is_light(command: str) -> None:
    assert loaded_after(help_of(command)) == "HEAVY"


def test_public_names() -> None:
    code = "import analyzer; from analyzer import read_pcap, Analysis; assert callable(read_pcap); import sys"
    assert "pandas" not in loaded_after(code)
