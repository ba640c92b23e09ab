"""Burst of malformed messages."""

from collections.abc import Iterator

from analyzer.assessment.lives import finding
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.vocabulary import few

ABOUT = Explanation(
    id="malformed-burst",
    kind="check",
    title="Burst of malformed messages",
    severity="medium",
    what="One host sent another 50 or more malformed messages within 60 seconds.",
    why=(
        "Peers do not send such. A fuzzer does, and attacks that make a parser leak memory or end: Cisco and Microsoft "
        "had such faults (patterns of CVE-2025-20224, CVE-2025-20225, CVE-2025-20253, CVE-2025-20182, CVE-2026-20012, "
        "CVE-2026-35424). Which one is meant, if any, cannot be known."
    ),
    wire=(
        "50 messages of IKE whose header, lengths, counts or payload chains cannot be, or that hold an unknown payload "
        "which is critical or one of the other version, from one address to another."
    ),
    lookalikes="A test of the gateway's owner; a peer whose packets something on the path damages.",
    advice="Update the receiver, see whether it went on answering, and limit UDP 500 and 4500 to known peers.",
    references=("pattern of CVE-2025-20224", "pattern of CVE-2025-20253", "pattern of CVE-2026-35424"),
)

_FRAMES_KEPT = 10
_KINDS_NAMED = 3


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each source and target."""
    for burst in scene.story.malformed:
        detail = f"{burst.messages:,} malformed messages to {burst.dst_ip}: {few(burst.kinds, _KINDS_NAMED)}."
        yield finding(ABOUT, "likely", None, burst.src_ip, burst.frames[:_FRAMES_KEPT], detail)
