"""What scans have in common: they go on with nothing that they begin, and are one finding for each source."""

from collections.abc import Iterable, Iterator

from analyzer.assessment.case import PHASE1
from analyzer.assessment.model import Finding
from analyzer.negotiation.model import Negotiation


def went_on(n: Negotiation) -> bool:
    """The initiator took part beyond its first message: IKEv1's third, or anything behind IKE_SA_INIT."""
    for exchange in n.exchanges:
        sent, _ = exchange.figure.fresh
        if sent > 1 if exchange.exchange in PHASE1 else sent and exchange.exchange != "IKE_SA_INIT":
            return True
    return False


def once_per_source(found: Iterable[tuple[int, Finding]]) -> Iterator[Finding]:
    """Of findings with their counts the weightiest of each subject, the first of equals, which counts the others."""
    groups: dict[str, list[tuple[int, Finding]]] = {}
    for count, finding in found:
        groups.setdefault(finding.subject, []).append((count, finding))
    for group in groups.values():
        _, first = max(group, key=lambda one: one[0])
        others = len(group) - 1
        more = f" It did the same to {others:,} more responder{'s' if others > 1 else ''}." if others else ""
        yield first._replace(detail=first.detail + more)
