"""A set of captures: files that follow each other, or that were taken at the same time, read as one capture."""

import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Self

from analyzer.capture.given import Given
from analyzer.errors import CaptureError

MOST_CHAINS = 255  # files that run at the same time: the place of each packet is a byte


class CaptureSet(str):
    """The name of several captures that are read as one, with their paths.

    chains: files that follow each other in time, in their order; several chains: taps that ran at the same time.
    members: all of them, chain after chain. why: a sentence that says why they were joined; "" where the user said so.
    missing: sentences on files that are missing between them, by their names.
    """

    __slots__ = ("chains", "members", "missing", "why")
    chains: tuple[tuple[str, ...], ...]
    members: tuple[str, ...]
    why: str
    missing: tuple[str, ...]

    def __new__(
        cls, chains: Iterable[Sequence[str]], why: str = "", taken: Sequence[str] = (), missing: Iterable[str] = ()
    ) -> Self:
        """taken: names that others have. CaptureError: no such set can be read."""
        kept = tuple(tuple(chain) for chain in chains if chain)
        members = tuple(path for chain in kept for path in chain)
        name = name_of(members) if len(members) != 1 else f"{members[0]} (1 capture)"
        if len(kept) > MOST_CHAINS:
            advice = "Read them in several runs, or merge some with mergecap of Wireshark first"
            raise CaptureError(name, f"has {len(kept)} captures that ran at the same time", advice)
        if "-" in members:
            raise CaptureError("-", "standard input is no part of a set of captures", "Write it to a file first")
        if len(set(members)) < len(members) or not members:
            raise ValueError(f"a set of captures names each file once: {', '.join(members)}")
        names = (name, *(f"{name} {count}" for count in range(2, len(taken) + 3)))
        made = super().__new__(cls, next(one for one in names if one not in taken))
        made.chains, made.members, made.why, made.missing = kept, members, why, tuple(missing)
        return made

    def __reduce__(self) -> tuple[object, ...]:
        """For another process: the same name, whatever others there had."""
        return again, (str(self), self.chains, self.why, self.missing)


def files_of(captures: Iterable[str]) -> list[str]:
    """The files that are read: of sets their members."""
    return [path for name in captures for path in (name.members if isinstance(name, CaptureSet) else (name,))]


def check_file(path: str) -> None:
    """CaptureError: it is a pipe or a device, which cannot be read twice, as the files of a set are."""
    mode = 0
    if not isinstance(path, Given):
        with suppress(OSError, ValueError):  # reported by who opens it
            mode = os.stat(path).st_mode  # noqa: PTH116
    if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
        raise CaptureError(path, "is no file, and no part of a set of captures", "Write what it gives to a file first")


def again(name: str, chains: tuple[tuple[str, ...], ...], why: str, missing: tuple[str, ...]) -> CaptureSet:
    """A set that was made before: under the name that it had."""
    made = str.__new__(CaptureSet, name)
    made.chains, made.members = chains, tuple(path for chain in chains for path in chain)
    made.why, made.missing = why, missing
    return made


def name_of(members: Sequence[str]) -> str:
    """The name of one file; of several what their names have in common and how many they are, or of the first."""
    count = len(members)
    if count < 2:
        return "".join(members)
    begin = _common(members)
    end = _common([path[len(begin) :][::-1] for path in members])[::-1]
    if os.path.basename(begin).strip("<"):  # noqa: PTH119
        return f"{begin}*{end} ({count} captures)"
    return f"{members[0]} and {count - 1} more"


def _common(texts: Sequence[str]) -> str:
    """What all texts begin with."""
    least, most = min(texts), max(texts)
    return least[: next((place for place, letter in enumerate(least) if letter != most[place]), len(least))]
