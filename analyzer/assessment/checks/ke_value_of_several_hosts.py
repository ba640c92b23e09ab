"""One public value from several hosts."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.drawn import again, of_both_sides
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene

ABOUT = Explanation(
    id="ke-value-of-several-hosts",
    kind="check",
    title="Several hosts send the same key exchange value",
    severity="high",
    what=(
        "The same public value came from several addresses, in key exchanges of different IKE SAs, or from both sides "
        "of one."
    ),
    why=(
        "They have the same private value: of equal random numbers (cloned machines, a generator without seed), or "
        "one host copies the other's. Who has one of them can compute the keys of the other's SAs."
    ),
    wire="KE payloads with equal bytes under different SPIs from different addresses, or in a request and its answer.",
    lookalikes=(
        "One host with several addresses, or behind several translations; two nodes of a cluster that share their "
        "state; a test tool with a fixed value."
    ),
    advice=(
        "See whether these addresses are one host. If not, find out where their random numbers come from, and give "
        "each new keys once that is repaired."
    ),
    references=("RFC 7296 2.12", "RFC 4086 1"),
)


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each value."""
    for found in again(scene, scene.values.public):
        if len(found.hosts) > 1:
            detail = f"{found.who} sent one value, in the key exchanges of {len(found.values)} IKE SAs."
            subject = f"KE {found.first.method}"
            yield lives.finding(ABOUT, "likely", found.first.negotiation, subject, found.frames, detail)
    for first, second in of_both_sides(scene, scene.values.public):
        frames, detail = (first.frame_number, second.frame_number), "Both sides sent one value."
        yield lives.finding(ABOUT, "likely", first.negotiation, f"KE {first.method}", frames, detail)
