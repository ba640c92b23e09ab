"""The scene: one capture's story with what is asked across negotiations, each worked out once and only when asked.

Cost stays linear: verdicts are kept per distinct SA payload and suite, and negotiations are compared within one pair
of hosts and a window
of time only.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from analyzer.assessment import algorithms
from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.model import SEVERITIES
from analyzer.assessment.policies import Policy, Verdict
from analyzer.isakmp.payloads.sa import SecurityAssociation
from analyzer.negotiation.model import Negotiation, Step, Story, Suite

Objections = dict[str, list[tuple[Algorithm, Verdict]]]  # by kind


class Knowledge(NamedTuple):
    """What one address is known to accept, by IKE version.

    What it chose as responder, and what it offered itself as initiator.

    Each: kind to algorithm to the frame that shows it. `chose_versions`: IKE versions in which it ever chose a
    proposal.
    """

    chose: dict[tuple[int, str], dict[Algorithm, int]]
    offered: dict[tuple[int, str], dict[Algorithm, int]]
    chose_versions: set[int]


class Scene:
    """A story under a policy."""

    def __init__(self, story: Story, policy: Policy) -> None:
        self.story = story
        self.policy = policy
        self._suites: dict[tuple[int, Suite, str | None], Objections] = {}
        self._offers: dict[tuple[int, int, bool], tuple[SecurityAssociation, Objections]] = {}
        self._algorithms: dict[tuple[int, int, bool], tuple[SecurityAssociation, list[Algorithm]]] = {}

    # -- algorithms

    def suite_objections(self, version: int, suite: Suite, protocol: str | None = None) -> Objections:
        """What the policy holds against a chosen suite; `protocol` as in algorithms.of_suite."""
        key = (version, suite, protocol)
        if key not in self._suites:
            self._suites[key] = self._judged(algorithms.of_suite(version, suite, protocol))
        return self._suites[key]

    def offer_objections(self, version: int, sa: SecurityAssociation, *, child: bool) -> Objections:
        """What the policy holds against the algorithms of an offer."""
        key = (id(sa), version, child)  # decoded SA payloads are shared between messages, and hashing one is dear
        if key not in self._offers:
            self._offers[key] = (sa, self._judged(self.offer_algorithms(version, sa, child=child)))
        return self._offers[key][1]

    def offer_algorithms(self, version: int, sa: SecurityAssociation, *, child: bool) -> list[Algorithm]:
        """The distinct algorithms of an offer, in wire order."""
        key = (id(sa), version, child)
        if key not in self._algorithms:
            self._algorithms[key] = (sa, algorithms.of_sa(version, sa, child=child))
        return self._algorithms[key][1]

    def _judged(self, found: list[Algorithm]) -> Objections:
        objections: Objections = {}
        for algorithm in found:
            verdict = self.policy.judge(algorithm)
            if verdict is not None:
                objections.setdefault(algorithm.kind, []).append((algorithm, verdict))
        return objections

    def rank(self, algorithm: Algorithm) -> int:
        """Place of the policy's objection among the severities, 0 the worst; behind all of them: no objection."""
        verdict = self.policy.judge(algorithm)
        return SEVERITIES.index(verdict.severity) if verdict else len(SEVERITIES)

    # -- other negotiations

    @cached_property
    def any_given_up(self) -> bool:
        """Some negotiation of the capture failed or was not answered."""
        return any(n.outcome in ("failed", "unanswered") for n in self.story.negotiations)

    @cached_property
    def by_pair(self) -> dict[tuple[str, str], list[Negotiation]]:
        """Negotiations by their two addresses (sorted), in order of time, then number."""
        pairs: dict[tuple[str, str], list[Negotiation]] = {}
        for n in self.story.negotiations:
            pairs.setdefault(pair(n), []).append(n)
        for group in pairs.values():
            group.sort(key=lambda n: (began(n) or 0, n.number))
        return pairs

    @cached_property
    def _places(self) -> dict[int, int]:
        return {n.number: i for group in self.by_pair.values() for i, n in enumerate(group)}

    def neighbours(self, negotiation: Negotiation, within_s: float, *, most: int = 64) -> Iterator[Negotiation]:
        """Other negotiations of the same two hosts that begin within so many seconds, nearest first on each side.

        At most so many a side.
        """
        group = self.by_pair[pair(negotiation)]
        place, start = self._places[negotiation.number], began(negotiation)
        if start is None:
            return
        for others in (reversed(group[max(0, place - most) : place]), group[place + 1 : place + 1 + most]):
            for other in others:
                time = began(other)
                if time is None or abs(time - start) > within_s * 1e9:
                    break
                yield other

    @cached_property
    def knowledge(self) -> dict[str, Knowledge]:
        """What is known of each address from all negotiations of the capture."""
        known: dict[str, Knowledge] = {}
        for n in self.story.negotiations:
            if n.suite is not None and n.chosen_frame is not None:
                mine = known.setdefault(n.responder_ip, Knowledge({}, {}, set()))
                mine.chose_versions.add(n.ike_version)
                for algorithm in algorithms.of_suite(n.ike_version, n.suite):
                    mine.chose.setdefault((n.ike_version, algorithm.kind), {}).setdefault(algorithm, n.chosen_frame)
            for offer in n.offers:
                if offer.child is None and not offer.chosen and offer.from_initiator and n.outcome != "probe":
                    mine = known.setdefault(n.initiator_ip, Knowledge({}, {}, set()))
                    for algorithm in self.offer_algorithms(n.ike_version, offer.sa, child=False):
                        mine.offered.setdefault((n.ike_version, algorithm.kind), {}).setdefault(
                            algorithm, offer.frame_number
                        )
        return known


def pair(negotiation: Negotiation) -> tuple[str, str]:
    """The two addresses, smaller text first."""
    a, b = negotiation.initiator_ip, negotiation.responder_ip
    return (a, b) if a <= b else (b, a)


def began(negotiation: Negotiation) -> int | None:
    """Time of the first message, in ns."""
    step = first_step(negotiation)
    return step.time_ns if step is not None else None


def first_step(negotiation: Negotiation) -> Step | None:
    """The first message of the first exchange."""
    return next((s for e in negotiation.exchanges for s in e.steps), None)


def ended(negotiation: Negotiation) -> int | None:
    """Time of the last message, in ns."""
    times = [e.steps[-1].time_ns for e in negotiation.exchanges if e.steps]
    known = [t for t in times if t is not None]
    return max(known) if known else None
