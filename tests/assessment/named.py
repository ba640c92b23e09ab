"""The algorithms that a text names, by the registries and by the keywords of proposals: an oracle for advice."""

import re
from functools import cache

from analyzer.assessment import keywords
from analyzer.assessment.algorithms import Algorithm
from analyzer.isakmp import registry

_TABLES = {
    "ikev2-encr": (("ikev2", "esp"), "encr"),
    "ikev2-prf": (("ikev2",), "prf"),
    "ikev2-integ": (("ikev2", "esp"), "integ"),
    "ikev2-ke": (("ikev2", "esp"), "ke"),
    "ikev1-encryption": (("ikev1",), "encr"),
    "ikev1-hash": (("ikev1",), "hash"),
    "ikev1-groups": (("ikev1", "esp"), "ke"),
    "ikev1-esp-transforms": (("esp",), "encr"),
    "ikev1-ipsec-auth-algorithms": (("esp",), "integ"),
}
_NO_NAMES = {"Reserved", "Unassigned"}
_WORD = re.compile(r"[A-Za-z0-9_]+")


@cache
def _names() -> dict[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for table in _TABLES:
        for entry in registry.entries(table):
            if entry.name not in _NO_NAMES and "Private" not in entry.name:
                found.setdefault(entry.name, []).append((table, entry.value))
    return found


@cache
def _pattern() -> re.Pattern[str]:
    each = "|".join(re.escape(name) for name in sorted(_names(), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])({each})(?:-(\d+))?(?![\w-])")


def named(text: str) -> list[list[Algorithm]]:
    """What a text names, each with all that the name may stand for."""
    found = []
    for match in _pattern().finditer(text):
        bits = int(match[2]) if match[2] else None
        found.append(
            [
                Algorithm(scope, _TABLES[table][1], table, number, bits if _TABLES[table][1] == "encr" else None)
                for table, number in _names()[match[1]]
                for scope in _TABLES[table][0]
            ]
        )
    words = map(_keyword, _WORD.findall(_pattern().sub(" ", text)))
    return [*found, *(each for each in words if each)]


@cache
def _keyword(word: str) -> list[Algorithm]:
    """What a word of configurations may stand for; most words stand for nothing."""
    if word.isdigit():
        return []
    return [a for place in keywords.TABLES if (a := keywords.algorithm(word, *place)) is not None]
