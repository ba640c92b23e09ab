"""Several policies over one story: what each of them says stands beside the others, and advice suits all of them."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.policies import Policy, Rule, Verdict, load
from analyzer.errors import PolicyError
from analyzer.vocabulary import SEVERITIES

if TYPE_CHECKING:
    from analyzer.assessment.model import Finding


def load_all(names: Iterable[str]) -> list[Policy]:
    """The policies that these names stand for. PolicyError: there is none of a name, or two have the same."""
    found = [load(name) for name in dict.fromkeys(names)]
    if not found:
        raise PolicyError("no policy is named")
    taken = [policy.name for policy in found]
    twice = next((name for name in taken if taken.count(name) > 1), None)
    if twice is not None:
        raise PolicyError(f"two policies have the name {twice!r}: findings would not say by which they are")
    return found


class Joint(Policy):
    """Several policies as one, for causes and their advice: what one of them rejects is not advised."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self.name = ", ".join(policy.name for policy in policies)
        self._all = policies
        self.judge: Callable[[Algorithm], Verdict | None] = lru_cache(maxsize=4096)(self._judge)

    def _judge(self, algorithm: Algorithm) -> Verdict | None:
        return _heaviest(policy.judge(algorithm) for policy in self._all)

    def objection(self, kind: str, item: str) -> Verdict | None:
        """The heaviest of what they say."""
        return _heaviest(policy.objection(kind, item) for policy in self._all)

    def against_ikev1(self) -> Verdict | None:
        """The heaviest of what they say."""
        return _heaviest(policy.against_ikev1() for policy in self._all)

    def key_size(self, kind: str, bits: int) -> Verdict | None:
        """The heaviest of what they say."""
        return _heaviest(policy.key_size(kind, bits) for policy in self._all)

    def requirement(self, kind: str, item: str) -> tuple[Rule, Verdict] | None:
        """The statement of the one whose verdict on not meeting it is the heaviest."""
        asked = [found for policy in self._all if (found := policy.requirement(kind, item)) is not None]
        return min(asked, key=lambda one: SEVERITIES.index(one[1].severity), default=None)

    def asks(self, algorithm: Algorithm) -> int | None:
        """How strongly one of them asks for it; None too where another one objects."""
        if self.judge(algorithm) is not None:
            return None
        return min((weight for policy in self._all if (weight := policy.asks(algorithm)) is not None), default=None)


def _heaviest(verdicts: Iterable[Verdict | None]) -> Verdict | None:
    """The heaviest; of equals the first."""
    said = (verdict for verdict in verdicts if verdict is not None)
    return min(said, key=lambda verdict: SEVERITIES.index(verdict.severity), default=None)


def merged(by_policy: "Sequence[list[Finding]]") -> "list[Finding]":
    """What checks find under several policies, the heaviest first: of a weakness a finding for each that names it.

    What rests on no policy's text is there once, and not where a policy says of the same that it weighs as much.
    """
    if len(by_policy) == 1:
        return by_policy[0]
    same: dict[tuple[str, int | None, str], list[list[Finding]]] = {}
    for place, found in enumerate(by_policy):
        for finding in found:
            key = finding.finding, finding.negotiation, finding.subject
            same.setdefault(key, [[] for _ in by_policy])[place].append(finding)
    result: list[Finding] = []
    for each in same.values():
        named = [finding for found in each for finding in found if finding.policy is not None]
        plain = next((some for found in each if (some := [f for f in found if f.policy is None])), [])
        heaviest = min(map(_rank, named), default=len(SEVERITIES))
        result += [*named, *(finding for finding in plain if _rank(finding) < heaviest)]
    return sorted(result, key=_rank)


def _rank(finding: "Finding") -> int:
    return SEVERITIES.index(finding.severity)
