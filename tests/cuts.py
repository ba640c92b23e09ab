"""Captures cut into files that follow each other, or dealt out to taps: as a set they say what the whole one says.

.venv/bin/python -m tests.cuts fixtures/pcaps            # every capture below, cut at every packet
.venv/bin/python -m tests.cuts FOLDER --every 7          # and at every seventh
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from struct import unpack_from
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from analyzer.analysis import Analysis
from analyzer.capture.placed_frame import labels
from analyzer.capture.places import Places
from analyzer.capture.sets import CaptureSet
from analyzer.capture.source import Source
from analyzer.errors import CaptureError
from tests.capture.packets import enhanced, interface, section
from tests.conftest import captures_in
from tests.fixtures.spoiled import Raw, raw_frames

_RECORD_HEADERS = {
    b"\xd4\xc3\xb2\xa1": ("<", 16),
    b"\xa1\xb2\xc3\xd4": (">", 16),
    b"\x4d\x3c\xb2\xa1": ("<", 16),
    b"\xa1\xb2\x3c\x4d": (">", 16),
    b"\x34\xcd\xb2\xa1": ("<", 24),
    b"\xa1\xb2\xcd\x34": (">", 24),
}
_SECTION, _INTERFACE, _PACKETS = 0x0A0D0D0A, 1, (2, 3, 6)
_OF_FILES = {"capture", "sha256", "size_bytes", "format"}  # what a set of files cannot have in common with one file

Rows = dict[str, list[tuple[Any, ...]]]


class Border(NamedTuple):
    """Where a file may be cut: in front of a packet. head: what a file that begins there has before it."""

    at: int
    head: bytes


def whole(path: Path) -> bytes:
    """What is in a capture file, expanded."""
    source, found = Source(str(path)), bytearray()
    view = bytearray(1 << 16)
    while count := source.readinto(memoryview(view)):
        found += view[:count]
    source.close()
    return bytes(found)


def borders(data: bytes) -> list[Border]:
    """All places between two packets of a pcap or pcapng file, as far as its lengths make sense."""
    found = list(_of_pcap(data) if data[:4] in _RECORD_HEADERS else _of_pcapng(data))
    return found[1:]


def _of_pcap(data: bytes) -> Iterator[Border]:
    order, header = _RECORD_HEADERS[data[:4]]
    at = 24
    while at + header <= len(data):
        yield Border(at, data[:24])
        at += header + unpack_from(order + "I", data, at + 8)[0]


def _of_pcapng(data: bytes) -> Iterator[Border]:
    at, order, head = 0, "<", b""
    while at + 12 <= len(data):
        if data[at : at + 4] == b"\x0a\x0d\x0d\x0a":
            order, head = "<" if data[at + 8 : at + 12] == b"\x4d\x3c\x2b\x1a" else ">", b""
        kind, length = unpack_from(order + "II", data, at)
        if length < 12 or length % 4:
            return
        if kind in {_SECTION, _INTERFACE}:
            head += data[at : at + length]
        elif kind in _PACKETS:
            yield Border(at, head)
        at += length


def cut(data: bytes, places: Sequence[Border]) -> list[bytes]:
    """The files that come of cutting at these places."""
    begins = [Border(0, b""), *places]
    ends = [*(place.at for place in places), len(data)]
    return [begin.head + data[begin.at : end] for begin, end in zip(begins, ends, strict=True)]


def rows(capture: str | Path, **how: Any) -> Rows:
    """All tables of a capture or of a set, but for what cannot be the same."""
    analysis = Analysis(**how)
    analysis.add(capture)
    found = {}
    for name, table in analysis.tables.items():
        kept = [place for place, column in enumerate(table.schema.names) if column not in _OF_FILES]
        found[name] = [tuple(row[place] for place in kept) for row in table.rows()]
    found["captures"] = [_together(list(analysis.tables["captures"].records()))]
    for places in analysis.places.values():
        found = {name: [tuple(_of_set(cell, places) for cell in row) for row in some] for name, some in found.items()}
    return found


def _together(files: list[dict[str, Any]]) -> tuple[Any, ...]:
    """What files are together."""
    sums = [sum(f[name] for f in files) for name in ("packets", "ike_messages", "esp_packets", "packets_not_opened")]
    times = [f[name] for f in files for name in ("first_time", "last_time") if f[name] is not None]
    return (*sums, min(times, default=None), max(times, default=None))


def _of_set(cell: Any, places: Places) -> Any:
    """A text with the numbers of the set in place of frames of its files."""
    if isinstance(cell, tuple):
        return tuple(_of_set(one, places) for one in cell)
    if not isinstance(cell, str):
        return cell
    for label, path in zip(labels(places.members), places.members, strict=True):
        cell = re.sub(rf"(\d+) of {re.escape(label)}", lambda m, of=path: str(places.number(of, int(m[1]))), cell)
    return cell


def differences(capture: str | Path, chains: Sequence[Sequence[bytes]], folder: Path, expected: Rows) -> list[str]:
    """In which tables a set of these files differs from what is expected of the capture, and how."""
    paths = [[folder / f"{tap}-{place}.pcap" for place in range(len(chain))] for tap, chain in enumerate(chains)]
    for chain, content in zip(paths, chains, strict=True):
        for path, data in zip(chain, content, strict=True):
            path.write_bytes(data)
    found = rows(CaptureSet([[str(path) for path in chain] for chain in paths]))
    said = []
    for table, cells in expected.items():
        if found[table] != cells:
            pair = next(
                ((a, b) for a, b in zip(cells, found[table], strict=False) if a != b), (len(cells), len(found[table]))
            )
            said.append(f"{capture}: {table}: {pair[0]} became {pair[1]}")
    return said


def follows(data: bytes, place: Border, folder: Path) -> bool:
    """Whether the file that begins at a border begins, by its times, behind the beginning of the one before."""
    times = []
    for number, part in enumerate(cut(data, [place])):
        path = folder / f"part{number}"
        path.write_bytes(part)
        times.append(next((f.time_ns for f in raw_frames(path)), None))
    return times[0] is None or times[1] is None or times[0] <= times[1]


def dealt(frames: Sequence[Raw], taps: int, random: Random) -> list[list[Raw]]:
    """Frames as so many taps have them, each in the order of the capture."""
    found: list[list[Raw]] = [[] for _ in range(taps)]
    for frame in frames:
        random.choice(found).append(frame)
    return [some for some in found if some]


def merged(taps: Sequence[Sequence[Raw]]) -> list[tuple[int, Raw]]:
    """As mergecap has it: always the earliest of those that are next, of two at one time that of the first tap."""
    places, found = [0] * len(taps), []
    while ready := [tap for tap in range(len(taps)) if places[tap] < len(taps[tap])]:
        tap = min(ready, key=lambda tap: taps[tap][places[tap]].time_ns)
        found.append((tap, taps[tap][places[tap]]))
        places[tap] += 1
    return found


def written(frames: Sequence[tuple[int, Raw]], names: Sequence[str]) -> bytes:
    """A pcapng file of frames, each with the number of its tap, which is its interface."""
    links = {(tap, frame.link_type): None for tap, frame in frames}
    number = {link: place for place, link in enumerate(links)}
    head = section() + b"".join(interface(link, resolution=9, name=names[tap].encode()) for tap, link in links)
    return head + b"".join(
        enhanced(f.data, number=number[tap, f.link_type], units=max(f.time_ns, 0), original=f.length)
        for tap, f in frames
    )


def main() -> None:
    """Cut every capture below the folders at every packet, and say where a set of two differs from the whole."""
    parser = argparse.ArgumentParser(prog="python -m tests.cuts", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--every", type=int, default=1, help="cut in front of every so manieth packet only")
    parser.add_argument("--most", type=int, default=1 << 30, help="packets of the largest capture that is cut")
    options = parser.parse_args()
    captures = cuts = skipped = wrong = 0
    with TemporaryDirectory() as name:
        for path in (path for folder in options.folders for path in captures_in(folder)):
            try:
                expected, data = rows(path), whole(path)
            except CaptureError:
                continue
            places = borders(data)
            if len(places) > options.most:
                print(f"{path}: {len(places)} packets, not cut", flush=True)
                continue
            captures += 1
            for place in places[:: options.every]:
                if not follows(data, place, Path(name)):
                    skipped += 1
                    continue
                cuts += 1
                said = differences(path, [cut(data, [place])], Path(name), expected)
                wrong += bool(said)
                for line in said:
                    print(f"cut at byte {place.at}: {line}", flush=True)
    print(f"{captures} captures, {cuts} cuts, {skipped} skipped as times go back, {wrong} differ")
    sys.exit(int(wrong > 0))


if __name__ == "__main__":
    main()
