"""One grade for a page, and its reason: by the worst finding, and no better than what could be seen allows.

The rule, which docs/report.md repeats: the worst finding decides, critical F, high D, medium C, low B; without one of
low or worse it is A. What was only offered weighs one step less than what was chosen, as its finding does. Where the
choice, the authentication or the child SAs of an SA could not be seen, the grade is one `at best`, but for F: what is
hidden can only make it worse. So it is where nothing was agreed on and offers are all there is. Where no offer and no
choice could be read there is none. It grades security by the policy, not whether negotiations succeeded, and not what
scanners and floods offer.
"""

from collections.abc import Container, Iterable
from typing import Final, NamedTuple

from analyzer.report.passed import Audited
from analyzer.report.words import listed, plural, severity_rank
from analyzer.tables.store import Tables

_LETTERS: Final = {"critical": "F", "high": "D", "medium": "C", "low": "B"}
_BEST: Final = "A"
_READ: Final = ("Offers for the IKE SA", "Encryption of the IKE SA", "Key exchange of the IKE SA")
_CHOICE: Final = _READ[1:]
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


def weighed(tables: Tables, known: Container[int]) -> list[tuple[str, str]]:
    """Severity and title of the findings about these negotiations and about the capture, each once."""
    cells = tables["findings"].cells("severity", "title", "finding", "negotiation")
    found = {(severity, title or ident): None for severity, title, ident, n in cells if n is None or n in known}
    return sorted(found, key=lambda one: severity_rank(one[0]))


def grade_of(findings: Iterable[tuple[str, str]], audits: Iterable[Audited]) -> Grade:
    """The grade of the negotiations that these audits are about. findings: severity and title of each."""
    findings, results = list(findings), {a.audit.title: a for a in audits}
    worst = min((severity for severity, _ in findings), key=severity_rank, default="")
    worst = worst if worst in _LETTERS else ""
    read = [results[title] for title in _READ if title in results]
    if not results:
        return Grade("", False, "All negotiations here are of scanners or floods.", "")
    if not worst and not any(a.found or a.nothing or a.unspoken for a in read):
        return Grade("", False, "No offer and no choice of algorithms could be read.", "")
    if worst:
        titles = list(dict.fromkeys(title for severity, title in findings if severity == worst))
        more = f" and {plural(len(titles) - _MOST_NAMED, 'other finding')}" if len(titles) > _MOST_NAMED else ""
        reason = f"Worst finding {worst}: {'; '.join(titles[:_MOST_NAMED])}{more}."
    else:
        reason = "No finding of low or worse in what could be read."
    hidden = [(title, results[title]) for title in _NEEDED if title in results]
    parts = [f"{title[0].lower()}{title[1:]} ({_where(a)})" for title, a in hidden if a.unseen or a.unspoken]
    if parts:
        reason += f" Not graded, as it could not be seen or the policy says nothing of it: {listed(parts)}."
    chosen = [results[title] for title in _CHOICE if title in results]
    offers_only = not any(a.found or a.nothing or a.unspoken for a in chosen)
    if offers_only:
        reason += " No choice of algorithms could be read: this is of what was offered."
    letter = _LETTERS.get(worst, _BEST)
    return Grade(letter, bool(parts or offers_only) and worst != "critical", reason, worst)


def _where(audited: Audited) -> str:
    """Of how many negotiations an audit has no answer."""
    without = audited.unseen + audited.unspoken
    whole = without + audited.found + audited.nothing
    return f"{without:,} of {plural(whole, 'negotiation')}"
