"""One story judged as a run judges it."""

from collections.abc import Iterator
from typing import Any

from analyzer.assessment import Asked, Assessment, Judging
from analyzer.assessment.case import Case
from analyzer.assessment.catalogue import all_causes, all_checks
from analyzer.assessment.peers import Peers
from analyzer.assessment.policies import load
from analyzer.assessment.scene import Scene
from analyzer.assessment.traits import Askers, traits
from analyzer.negotiation.life import Lives
from analyzer.negotiation.story import Story

PLAIN = {"dropped": 0, "memory": None, "asked": Asked()}


def assess(
    story: Story,
    policy: str | tuple[str, ...] = "ietf",
    peers: Peers | None = None,
    lives: Lives | None = None,
    **others: Any,
) -> Assessment:
    """The judgement of all of it. others: of Judging's, what is not PLAIN."""
    return Judging(story, (policy,) if isinstance(policy, str) else policy, peers, lives, **{**PLAIN, **others}).all()


def unasked(story: Story, policy: str = "ietf") -> list[str]:
    """Ids of checks and diagnoses that have something to say of a negotiation about which nobody would ask them."""
    scene, found = Scene(story, load(policy)), list[str]()
    asks = {check.about.id: (check.needs, check.find) for check in all_checks() if check.find is not None}
    asks |= {cause.about.id: (cause.needs, lambda case, cause=cause: cause.diagnose(case)) for cause in all_causes()}
    askers = Askers((needs, name) for name, (needs, _) in asks.items())
    for n in story.negotiations:
        if n.exchanges and n.ike_version in (1, 2):
            case = Case(scene, n)
            asked = set(askers.of(traits(case)))
            for name in asks.keys() - asked:
                said = asks[name][1](case)
                if said is not None and (not isinstance(said, Iterator) or next(said, None) is not None):
                    found.append(name)
    return found
