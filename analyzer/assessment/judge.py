"""From a story to an assessment: every check, every diagnosis, who answered whom, and what the peers look like."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from analyzer.assessment.case import Case
from analyzer.assessment.catalogue import all_causes, all_checks
from analyzer.assessment.diagnoses import unsolicited_answers
from analyzer.assessment.diagnoses.message_rejected import unexplained
from analyzer.assessment.dropped import doubt_findings
from analyzer.assessment.exposure import Exposure
from analyzer.assessment.fingerprint import NOBODY, Fingerprinter, Looks, carry, text_of
from analyzer.assessment.found import Finder
from analyzer.assessment.mismatch import refused_offers
from analyzer.assessment.model import Assessment, Diagnosis, Finding, Mismatch, Ruled
from analyzer.assessment.peers import Peers
from analyzer.assessment.ranking import NOTES
from analyzer.assessment.rulings import Rulings
from analyzer.assessment.scene import Scene
from analyzer.assessment.scope import Scope
from analyzer.assessment.several import Joint, load_all, merged
from analyzer.assessment.traits import Askers, traits
from analyzer.isakmp import Memory
from analyzer.negotiation.conclude.disorder import WHY as OUT_OF_ORDER
from analyzer.negotiation.life import Lives
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.story import Story
from analyzer.vocabulary import CONFIDENCES

_CONFIDENCE = {name: i for i, name in enumerate(CONFIDENCES)}


@dataclass(slots=True, eq=False, repr=False)
class Judged:
    """What is said of some negotiations: as of an Assessment, but for what all of them together show.

    implementations: what each shows by itself. exposed: who answered whom.
    """

    findings: list[Finding] = field(default_factory=list)
    diagnoses: dict[int, list[Diagnosis]] = field(default_factory=dict)
    mismatches: list[Mismatch] = field(default_factory=list)
    rulings: list[Ruled] = field(default_factory=list)
    announced: dict[int, int] = field(default_factory=dict)
    implementations: dict[int, Looks] = field(default_factory=dict)
    exposed: Exposure = field(default_factory=Exposure)


class Asked(NamedTuple):
    """What of the judgement anyone asks for; none of these needs another. A responder may have its implementation."""

    findings: bool = True
    diagnoses: bool = True
    verdicts: bool = True
    implementations: bool = True
    responders: bool = True


class Judging:
    """The judgement of one story under named policies, which several processes may share.

    peers: what the user says that addresses accept (peers.load). lives: of this story, where others need them too.
    scope: what lies inside. dropped: packets that the capture says it lost. memory: of the run that read it. Findings
    come by negotiation and severity, those of the whole capture last; negotiations without a diagnosis have no entry in
    `diagnoses`.

    PolicyError: there is no policy of a name, or two have the same.
    """

    def __init__(
        self,
        story: Story,
        policies: Iterable[str],
        peers: Peers | None,
        lives: Lives | None,
        *,
        dropped: int,
        memory: Memory | None,
        asked: Asked,
        scope: Scope | None = None,
    ) -> None:
        by = load_all(policies)
        self._scene = Scene(story, by[0], peers, lives, dropped=dropped, memory=memory, scope=scope)
        self._scenes = [self._scene, *(self._scene.under(policy) for policy in by[1:])]
        self._of_causes = self._scene if len(by) == 1 else self._scene.under(Joint(by))
        self._asked = asked
        self._rulings = Rulings(by) if asked.verdicts else None
        self._checks = all_checks() if asked.findings else ()
        self._causes = all_causes() if asked.diagnoses else ()

    def all(self) -> Assessment:
        """Of the whole story."""
        return self.whole([self.part(self._scene.story.negotiations), self.rest()])

    def part(self, negotiations: Iterable[Negotiation]) -> Judged:
        """What is said of some negotiations of the story, in their order."""
        scene, result, finder = self._scene, Judged(), Finder(self._checks)
        causes, in_flood = Askers((c.needs, c.diagnose) for c in self._causes), [unsolicited_answers.diagnose]
        fingerprints = Fingerprinter()
        for negotiation in negotiations:
            if not negotiation.exchanges or negotiation.ike_version not in (1, 2):
                continue
            case = Case(self._of_causes, negotiation)
            has = traits(case)
            flood = scene.flood_of.get(negotiation.number)
            flooded = flood is not None and flood.confidence != "possible"  # nobody negotiated: nothing is in use
            if self._asked.findings and not flooded:
                cases = [Case(each, negotiation) for each in self._scenes] if len(self._scenes) > 1 else [case]
                result.findings += merged([finder.findings(each, has) for each in cases])
            if self._rulings is not None and not flooded:
                result.rulings += self._rulings.of(case)
            asked = causes.of(has) if not flooded else in_flood if self._asked.diagnoses else []
            ranked = _ranked(case, asked, whole=self._asked.diagnoses and not flooded)
            if ranked:
                result.diagnoses[negotiation.number] = ranked
            result.mismatches += _mismatches(case)
            own = [seconds for _, seconds, of_ike_sa in case.announced if of_ike_sa]
            if own:
                result.announced[negotiation.number] = own[-1]
            guess = fingerprints.guess(negotiation) if self._asked.implementations else NOBODY
            if guess != NOBODY:
                result.implementations[negotiation.number] = guess
            if self._asked.responders:
                result.exposed.add(case, text_of(guess[1]))
        result.findings = self._doubted(result.findings)
        return result

    def rest(self) -> Judged:
        """What is said of the whole capture."""
        checks = [check.find_all for check in self._checks if check.find_all is not None]
        found = [[finding for find_all in checks for finding in find_all(scene)] for scene in self._scenes]
        return Judged(self._doubted(merged(found)))

    def whole(self, parts: Iterable[Judged]) -> Assessment:
        """All of it: the parts, in the order of their negotiations, and what is carried between them."""
        result, exposed = Assessment(), Exposure()
        for part in parts:
            result.findings += part.findings
            result.diagnoses |= part.diagnoses
            result.mismatches += part.mismatches
            result.announced |= part.announced
            result.rulings += part.rulings
            result.implementations |= part.implementations
            exposed.take(part.exposed)
        if self._asked.implementations:
            result.implementations = carry(self._scene.story.negotiations, result.implementations)
        if self._asked.responders:
            result.responders = exposed.responders(self._scene.story.tcp_targets, self._scene.scope)
        return result

    def _doubted(self, findings: list[Finding]) -> list[Finding]:
        why = self._scene.absence_is_weak
        return doubt_findings(findings, why) if why else findings


def _ranked(case: Case, causes: Iterable[Callable[[Case], Diagnosis | None]], *, whole: bool) -> list[Diagnosis]:
    """What these diagnoses say of a case, in order. whole: they are all that may, so no failure is without one."""
    named = [d for diagnose in causes if (d := diagnose(case)) is not None]
    if whole and all(d.diagnosis in NOTES for d in named):
        named += unexplained(case)
    return [_doubted(d, case.n) for d in _begun_again(case, rank(named))]


def _mismatches(case: Case) -> Iterator[Mismatch]:
    if not case.failed:
        return
    for child, compared in refused_offers(case):
        for row in compared.rows:
            yield Mismatch(case.n.number, child, compared.place, *row, compared.source, compared.frames)


def _begun_again(case: Case, ranked: list[Diagnosis]) -> list[Diagnosis]:
    """The same, where the first of them says how often the initiator began what ended so, and how regularly."""
    again = "" if case.up or not ranked or ranked[0].diagnosis in NOTES else case.scene.starts_over(case.n)
    return [ranked[0]._replace(detail=ranked[0].detail + again), *ranked[1:]] if again else ranked


def _doubted(d: Diagnosis, n: Negotiation) -> Diagnosis:
    """The same where messages of the SA were not read, or not in their order: they may say otherwise."""
    why = n.unread or (OUT_OF_ORDER if n.disordered and d.confidence != "certain" else "")  # what was read stays so
    return d._replace(confidence="possible", basis=f"{d.basis}; {why}") if why else d


def rank(found: list[Diagnosis]) -> list[Diagnosis]:
    """Notes last, then by confidence, then by place in the list (ranking.py), which stands in `rank` so far."""
    if not found:
        return []
    ordered = sorted(found, key=lambda d: (d.diagnosis in NOTES, _CONFIDENCE[d.confidence], d.rank))
    return [diagnosis._replace(rank=i) for i, diagnosis in enumerate(ordered, 1)]
