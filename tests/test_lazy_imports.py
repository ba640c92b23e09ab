"""What a command does not need is not loaded: a short capture is read before a package of megabytes would be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.cli.main import COMMANDS
from tests.conftest import FIXTURES, ROOT

HEAVY = (
    "numpy", "pandas", "pyarrow", "jinja2", "rich", "cryptography", "dpkt", "tomllib", "zstandard", "asyncio", "lark",
    "statistics", "distributed",
)  # fmt: skip
REPORT = "import sys; print('HEAVY', *[m for m in {names!r} if m in sys.modules])"
CASE = FIXTURES / "ikev2-auth-failed-psk"
CAPTURE = str(CASE / "capture.pcap")
OTHER = str(FIXTURES / "ikev1-main-psk" / "capture.pcap")


def loaded_after(code: str, names: tuple[str, ...] = HEAVY) -> str:
    """Which of these a fresh interpreter holds after running `code`: heavy packages, if nothing else is said."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{REPORT.format(names=names)}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def run_of(*words: str) -> str:
    """Python that runs the command line with these words, as the installed script would, its output thrown away."""
    return f"""
import io, sys
from contextlib import redirect_stdout
from analyzer.cli.main import main
sys.argv = ["isakmp-analyzer", *{list(words)!r}]
try:
    with redirect_stdout(io.TextIOWrapper(io.BytesIO())):
        main()
except SystemExit as stop:
    assert not stop.code, stop.code
"""


def help_of(*words: str) -> str:
    return run_of(*words, "--help")


def test_import_is_light() -> None:
    assert loaded_after("import analyzer; analyzer.__version__") == "HEAVY"


def test_the_probe_would_see_them() -> None:
    assert loaded_after("import numpy") == "HEAVY numpy"


def test_help_is_light() -> None:
    assert loaded_after(help_of()) == "HEAVY"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help_of_a_command_is_light(command: str) -> None:
    assert loaded_after(help_of(command)) == "HEAVY"


JUDGE, TREES, PAGE = "analyzer.assessment.judge", "analyzer.dissect", "analyzer.report.html"
OURS = (JUDGE, TREES, PAGE, "importlib.resources")

# What each command has loaded when it ends; everything else in HEAVY and OURS it must do without.
NEEDED = {
    ("summary", CAPTURE): (JUDGE,),
    ("check", CAPTURE): (JUDGE,),
    ("compare", CAPTURE, CAPTURE): (JUDGE,),
    ("extract", CAPTURE, "--negotiation", "1", "-o", os.devnull): (JUDGE, "importlib.resources"),  # the version
    ("show", CAPTURE, "--negotiation", "1"): (JUDGE,),
    ("show", CAPTURE, "--frame", "1", "-x"): ("dpkt", JUDGE, TREES),
    ("export", CAPTURE, "--table", "negotiations"): (JUDGE,),
    ("export", CAPTURE, "--table", "child_sas"): (),
    ("export", CAPTURE, "--table", "messages"): (),
    ("diff", CAPTURE, CAPTURE): (JUDGE, "importlib.resources"),  # with the metadata that name the version
    ("explain", "psk-mismatch"): (),
    ("fields", "negotiations"): (),
    ("policies",): (),
    ("report", CAPTURE, "-o", "{folder}"): ("jinja2", "dpkt", *OURS),
    ("report", CAPTURE, OTHER, "-o", "{folder}"): ("numpy", "pyarrow", "jinja2", "dpkt", *OURS),  # no pandas
    ("explain", "filter"): (),
    ("summary", CAPTURE, "--where", "outcome == failed"): ("lark", JUDGE),
    # What is asked for is loaded: a test that could not see it would prove nothing
    ("summary", CAPTURE, "--keys", str(CASE / "capture.keys")): ("cryptography", JUDGE),
    ("summary", CAPTURE, "--peer-config", "{folder}/peers.toml"): ("tomllib", JUDGE),
}


@pytest.mark.parametrize(("words", "needed"), NEEDED.items(), ids=lambda v: " ".join(v[:1]) if v else "")
def test_a_command_loads_what_it_needs(words: tuple[str, ...], needed: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "peers.toml").write_text('[peer."192.0.2.20"]\nike = ["aes256-sha256-modp2048"]\n')
    assert loaded_after(run_of(*(word.format(folder=tmp_path) for word in words)), HEAVY + OURS) == " ".join(
        ("HEAVY", *needed)
    )


def test_diff_of_saved_reports_judges_nothing_and_loads_no_pandas(tmp_path: Path) -> None:
    folder, single = str(tmp_path / "out"), str(tmp_path / "single")
    assert loaded_after(run_of("report", CAPTURE, OTHER, "-o", folder)) != "HEAVY"
    assert loaded_after(run_of("report", CAPTURE, "-o", single)) != "HEAVY"
    assert loaded_after(run_of("diff", folder, folder), HEAVY + OURS) == "HEAVY numpy pyarrow importlib.resources"
    assert loaded_after(run_of("diff", single, single), HEAVY + OURS) == "HEAVY importlib.resources"


def test_the_collector_hardly_runs_in_a_short_run() -> None:
    code = """
import gc, os, sys
from analyzer.__main__ import run
def collections():
    return sum(generation["collections"] for generation in gc.get_stats())
before = collections()
os._exit = lambda code: print(collections() - before)
sys.argv = ["isakmp-analyzer", "fields", "messages"]
run()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[-1]) <= 1  # 30 by Python's own threshold


def test_public_names() -> None:
    code = "import analyzer; from analyzer import read_pcap, Analysis; assert callable(read_pcap); import sys"
    assert "pandas" not in loaded_after(code)
