"""Every name in numbers.py is a registry's own, and stands for the registry's number."""

import re
from enum import IntEnum

import pytest

from analyzer.isakmp import numbers, registry

ENUMS = [found for found in vars(numbers).values() if isinstance(found, type) and issubclass(found, IntEnum)]
ENUMS.remove(IntEnum)
MEMBERS = [member for kind in ENUMS for member in kind]
# What IKEv2 calls IKE, and leaves out
OTHERWISE = {("ikev1-protocol-ids", 1): "PROTO_IKE", ("ikev2-protocol-ids", 4): "IPCOMP"}


def tables(kind: type[IntEnum]) -> list[str]:
    """The registries that an enumeration's docstring names."""
    words = re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", kind.__doc__ or "")
    return [word for word in words if {"value", "name"} <= set(first_row(word))]


def first_row(table: str) -> dict[str, str]:
    try:
        return registry.rows(table)[0]
    except FileNotFoundError:
        return {}


def plain(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def names(table: str, number: int) -> set[str]:
    """What a registry calls a number: its name or mnemonic, the registry's prefix left out."""
    found = registry.claimants(table, number)
    given = {word for row in found for word in (row.name, row.mnemonic) if word}
    given |= {OTHERWISE[table, number]} if (table, number) in OTHERWISE else set()
    return {plain(re.sub(r"^PROTO_(IPSEC_)?", "", word)) for word in given}


def fault(member: IntEnum) -> str | None:
    """Why a member is not what its registries say, or None."""
    known = set().union(*(names(table, member.value) for table in tables(type(member))))
    return None if plain(member.name) in known else f"{member!r} is called {sorted(known)}"


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_each_enumeration_names_its_registry(kind: type[IntEnum]) -> None:
    assert tables(kind)
    assert len(kind.__members__) == len(kind), "two names for one number"


@pytest.mark.parametrize("member", MEMBERS, ids=repr)
def test_members_are_the_registrys(member: IntEnum) -> None:
    assert not fault(member)


def test_protocols_are_numbered_alike_in_both_versions() -> None:
    for member in numbers.ProtocolId:
        for table in tables(numbers.ProtocolId):
            assert plain(member.name) in names(table, member.value)


def test_a_wrong_number_or_name_is_found() -> None:
    class Wrong(IntEnum):
        """Of ikev2-notify-status."""

        COOKIE = 16391
        KUCHEN = 16390

    assert all(fault(member) for member in Wrong)
    assert not fault(numbers.NotifyV2.COOKIE)
