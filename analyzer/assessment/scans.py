"""What one source does to several responders is one finding."""

from collections.abc import Iterable, Iterator

from analyzer.assessment.model import Finding


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
