"""One public value of a host in several key exchanges."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.drawn import ML_KEM, again
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene

ABOUT = Explanation(
    id="ke-value-reused",
    kind="check",
    title="Key exchange value used for several SAs",
    severity="low",
    what="A host sent the same public value in the key exchanges of several IKE SAs.",
    why=(
        "As long as a private value is kept for the next SA, whoever gets it reads all SAs it was used for: forward "
        "secrecy is that much less. On curves, and in groups with small subgroups, a peer's value that is not checked "
        "gives it away part by part: there it is medium."
    ),
    wire=(
        "KE payloads with equal bytes under different SPIs, from one address. A retry after COOKIE or "
        "INVALID_KE_PAYLOAD keeps its SPI and is none."
    ),
    lookalikes="A gateway that keeps its value for some time on purpose, which RFC 7296 section 2.12 allows.",
    advice="Have the host draw a new private value for each key exchange.",
    references=("RFC 7296 2.12", "RFC 6989 4.1"),
)


# RFC 6989 sections 2.2 and 2.3: a host that reuses its value has to check the peer's more than others do
_TO_BE_CHECKED = frozenset({*range(19, 31)})


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each value."""
    for found in again(scene, scene.values.public):
        if len(found.hosts) == 1 and found.first.method not in ML_KEM:
            detail = f"{found.who} sent one value in the key exchanges of {len(found.values)} IKE SAs."
            subject = f"KE {found.first.method}"
            made = lives.finding(ABOUT, "certain", found.first.negotiation, subject, found.frames, detail)
            yield made._replace(severity="medium") if found.first.method in _TO_BE_CHECKED else made
