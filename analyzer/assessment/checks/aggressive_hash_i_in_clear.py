"""Aggressive mode whose third message is not encrypted."""

from collections.abc import Iterator

from analyzer.assessment.case import Case, frames
from analyzer.assessment.checks.aggressive_mode_psk import PRE_SHARED
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import PayloadV1
from analyzer.negotiation.read.ikev1 import is_only_of
from analyzer.vocabulary import Severity

ABOUT = Explanation(
    id="aggressive-hash-i-in-clear",
    kind="check",
    title="HASH_I of aggressive mode in clear",
    severity="high",
    what="The initiator sent HASH_I of a pre-shared key in the third message of aggressive mode without encryption.",
    why=(
        "Whoever records the exchange has a second value to test guesses of the key with: HASH_I is made of what the "
        "first two messages carry. Who poses as the responder gets it from the client, without knowing the key."
    ),
    wire="Exchange type 4, third message: flag E is clear, and there is a HASH payload (RFC 2409 5.4).",
    lookalikes=(
        "RFC 2409 leaves it open whether the third message is encrypted; most implementations encrypt it. With "
        "signatures there is SIG instead, and nothing to guess."
    ),
    advice=(
        "Use IKEv2, or certificates. Change the present key: HASH_R in the second message is exposed in any case "
        "(aggressive-mode-psk)."
    ),
    references=("RFC 2409 5.4",),
)
NEEDS = (Trait.PHASE1_WITH_ID,)

_HASH, _SA = int(PayloadV1.HASH), int(PayloadV1.SA)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding: high where both messages before it are there, which the hash is made of."""
    n = case.n
    if n.mode != "aggressive" or not is_only_of(n, PRE_SHARED):
        return
    for exchange in n.of_type("AGGRESSIVE"):
        clear = [s for s in exchange.steps if s.from_initiator and not s.encrypted]
        third = next((s for s in clear if _HASH in s.payload_types and _SA not in s.payload_types), None)
        if third is not None:
            first = next((s for s in clear if _SA in s.payload_types), None)
            answer = next((s for s in exchange.steps if not s.from_initiator and _SA in s.payload_types), None)
            detail = "Message 3 carries HASH_I of the pre-shared key, and flag E is clear."
            if first is None or answer is None:
                detail += " Not all that HASH_I is made of is in this capture."
            severity: Severity = "medium" if first is None or answer is None else "high"
            yield case.finding(ABOUT, n.initiator_ip, frames(first, answer, third), detail, severity=severity)
            return
