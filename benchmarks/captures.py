"""The captures that are measured: how each is made, how long it is, and what is known to be in it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SHORT = ROOT / "fixtures" / "pcaps" / "ikev2-cert-weak" / "capture.pcap"  # some twenty packets
SHORT_SPIS = bytes.fromhex("39979c9df7de5d72"), bytes.fromhex("856d152c730a41df")
TRUTH = {"packets", "messages", "seen", "negotiations", "initiator_spis", "answered"}
IKE = ("ike",)
MIXED = ("mixed", "--ike-share", "0.005")


class Made(NamedTuple):
    """A capture to be made: packets in the long form and in the quick one; what make_capture is told; its suffix."""

    packets: int
    quick: int
    how: tuple[str, ...]
    suffix: str = ".pcap"


CAPTURES = {
    "mixed": Made(1_500_000, 20_000, MIXED),
    "esp": Made(1_500_000, 20_000, ("esp", "--ike-share", "0.001")),
    "ike": Made(500_000, 6_000, IKE),
    "ike125": Made(125_000, 3_000, IKE),
    "worst": Made(500_000, 4_000, ("ike", "--mean-tail", "0", "--distinct-sa")),
    "flood": Made(1_000_000, 12_000, ("flood",)),
    "mixed-pcapng": Made(500_000, 20_000, MIXED, ".pcapng"),
    "mixed-gzip": Made(500_000, 20_000, MIXED, ".pcap.gz"),
    "ike-pcapng": Made(125_000, 3_000, IKE, ".pcapng"),
    "ike-gzip": Made(125_000, 3_000, IKE, ".pcapng.gz"),
}


class Capture(NamedTuple):
    """One that is there. truth: what make_capture says is in it, or nothing where it was made by others."""

    name: str
    path: Path
    truth: dict[str, Any]


def make(name: str, folder: Path, *, quick: bool, seed: int = 1) -> Capture:
    """The capture of this name, made once for each folder."""
    made = CAPTURES[name]
    packets = made.quick if quick else made.packets
    path = folder / f"{name}-{packets}-{seed}{made.suffix}"
    truth = path.with_name(f"{path.name}.json")
    if not path.is_file() or not known_before(truth):
        unfinished = path.with_name(f"unfinished-{path.name}")
        kind, *how = made.how
        words = (kind, unfinished, "--packets", packets, "--seed", seed, "--truth", truth, *how)
        print(f"making {path}", file=sys.stderr)
        command = [sys.executable, "-m", "benchmarks.make_capture", *map(str, words)]
        subprocess.run(command, cwd=ROOT, stderr=subprocess.DEVNULL, check=True)
        unfinished.rename(path)
    return Capture(name, path, json.loads(truth.read_text("utf-8")))


def known_before(truth: Path) -> bool:
    """Whether it says all that make_capture says now."""
    return truth.is_file() and json.loads(truth.read_text("utf-8")).keys() >= TRUTH


def given(name: str, folder: Path) -> Capture | None:
    """The capture of this name that somebody else has made, if it is there."""
    path = folder / f"{name}{CAPTURES[name].suffix}"
    return Capture(name, path, {}) if path.is_file() else None
