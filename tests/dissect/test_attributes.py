from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzer.dissect import dissect, dissect_payloads
from analyzer.isakmp import Node, registry
from analyzer.isakmp.registry import tables
from tests.isakmp.wire import SA_1, SA_2, SUITE_1, chain, find, long, message, nodes, pairs, proposal, short, transform1

NT5 = bytes.fromhex("1e2b516905991c7d7c96fcbfb587e46100000004")
XAUTH = bytes.fromhex("09002689dfd6b712")
OFFER = message((1, SA_1), (4, bytes(128)), version=0x10, exchange=4, flags=0)
CACHED = (tables._table, tables.entry, tables.name)


def values(tree: Node) -> list[str]:
    return [n.children[-1].meaning for n in nodes(tree) if n.name == "attribute"]


@pytest.fixture
def renamed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Registries of attributes whose rows all have other names."""
    rows = tables.rows

    def other(name: str) -> list[dict[str, str]]:
        found = rows(name)
        return [row | {"name": f"Renamed {row['value']}"} for row in found] if "attribute" in name else found

    def forget() -> None:
        for cache in CACHED:
            cache.cache_clear()

    forget()
    monkeypatch.setattr(tables, "rows", other)
    yield
    monkeypatch.undo()
    forget()


def test_lifetimes_and_key_lengths_have_their_unit() -> None:
    tree = dissect(message((1, SA_1), version=0x10, exchange=2, flags=0))
    values = {n.meaning: n.children[-1].meaning for n in nodes(tree) if n.name == "attribute"}
    assert values["Life Duration"] == "86400 seconds"
    assert values["Key Length"] == "256 bits"
    kilobytes = transform1(1, identifier=12, attributes=short(1, 2) + short(2, 5000))
    sa = bytes.fromhex("0000000100000001") + proposal(1, [kilobytes], protocol=3, spi=bytes(4))
    lifetime = [n for n in nodes(dissect_payloads(chain((1, sa)), 1, 1)[0]) if n.meaning == "SA Life Duration"]
    assert pairs(lifetime[0])[-1] == ("attribute_value", "5000 kilobytes")
    alone = dissect_payloads(chain((11, bytes.fromhex("00000001 0100 6000") + long(12, b"\0\x0e\x10"))), 11, 1)[0]
    assert [n.children[-1].meaning for n in nodes(alone) if n.name == "attribute"] == ["3600"]


def test_the_size_of_an_ikev1_value_against_its_groups() -> None:
    def meaning(*payloads: tuple[int, bytes]) -> str:
        return find(dissect(message(*payloads, version=0x10, exchange=4, flags=0)), "key_exchange_data").meaning

    assert meaning((4, bytes(192))) == "192 bytes, the size of group 5"
    assert meaning((1, SA_1), (4, bytes(128))) == "128 bytes, the size of group 2 offered in this message"
    assert meaning((1, SA_1), (4, bytes(192))) == "192 bytes, the size of group 5; offered in this message is group 2"
    assert meaning((4, bytes(7))) == ""


def test_a_number_that_windows_and_xauth_share() -> None:
    def method(*more: tuple[int, bytes]) -> str:
        suite = SUITE_1.replace(short(3, 1), short(3, 65001))
        sa = bytes.fromhex("0000000100000001") + proposal(1, [transform1(1, attributes=suite)])
        tree = dissect(message((1, sa), *more, version=0x10, exchange=2, flags=0))
        return next(n.children[-1].meaning for n in nodes(tree) if n.meaning == "Authentication Method")

    assert method() == "XAUTHInitPreShared, or GSS-API with Kerberos of Windows"
    assert method((13, XAUTH)) == "XAUTHInitPreShared"
    assert method((13, NT5)) == "GSS-API with Kerberos, of Windows"


def test_a_number_that_ecdsa_and_a_chinese_profile_share() -> None:
    def method(encryption: int) -> tuple[str, str]:
        suite = short(1, encryption) + short(2, 2) + short(3, 10) + short(4, 2)
        sa = bytes.fromhex("0000000100000001") + proposal(1, [transform1(1, attributes=suite)])
        tree = dissect(message((1, sa), version=0x10, exchange=2, flags=0))
        told = next(n.children[-1].meaning for n in nodes(tree) if n.meaning == "Authentication Method")
        return told, find(tree, "transform").meaning

    assert method(129)[0] == "digital envelope"
    assert "digital envelope" in method(129)[1]
    assert "ECDSA" in method(7)[0]
    assert "ECDSA" in method(7)[1]


def test_meanings_do_not_hang_on_the_names_of_attributes(request: pytest.FixtureRequest) -> None:
    suite = SUITE_1.replace(short(3, 1), short(3, 65001)) + short(11, 2) + short(12, 4096)
    sa = bytes.fromhex("0000000100000001") + proposal(1, [transform1(1, attributes=suite)])
    data = [
        OFFER,
        message((1, sa), version=0x10, exchange=4, flags=0),
        message((33, SA_2)),
        message((1, sa.replace(short(1, 7), short(1, 129)).replace(short(3, 65001), short(3, 10))), version=0x10),
    ]
    told = [values(dissect(one)) for one in data]
    size = find(dissect(OFFER), "key_exchange_data").meaning
    transforms = [n.meaning for one in data for n in nodes(dissect(one)) if n.name == "transform"]
    assert {"86400 seconds", "256 bits", "4096 kilobytes"} <= {value for values in told for value in values}
    request.getfixturevalue("renamed")
    assert registry.name("ikev1-attributes", 12) == "Renamed 12"
    assert [values(dissect(one)) for one in data] == told
    assert find(dissect(OFFER), "key_exchange_data").meaning == size
    assert [n.meaning for one in data for n in nodes(dissect(one)) if n.name == "transform"] == transforms


def test_every_unit_is_a_known_one() -> None:
    folder = Path(tables.__file__).parent
    found = {
        (path.name, row["unit"])
        for path in folder.iterdir()
        if path.name.endswith(".csv")
        for row in tables.rows(path.name.removesuffix(".csv"))
        if row.get("unit")
    }
    assert {unit for _, unit in found} == {"bits", "seconds", "names", "named"}
    assert {name for name, unit in found if unit == "names"} == {name for name, unit in found if unit == "named"}


def test_a_group_in_the_long_form_is_the_same_group() -> None:
    suite = SUITE_1.replace(short(4, 2), long(4, b"\0\x14"))
    sa = bytes.fromhex("0000000100000001") + proposal(1, [transform1(1, attributes=suite)])
    tree = dissect(message((1, sa), (4, bytes(96)), version=0x10, exchange=4, flags=0))
    assert find(tree, "key_exchange_data").meaning == "96 bytes, the size of group 20 offered in this message"


def test_an_attribute_without_a_value_has_no_unit() -> None:
    suite = long(14, b"") + short(11, 1) + long(12, b"")
    sa = bytes.fromhex("0000000100000001") + proposal(1, [transform1(1, attributes=suite)])
    tree = dissect(message((1, sa), version=0x10, exchange=4, flags=0))
    assert [n.meaning for n in nodes(tree) if n.name == "attribute_length"] == ["", ""]


def test_a_length_behind_a_life_type_is_no_duration() -> None:
    sizes = short(1, 1) + short(2, 3600) + short(12, 128)
    sa = bytes.fromhex("0000000100000001") + proposal(1, [transform1(1, identifier=12, attributes=sizes)], protocol=3)
    (tree,) = dissect_payloads(chain((1, sa)), 1, 1)
    assert find(tree, "transform").meaning.endswith("3600 seconds, 128")
