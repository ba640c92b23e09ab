"""One SPI of an initiator for several IKE SAs."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.negotiation.model import Negotiation

ABOUT = Explanation(
    id="spi-reused",
    kind="check",
    title="Initiator's SPI used for several SAs",
    severity="low",
    what="A host began several negotiations with one initiator's SPI, each with a nonce of its own.",
    why=(
        "An SPI names one SA of its host. Who uses it again loses messages of one SA to the other, and shows that "
        "it is not drawn at random: scanners and test tools do so."
    ),
    wire=(
        "First messages from one address with equal initiator's SPIs and different nonces, in negotiations of their "
        "own."
    ),
    lookalikes="A retry after COOKIE, INVALID_KE_PAYLOAD or a refusal keeps its SPI: it is one negotiation, and none.",
    advice="See what sends it. A daemon that does so needs an update.",
    references=("RFC 7296 2.6",),
)


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each SPI."""
    nonces = {v.negotiation: v.digest for v in reversed(scene.values.nonces) if v.from_initiator}
    groups: dict[tuple[str, str], list[Negotiation]] = {}
    for n in scene.story.negotiations:
        if n.number in nonces and n.exchanges:
            groups.setdefault((n.initiator_spi, n.initiator_ip), []).append(n)
    for (spi, host), some in groups.items():
        if len({nonces[n.number] for n in some}) > 1:
            detail = f"{host} began {len(some)} negotiations with one SPI."
            frames = [n.exchanges[0].first_frame for n in some]
            yield lives.finding(ABOUT, "certain", some[0].number, f"SPI {spi}", frames, detail)
