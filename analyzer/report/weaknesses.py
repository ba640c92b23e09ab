"""Findings by several policies, each weakness once: what a count, a grade and a page's list are about.

A weakness that several policies name has a row of `findings` for each. It counts by the one that holds most against
it; of policies that weigh it alike by the first.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from analyzer.report.words import severity_rank
from analyzer.tables.store import Table

Key = tuple[Any, ...]
_KEY = ("capture", "negotiation", "finding", "subject")


class Also(NamedTuple):
    """What another policy says of the same."""

    policy: str
    severity: str
    clause: str


def heaviest(findings: Table) -> Table:
    """The findings with of each weakness only what the policy says that holds most against it."""
    if len(_policies(findings)) < 2:
        return findings
    policies: dict[Key, tuple[int, str]] = {}
    rows = list(findings.cells(*_KEY, "severity", "policy"))
    for *key, severity, policy in rows:
        known = policies.get(tuple(key))
        if known is None or severity_rank(severity) < known[0]:
            policies[tuple(key)] = severity_rank(severity), policy
    return findings.only([place for place, (*key, _, policy) in enumerate(rows) if policies[tuple(key)][1] == policy])


def others(findings: Table, counted: Table) -> Mapping[Key, tuple[Also, ...]]:
    """What other policies say, by capture, negotiation, finding and subject. counted: the `heaviest` of them."""
    if counted is findings:
        return {}
    chosen = {tuple(key): policy for *key, policy in counted.cells(*_KEY, "policy")}
    found: dict[Key, dict[Also, None]] = {}
    for *key, policy, severity, clause in findings.cells(*_KEY, "policy", "severity", "clause"):
        if policy is not None and policy != chosen[tuple(key)]:
            found.setdefault(tuple(key), {})[Also(policy, severity, clause)] = None
    return {key: tuple(also) for key, also in found.items()}


def _policies(findings: Table) -> set[str]:
    return set(findings.column("policy")) - {None}
