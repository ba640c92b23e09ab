"""The rules that are asked of a judge of IKE: attacks and weaknesses by their usual names, and what stands for each.

An id is a finding's, a diagnosis' or a defect's (a trailing * stands for any ending), or TABLE.COLUMN: some row has a
value there; TABLE.COLUMN=VALUE: this one.
"""

from functools import cache
from typing import NamedTuple

from analyzer import data


class Rule(NamedTuple):
    """One of them. ids: what stands for it, none where note says why a capture cannot show it."""

    rule: str
    title: str
    ids: tuple[str, ...]
    note: str


@cache
def rules() -> tuple[Rule, ...]:
    """All of them, in the order of the registry."""
    return tuple(
        Rule(row["rule"], row["title"], tuple(row["ids"].split()), row["note"])
        for row in data.rows(__file__, "rules.csv")
    )
