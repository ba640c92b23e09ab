"""Post-quantum pre-shared key offered and not taken up."""

from collections.abc import Iterator

from analyzer.assessment.case import Case, frames
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.ppk import ppk
from analyzer.assessment.traits import Trait

ABOUT = Explanation(
    id="ppk-not-taken",
    kind="check",
    title="Post-quantum pre-shared key offered and not taken up",
    severity="low",
    what=(
        "The initiator announced a post-quantum pre-shared key, and the responder did not take it up: its answer "
        "announces none, or keys show that it used none."
    ),
    why=(
        "What is recorded today may be read once large quantum computers exist, although the initiator could have "
        "prevented it."
    ),
    wire=(
        "USE_PPK (16435) or USE_PPK_INT (16445) in the IKE_SA_INIT request and not in the answer; with keys also the "
        "responder's AUTH without PPK_IDENTITY (16436)."
    ),
    lookalikes="A responder that does not know RFC 8784, or has no such key for this peer yet: the usual case.",
    advice=(
        "Configure the key on the responder; once both sides have it, let both require it, so that nobody between them "
        "can take it away."
    ),
    references=("RFC 8784", "RFC 9867"),
)
NEEDS = (Trait.IKEV2 | Trait.PPK | Trait.CHOSEN,)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    n, seen = case.n, ppk(case.n)
    if seen.asked is None or n.chosen_frame is None or case.unused:
        return
    if seen.agreed is None and not n.cut:
        shown = (seen.asked.frame_number, n.chosen_frame)
        yield case.finding(ABOUT, n.responder_ip, shown, "The request announces it, and the answer does not.")
    elif seen.used is False:
        detail = "Both sides announce it, and the responder's AUTH comes without PPK_IDENTITY."
        yield case.finding(ABOUT, n.responder_ip, frames(seen.asked, seen.agreed, seen.proof), detail)
