"""Every name in numbers.py is a registry's own, and stands for the registry's number."""

import ast
import re
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path

import pytest

from analyzer.isakmp import numbers, registry
from tests.conftest import ROOT

ENUMS = [found for found in vars(numbers).values() if isinstance(found, type) and issubclass(found, IntEnum)]
ENUMS.remove(IntEnum)
MEMBERS = [member for kind in ENUMS for member in kind]
# What IKEv2 calls IKE, and leaves out
OTHERWISE = {("ikev1-protocol-ids", 1): "PROTO_IKE", ("ikev2-protocol-ids", 4): "IPCOMP"}
# Notify types whose numbers mean nothing else in the package
TELLTALE: frozenset[int] = frozenset(
    {
        numbers.NotifyV1.INITIAL_CONTACT,
        numbers.NotifyV1.R_U_THERE,
        numbers.NotifyV1.R_U_THERE_ACK,
        *(kind for kind in numbers.NotifyV2 if kind >= numbers.NotifyV2.INITIAL_CONTACT),
    }
)


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


def typed(path: Path) -> Iterator[str]:
    """Where a module has a tell-tale number as a literal of its own; words about it in a text are none."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value in TELLTALE:
            yield f"{path}:{node.lineno}: {node.value}"


def test_numbers_of_the_wire_stand_once() -> None:
    """In all modules that may import numbers.py.

    capture/ stands before it: 16384 is a bit there. registry/ has it as the border between errors and status types.
    """
    package = ROOT / "analyzer"
    home = package / "isakmp"
    before = {package / "capture", home / "registry"}
    modules = [path for path in package.rglob("*.py") if before.isdisjoint(path.parents)]
    modules.remove(home / "numbers.py")
    assert not [found for path in modules for found in typed(path)]
    assert len(list(typed(home / "numbers.py"))) == len(TELLTALE)


def test_a_number_typed_again_is_found(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('"""COOKIE (16390)."""\n\nCOOKIE, NEAR = 16390, 16389 + 1\n')
    assert [found.rpartition(" ")[2] for found in typed(module)] == ["16390", "16389"]
    module.write_text('"""COOKIE (16390)."""\n\nCOOKIE = NotifyV2.COOKIE\n')
    assert not list(typed(module))
