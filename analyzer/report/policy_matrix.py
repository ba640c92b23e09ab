"""What each policy says of what was agreed: negotiations that agreed on the same, by policies.

A view of the table `verdicts`: what was agreed stands there, and the other policies that come with the program are
asked about the same by the same function (`assessment/rulings.py`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from analyzer.assessment.agreement import Agreement
from analyzer.assessment.model import Ruling
from analyzer.assessment.policies import Policy, load, names
from analyzer.assessment.rulings import ruled
from analyzer.assessment.several import load_all
from analyzer.tables.store import Tables

MOST_GROUPS: Final = 12
MOST_NUMBERS: Final = 8
WORDS: Final = ("fail", "warn", "not-observable", "pass")


class Group(NamedTuple):
    """Negotiations that agreed on the same: what it is, what of it nobody can see, how many, the first, the answers."""

    what: tuple[str, ...]
    hidden: tuple[str, ...]
    negotiations: int
    numbers: tuple[int, ...]
    cells: tuple[Ruling, ...]


class Matrix(NamedTuple):
    """The groups, the largest first; how many there are in all, and of how many negotiations.

    policies: those asked for first. totals: by policy how many negotiations have each word, of all groups. without: how
    many agreed on nothing.
    """

    policies: tuple[str, ...]
    groups: tuple[Group, ...]
    more_groups: int
    more_negotiations: int
    totals: tuple[dict[str, int], ...]
    without: int


def matrix(tables: Tables, asked: Sequence[str], known: int, most: int = MOST_GROUPS) -> Matrix | None:
    """What was agreed, by policy; None where nothing was. asked: names of policies; known: how many negotiations."""
    groups = _groups(tables)
    if not groups:
        return None
    policies = _policies(asked)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[1]))
    totals: list[Counter[str]] = [Counter() for _ in policies]
    shown = []
    for place, ((ids, hidden), numbers) in enumerate(ordered):
        what = Agreement.of_ids(ids, hidden)
        cells = tuple(ruled(what, policy) for policy in policies)
        for total, cell in zip(totals, cells, strict=True):
            total[cell.verdict] += len(numbers)
        if place < most:
            shown.append(Group(what.names, hidden, len(numbers), tuple(numbers[:MOST_NUMBERS]), cells))
    rest = [len(numbers) for _, numbers in ordered[most:]]
    counts = tuple({word: total[word] for word in WORDS if total[word]} for total in totals)
    agreed = sum(len(numbers) for numbers in groups.values())
    by = tuple(policy.name for policy in policies)
    return Matrix(by, tuple(shown), len(rest), sum(rest), counts, known - agreed)


def _groups(tables: Tables) -> dict[tuple[tuple[str, ...], tuple[str, ...]], list[int]]:
    """Numbers of the negotiations by what they agreed on; each policy asked for has a row of it."""
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], dict[int, None]] = defaultdict(dict)
    for number, ids, hidden in tables["verdicts"].cells("negotiation", "agreed_ids", "not_observable"):
        if ids:
            groups[ids, hidden or ()][number] = None
    return {key: list(numbers) for key, numbers in groups.items()}


def _policies(asked: Iterable[str]) -> list[Policy]:
    """Those asked for, and the others that come with the program."""
    own = load_all(asked)
    return own + [load(name) for name in names() if name not in {policy.name for policy in own}]
