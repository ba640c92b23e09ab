"""Signatures of IKE_AUTH by an algorithm that the policy objects to."""

from collections.abc import Iterator

from analyzer.assessment import judged
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.negotiation.model import AUTHENTICATING

ABOUT = Explanation(
    id="weak-signature-algorithm",
    kind="check",
    title="Discouraged signature algorithm in use",
    severity="high",
    what="A side proved its identity with a signature whose algorithm the policy objects to, such as one with SHA-1.",
    why=(
        "Collisions in SHA-1 are practical; transcript collision attacks on signatures in key exchanges are known "
        "(SLOTH)."
    ),
    wire="The AlgorithmIdentifier in the AUTH payload of method 14 (RFC 7427). Visible only with keys.",
    lookalikes=(
        "RSASSA-PSS without parameters means SHA-1 (RFC 4055). What a side only accepts is in its list of hashes: "
        "signature-hash-sha1-offered."
    ),
    advice="Let both peers sign by an algorithm that the policy allows, and limit signature hashes in the same way.",
    references=("RFC 8247 3.2", "RFC 7427 3", "CVE-2015-7575"),
)


def find(case: Case) -> Iterator[Finding]:
    """One finding for each side."""
    for side, algorithm in zip(("initiator", "responder"), case.n.signatures, strict=True):
        verdict = case.scene.policy.objection("sig-alg", algorithm) if algorithm is not None else None
        if verdict is not None:
            subject, frames = f"{algorithm} ({side})", case.frames_of(*AUTHENTICATING)
            found = case.finding(ABOUT, subject, frames, f"Of the {side}. {verdict.text}", verdict=verdict)
            yield found._replace(title=judged.titled(found.title, verdict.title))
