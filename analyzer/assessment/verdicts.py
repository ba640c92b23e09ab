"""What a policy holds against offers and suites, worked out once for each distinct SA payload and suite."""

from typing import NamedTuple

from analyzer.assessment import algorithms
from analyzer.assessment.algorithms import NEEDS_KEY_LENGTH, SMALL_BLOCKS, Algorithm
from analyzer.assessment.model import SEVERITIES
from analyzer.assessment.policies import Policy, Verdict
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation
from analyzer.negotiation.model import Suite

Objections = dict[str, list[tuple[Algorithm, Verdict]]]  # by kind, in wire order

NO_OBJECTION = len(SEVERITIES)  # a rank: 0 is critical; no objection ranks behind all severities


class SaFacts(NamedTuple):
    """An SA payload under a policy. Lists are in wire order, each algorithm once.

    `best_rank`: the mildest worst objection that some combination of it would have drawn.
    """

    sa: SecurityAssociation
    algorithms: list[Algorithm]
    objections: Objections
    small_blocks: list[Algorithm]
    without_key_length: list[Algorithm]
    best_rank: int


class Verdicts:
    """A policy with what it has judged so far."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._suites: dict[tuple[int, int, str | None], tuple[Suite, Objections]] = {}
        self._facts: dict[tuple[int, int, bool], SaFacts] = {}

    def suite(self, version: int, suite: Suite, protocol: str | None = None) -> Objections:
        """What the policy holds against a chosen suite; `protocol` as in algorithms.of_suite."""
        key = (version, id(suite), protocol)  # as for SA payloads below
        found = self._suites.get(key)
        if found is None:
            objections = self._objections(algorithms.of_suite(version, suite, protocol))
            found = self._suites[key] = (suite, objections)
        return found[1]

    def sa(self, version: int, sa: SecurityAssociation, *, child: bool) -> SaFacts:
        """Facts of an SA payload. `child`: it is about a child SA."""
        key = (id(sa), version, child)  # decoded payloads are shared between messages, and hashing one is dear
        facts = self._facts.get(key)
        if facts is None:
            facts = self._facts[key] = self._look(version, sa, child)
        return facts

    def rank(self, algorithm: Algorithm) -> int:
        """Place of the policy's objection among the severities, 0 the worst."""
        verdict = self.policy.judge(algorithm)
        return SEVERITIES.index(verdict.severity) if verdict else NO_OBJECTION

    def _look(self, version: int, sa: SecurityAssociation, child: bool) -> SaFacts:
        found = algorithms.of_sa(version, sa, child=child)
        small = [a for a in found if a.number in SMALL_BLOCKS.get(a.table, ())]
        keyless = [a for a in found if a.key_bits is None and a.number in NEEDS_KEY_LENGTH.get(a.table, ())]
        best = max((self._proposal_rank(version, p, child) for p in sa.proposals), default=0)
        return SaFacts(sa, found, self._objections(found), small, keyless, best)

    def _proposal_rank(self, version: int, proposal: Proposal, child: bool) -> int:
        """IKEv1: one transform is one combination. IKEv2: one transform of each kind may be picked."""
        if version == 1:
            combinations = [list(algorithms.of_transform(1, proposal, t, child=child)) for t in proposal.transforms]
            return max((min(map(self.rank, c), default=0) for c in combinations), default=0)
        kinds: dict[str, int] = {}
        for algorithm in algorithms.of_proposal(version, proposal, child=child):
            kinds[algorithm.kind] = max(kinds.get(algorithm.kind, 0), self.rank(algorithm))
        return min(kinds.values(), default=0)

    def _objections(self, found: list[Algorithm]) -> Objections:
        objections: Objections = {}
        for algorithm in found:
            verdict = self.policy.judge(algorithm)
            if verdict is not None:
                objections.setdefault(algorithm.kind, []).append((algorithm, verdict))
        return objections
