"""One ML-KEM encapsulation key or ciphertext in several exchanges."""

from collections.abc import Iterator

from analyzer.assessment import lives
from analyzer.assessment.drawn import ML_KEM, again
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.isakmp import registry

ABOUT = Explanation(
    id="ml-kem-value-reused",
    kind="check",
    title="ML-KEM value used for several SAs",
    severity="high",
    what="The same ML-KEM encapsulation key, or the same ciphertext, came in the key exchanges of several IKE SAs.",
    why=(
        "A key pair is for one exchange: who gets it later reads all SAs it was used for. A ciphertext that comes "
        "again shows random numbers that do."
    ),
    wire=(
        "KE payloads of methods 35 to 37 with equal bytes under different SPIs, in IKE_SA_INIT or, with keys, in "
        "IKE_INTERMEDIATE and CREATE_CHILD_SA. A retry after COOKIE keeps its SPI and is none."
    ),
    lookalikes="A test tool with a fixed value.",
    advice="Update the sender: a fresh key pair and a fresh ciphertext are required for each exchange.",
    references=("draft-ietf-ipsecme-ikev2-mlkem 3 (second-hand)", "RFC 9370 2.2"),
)


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each value."""
    for found in again(scene, scene.values.public):
        method = found.first.method
        if method in ML_KEM:
            what = f"{registry.name('ikev2-ke', method)}, the {'key' if found.first.from_initiator else 'ciphertext'}"
            detail = f"{what}: {found.who} sent one in the key exchanges of {len(found.values)} IKE SAs."
            yield lives.finding(ABOUT, "certain", found.first.negotiation, f"KE {method}", found.frames, detail)
