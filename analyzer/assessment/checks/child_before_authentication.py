"""CREATE_CHILD_SA before authentication."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.negotiation.model import AUTHENTICATING

ABOUT = Explanation(
    id="child-before-authentication",
    kind="check",
    title="CREATE_CHILD_SA before authentication",
    severity="high",
    what="A CREATE_CHILD_SA request follows IKE_SA_INIT without an IKE_AUTH between them.",
    why="strongSwan before 5.1.3 rekeyed such an SA and took it for authenticated (pattern of CVE-2014-2338).",
    wire="Both IKE_SA_INIT messages are in the capture, then exchange type 36, and no exchange type 35 before it.",
    lookalikes=(
        "A capture that lost the IKE_AUTH packets; with message ID 3 or above, or an IKE_AUTH under a lower one that "
        "was captured later, that is taken for granted."
    ),
    advice="See whether IKE_AUTH is missing from the capture only; if the responder is an old strongSwan, update it.",
    references=("CVE-2014-2338",),
)
NEEDS = (Trait.CREATE_CHILD_SA,)

FIRST = 1  # message ID of the first IKE_AUTH


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    n = case.n
    if n.rekeyed_from is not None or "CREATE_CHILD_SA" not in case.names:
        return
    names = [e.exchange for e in n.exchanges]
    if not {*AUTHENTICATING}.isdisjoint(names[: names.index("CREATE_CHILD_SA")]):
        return
    init = next((e for e in n.of_type("IKE_SA_INIT") if e.outcome == "answered"), None)
    child = n.exchanges[names.index("CREATE_CHILD_SA")]
    if child.begun_by_initiator and child.message_id > FIRST + 1:
        return
    if any(e.message_id < child.message_id for e in n.of_type(*AUTHENTICATING) if child.begun_by_initiator):
        return  # it was captured behind it
    if init is not None and n.exchanges.index(init) < names.index("CREATE_CHILD_SA"):
        frames = (init.steps[0].frame_number, child.steps[0].frame_number)
        detail = "IKE_SA_INIT, then CREATE_CHILD_SA; no IKE_AUTH between them in this capture."
        yield case.finding(ABOUT, n.initiator_ip, frames, detail, confidence="possible")
