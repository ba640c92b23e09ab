"""Where the capture itself dropped packets, absence is no evidence: what rests on it is less sure, and says so."""

from collections.abc import Iterable

from analyzer.assessment.model import Diagnosis, Finding
from analyzer.vocabulary import Confidence

_OF_ABSENCE = frozenset({"one-way-traffic", "packets-missing", "child-sa-not-renewed", "esp-on-another-port"})
_LESS: dict[Confidence, Confidence] = {"certain": "likely", "likely": "possible", "possible": "possible"}


def doubt_diagnoses(found: Iterable[Diagnosis], dropped: int) -> list[Diagnosis]:
    """Those whose basis is that something did not come are one step less sure."""
    return [
        d._replace(confidence=_LESS[d.confidence], basis=f"{d.basis}; {_why(dropped)}") if "absence" in d.basis else d
        for d in found
    ]


def doubt_findings(found: Iterable[Finding], dropped: int) -> list[Finding]:
    """The same for findings about what did not come."""
    return [
        f._replace(confidence=_LESS[f.confidence], detail=f"{f.detail} But {_why(dropped)}.")
        if f.finding in _OF_ABSENCE
        else f
        for f in found
    ]


def _why(dropped: int) -> str:
    return f"the capture dropped {dropped:,} packet{'' if dropped == 1 else 's'}, so absence is weak evidence"
