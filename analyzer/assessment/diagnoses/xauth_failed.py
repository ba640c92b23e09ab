"""XAUTH failed."""

from analyzer.assessment.authentication import ends_in_mode_config
from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.traits import Trait
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="xauth-failed",
    kind="diagnosis",
    title="XAUTH failed",
    what="Phase 1 came up, then the user was not accepted.",
    why="Wrong user name or password, a locked account, or the authentication server does not answer.",
    wire=(
        "TRANSACTION exchanges begun by the gateway (two for an attempt), and no quick mode after them. With keys: "
        "XAUTH_STATUS of 0."
    ),
    lookalikes="A mode config that the client rejects: there the last transaction is the client's.",
    advice="Check the credentials and the gateway's authentication server.",
    references=("draft-beaulieu-ike-xauth-02",),
)
NEEDS = (Trait.IKE_FAILED | Trait.TRANSACTION,)


def diagnose(case: Case) -> Diagnosis | None:
    """The last transaction was the responder's, and nothing came of it."""
    if (
        not case.ike_failed
        or case.n.failed_at != "TRANSACTION"
        or case.n.failed_by == "none"
        or ends_in_mode_config(case)
    ):
        return None
    rounds = case.n.of_type("TRANSACTION")
    detail = f"{len(rounds)} TRANSACTION exchange{'s' if len(rounds) > 1 else ''}, then no quick mode."
    if case.n.xauth_failed:
        detail += " XAUTH_STATUS says FAIL."
    confidence: Confidence = "certain" if case.n.xauth_failed else "likely"
    return case.diagnosis(ABOUT, confidence, case.frames_of("TRANSACTION"), detail, case.n.outcome_basis)
