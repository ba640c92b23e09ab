"""Shell commands in notifies from many sources."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.checks import command_in_notify
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.negotiation.model import Negotiation

ABOUT = Explanation(
    id="commands-from-many-sources",
    kind="check",
    title="Shell commands in notifies from many sources",
    severity="high",
    what="The check command-in-notify speaks of 10 or more source addresses in one capture.",
    why="So many at once are a campaign, as those against Zyxel firewalls were (pattern of CVE-2023-28771).",
    wire="Messages without an SA payload whose notify data hold a shell command, from 10 or more addresses.",
    lookalikes="One sender that forges its address: nobody has to answer such a message for it to work.",
    advice="Look at what the targets did next, more than at the sources; limit UDP 500 and 4500 to known peers.",
    references=("pattern of CVE-2023-28771",),
)

LEAST_SOURCES = 10
_FRAMES_KEPT = 10


def find_all(scene: Scene) -> Iterator[Finding]:
    """At most one finding."""
    some = [n for n in scene.story.negotiations if _may_hold(n) and n.number not in scene.flood_of]
    found = [f for n in some for f in command_in_notify.find(Case(scene, n))]
    sources = {f.subject for f in found}
    if len(sources) < LEAST_SOURCES:
        return
    targets = {_target(scene, f) for f in found}
    frames = tuple(sorted(frame for f in found for frame in f.evidence_frames)[:_FRAMES_KEPT])
    to = "1 address" if len(targets) == 1 else f"{len(targets)} addresses"
    detail = f"{len(found)} messages from {len(sources)} addresses to {to}; the sources may be forged."
    subject = f"{len(sources)} addresses"
    yield Finding(ABOUT.id, ABOUT.title, "high", "likely", None, subject, frames, None, None, detail, None)


def _may_hold(n: Negotiation) -> bool:
    """It has notifies, and no proposal: cheap to ask of all."""
    return n.ike_version in (1, 2) and not n.offers and any(e.figure.notifies for e in n.exchanges)


def _target(scene: Scene, finding: Finding) -> str:
    n = scene.by_number[finding.negotiation or 0]
    return n.responder_ip if finding.subject == n.initiator_ip else n.initiator_ip
