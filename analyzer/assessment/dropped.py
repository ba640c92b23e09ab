"""Where the capture itself dropped packets, absence is no evidence: what rests on it is less sure, and says so."""

from collections.abc import Iterable

from analyzer.assessment.model import Finding
from analyzer.vocabulary import Confidence

OF_ABSENCE = frozenset({"one-way-traffic", "packets-missing", "child-sa-not-renewed", "esp-on-another-port"})
LESS: dict[Confidence, Confidence] = {"certain": "likely", "likely": "possible", "possible": "possible"}


def doubt_findings(found: Iterable[Finding], dropped: int) -> list[Finding]:
    """Findings about what did not come are one step less sure."""
    return [
        f._replace(confidence=LESS[f.confidence], detail=f"{f.detail} But {why(dropped)}.")
        if f.finding in OF_ABSENCE
        else f
        for f in found
    ]


def why(dropped: int) -> str:
    """The reason, in words."""
    return f"the capture dropped {dropped:,} packet{'' if dropped == 1 else 's'}, so absence is weak evidence"
