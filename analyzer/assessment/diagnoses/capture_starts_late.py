"""The capture begins inside this SA."""

from analyzer.assessment.case import Case, frames
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.traits import Trait
from analyzer.negotiation.conclude.outcome_ikev1 import sides_guessed

ABOUT = Explanation(
    id="capture-starts-late",
    kind="diagnosis",
    title="The capture begins inside this SA",
    what="The first messages of this SA are not in the capture.",
    why=(
        "The capture was started later, or its first packets were lost; algorithms, versions and "
        "identities may be missing for that reason."
    ),
    wire="The first message seen belongs to a later exchange, or carries a responder SPI already.",
    lookalikes=(
        "An SA that another one made: with keys the older SA shows it. A filter that left out UDP 500 and caught 4500."
    ),
    advice="Start the capture before the tunnel, or bring the tunnel down and up while capturing.",
    references=("RFC 7296 1.2, 1.3.2",),
)
NEEDS = (Trait.STARTS_LATE,)


def diagnose(case: Case) -> Diagnosis | None:
    """As the tracker found it."""
    if not case.n.starts_late or case.n.unread:
        return None
    first = case.exchanges[0]
    detail = f"First message seen: {first.exchange}."
    if sides_guessed(case.n):
        detail += " Who began this SA cannot be known from it: which side is called the initiator is a guess."
    return case.diagnosis(ABOUT, "likely", frames(first.first), detail, "exchange type and SPIs of the first message")
