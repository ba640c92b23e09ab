"""Child SAs without perfect forward secrecy."""

from collections.abc import Iterator
from typing import Final

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.seen import ChildSa

ABOUT = Explanation(
    id="no-pfs",
    kind="check",
    title="Child SA without perfect forward secrecy",
    severity="low",
    what="A child SA was negotiated without a key exchange of its own.",
    why="Its keys follow from those of the IKE SA: who gets the one has the others.",
    wire=(
        "A CREATE_CHILD_SA or QUICK_MODE exchange without a KE payload. Both are encrypted: judged only "
        "where it could be read, otherwise not observable."
    ),
    lookalikes="The first child SA of IKEv2 (made in IKE_AUTH) never has its own key exchange and is not meant.",
    advice="Configure a PFS group on both peers, as strong as the IKE SA's.",
    references=("RFC 7296 1.3.1", "RFC 2409 5.5"),
)
NEEDS = (Trait.CHILDREN,)

OF_ITS_OWN: Final = ("CREATE_CHILD_SA", "QUICK_MODE")
"""Exchanges in which a child SA can have a key exchange of its own."""


def without_pfs(n: Negotiation) -> list[ChildSa]:
    """Child SAs that came up without a key exchange of their own, as their payloads show."""
    return [
        c
        for c in n.children
        if c.created_by in OF_ITS_OWN
        and c.basis == "seen"
        and c.outcome == "established"
        and c.suite is not None
        and c.pfs_ke_id is None
    ]


def find(case: Case) -> Iterator[Finding]:
    """At most one finding, naming the child SAs."""
    without = without_pfs(case.n)
    if without:
        required = case.scene.policy.requirement("mode", "pfs")
        verdict = required[1] if required else None
        names = ", ".join(str(c.child) for c in without)
        detail = f"No KE payload. {verdict.text}" if verdict else "No KE payload."
        frames = tuple(c.frame_number for c in without)
        yield case.finding(ABOUT, f"child SA {names}", frames, detail, verdict=verdict)
