"""Logs of every format in `fixtures/logs`, and what must come of them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from analyzer.capture import Datagram, open_capture
from tests.conftest import ROOT

FOLDER = ROOT / "fixtures" / "logs"


@dataclass(frozen=True)
class Sample:
    """A log, the capture that shows the same messages, and what the log says besides.

    The name is that of the module that reads it; behind a hyphen, what sets it apart from others of this format.
    """

    name: str
    log: Path
    capture: Path
    expected: dict[str, Any]

    def __str__(self) -> str:
        return self.name

    @property
    def module(self) -> str:
        return self.name.partition("-")[0]

    @property
    def text(self) -> str:
        raw = self.log.read_bytes()
        return raw.decode("utf-16" if raw[:2] == b"\xff\xfe" else "utf-8")


@cache
def samples() -> tuple[Sample, ...]:
    found = []
    for case in sorted(FOLDER.glob("*/case.toml")):
        expected = tomllib.loads(case.read_text())
        found.append(Sample(case.parent.name, case.parent / "log.txt", case.parent / expected["capture"], expected))
    return tuple(found)


def datagrams(path: Path) -> list[Datagram]:
    return [item for item in open_capture(str(path)) if isinstance(item, Datagram)]


def story(found: list[Datagram]) -> list[tuple[str, str, int, str, int, bytes]]:
    """All that both a log and a capture say of messages."""
    return [(d.transport, d.src_ip, d.src_port, d.dst_ip, d.dst_port, d.payload) for d in found]
