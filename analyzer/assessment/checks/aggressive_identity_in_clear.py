"""Identity sent in clear."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp import registry

ABOUT = Explanation(
    id="aggressive-identity-in-clear",
    kind="check",
    title="Identity sent in clear",
    severity="medium",
    what="An ID payload of aggressive or base mode went over the wire unencrypted.",
    why=(
        "It names users, groups and gateways to any listener; a group name is half of what a probe of a "
        "pre-shared key needs."
    ),
    wire="An ID payload in an unencrypted message of exchange type 4 or 1.",
    lookalikes="IKEv1 main mode and IKEv2 encrypt identities; what decryption shows is not reported here.",
    advice="Use IKEv2; until both sides can, main mode, which hides the identities.",
    references=("RFC 2409 5.4",),
)
NEEDS = (Trait.PHASE1_WITH_ID | Trait.IDENTITIES,)


def find(case: Case) -> Iterator[Finding]:
    """One finding for each side's identity."""
    if not case.n.identities:
        return
    clear = {
        step.frame_number
        for exchange in case.n.of_type("AGGRESSIVE", "BASE")
        for step in exchange.steps
        if not step.encrypted
    }
    seen: set[tuple[bool, str]] = set()
    for identity in case.n.identities:
        if identity.frame_number in clear and (identity.from_initiator, identity.text) not in seen:
            seen.add((identity.from_initiator, identity.text))
            side = "initiator" if identity.from_initiator else "responder"
            kind = registry.name("ikev1-id-types", identity.id_type)
            yield case.finding(ABOUT, identity.text, (identity.frame_number,), f"{kind} of the {side}, unencrypted.")
