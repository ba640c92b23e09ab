"""Malformed AuthIP messages, and others of Windows, that are in no negotiation."""

from collections.abc import Iterator

from analyzer.assessment.lives import finding
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.scene import Scene

ABOUT = Explanation(
    id="authip-malformed",
    kind="check",
    title="Malformed AuthIP messages, or of Windows, in no negotiation",
    severity="medium",
    what=(
        "A message of AuthIP, or one of IKEv1 that names Windows, says lengths that cannot be, and belongs to no "
        "negotiation."
    ),
    why=(
        "The IKE service of Windows ran code of such messages before any authentication: the pattern of CVE-2022-34721 "
        "as far as it is public. Which bytes do it is not, so that this rule is general, and only possible."
    ),
    wire=(
        "A length beyond the end, in an AuthIP exchange (types 243 to 246), or in IKEv1 with the vendor ID MS NT5 "
        "ISAKMPOAKLEY. Table messages has them; windows-malformed-ikev1 is about negotiations."
    ),
    lookalikes="A fuzzer or a test; a device that damages packets. What the capture cut is not judged.",
    advice="See who sends it and whether the receiver goes on answering; keep Windows updated; filter UDP 500, 4500.",
    references=("pattern of CVE-2022-34721", "MS-AIPS 2.2"),
)


def find_all(scene: Scene) -> Iterator[Finding]:
    """One finding for each two hosts."""
    for found in scene.story.authip:
        kind = "AuthIP" if found.authip else "IKEv1"
        detail = f"Malformed messages ({kind}) to {found.dst_ip}: {found.messages}."
        yield finding(ABOUT, "possible", None, found.src_ip, found.frames, detail)
