"""What tshark finds in the frames of these tables, kept in tshark.csv for docs/encapsulations.md.

    python -m tests.capture.layers.tshark       ask it again: tshark and capinfos have to be installed

The column of answers is headed by their version. A note says why ours differs; it stays when answers are asked again.
"""

import csv
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from tests.capture.containers import Record, contained
from tests.capture.layers.frames import FRAMES
from tests.capture.layers.not_opened import NOT_OPENED
from tests.capture.layers.plain import PLAIN
from tests.capture.packets import enhanced, ike_frame, interface, section

LOGS = Path(__file__).resolve().parents[3] / "fixtures" / "logs"
RECORDED = Path(__file__).with_name("tshark.csv")
FOUND, NOT_FOUND = "found", "not found"
PACKETS: list[Record] = [(1_700_000_000_000_000 + n, ike_frame()) for n in range(3)]
_ARUBA = ("-d", "udp.port==5555,aruba_erm", "-d")
HELPS = {
    ("aruba_erm", "record of a pcap"): (*_ARUBA, "aruba_erm.type,aruba_erm_type0"),
    ("aruba_erm", "radio data"): (*_ARUBA, "aruba_erm.type,aruba_erm_type3"),
    ("aruba_erm", "radiotap"): (*_ARUBA, "aruba_erm.type,aruba_erm_type6"),
    ("capwap", "IEEE 802.11"): ("-o", "capwap.swap_fc:FALSE"),
    ("gue", "IPv4 without a header"): ("-d", "udp.port==9886,ip"),
    ("gue", "IPv6 without a header"): ("-d", "udp.port==9886,ipv6"),
    ("MPLS", "pseudowire"): ("-d", "mpls.label==32,pwethcw"),
    ("MPLS", "pseudowire without control word"): ("-d", "mpls.label==33,pwethnocw"),
    ("vxlan", "any port"): ("-d", "udp.port==12345,vxlan"),
    ("vxlan", "port of Linux"): ("-d", "udp.port==8472,vxlan"),
}
"""What has to be said to tshark for a frame in which it finds nothing of its own accord."""


class Frame(NamedTuple):
    """A frame of the tables."""

    table: str
    layer: str
    name: str
    link_type: int
    data: bytes


class Answer(NamedTuple):
    """Whether tshark finds the message of IKE, or how many packets capinfos counts; and why ours differs."""

    answer: str
    note: str


def frames() -> Iterator[Frame]:
    """All of them, in order."""
    for table, layers in (("plain", PLAIN), ("layers", FRAMES), ("not opened", NOT_OPENED)):
        for layer, named in layers.items():
            for name, (link_type, data) in named.items():
                yield Frame(table, layer, name, link_type, data)


def version() -> str:
    """Of the tshark that is installed: "4.0.17"."""
    run = subprocess.run(["tshark", "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"\d+\.\d+\.\d+", run.stdout)
    assert found
    return found[0]


def write_frames(folder: Path, some: list[Frame]) -> Path:
    """A capture of them, with an interface for each link type."""
    link_types = sorted({frame.link_type for frame in some})
    blocks = [section(), *map(interface, link_types)]
    blocks += [enhanced(frame.data, number=link_types.index(frame.link_type)) for frame in some]
    path = folder / "all.pcapng"
    path.write_bytes(b"".join(blocks))
    return path


def asked(folder: Path) -> dict[tuple[str, str], str]:
    """Its answers by layer and frame: once by itself, then with what helps, as much at a time as goes together."""
    every = [(frame.layer, frame.name) for frame in frames()]
    path = write_frames(folder, list(frames()))
    found = dict.fromkeys(every, NOT_FOUND)
    for helps in ({}, *_rounds()):
        for key, is_found in zip(every, _found(path, *chain(*helps.values())), strict=True):
            if is_found and found[key] == NOT_FOUND and (key in helps or not helps):
                found[key] = f"{FOUND} with `{' '.join(helps[key])}`" if helps else FOUND
    return found | _counted(folder)


def _rounds() -> list[dict[tuple[str, str], tuple[str, ...]]]:
    """What helps, in groups in which nothing is said twice in different words."""
    rounds: list[dict[tuple[str, str], tuple[str, ...]]] = []
    for key, words in HELPS.items():
        said = dict(word.split(",") for word in words if "," in word)
        for helps in rounds:
            others = dict(word.split(",") for other in helps.values() for word in other if "," in word)
            if all(others.get(name, value) == value for name, value in said.items()):
                helps[key] = words
                break
        else:
            rounds.append({key: words})
    return rounds


def _found(path: Path, *options: str) -> list[bool]:
    fields = ("-T", "fields", "-e", "isakmp.ispi")
    run = subprocess.run(["tshark", "-n", "-r", path, *options, *fields], capture_output=True, text=True, check=True)
    return [bool(line) for line in run.stdout.split("\n")[:-1]]


def files() -> Iterator[tuple[str, str, bytes]]:
    """What a message may stand in: table, name, content; each container has `PACKETS`."""
    yield from (("containers", name, data) for name, data in contained(PACKETS))
    yield from (("logs", path.parent.name, path.read_bytes()) for path in sorted(LOGS.glob("*/log.txt")))


def _counted(folder: Path) -> dict[tuple[str, str], str]:
    """Of those: whether capinfos, which reads files as tshark does, counts more than one packet."""
    paths = {}
    for number, (table, name, data) in enumerate(files()):
        paths[table, name] = folder / str(number)
        paths[table, name].write_bytes(data)
    run = subprocess.run(["capinfos", "-TcrN", *paths.values()], capture_output=True, text=True, check=False)
    counts = dict(line.split("\t")[:2] for line in run.stdout.splitlines())
    return {key: FOUND if int(counts.get(str(path), 0)) > 1 else NOT_FOUND for key, path in paths.items()}


def recorded() -> tuple[str, dict[tuple[str, str], Answer]]:
    """The version that was asked, and its answers."""
    with RECORDED.open(encoding="utf-8", newline="") as file:
        (_, _, head, _), *rows = csv.reader(file)
    return head.removeprefix("tshark "), {(layer, name): Answer(*rest) for layer, name, *rest in rows}


def main() -> None:
    """Write tshark.csv."""
    before = recorded()[1] if RECORDED.is_file() else {}
    with tempfile.TemporaryDirectory() as folder:
        found = asked(Path(folder))
    with RECORDED.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("layer", "frame", f"tshark {version()}", "note"))
        rows.writerows((*key, answer, before[key].note if key in before else "") for key, answer in found.items())


if __name__ == "__main__":
    sys.exit(main())
