"""Every check and diagnosis by its id, found by looking into the package.

A new file is enough; only a diagnosis needs its place in the order besides (ranking.py).

A check module has `ABOUT` (an Explanation) and `find_terms(terms)` (findings in what was offered and chosen) or
`find(case)` (of one negotiation), which may be both, or `find_all(scene)` (of the whole capture). A diagnosis module
has `ABOUT` and `diagnose(case)`. Beside them `NEEDS` may say which negotiations it can speak of (traits.py). A module's
file name is its id with underscores.
"""

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from analyzer.assessment import checks, diagnoses, ranking
from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation, Finding
from analyzer.assessment.scene import Scene
from analyzer.assessment.terms import Terms
from analyzer.assessment.traits import ALWAYS, Needs


class Check(NamedTuple):
    """A check's functions; those that it does not have are None."""

    about: Explanation
    find_terms: Callable[[Terms], Iterable[Finding]] | None
    find: Callable[[Case], Iterable[Finding]] | None
    find_all: Callable[[Scene], Iterable[Finding]] | None
    needs: Needs = ALWAYS  # of `find`


class Cause(NamedTuple):
    """A diagnosis and its function."""

    about: Explanation
    diagnose: Callable[[Case], Diagnosis | None]
    needs: Needs = ALWAYS


def _modules(package: ModuleType) -> list[ModuleType]:
    found = sorted(file.stem for file in Path(package.__path__[0]).glob("[!_]*.py"))  # faster than pkgutil
    return [import_module(f"{package.__name__}.{name}") for name in found]


def _check(module: ModuleType) -> Check:
    of_terms, of_case, of_all = (getattr(module, way, None) for way in ("find_terms", "find", "find_all"))
    return Check(module.ABOUT, of_terms, of_case, of_all, _needs(module))


def _needs(module: ModuleType) -> Needs:
    needs: Needs = getattr(module, "NEEDS", ALWAYS)
    return needs


@cache
def all_checks() -> tuple[Check, ...]:
    """All checks, by id."""
    return tuple(map(_check, _modules(checks)))


@cache
def all_causes() -> tuple[Cause, ...]:
    """All diagnoses, by id. Raises LookupError for one without a place in the order (ranking.py)."""
    found = tuple(Cause(m.ABOUT, m.diagnose, _needs(m)) for m in _modules(diagnoses))
    for cause in found:
        ranking.place(cause.about.id)
    return found


@cache
def _explanations() -> dict[str, Explanation]:
    pages = [c.about for c in all_checks()] + [c.about for c in all_causes()]
    return {page.id: page for page in pages}


def all_ids() -> tuple[str, ...]:
    """Every id that explain() knows: checks, then diagnoses."""
    return tuple(_explanations())


def explain(identifier: str) -> Explanation | None:
    """The page of one id, or None."""
    return _explanations().get(identifier)
