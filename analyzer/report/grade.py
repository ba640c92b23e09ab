"""One grade for a page, and its reason: by the worst finding, and no better than what could be seen allows.

The rule, which docs/report.md repeats: the worst finding decides, critical F, high D, medium C, low B; without one of
low or worse it is A. What was only offered weighs one step less than what was chosen, as its finding does. Where the
choice, the authentication or the child SAs of an SA could not be seen, the grade is one `at best`, but for F: what is
hidden can only make it worse. Where no offer and no choice could be read there is none. It grades security by the
policy, not whether negotiations succeeded.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from analyzer.report.passed import Audited
from analyzer.report.verdict import FindingGroup
from analyzer.report.words import listed, plural, severity_rank

_LETTERS: Final = {"critical": "F", "high": "D", "medium": "C", "low": "B"}
_BEST: Final = "A"
_READ: Final = ("Offers for the IKE SA", "Encryption of the IKE SA", "Key exchange of the IKE SA")
_NEEDED: Final = (
    "Key exchange of the IKE SA",
    "Encryption of the IKE SA",
    "Integrity of the IKE SA",
    "Authentication",
    "Algorithms of the child SAs",
)
_MOST_NAMED: Final = 3


class Grade(NamedTuple):
    """A letter, "" where nothing could be graded; whether it is one at best; and why, in sentences."""

    letter: str
    at_best: bool
    reason: str
    severity: str


def grade_of(findings: Iterable[FindingGroup], audits: Iterable[Audited]) -> Grade:
    """The grade of the negotiations that these findings and audits are about."""
    findings, results = list(findings), {a.audit.title: a for a in audits}
    worst = min((f.severity for f in findings), key=severity_rank, default="")
    worst = worst if worst in _LETTERS else ""
    read = [results[title] for title in _READ if title in results]
    if not worst and not any(a.nothing or a.unspoken for a in read):
        return Grade("", False, "No offer and no choice of algorithms could be read.", "")
    if worst:
        titles = list(dict.fromkeys(f.title for f in findings if f.severity == worst))
        more = f" and {plural(len(titles) - _MOST_NAMED, 'other finding')}" if len(titles) > _MOST_NAMED else ""
        reason = f"Worst finding {worst}: {'; '.join(titles[:_MOST_NAMED])}{more}."
    else:
        reason = "No finding of low or worse in what could be read."
    hidden = [(title, results[title]) for title in _NEEDED if title in results]
    parts = [f"{title[0].lower()}{title[1:]} ({_where(a)})" for title, a in hidden if a.unseen or a.unspoken]
    if parts:
        reason += f" Not graded, as it could not be seen or the policy says nothing of it: {listed(parts)}."
    letter = _LETTERS.get(worst, _BEST)
    return Grade(letter, bool(parts) and worst != "critical", reason, worst)


def _where(audited: Audited) -> str:
    """Of how many negotiations an audit has no answer."""
    without = audited.unseen + audited.unspoken
    whole = without + audited.found + audited.nothing
    return f"{without:,} of {plural(whole, 'negotiation')}"
