"""The findings about a negotiation: what its terms show, found once for all that share them, and all else."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Final

from analyzer.assessment.case import Case
from analyzer.assessment.catalogue import Check
from analyzer.assessment.model import Finding
from analyzer.assessment.terms import REMEMBERED, Terms
from analyzer.assessment.traits import Askers, Traits
from analyzer.vocabulary import SEVERITIES

_SEVERITY: Final = {name: place for place, name in enumerate(SEVERITIES)}
_Rank = tuple[int, int]  # of the severity, and of the check among all
_first = itemgetter(0)


class Finder:
    """The checks that are asked about negotiations."""

    def __init__(self, checks: Iterable[Check]) -> None:
        known = list(enumerate(checks))
        self._of_terms = [(place, c.find_terms) for place, c in known if c.find_terms is not None]
        self._of_cases = Askers((c.needs, (place, c.find)) for place, c in known if c.find is not None)
        self._found: dict[Terms, tuple[list[_Rank], list[Finding]]] = {}

    def findings(self, case: Case, has: Traits) -> list[Finding]:
        """All findings about a case of these traits, the heaviest first; of one severity in the order of the checks."""
        terms = case.seen.terms
        known = self._found.get(terms)
        if known is None:
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            known = self._found[terms] = self._in_terms(terms)
        ranks, found = known[0], case.seen.put_in(known[1], case.n)
        others = [(_rank(place, f), f) for place, find in self._of_cases.of(has) for f in find(case)]
        if not others:
            return found
        return [f for _, f in sorted([*zip(ranks, found, strict=True), *others], key=_first)]

    def _in_terms(self, terms: Terms) -> tuple[list[_Rank], list[Finding]]:
        found = [(_rank(place, f), f) for place, find in self._of_terms for f in find(terms)]
        found.sort(key=_first)
        return [rank for rank, _ in found], [f for _, f in found]


def _rank(place: int, finding: Finding) -> _Rank:
    return _SEVERITY[finding.severity], place
