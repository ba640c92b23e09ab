"""Names that programs give to the files of one rotation: what they share, and the number of each.

tcpdump -C:  gw.pcap, gw.pcap1, gw.pcap2; with -W gw.pcap00, gw.pcap01; with -G the time by strftime.
dumpcap -b:  gw_00001_20261129123456.pcapng; with nametimenum the time comes first. editcap -c and -i do alike.
Appliances:  gw.pcap.0, gw-1.pcap, gw_01.pcap, gw (1).pcap.
"""

import os
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

_PACKED: Final = re.compile(r"\.(gz|zst|xz|bz2)$", re.IGNORECASE)  # what rotated first may be compressed already
_KINDS: Final = r"\.(?:pcap|pcapng|cap|dmp)"
_DUMPCAP: Final = (
    re.compile(r"(?P<before>.+)_(?P<number>\d{5,})_\d{14}(?P<after>(?:\.\w+)?)"),
    re.compile(r"(?P<before>.+)_\d{14}_(?P<number>\d{5,})(?P<after>(?:\.\w+)?)"),
)
_TCPDUMP: Final = re.compile(rf"(?P<before>.+{_KINDS})(?P<dot>\.?)(?P<number>\d*)", re.IGNORECASE)
_DATE, _CLOCK = r"(?:19|20)\d\d[-_.]?(?:0\d|1[0-2])[-_.]?[0-3]\d", r"[0-2]\d[-_.:hH]?[0-5]\d(?:[-_.:mM]?[0-5]\d)?"
_TIME: Final = re.compile(
    rf"(?<!\d)(?:{_DATE}(?:[-_.T ]?{_CLOCK})?|[0-2]\d[-_.:]?[0-5]\d[-_.:]?[0-5]\d|1\d{{9}})(?!\d)"
)
_STEM: Final = re.compile(rf"(?P<stem>.*?)(?P<after>(?:{_KINDS})?)", re.IGNORECASE)
_LAST: Final = re.compile(r"(?P<before>.*?)(?P<mark>[-_. ]?\(?)(?P<number>\d+)(?P<close>\)?)")

NEWEST_FIRST: Final = "."
"""In front of the number: the oldest file of logrotate has the highest one."""


class Series(NamedTuple):
    """What the files of one rotation share: folder, what stands around number or time, and how they are numbered.

    surely: only a program that rotates gives such names; others may number captures that have nothing in common.
    """

    folder: str
    before: str
    after: str
    kind: str
    surely: bool


def series_of(path: str) -> list[tuple[Series, int]]:
    """The rotations that a file may be of by its name, and its number in each; 0 where the name has none."""
    folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100  (the name may be anybody's)
    name = _PACKED.sub("", name)
    found: list[tuple[Series, int]] = []
    for pattern in _DUMPCAP:
        match = pattern.fullmatch(name)
        if match:
            found.append((Series(folder, match["before"], match["after"], "dumpcap", surely=True), _number(match)))
            return found
    match = _TCPDUMP.fullmatch(name)
    if match:
        dots = (match["dot"],) if match["number"] else ("", ".")
        found += [(Series(folder, match["before"] + dot, "", "tcpdump", surely=True), _number(match)) for dot in dots]
        name = match["before"]
    timed = _TIME.sub("\0", name)
    if timed != name:
        found.append((Series(folder, timed, "", "times", surely=True), 0))
    if timed != name or (match and match["number"]):
        return found
    parts = _STEM.fullmatch(name)
    stem, after = (parts["stem"], parts["after"]) if parts else (name, "")
    last = _LAST.fullmatch(stem)
    if last and last["before"]:
        found.append((Series(folder, last["before"], after, "numbers", surely=False), _number(last)))
    else:
        found.append((Series(folder, stem, after, "numbers", surely=False), 0))
    return found


def numbers_of(paths: Iterable[str]) -> dict[Series, list[int]]:
    """The numbers that files have in each rotation whose names only a program gives, in order."""
    numbers: dict[Series, set[int]] = {}
    for path in paths:
        for series, number in series_of(path):
            if series.surely:
                numbers.setdefault(series, set()).add(number)
    return {series: sorted(found) for series, found in numbers.items()}


def missing_between(one: str, other: str, numbers: Mapping[Series, Sequence[int]]) -> str:
    """A sentence on files that are missing between two of a rotation that follow each other; "": none, by their names.

    Where a ring has begun again nothing is known. numbers: of all files that are there.
    """
    following = dict(series_of(other))
    for series, number in series_of(one):
        low, high = sorted((number, following.get(series, number)))
        if not series.surely or (low != number and not series.before.endswith(NEWEST_FIRST)):
            continue
        there = numbers.get(series, ())
        known = (low, *there[bisect_right(there, low) : bisect_left(there, high)], high)
        gaps = [(a + 1, b - 1) for a, b in pairwise(known) if b - a > 1]
        if gaps:
            count = sum(last - first + 1 for first, last in gaps)
            what = f"file {gaps[0][0]} is" if count == 1 else f"{count:,} files ({gaps[0][0]} to {gaps[-1][1]}) are"
            return f"{what} missing between {os.path.basename(one)} and {os.path.basename(other)}"  # noqa: PTH119
    return ""


def missing_in(chain: Iterable[str], numbers: Mapping[Series, Sequence[int]]) -> list[str]:
    """The same of all files of a chain, in their order: a sentence for each place."""
    latest: dict[Series, str] = {}
    found: dict[str, None] = {}
    for path in chain:
        for series, _ in series_of(path):
            text = missing_between(latest[series], path, numbers) if series in latest else ""
            if text:
                found[text] = None
            latest[series] = path
    return list(found)


def _number(match: re.Match[str]) -> int:
    digits = match["number"]
    return int(digits) if digits and len(digits) <= 18 else 0
