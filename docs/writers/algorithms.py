"""algorithms.md: every algorithm that the registries name, and what each policy makes of its use."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from analyzer.assessment import policies
from analyzer.assessment.algorithms import NEEDS_KEY_LENGTH, Algorithm
from analyzer.isakmp import registry
from analyzer.isakmp.registry import Entry
from analyzer.vocabulary import SEVERITIES

from .markdown import WRITTEN, anchor, plain, reference, table


class Registry(NamedTuple):
    """One table of numbers, as it is used: for the IKE SA of a version, or for child SAs."""

    title: str
    scope: str
    kind: str
    table: str


REGISTRIES = (
    Registry("IKEv2: encryption of the IKE SA", "ikev2", "encr", "ikev2-encr"),
    Registry("IKEv2: pseudorandom functions", "ikev2", "prf", "ikev2-prf"),
    Registry("IKEv2: integrity of the IKE SA", "ikev2", "integ", "ikev2-integ"),
    Registry("IKEv2: key exchange methods", "ikev2", "ke", "ikev2-ke"),
    Registry("IKEv2: authentication methods", "ikev2", "auth", "ikev2-auth-methods"),
    Registry("IKEv2: encryption of ESP", "esp", "encr", "ikev2-encr"),
    Registry("IKEv2: integrity of ESP", "esp", "integ", "ikev2-integ"),
    Registry("IKEv2: integrity of AH", "ah", "integ", "ikev2-integ"),
    Registry("IKEv1: encryption of the ISAKMP SA", "ikev1", "encr", "ikev1-encryption"),
    Registry("IKEv1: hash", "ikev1", "hash", "ikev1-hash"),
    Registry("IKEv1: groups", "ikev1", "ke", "ikev1-groups"),
    Registry("IKEv1: authentication methods", "ikev1", "auth", "ikev1-auth-methods"),
    Registry("IKEv1: encryption of ESP", "esp", "encr", "ikev1-esp-transforms"),
    Registry("IKEv1: integrity of ESP and AH", "esp", "integ", "ikev1-ipsec-auth-algorithms"),
)
KEYS = 128, 192, 256
NOT_NAMES = re.compile(r"reserved|unassigned|private use", re.IGNORECASE)


def page() -> Iterator[str]:
    """algorithms.md."""
    yield WRITTEN
    yield """# Algorithms

Every algorithm that the registries of IKE name, with its number on the wire and what each [policy](policies.md) makes
of it: who objects to its use, and how much that weighs in a finding (offered only, it weighs one step less); who asks
for the algorithm, though not for each length of its keys alike: the notes of its statements say more. A policy that is
not named says nothing of it or leaves it open. What takes keys of several lengths has a row for each.
"""
    yield "".join(f"- [{one.title}](#{anchor(one.title)})\n" for one in REGISTRIES)
    for one in REGISTRIES:
        yield f"## {one.title}\n"
        rows = (_row(algorithm, entry) for entry in named(one.table) for algorithm in _with_keys(one, entry))
        yield from table(("Number", "Name", "Objects", "Asks for the algorithm", "Reference"), rows)


def named(name: str) -> list[Entry]:
    """The numbers of a registry that have names."""
    return [entry for entry in registry.entries(name) if not NOT_NAMES.match(entry.name)]


def _with_keys(one: Registry, entry: Entry) -> Iterator[Algorithm]:
    lengths = KEYS if entry.value in NEEDS_KEY_LENGTH.get(one.table, ()) else (None,)
    return (Algorithm(one.scope, one.kind, one.table, entry.value, bits) for bits in lengths)


def _row(algorithm: Algorithm, entry: Entry) -> tuple[str, ...]:
    objects: dict[str, list[str]] = {}
    asks = []
    for name in policies.names():
        policy = policies.load(name)
        verdict = policy.judge(algorithm)
        if verdict is not None:
            objects.setdefault(verdict.severity, []).append(name)
        elif policy.asks(algorithm) is not None:
            asks.append(name)
    said = "; ".join(f"{severity}: {', '.join(objects[severity])}" for severity in SEVERITIES if severity in objects)
    return str(algorithm.number), plain(algorithm.name), said, ", ".join(asks), references(entry)


def references(entry: Entry) -> str:
    """Where a number is defined."""
    return reference("; ".join(re.sub(r"^RFC-?(?=\d)", "RFC ", part.strip()) for part in entry.reference.split(";")))
