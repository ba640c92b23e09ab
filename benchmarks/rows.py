"""What is measured, row by row: our command, whom it is compared with, and the goal. Data, and the commands' words."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.captures import SHORT, SHORT_SPIS, Capture
from benchmarks.seen import FIELDS

CPU, WALL, EACH = "CPU", "wall", "CPU for each"
MANY, MANY_QUICK = (20, 120), (2, 6)  # captures of the two folders of a batch
ANALYZER = [sys.executable, "-m", "analyzer"]
TSHARK = ["tshark", "-n", "-r"]
TSHARK_FIELDS = (
    "frame.number",
    "frame.time_epoch",
    "ip.src",
    "ip.dst",
    "isakmp.ispi",
    "isakmp.rspi",
    "isakmp.version",
    "isakmp.exchangetype",
    "isakmp.messageid",
    "isakmp.typepayload",
)
OUR_COLUMNS = (
    "frame_number,time,src_ip,dst_ip,initiator_spi,responder_spi,major_version,exchange_type,message_id,payload_types"
)
assert set(FIELDS) <= set(TSHARK_FIELDS)
IKE_PORTS = "udp port 500 or udp port 4500"
_FIELDS = ["-Y", "isakmp", "-T", "fields", *(word for name in TSHARK_FIELDS for word in ("-e", name))]


def takes(command: str, option: str) -> bool:
    """Whether our command has this option."""
    import click  # noqa: PLC0415

    from analyzer.cli.main import main  # noqa: PLC0415

    parameters = main.get_command(click.Context(main), command)
    assert parameters is not None
    return any(option in parameter.opts for parameter in parameters.params)


def ours(command: str, *words: str, jobs: int = 1) -> list[list[str]]:
    """Our command, on one core if it can use several and nothing else is said."""
    at_a_time = ["--jobs", str(jobs)] if takes(command, "--jobs") else []
    return [[*ANALYZER, command, *words, *at_a_time]]


# Each command by name: from a capture and a folder for its output to the processes of a pipeline.
Words = Callable[[str, str], list[list[str]]]
COMMANDS: dict[str, Words] = {
    "ten fields": lambda c, _: ours("export", c, "--table", "messages", "--columns", OUR_COLUMNS),
    "all columns": lambda c, _: ours("export", c, "--table", "messages"),
    "negotiations": lambda c, _: ours("export", c, "--table", "negotiations"),
    "summary": lambda c, _: ours("summary", c),
    "summary --jobs 2": lambda c, _: ours("summary", c, jobs=2),
    "floods": lambda c, _: ours("export", c, "--table", "floods"),
    "check": lambda c, _: ours("check", c),
    "report": lambda c, out: ours("report", c, "-o", out),
    "report --jobs 2": lambda c, out: ours("report", c, "-o", out, jobs=2),
    "report of few": lambda c, out: ours("report", str(Path(c).with_name("few")), "-o", out),
    "--help": lambda *_: [[*ANALYZER, "--help"]],
    "fields": lambda *_: ours("fields", "messages"),
    "tshark lines": lambda c, _: [[*TSHARK, c, "-Y", "isakmp"]],
    "tshark fields": lambda c, _: [[*TSHARK, c, *_FIELDS]],
    "tshark json": lambda c, _: [[*TSHARK, c, "-Y", "isakmp", "-T", "json"]],
    "tcpdump | tshark": lambda c, _: [["tcpdump", "-r", c, "-w", "-", IKE_PORTS], [*TSHARK, "-", *_FIELDS]],
}


# What is looked at of a capture beside its rows, but not measured
LOOKED_AT = {"flood": ("negotiations", "floods")}


class Row(NamedTuple):
    """One row of the table of goals.

    goal: of CPU and wall the least ratio, rival / ours; of EACH the most milliseconds. goal_mib: the most memory.
    """

    name: str
    capture: str
    ours: str
    rival: str = ""
    goal: float | None = None
    goal_mib: int | None = None
    of: str = CPU


ROWS = (
    Row("mixed/ten-fields", "mixed", "ten fields", "tshark fields", 30, 64),
    Row("mixed/negotiations", "mixed", "negotiations", "tshark fields", 25),
    Row("mixed/report", "mixed", "report", "tshark json", 10),
    Row("mixed/prefiltered", "mixed", "ten fields", "tcpdump | tshark", 1.2),
    Row("esp/ten-fields", "esp", "ten fields", "tshark fields", 22),
    Row("esp/negotiations", "esp", "negotiations", "tshark fields", 15),
    Row("ike/ten-fields", "ike", "ten fields", "tshark fields", 7, 120),
    Row("ike/all-columns", "ike", "all columns", "tshark fields", 2, 250),
    Row("ike/negotiations", "ike", "negotiations", "tshark fields", 1, 400),
    Row("ike/summary", "ike125", "summary", "tshark json", 5),
    Row("ike/report", "ike125", "report", "tshark json", 3),
    Row("ike/summary-jobs", "ike125", "summary --jobs 2", "summary", 1.8, of=WALL),
    Row("ike/report-jobs", "ike125", "report --jobs 2", "report", 1.8, of=WALL),
    Row("worst/ten-fields", "worst", "ten fields", "tshark fields", 7),
    Row("worst/all-columns", "worst", "all columns", "tshark fields", 1.5),
    Row("flood/summary", "flood", "summary", "tshark fields", 1, 400),
    Row("short/summary", "short", "summary", "tshark lines", 1),
    Row("short/export", "short", "ten fields", "tshark fields"),
    Row("short/check", "short", "check", "tshark lines"),
    Row("short/fields", "short", "fields"),
    Row("short/help", "short", "--help"),
    Row("batch/report", "batch", "report", "report of few", 5, of=EACH),
    Row("batch/report-jobs", "batch", "report --jobs 2", "report", of=WALL),
    Row("pcapng/ten-fields", "mixed-pcapng", "ten fields", "tshark fields"),
    Row("gzip/ten-fields", "mixed-gzip", "ten fields", "tshark fields"),
    Row("pcapng/negotiations", "ike-pcapng", "negotiations", "tshark fields"),
    Row("gzip/negotiations", "ike-gzip", "negotiations", "tshark fields"),
)


def short() -> Capture:
    """The short capture: one of the fixtures."""
    return Capture("short", SHORT, {})


def batch(folder: Path, *, quick: bool) -> Capture:
    """A folder with many captures like the short one, beside a folder with few.

    Each has SPIs of its own: copies would be read once, and captures of one SA as one.
    """
    place, known = folder / f"batch{'-quick' * quick}", SHORT.read_bytes()
    for name, count in zip(("few", "many"), MANY_QUICK if quick else MANY, strict=True):
        (place / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            data = known
            for spi in SHORT_SPIS:
                data = data.replace(spi, spi[:4] + number.to_bytes(4, "big"))
            (place / name / f"{number}.pcap").write_bytes(data)
    return Capture("batch", place / "many", {})


def pipeline(name: str, capture: Path, folder: Path) -> list[list[str]]:
    """The processes of a command. Its output has a place of its own in the folder."""
    return COMMANDS[name](str(capture), str(folder / f"out-{name.replace(' ', '-')}"))


def program(name: str) -> str:
    """What has to be installed for a command; "" if it is ours."""
    return "tcpdump" if name.startswith("tcpdump") else "tshark" if name.startswith("tshark") else ""


def known(name: str) -> bool:
    """Whether our command takes the option that it is given here; true of others."""
    command, _, options = name.partition(" ")
    return not options.startswith("--") or takes(command, options.split()[0])
