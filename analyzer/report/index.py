"""The index over the reports of many captures: what matters first, and what became of all of them together."""

import os
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from analyzer.capture.dates import is_dated
from analyzer.report.checklist import verdicts_counted
from analyzer.report.dossier import outcome_rank
from analyzer.report.filtered import Filtered
from analyzer.report.pairs import Pair, Peers, chosen_by_month, pairs_of, peers_of, together
from analyzer.report.unopened import opened
from analyzer.report.verdict import Verdict
from analyzer.report.words import SEVERITIES, outcome_counts, plural, severity_rank
from analyzer.tables.store import Tables

_NOTHING: Final = 6
MOST_CHOICES: Final = 500
"""Rows of what was chosen by hosts and month that the page shows; the file has them all."""


class Entry(NamedTuple):
    """One input, its report's folder, and its verdict in few words; or why it could not be read (`error`).

    story: that of the worst negotiation, `outcome` its outcome, "" without any. causes: how often each diagnosis ranks
    first. first_time, last_time: of the first and the last packet, in nanoseconds. opened, not_opened: how many packets
    were looked into, and how many were not. pairs: who talked with whom; pairs_left: SAs of pairs that are not kept.
    verdicts: policy, verdict, and how many negotiations have it.
    """

    capture: str
    folder: str | None
    error: str = ""
    story: str = ""
    outcome: str = ""
    trouble: bool = False
    sas: int = 0
    outcomes: tuple[tuple[str, int], ...] = ()
    severities: tuple[tuple[str, int], ...] = ()
    causes: tuple[tuple[str, str, int], ...] = ()
    defects: int = 0
    first_time: int | None = None
    folded: int = 0
    last_time: int | None = None
    filtered: Filtered = Filtered()
    opened: int = 0
    not_opened: int = 0
    pairs: tuple[Pair, ...] = ()
    pairs_left: int = 0
    verdicts: tuple[tuple[str, str, int], ...] = ()

    @property
    def worst(self) -> str:
        """The most severe finding, "" without any."""
        return next((name for name, count in self.severities if count), "")

    @property
    def unsuccessful(self) -> int:
        """IKE SAs that failed or were not answered."""
        return sum(count for name, count in self.outcomes if name in ("failed", "unanswered"))


def entry_of(capture: str, folder: str, verdict: Verdict, tables: Tables) -> Entry:
    """What the index keeps of one report."""
    pairs, left = pairs_of(tables)
    first = verdict.stories[0] if verdict.stories else None
    times, ends = (
        [c[name] for c in verdict.captures if c[name] is not None and is_dated(c[name])]
        for name in ("first_time", "last_time")
    )
    return Entry(
        capture,
        folder,
        story=first.headline if first else verdict.sentence,
        outcome=first.outcome if first else "",
        trouble=first is not None and first.trouble,
        sas=verdict.total,
        outcomes=tuple((name, count) for name, count in verdict.outcomes if count),
        severities=verdict.severities,
        causes=tuple((c.diagnosis, c.title, c.negotiations) for c in verdict.causes),
        defects=sum(c["defects"] or 0 for c in verdict.captures),
        first_time=min(times, default=None),
        folded=sum(f["folded"] or 0 for f in verdict.floods),
        last_time=max(ends, default=None),
        filtered=verdict.filtered,
        opened=opened(verdict.captures),
        not_opened=sum(c["packets_not_opened"] or 0 for c in verdict.captures),
        pairs=pairs,
        pairs_left=left,
        verdicts=tuple((*key, count) for key, count in sorted(verdicts_counted(tables).items())),
    )


class Cause(NamedTuple):
    """A diagnosis over all captures: negotiations in which it ranks first, and captures with at least one."""

    diagnosis: str
    title: str
    negotiations: int
    captures: int


class Judged(NamedTuple):
    """What a policy says of the negotiations of all captures, by verdict. captures: how many have one that fails."""

    policy: str
    counts: dict[str, int]
    captures: int


class Unreported(NamedTuple):
    """Captures that the run did not come to, or not to the end of, and why."""

    captures: tuple[str, ...] = ()
    why: str = ""


ALL_REPORTED: Final = Unreported()


class Index(NamedTuple):
    """What the page shows. `entries` were read, the worst first; `unread` could not be. `root`: the folder all have.

    peers: hosts that talked with each other, the most trouble first; pairs_left: SAs of hosts that are not among them.
    choices: what two hosts have chosen in a month, the newest first; choices_left: how many more there are.
    policies: what each policy that was asked for says.
    """

    entries: tuple[Entry, ...]
    unread: tuple[Entry, ...]
    unreported: Unreported
    root: str
    sentence: str
    severities: tuple[tuple[str, int], ...]
    causes: tuple[Cause, ...]
    peers: tuple[Peers, ...]
    pairs_left: int
    choices: tuple[Pair, ...]
    choices_left: int
    policies: tuple[Judged, ...]

    def name(self, entry: Entry) -> str:
        """The capture's path below `root`."""
        return entry.capture[len(self.root) :] or entry.capture


def index_of(entries: Sequence[Entry], unreported: Unreported = ALL_REPORTED) -> Index:
    """Everything about the index page, from its entries in any order."""
    read = [entry for entry in entries if not entry.error]
    ranked = sorted(read, key=_rank)
    severities = Counter(dict.fromkeys(SEVERITIES, 0))
    for entry in read:
        severities.update(dict(entry.severities))
    choices = chosen_by_month(together(pair for entry in read for pair in entry.pairs))
    return Index(
        tuple(ranked),
        tuple(entry for entry in entries if entry.error),
        unreported,
        _root([entry.capture for entry in read]),
        _sentence(read),
        tuple((name, severities[name]) for name in SEVERITIES),
        _causes(read),
        tuple(peers_of(entry.pairs for entry in read)),
        sum(entry.pairs_left for entry in read),
        tuple(choices[:MOST_CHOICES]),
        len(choices[MOST_CHOICES:]),
        _policies(read),
    )


def _rank(entry: Entry) -> tuple[int, int, int, str]:
    place = outcome_rank(entry.outcome, trouble=entry.trouble) if entry.outcome else _NOTHING
    return (place, severity_rank(entry.worst), -entry.unsuccessful, entry.capture)


def _root(paths: Sequence[str]) -> str:
    """The part that all paths have in common, up to a separator."""
    if not paths:
        return ""
    shared, last = min(paths), max(paths)  # what these two share, all share
    length = next(
        (place for place, pair in enumerate(zip(shared, last, strict=False)) if pair[0] != pair[1]), len(shared)
    )
    return shared[: shared.rfind(os.sep, 0, length) + 1]


def _sentence(entries: Sequence[Entry]) -> str:
    """All captures in one sentence."""
    outcomes: Counter[str] = Counter()
    for entry in entries:
        outcomes.update(dict(entry.outcomes))
    counts = f": {outcome_counts(outcomes)}" if outcomes else ""
    folded = sum(entry.folded for entry in entries)
    besides = f" Besides: {plural(folded, 'first message')} without an answer, counted as floods." if folded else ""
    part = sum((entry.filtered for entry in entries), Filtered()).sentence
    counted = f"{plural(len(entries), 'capture')} with {plural(outcomes.total(), 'IKE SA')}{counts}.{besides}"
    left = [entry for entry in entries if entry.not_opened]
    closed = sum(not entry.opened for entry in left)
    counted += f" Of {plural(closed, 'capture')} no packet could be read." if closed else ""
    partly = len(left) - closed
    counted += f" Of {plural(partly, 'capture')} some packets were not opened." if partly else ""
    return f"{part} {counted}" if part else counted


def _causes(entries: Sequence[Entry]) -> tuple[Cause, ...]:
    """By diagnosis and title: a diagnosis that says refused here and not answered there is two causes."""
    found: dict[tuple[str, str], Cause] = {}
    for entry in entries:
        here: Counter[tuple[str, str]] = Counter()
        for diagnosis, title, count in entry.causes:
            here[diagnosis, title] += count
        for key, count in here.items():
            so_far = found.get(key, Cause(*key, 0, 0))
            found[key] = so_far._replace(negotiations=so_far.negotiations + count, captures=so_far.captures + 1)
    return tuple(sorted(found.values(), key=lambda cause: (-cause.negotiations, cause.diagnosis, cause.title)))


def _policies(entries: Sequence[Entry]) -> tuple[Judged, ...]:
    counts: dict[str, Counter[str]] = {}
    failing: Counter[str] = Counter()
    for entry in entries:
        for policy, verdict, count in entry.verdicts:
            counts.setdefault(policy, Counter())[verdict] += count
            failing[policy] += verdict == "fail"
    return tuple(Judged(policy, dict(counts[policy]), failing[policy]) for policy in sorted(counts))
