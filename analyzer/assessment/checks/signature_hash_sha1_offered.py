"""SHA-1 accepted for signatures."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.policies import lowered
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import NotifyV2

ABOUT = Explanation(
    id="signature-hash-sha1-offered",
    kind="check",
    title="SHA-1 accepted for signatures",
    severity="low",
    what="A peer announces that it accepts signatures made with SHA-1.",
    why=(
        "Collisions in SHA-1 are practical; transcript collision attacks on signatures in key exchanges "
        "are known (SLOTH)."
    ),
    wire="SIGNATURE_HASH_ALGORITHMS (16431) with the value 1. It says what the sender accepts, not what is used.",
    lookalikes="The hash that was really used is inside the encrypted AUTH payload.",
    advice="Limit the signature hashes to those that the policy allows.",
    references=("RFC 7427 4", "RFC 8247 3.2", "CVE-2015-7575"),
)
NEEDS = (Trait.IKEV2 | Trait.SIGNATURE_HASHES,)

_SHA1 = b"\x00\x01"  # RFC 7427 4


def find(case: Case) -> Iterator[Finding]:
    """One finding for each side that announces it."""
    if case.n.ike_version == 1:
        return
    seen: dict[bool, list[int]] = {}
    for step, notify in case.notifies:
        if notify.notify_type == NotifyV2.SIGNATURE_HASH_ALGORITHMS and _lists_sha1(notify.data):
            seen.setdefault(step.from_initiator, []).append(step.frame_number)
    for from_initiator, frames in seen.items():
        side = "initiator" if from_initiator else "responder"
        verdict = case.scene.policy.objection("sighash", "1")
        detail = f"The {side} lists SHA1." + (f" {verdict.text}" if verdict else "")
        severity = lowered(verdict.severity) if verdict else "low"
        yield case.finding(ABOUT, f"SHA1 ({side})", tuple(frames), detail, severity=severity, verdict=verdict)


def _lists_sha1(data: bytes) -> bool:
    """SHA-1 is among the two-byte numbers; those bytes across two of them are not it."""
    return _SHA1 in data and any(data.startswith(_SHA1, at) for at in range(0, len(data) - 1, 2))
