"""Where the capture itself dropped packets, absence is no evidence: what rests on it is less sure, and says so."""

from typing import Final

from analyzer.negotiation.conclude.verdict import Verdict
from analyzer.vocabulary import Confidence

LESS: Final[dict[Confidence, Confidence]] = {"certain": "likely", "likely": "possible", "possible": "possible"}


def doubted(verdict: Verdict, dropped: int) -> Verdict:
    """The same verdict, one step less sure if it rests on what did not come. dropped: packets, by the capture."""
    rests_on_absence = verdict.absence or verdict.failed_by == "none"
    if not dropped or not rests_on_absence or verdict.outcome not in ("failed", "unanswered"):
        return verdict
    return verdict._replace(confidence=LESS[verdict.confidence], basis=f"{verdict.basis}; {why(dropped)}")


def why(dropped: int) -> str:
    """The reason, in words."""
    return f"the capture dropped {dropped:,} packet{'' if dropped == 1 else 's'}, so absence is weak evidence"
