"""Numbers of the wire and of the model as the words and units that cells hold."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, overload

from analyzer.isakmp import registry
from analyzer.vocabulary import side

# Registries by the kind of algorithm
IKEV2: Final = {
    "encryption": "ikev2-encr",
    "integrity": "ikev2-integ",
    "prf": "ikev2-prf",
    "ke": "ikev2-ke",
    "auth": "ikev2-auth-methods",
}
IKEV1: Final = {
    "encryption": "ikev1-encryption",
    "integrity": "ikev1-hash",
    "prf": "ikev2-prf",
    "ke": "ikev1-groups",
    "auth": "ikev1-auth-methods",
}
IKEV1_CHILD: Final = {
    **IKEV1,
    "encryption": "ikev1-esp-transforms",
    "integrity": "ikev1-ipsec-auth-algorithms",
}


is_numbered: Final = re.compile(r"(EXCHANGE|PAYLOAD)_[0-9]{1,3}").fullmatch
"""What stands for a number that no document names."""


@lru_cache(maxsize=4096)
def named(table: str, number: int | None) -> str | None:
    """Name of a number in a registry; None stays None."""
    return None if number is None else registry.name(table, number)


def side_name(initiator: bool | None) -> str | None:
    """Initiator or responder, where it is known."""
    return None if initiator is None else side(initiator)


def exchange_names() -> tuple[str, ...]:
    """The names of all exchange types, those that a document gives first."""
    versions = ((1, False), (1, True), (2, False), (0, False))
    return _of_all(registry.exchange_name(version, n, gdoi=gdoi) for version, gdoi in versions for n in range(256))


def payload_names() -> tuple[str, ...]:
    """The names of all payload types, those that a document gives first."""
    return _of_all(registry.payload_name(version, n) for version in (1, 2, 0) for n in range(256))


def _of_all(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(names), key=lambda name: is_numbered(name) is not None))


def check_ids() -> tuple[str, ...]:
    """The ids of all checks."""
    from analyzer.assessment import catalogue  # noqa: PLC0415  (all checks: only who asks for them loads them)

    return tuple(check.about.id for check in catalogue.all_checks())


def cause_ids() -> tuple[str, ...]:
    """The ids of all diagnoses."""
    from analyzer.assessment import catalogue  # noqa: PLC0415  (likewise)

    return tuple(cause.about.id for cause in catalogue.all_causes())


@overload
def seconds(ns: int) -> float: ...
@overload
def seconds(ns: None) -> None: ...
@overload
def seconds(ns: int | None) -> float | None: ...
def seconds(ns: int | None) -> float | None:
    """Of nanoseconds."""
    return None if ns is None else ns / 1e9
