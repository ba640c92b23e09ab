"""Aggressive mode whose third message is not encrypted."""

from collections.abc import Iterator

from analyzer.assessment.case import Case, frames
from analyzer.assessment.checks.aggressive_mode_psk import PRE_SHARED
from analyzer.assessment.model import Explanation, Finding
from analyzer.isakmp.numbers import PayloadV1

ABOUT = Explanation(
    id="aggressive-hash-i-in-clear",
    kind="check",
    title="HASH_I of aggressive mode in clear",
    severity="high",
    what="The initiator sent HASH_I of a pre-shared key in the third message of aggressive mode without encryption.",
    why=(
        "Whoever records the exchange has a second value to test guesses of the key with, also where the responder's "
        "answer is missing from the recording: who poses as the responder gets it from the client."
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

_HASH, _SA = int(PayloadV1.HASH), int(PayloadV1.SA)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding: high where the first message is there too, which the hash is made of."""
    n = case.n
    if n.mode != "aggressive" or n.suite is None or n.suite.auth_method not in PRE_SHARED:
        return
    for exchange in n.of_type("AGGRESSIVE"):
        clear = [s for s in exchange.steps if s.from_initiator and not s.encrypted]
        third = next((s for s in clear if _HASH in s.payload_types and _SA not in s.payload_types), None)
        if third is not None:
            first = next((s for s in clear if _SA in s.payload_types), None)
            detail = "Message 3 carries HASH_I of the pre-shared key, and flag E is clear."
            shown = frames(first, exchange.response, third)
            yield case.finding(ABOUT, n.initiator_ip, shown, detail, severity="high" if first else "medium")
            return
