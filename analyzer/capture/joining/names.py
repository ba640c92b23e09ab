"""Names that programs give to the files of one rotation: what they share, and the number of each.

tcpdump -C:  gw.pcap, gw.pcap1, gw.pcap2; with -W gw.pcap00, gw.pcap01; with -G the time by strftime.
dumpcap -b:  gw_00001_20261129123456.pcapng; with nametimenum the time comes first. editcap -c and -i do alike.
Appliances:  gw.pcap.0, gw-1.pcap, gw_01.pcap, gw (1).pcap.
"""

import os
import re
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


def _number(match: re.Match[str]) -> int:
    digits = match["number"]
    return int(digits) if digits and len(digits) <= 18 else 0
