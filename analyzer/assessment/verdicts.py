"""What a policy holds against offers and suites, worked out once for each distinct SA payload and suite."""

from collections.abc import Iterable
from typing import NamedTuple

from analyzer.assessment import algorithms
from analyzer.assessment.algorithms import NEEDS_KEY_LENGTH, ONE_KEY_LENGTH, POST_QUANTUM, SMALL_BLOCKS, Algorithm
from analyzer.assessment.policies import Policy, Verdict, lowered
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation
from analyzer.negotiation.read.proposals import RSA_ENCRYPTION
from analyzer.negotiation.seen import Suite
from analyzer.vocabulary import SEVERITIES, Severity

SWEET32 = "64-bit blocks repeat after some gigabytes under one key (Sweet32)."
SMALL_BLOCK_RANK = SEVERITIES.index("medium")
NO_OBJECTION = len(SEVERITIES)  # a rank: 0 is critical; no objection ranks behind all severities


class Objection(NamedTuple):
    """The policy's word on one algorithm; `offered_severity`: what it weighs where it was offered only."""

    algorithm: Algorithm
    subject: str
    verdict: Verdict
    offered_severity: Severity


class Facts(NamedTuple):
    """A suite or an SA payload under a policy.

    algorithms: in wire order, each once. objections: by kind. best_rank: the mildest worst objection that some
    combination of it would have drawn; worst_rank: the heaviest to any algorithm. post_quantum: it holds ML-KEM.
    owner: the suite or payload, kept alive with the facts.
    """

    owner: Suite | SecurityAssociation
    algorithms: list[Algorithm]
    objections: dict[str, list[Objection]]
    best_rank: int
    worst_rank: int
    post_quantum: bool


class Verdicts:
    """A policy with what it has judged so far."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        # By identity: suites and decoded payloads are shared between negotiations, and hashing one is slow
        self._suites: dict[tuple[int, int, str | None], Facts] = {}
        self._payloads: dict[tuple[int, int, bool], Facts] = {}

    def suite(self, version: int, suite: Suite, protocol: str | None = None) -> Facts:
        """Facts of a chosen suite; `protocol` as in algorithms.of_suite."""
        key = (version, id(suite), protocol)
        facts = self._suites.get(key)
        if facts is None:
            found = algorithms.of_suite(version, suite, protocol)
            rank = self.worst(found)
            facts = self._suites[key] = self._look(suite, found, rank)
        return facts

    def sa(self, version: int, sa: SecurityAssociation, *, child: bool) -> Facts:
        """Facts of an SA payload. `child`: it is about a child SA."""
        key = (version, id(sa), child)
        facts = self._payloads.get(key)
        if facts is None:
            rank = max((self._proposal_rank(version, p, child) for p in sa.proposals), default=0)
            facts = self._payloads[key] = self._look(sa, algorithms.of_sa(version, sa, child=child), rank)
        return facts

    def rank(self, algorithm: Algorithm) -> int:
        """Place of the policy's objection among the severities, 0 the worst; of 64-bit blocks at least medium.

        A key exchange added to another draws none: with it the SA is never weaker than without (RFC 9370 section 2).
        """
        if algorithm.additional:
            return NO_OBJECTION
        verdict = self.policy.judge(algorithm)
        rank = SEVERITIES.index(verdict.severity) if verdict else NO_OBJECTION
        return min(rank, SMALL_BLOCK_RANK) if small_block(algorithm) else rank

    def rejects(self, algorithm: Algorithm) -> bool:
        """Whether it must not be advised: an objection of medium and more, or blocks of 64 bits."""
        if not algorithm.number and algorithm.kind != "encr":
            return False  # NONE
        verdict = self.policy.judge(algorithm)
        heavy = verdict is not None and SEVERITIES.index(verdict.severity) <= SEVERITIES.index("medium")
        return heavy or small_block(algorithm)

    def worst(self, found: Iterable[Algorithm]) -> int:
        """Rank of the algorithm that draws the heaviest objection."""
        return min(map(self.rank, found), default=NO_OBJECTION)

    def _proposal_rank(self, version: int, proposal: Proposal, child: bool) -> int:
        """IKEv1: one transform is one combination. IKEv2: one transform of each kind may be picked."""
        if version == 1:
            combinations = [list(algorithms.of_transform(1, proposal, t, child=child)) for t in proposal.transforms]
            return max((self.worst(c) if c else 0 for c in combinations), default=0)
        kinds: dict[str, int] = {}
        for algorithm in algorithms.of_proposal(version, proposal, child=child):
            if algorithm.additional:
                continue
            kinds[algorithm.kind] = max(kinds.get(algorithm.kind, 0), self.rank(algorithm))
        return min(kinds.values(), default=0)

    def _look(self, owner: Suite | SecurityAssociation, found: list[Algorithm], best_rank: int) -> Facts:
        objections: dict[str, list[Objection]] = {}
        for a in found:
            verdict = self.policy.judge(a)
            if verdict is not None:
                objection = Objection(a, a.subject, verdict, lowered(verdict.severity))
                objections.setdefault(a.kind, []).append(objection)
        return Facts(owner, found, objections, best_rank, self.worst(found), any(map(post_quantum, found)))


def small_block(algorithm: Algorithm) -> bool:
    """A cipher with 64-bit blocks."""
    return algorithm.number in SMALL_BLOCKS.get(algorithm.table, ())


def no_key_length(algorithm: Algorithm) -> bool:
    """A cipher with keys of several lengths, without its key length."""
    return algorithm.key_bits is None and algorithm.number in NEEDS_KEY_LENGTH.get(algorithm.table, ())


def idle_key_length(algorithm: Algorithm) -> bool:
    """A cipher with keys of one length, and a key length beside it."""
    return algorithm.key_bits is not None and algorithm.number in ONE_KEY_LENGTH.get(algorithm.table, ())


def rsa_encryption(algorithm: Algorithm) -> bool:
    """IKEv1 authentication with RSA encrypted nonces."""
    return algorithm.table == "ikev1-auth-methods" and algorithm.number in RSA_ENCRYPTION


def post_quantum(algorithm: Algorithm) -> bool:
    """A key exchange method with ML-KEM."""
    return algorithm.table == "ikev2-ke" and algorithm.number in POST_QUANTUM
