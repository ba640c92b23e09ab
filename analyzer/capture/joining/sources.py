"""From the captures that were given to what is read: single ones, sets, and of copies one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from analyzer.capture.given import Given
from analyzer.capture.joining.copies import Copy, copies, is_file, size_of
from analyzer.capture.joining.names import missing_in, numbers_of
from analyzer.capture.joining.words import Note, apart_notes, copy_note, crowd_note, full_note, joined_note, why_joined
from analyzer.capture.sets import CaptureSet
from analyzer.capture.unchanged import Unchanged, statuses
from analyzer.processes import START_METHOD, Channel, LostError, forked

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from analyzer.capture.joining.glance import Glance
    from analyzer.capture.joining.kin import Bond

MOST_SAS: Final = 1 << 18  # of all captures, that are compared
_SAID: Final = 3  # places where files of a rotation are missing, in a reason
_WORTH: Final = 8 << 20  # bytes that are worth a process of their own


class Looked:
    """What looks at captures have shown, for those who look again: digests of some, glances of all."""

    def __init__(self) -> None:
        self.digests: Unchanged[bytes] = Unchanged()
        self.glances: Unchanged[Glance] = Unchanged()

    def keep(self, captures: Sequence[str]) -> None:
        """Forget all others."""
        self.digests.keep(captures)
        self.glances.keep(captures)


class Sources(NamedTuple):
    """What is to be read, in the order in which it was given.

    notes: what was joined, what is a copy, and what looks alike and was not joined: a sentence each. copies: captures
    that are not read.
    """

    captures: list[str]
    notes: tuple[Note, ...] = ()
    copies: tuple[Copy, ...] = ()


class Elsewhere(NamedTuple):
    """Who looks at captures in place of this process: in so many shares at most, each of which gives its looks."""

    shares: int
    looks: Callable[[list[list[str]], Collection[int], int | None], Iterable[dict[str, Glance]]]


def sources(
    captures: Sequence[str],
    ports: Collection[int],
    *,
    as_one: bool | None = None,
    jobs: int = 1,
    max_expansion: int | None = None,
    elsewhere: Elsewhere | None = None,
    looked: Looked | None = None,
) -> Sources:
    """Join what belongs together.

    looked: of an earlier call with the same options, and for the next one.

    as_one: True, all that are given; False, nothing, and copies are read as well; None, what is recognised. Standard
    input, FIFOs and devices are never joined, since looking takes a second reading: ValueError where as_one is True.
    CaptureError: there are too many for one set.
    """
    if as_one is False or len(captures) < 2:
        return Sources(list(captures))
    captures = list(dict.fromkeys(captures))
    files = [capture for capture in captures if is_file(capture)]
    if as_one and len(files) < len(captures):
        _refuse_pipes(captures)
    looked = looked or Looked()
    found = copies(files, looked.digests) if len(files) > 1 else []
    copied = {copy.capture for copy in found}
    kept = [capture for capture in (captures if as_one else files) if capture not in copied]
    sets, notes = (
        ([], [])
        if len(kept) < 2
        else _sets(captures, as_one, lambda: looks(kept, ports, jobs, max_expansion, looked.glances, elsewhere))
    )
    of_member = {member: made for made in sets for member in made.members}
    read = dict.fromkeys(of_member.get(capture, capture) for capture in _in_order(captures, found))
    return Sources(list(read), (*(copy_note(copy, of_member) for copy in found), *notes), tuple(found))


def _refuse_pipes(captures: Sequence[str]) -> None:
    for capture in captures:
        if capture == "-" or _is_there(capture):
            raise ValueError(f"{capture!r} can be read only once, and is no part of a set of captures")


def _is_there(capture: str) -> bool:
    """Whether it is something that is no file; what is not there is reported by whoever reads it."""
    import os  # noqa: PLC0415

    return os.path.exists(capture) and not os.path.isdir(capture) and not is_file(capture)  # noqa: PTH110, PTH112


def _in_order(captures: Sequence[str], found: Sequence[Copy]) -> list[str]:
    """The captures that are read, each where it or the first copy of it was given."""
    of = {copy.capture: copy.of for copy in found}
    return list(dict.fromkeys(of.get(capture, capture) for capture in captures))


def _sets(
    captures: Sequence[str], as_one: bool | None, look: Callable[[], list[Glance]]
) -> tuple[list[CaptureSet], list[Note]]:
    from analyzer.capture.joining.chains import together  # noqa: PLC0415  (one capture needs none of it)
    from analyzer.capture.joining.kin import by_names, by_sas  # noqa: PLC0415  (the same)

    found = look()
    looked = [seen for seen in found if seen.error is None]
    unread = {seen.capture for seen in found if seen.error is not None}
    numbers = numbers_of(capture for capture in captures if as_one or capture not in unread)
    timed = sorted((g for g in looked if g.first is not None), key=lambda g: (g.first, g.last, g.capture))
    glances = timed + sorted((g for g in looked if g.first is None), key=lambda g: g.capture)
    named = list(by_names(timed, numbers))
    for seen in timed:
        seen.rotation = None  # what an earlier call made of it
    for number, group in enumerate(together(range(len(timed)), (bond for bond in named if bond.surely))):
        for place in group if len(group) > 1 else ():
            timed[place].rotation = number
    bonds: list[Bond] = [*by_sas(timed), *named]
    sets: list[CaptureSet] = []
    notes: list[Note] = []
    for group, mine, chains in _groups(glances, bonds, notes, as_one):
        paths = [[glances[place].capture for place in chain] for chain in chains] or [[]]
        missing = [text for chain in paths for text in missing_in(chain, numbers)]
        paths[0] += sorted(unread) if as_one else []  # who reads the set says why
        why = "" if as_one else "; ".join((_why(glances, group, mine), *missing[:_SAID]))
        sets.append(CaptureSet(paths, why, taken=(*captures, *sets), missing=missing))
        notes.append(joined_note(sets[-1]))
    of = {member: made for made in sets for member in made.members}
    notes += apart_notes(glances, bonds, of, numbers)
    full = [seen.capture for seen in looked if seen.full and seen.capture not in of]
    if full:
        notes.append(full_note(full))
    return sets, notes


def _groups(
    glances: Sequence[Glance], bonds: Sequence[Bond], notes: list[Note], as_one: bool | None
) -> Iterator[tuple[list[int], list[Bond], list[list[int]]]]:
    """Places of captures that are to be read as one, the bonds among them, and the chains that they make.

    notes: takes what is said of those that are too many.
    """
    from analyzer.capture.joining.chains import MOST_TAPS, chains_of, together  # noqa: PLC0415  (the same)
    from analyzer.capture.joining.kin import Kind  # noqa: PLC0415

    places = range(len(glances))
    waiting = [list(places)] if as_one else together(places, bonds)
    which = {place: number for number, group in enumerate(waiting) for place in group}
    of_group: dict[int, list[Bond]] = {}
    for bond in bonds:
        if which[bond.one] == which[bond.other]:
            of_group.setdefault(which[bond.one], []).append(bond)
    todo = [(group, of_group.get(number, [])) for number, group in enumerate(waiting) if len(group) > 1 or as_one]
    for group, mine in todo:
        chains = chains_of(glances, group, mine)
        if as_one or len(chains) <= MOST_TAPS:
            yield group, mine, chains
            continue
        notes.append(crowd_note([glances[place].capture for place in group]))
        by_name = [bond for bond in mine if bond.kind is Kind.NAMES]
        for part in together(group, by_name):
            if len(part) > 1:
                inside = [bond for bond in by_name if bond.one in part]
                yield part, inside, chains_of(glances, part, inside)


def _why(glances: Sequence[Glance], group: Sequence[int], bonds: Sequence[Bond]) -> str:
    """Names are a reason where SAs alone do not join them all: those of captures that no SA joins."""
    from analyzer.capture.joining.chains import together  # noqa: PLC0415  (the same)
    from analyzer.capture.joining.kin import Kind  # noqa: PLC0415

    by_sa = [bond for bond in bonds if bond.kind is not Kind.NAMES]
    if len(together(group, by_sa)) > 1:
        joined = {(bond.one, bond.other) for bond in by_sa}
        by_sa += [bond for bond in bonds if bond.kind is Kind.NAMES and (bond.one, bond.other) not in joined]
    return why_joined(glances, by_sa)


def looks(
    captures: Sequence[str],
    ports: Collection[int],
    jobs: int,
    max_expansion: int | None,
    known: Unchanged[Glance] | None = None,
    elsewhere: Elsewhere | None = None,
) -> list[Glance]:
    """A look at each, in their order, by up to so many processes or elsewhere.

    known: looks of earlier, to which these are added.
    """
    known = known or Unchanged()
    found = {capture: seen for capture in captures if (seen := known.get(capture)) is not None}
    before = {capture: statuses(capture) for capture in captures if capture not in found}
    sizes = {capture: size_of(capture) for capture in before}
    shares = _shares(sizes, jobs if elsewhere is None else elsewhere.shares)
    if len(shares) > 1 and elsewhere is not None:
        for some in elsewhere.looks(shares, ports, max_expansion):
            found.update(some)
    elif len(shares) > 1 and START_METHOD == "fork":
        works = [partial(_send, share, ports, max_expansion) for share in shares[1:]]
        with suppress(LostError), forked(works) as channels:  # somebody has ended one of them: it is done here
            found.update(looks_at(shares[0], ports, max_expansion))
            for channel in channels:
                found.update(channel.receive())
    found.update(looks_at([capture for capture in captures if capture not in found], ports, max_expansion))
    kept = 0
    for capture in captures:
        kept += found[capture].sas
        if kept > MOST_SAS:
            found[capture] = replace(found[capture])  # one that is known stays as it was
            found[capture].forget()
        elif capture in before:
            known.put(capture, before[capture], found[capture])
    return [found[capture] for capture in captures]


def _shares(sizes: dict[str, int], jobs: int) -> list[list[str]]:
    """The captures in shares of about as many bytes, as many as are worth a process; in each in their order.

    An archive is looked through once, then, for all that is in it.
    """
    count = max(1, min(jobs, len(sizes), sum(sizes.values()) // _WORTH))
    if any(isinstance(capture, Given) for capture in sizes):
        count = 1  # a file that is open here has one place, which processes would share
    shares: list[list[str]] = [[] for _ in range(count)]
    loads = [0] * count
    for capture in sorted(sizes, key=lambda one: (-sizes[one], one)):
        least = loads.index(min(loads))
        shares[least].append(capture)
        loads[least] += sizes[capture]
    place = {capture: number for number, capture in enumerate(sizes)}
    return [sorted(share, key=place.__getitem__) for share in shares]


def looks_at(captures: Sequence[str], ports: Collection[int], max_expansion: int | None) -> dict[str, Glance]:
    """A look at each by this process."""
    from analyzer.capture.joining.glance import glance  # noqa: PLC0415

    return {capture: glance(capture, ports, max_expansion) for capture in captures}


def _send(captures: Sequence[str], ports: Collection[int], max_expansion: int | None, channel: Channel) -> None:
    channel.send(looks_at(captures, ports, max_expansion))
