"""One nonce in several exchanges."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.drawn import again, came_up, of_both_sides
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene

ABOUT = Explanation(
    id="nonce-reused",
    kind="check",
    title="Nonce used for several SAs",
    severity="high",
    what="The same nonce came in the exchanges of several IKE SAs, or from both sides of one.",
    why=(
        "Nonces make keys fresh. One that comes again shows random numbers that do, in one host or in several: then "
        "private values may come again too."
    ),
    wire=(
        "Nonce payloads with equal bytes under different SPIs. A retry after COOKIE or INVALID_KE_PAYLOAD keeps its "
        "SPI and is none."
    ),
    lookalikes=(
        "A test tool with a fixed nonce. Where no SA came up, an initiator that begins anew after a refusal and "
        "keeps its nonce: then it is low."
    ),
    advice="Find out where the sender's random numbers come from; update it.",
    references=("RFC 7296 2.10",),
)


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each nonce."""
    for found in again(scene, scene.values.nonces):
        from_one = len(found.hosts) == 1
        detail = f"{found.who} sent one nonce in the exchanges of {len(found.values)} IKE SAs."
        made = lives.finding(ABOUT, "certain", found.first.negotiation, "nonce", found.frames, detail)
        yield made if not from_one or came_up(scene, found.values[:-1]) else made._replace(severity="low")
    for first, second in of_both_sides(scene, scene.values.nonces):
        frames = first.frame_number, second.frame_number
        yield lives.finding(ABOUT, "certain", first.negotiation, "nonce", frames, "Both sides sent one nonce.")
