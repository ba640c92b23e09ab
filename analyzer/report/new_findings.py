"""Findings that the baseline does not have, as drift; those that are not found again, which prove nothing."""

from collections.abc import Iterable, Iterator

from analyzer.report.change import Change
from analyzer.report.same_finding import Finding
from analyzer.report.snapshot import Snapshot
from analyzer.report.words import listed, severity_rank


def compared(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """One change for each pair of hosts. What was judged by another policy is not compared."""
    if old.policies and new.policies and old.policies != new.policies:
        text = (
            f"judged now; the baseline was judged by {listed(sorted(old.policies))}, so that findings are not compared"
        )
        yield Change("findings-not-compared", f"policy {listed(sorted(new.policies))}", text, drift=False)
        return
    perhaps = "; by which policy the baseline was judged is not shown" if new.policies and not old.policies else ""
    for hosts, findings in _by_hosts(new, new.findings.keys() - old.findings.keys()):
        text = f"have findings above info that the baseline does not have: {_named(new, findings)}{perhaps}"
        names = tuple(f"{one.finding}: {one.subject}" for one in findings)
        yield Change("finding-new", hosts, text, True, names).shown(new.first(*(("finding", f) for f in findings)))
    both = new.findings.keys() & old.findings.keys()
    worse = [f for f in both if severity_rank(new.findings[f][0]) < severity_rank(old.findings[f][0])]
    for hosts, findings in _by_hosts(new, worse):
        before = listed([old.findings[one][0] for one in findings])
        text = f"have findings that are more severe now: {_named(new, findings)}; in the baseline: {before}"
        names = tuple(f"{one.finding}: {one.subject}" for one in findings)
        yield Change("finding-worse", hosts, text, True, names).shown(new.first(*(("finding", f) for f in findings)))
    for hosts, findings in _by_hosts(old, old.findings.keys() - new.findings.keys()):
        text = f"have findings in the baseline that are not found now: {_named(old, findings)}; that proves nothing"
        yield Change("finding-not-seen", hosts, text, drift=False)


def _by_hosts(side: Snapshot, findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """The findings of each pair of hosts, the most severe first."""
    found: dict[str, list[Finding]] = {}
    for one in sorted(findings, key=lambda f: (severity_rank(side.findings[f][0]), f)):
        found.setdefault(" and ".join(one.hosts) or "the captures", []).append(one)
    return sorted(found.items())


def _named(side: Snapshot, findings: Iterable[Finding]) -> str:
    return listed([f"{side.findings[one][0]} {one.finding} ({one.subject})" for one in findings])
