"""What is said of captures that are read together, and of those that are not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from analyzer.capture.joining.kin import SAME_CLOCK, Bond, Kind
from analyzer.capture.joining.names import missing_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analyzer.capture.joining.copies import Copy
    from analyzer.capture.joining.glance import Glance
    from analyzer.capture.joining.names import Series
    from analyzer.capture.sets import CaptureSet


class Note(NamedTuple):
    """A sentence, and the names of what is read that it is about: captures or sets."""

    text: str
    about: tuple[str, ...]


_NAMED: Final = 3  # captures in a sentence
_MOST: Final = 5  # sentences about captures that were not joined
_SECOND: Final = 10**9
_LONG: Final = 60 * _SECOND  # nanoseconds between two files that are worth a word


def copy_note(copy: Copy, sets: Mapping[str, CaptureSet]) -> Note:
    """Of a capture that is not read. sets: by their members."""
    what = f"is {copy.of} by another name" if copy.same_file else f"has the same bytes as {copy.of}"
    return Note(f"{copy.capture} {what}: read once", (sets.get(copy.of, copy.of),))


def joined_note(made: CaptureSet) -> Note:
    """Of captures that are read as one."""
    return Note(f"{listed(made.members)} are read as one capture{': ' + made.why if made.why else ''}", (made,))


def listed(paths: Sequence[str]) -> str:
    """Some captures by their names; of many the first."""
    shown = list(paths) if len(paths) <= _NAMED else [*paths[: _NAMED - 1], f"{len(paths) - _NAMED + 1:,} more"]
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def why_joined(glances: Sequence[Glance], bonds: Sequence[Bond]) -> str:
    """Why captures are one set, from the bonds among them: one of each kind, and how many more there are."""
    said = []
    beside = {(bond.one, bond.other) for bond in bonds if bond.kind is Kind.BESIDE}
    for kind in (Kind.BESIDE, Kind.FOLLOWS, Kind.NAMES):  # of taps nothing goes on in the other
        found = [bond for bond in bonds if bond.kind is kind]
        found = [bond for bond in found if kind is Kind.BESIDE or (bond.one, bond.other) not in beside]
        if found:
            links = len({(bond.one, bond.other) for bond in found}) - 1
            more = f", and the same is true of {links:,} more pair{'s' * (links > 1)} of them" if links else ""
            said.append(_reason(glances, found[0]) + more)
    return "; ".join(said)


def _reason(glances: Sequence[Glance], bond: Bond) -> str:
    one, other = _short(glances[bond.one].capture, glances[bond.other].capture)
    later = f", which begins {_span(bond.gap)} after the end of {one}" if bond.gap > _LONG else ""
    if bond.kind is Kind.NAMES:
        return f"{one} and {other} have names of one rotation, and the one begins where the other ends{later}"
    sa = f"IKE SA {bond.spi.hex()}"
    if bond.kind is Kind.FOLLOWS:
        return f"{sa} of {one} goes on in {other}{later}"
    if bond.off is None:
        return f"{sa} stands in {one} and in {other}, which ran at the same time"
    if abs(bond.off) <= SAME_CLOCK:
        return f"{one} and {other} have the same messages of {sa} at the same times"
    when = "later" if bond.off > 0 else "earlier"
    return f"{one} and {other} have the same messages of {sa}, {_span(abs(bond.off))} {when} in {other}"


def apart_notes(
    glances: Sequence[Glance],
    bonds: Iterable[Bond],
    sets: Mapping[str, CaptureSet],
    numbers: Mapping[Series, Sequence[int]],
) -> list[Note]:
    """Of captures with the same SPIs, or names of one rotation, that were not joined: a sentence each, of many a count.

    sets: by members. numbers: of all files of each rotation.
    """
    found: dict[tuple[str, str], Note] = {}
    for bond in bonds:
        one, other = glances[bond.one].capture, glances[bond.other].capture
        apart = bond.kind in (Kind.AGAIN, Kind.OTHER, Kind.PAUSED, Kind.UNDATED)
        if apart and (one not in sets or sets[one] is not sets.get(other)):
            text = _why_apart(bond, one, other, numbers)
            found.setdefault((one, other), Note(text, (sets.get(one, one), sets.get(other, other))))
    notes = list(found.values())
    more = len(notes) - _MOST
    about = tuple(dict.fromkeys(name for note in notes[_MOST:] for name in note.about))
    return [*notes[:_MOST], Note(f"so are {more:,} more pairs of captures", about)] if more > 0 else notes


def _why_apart(bond: Bond, one: str, other: str, numbers: Mapping[Series, Sequence[int]]) -> str:
    sa = f"(IKE SA {bond.spi.hex()})"
    if bond.kind is Kind.OTHER:
        return f"{one} and {other} have two negotiations under the same SPIs {sa}: they are read apart"
    if bond.kind is Kind.AGAIN:
        off = _span(abs(bond.off or 0))
        why = f"{other} has messages of {one} again, {off} apart {sa}: no clock is so far off, so they are read apart"
    elif bond.kind is Kind.PAUSED:
        missing = missing_between(one, other, numbers)
        gap = missing or f"{other} begins {_span(max(bond.gap, 0))} after the end of {one}"
        why = f"{one} and {other} have names of one rotation, but {gap}: they are read apart"
    else:
        why = (
            f"{one} and {other} have messages under the same SPIs {sa}: they are read apart, since the times of one of "
            "them lack the date or the year"
        )
    return f"{why}. --as-one joins them"


def crowd_note(captures: Sequence[str]) -> Note:
    """Of captures that share SAs, too many to be taps of one path."""
    text = (
        f"{listed(captures)} have messages of the same IKE SAs at the same times: too many to be points of one path, "
        "so they are read apart. --as-one joins them"
    )
    return Note(text, tuple(captures))


def full_note(captures: Sequence[str]) -> Note:
    """Of captures that have too many SAs to hold all of them to those of others."""
    what = "1 capture has" if len(captures) == 1 else f"{len(captures):,} captures have"
    text = (
        f"{what} too many IKE SAs to look for all of them in the others: --as-one joins captures that belong together"
    )
    return Note(text, tuple(captures))


def _short(one: str, other: str) -> tuple[str, str]:
    """Two names as short as tells them apart."""
    short = os.path.basename(one), os.path.basename(other)  # noqa: PTH119
    return short if short[0] != short[1] else (one, other)


def _span(nanoseconds: int) -> str:
    whole = round(nanoseconds / 1e9)
    if nanoseconds < _SECOND:
        return f"{nanoseconds / 1e6:.3g} ms"
    if nanoseconds < 60 * _SECOND:
        return f"{nanoseconds / 1e9:.3g} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60} min"
