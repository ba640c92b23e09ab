"""Captures cut into files that follow each other, as a capture job with rotation writes them."""

import struct
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from analyzer.capture.sets import CaptureSet

_HEADER, _RECORD = 24, 16


def cut(capture: Path, folder: Path, behind: Sequence[int], name: str = "part{}.pcap") -> CaptureSet:
    """A pcap of the machine's byte order as one file up to each of these packets, and one with the rest."""
    data = capture.read_bytes()
    places = [_HEADER]
    while places[-1] < len(data):
        (size,) = struct.unpack_from("<I", data, places[-1] + 8)
        places.append(places[-1] + _RECORD + size)
    bounds = [0, *behind, len(places) - 1]
    paths = []
    for number, (first, last) in enumerate(pairwise(bounds), 1):
        path = folder / name.format(number)
        path.write_bytes(data[:_HEADER] + data[places[first] : places[last]])
        paths.append(str(path))
    return CaptureSet([paths], "their names follow one pattern and their times one another")


def packet(path: str, number: int) -> bytes:
    """A packet of a pcap by its number in the file, read by nothing of the program."""
    data = Path(path).read_bytes()
    place = _HEADER
    for _ in range(number - 1):
        place += _RECORD + int.from_bytes(data[place + 8 : place + 12], "little")
    return data[place + _RECORD : place + _RECORD + int.from_bytes(data[place + 8 : place + 12], "little")]
