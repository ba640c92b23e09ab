"""Unknown payloads in clear before an encrypted fragment."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp import registry
from analyzer.isakmp.numbers import PayloadV2
from analyzer.negotiation.model import Step
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="skf-with-foreign-payloads",
    kind="check",
    title="Unknown payloads in clear before an encrypted fragment",
    severity="low",
    what="Payloads of types that no document assigns stand before the SKF payload of an IKE fragment.",
    why=(
        "They are neither encrypted nor authenticated, and whoever puts the fragments together has to skip them: "
        "libreswan before 5.3.1 ended on many of them (pattern of CVE-2026-12413)."
    ),
    wire="A payload chain that ends in SKF (53) and holds unassigned or private types before it.",
    lookalikes="A vendor's private payload in the first fragment, which RFC 7383 allows and others have to ignore.",
    advice="Update the receiver, and see who sends such messages.",
    references=("pattern of CVE-2026-12413", "RFC 7383 2.5"),
)
NEEDS = (Trait.IKEV2 | Trait.FRAGMENTED,)

_FRAMES_KEPT = 10
_SKF = int(PayloadV2.SKF)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding for each side."""
    if case.n.ike_version != 2 or not case.fragmented:
        return
    found: dict[bool, list[tuple[Step, int]]] = {}
    for exchange in case.exchanges:
        for step in exchange.steps if exchange.figure.fragmented and exchange.ike_version == 2 else ():
            if step.payload_types[-1:] == (_SKF,) and not step.duplicate:
                unknown = sum(map(_unknown, step.payload_types[:-1]))
                if unknown:
                    found.setdefault(step.from_initiator, []).append((step, unknown))
    for from_initiator, steps in found.items():
        most = max(count for _, count in steps)
        frames = tuple(step.frame_number for step, _ in steps[:_FRAMES_KEPT])
        payloads = "1 unknown payload" if most == 1 else f"up to {most} unknown payloads"
        fragments = "1 fragment" if len(steps) == 1 else f"{len(steps)} fragments"
        subject = case.n.initiator_ip if from_initiator else case.n.responder_ip
        yield case.finding(ABOUT, subject, frames, f"Of the {side(from_initiator)}: {payloads} in {fragments}.")


def _unknown(payload_type: int) -> bool:
    entry = registry.entry("ikev2-payload-types", payload_type)
    return entry is None or entry.status.startswith(("unassigned", "private"))
