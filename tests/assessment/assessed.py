"""One story judged as a run judges it."""

from typing import Any

from analyzer.assessment import Asked, Assessment, Judging
from analyzer.assessment.peers import Peers
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
