"""What a run costs: CPU, wall time, memory; and on what machine that was."""

import os
import platform
import re
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import IO, NamedTuple

from benchmarks.captures import ROOT

# What Python has compiled it may keep, as it does where it is installed: the first run is not counted.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
Pipeline = Sequence[Sequence[str]]  # of commands, each of which reads what the one before it writes


class Run(NamedTuple):
    """What a command cost with all of its processes. peak_mib: the largest resident set of one of them."""

    cpu_s: float
    wall_s: float
    peak_mib: float


def measure(pipeline: Pipeline, output: IO[bytes] | None = None) -> Run:
    """Run commands that must succeed; what the last one prints goes to `output` or is thrown away."""
    with ExitStack() as stack:
        talks = [stack.enter_context(tempfile.TemporaryFile()) for _ in pipeline]
        started: list[subprocess.Popen[bytes]] = []
        before = time.perf_counter()
        for number, (command, talk) in enumerate(zip(pipeline, talks, strict=True), 1):
            source = started[-1].stdout if started else subprocess.DEVNULL
            sink = subprocess.PIPE if number < len(pipeline) else output or subprocess.DEVNULL
            started.append(subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdin=source, stdout=sink, stderr=talk))
            if number > 1 and started[-2].stdout is not None:
                started[-2].stdout.close()  # the next one has it
        cpu_s = peak_mib = 0.0
        for process, talk in zip(started, talks, strict=True):
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            cpu_s += usage.ru_utime + usage.ru_stime
            peak_mib = max(peak_mib, usage.ru_maxrss / 1024)
            if process.returncode:
                talk.seek(0)
                said = talk.read().decode(errors="replace")
                raise SystemExit(f"{process.args!r}\nended with {process.returncode}: {said}")
        return Run(cpu_s, time.perf_counter() - before, peak_mib)


def versions() -> str:
    """Of all that took part, and the machine: without them the numbers mean nothing."""
    build = sysconfig.get_config_var("CONFIG_ARGS") or ""
    profiled = "" if "--enable-optimizations" in build else " without profile-guided optimisation"
    parts = (
        f"isakmp-analyzer {version('isakmp-analyzer')}{_commit()}",
        _version("tshark"),
        _version("tcpdump"),
        f"Python {platform.python_version()}{profiled}, numpy {version('numpy')}",
        f"{os.cpu_count()} CPUs{_processor()}, {platform.system()} {platform.machine()}",
    )
    return "; ".join(filter(None, parts))


def _commit() -> str:
    told = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return f" at {told.stdout.strip()}" if told.returncode == 0 else ""


def _version(program: str) -> str:
    try:
        banner = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return f"{program} {(re.findall(r'[0-9]+[.][0-9.]+', banner.stdout + banner.stderr) or ['of unknown version'])[0]}"


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    except OSError:
        return ""
    return f" ({found[1].strip()})" if found else ""
