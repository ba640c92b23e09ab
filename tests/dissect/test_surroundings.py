import pytest

import analyzer
from analyzer.dissect.surroundings import around
from analyzer.tables.store import Tables
from tests.fixtures.cases import case


@pytest.mark.parametrize(("name", "sizes"), [("ikev2-auth-failed-psk", (8, 16)), ("ikev2-cert-ipfrag", (16, 24))])
def test_what_the_negotiation_says_of_its_messages(name: str, sizes: tuple[int, int]) -> None:
    capture = str(case(name).capture)
    tables = analyzer.read_pcap(capture).tables
    last = max(m["frame_number"] for m in tables["messages"].records())
    suite = next(iter(tables["negotiations"].records()))
    found = around(tables, capture, {last})[last]
    assert (found.iv_bytes, found.icv_bytes) == sizes, (suite["encryption"], suite["integrity"])
    assert found.source is found.destination is None
    assert around(tables, capture, {10**6}) == around(tables, "another", {last}) == {}


def test_fragments_of_the_same_message() -> None:
    capture = str(case("ikev2-cert-frag").capture)
    tables = analyzer.read_pcap(capture).tables
    one = next(m for m in tables["messages"].records() if m["fragment_number"] == 1)
    whole = frozenset(range(1, one["fragment_total"] + 1))
    first = min(m["frame_number"] for m in tables["messages"].records())
    found = around(tables, capture, {first, one["frame_number"]})
    assert found[one["frame_number"]].fragments.numbers == whole
    same = [m for m in tables["messages"].records() if m["fragment_number"] and m["is_response"] == one["is_response"]]
    assert found[one["frame_number"]].fragments.frames == tuple(m["frame_number"] for m in same)
    assert (found[first].fragments.numbers, found[first].fragments.frames) == (frozenset(), ())


def test_ikev1_has_vendors_and_no_sizes() -> None:
    capture = str(case("ikev1-main-psk").capture)
    tables = analyzer.read_pcap(capture).tables
    first = min(m["frame_number"] for m in tables["messages"].records())
    found = around(tables, capture, {first})[first]
    assert "(protocol) XAUTH" in found.vendors
    assert (found.iv_bytes, found.icv_bytes) == (None, None)


@pytest.mark.parametrize(
    ("version", "exchange", "gdoi"),
    [(1, "GROUPKEY_PULL", True), (1, "QUICK_MODE", False), (2, "EXCHANGE_32", False)],
)
def test_an_exchange_of_gdoi_is_named_as_the_tables_name_it(version: int, exchange: str, gdoi: bool) -> None:
    tables = Tables()
    known = {
        "capture": "a.pcap",
        "frame_number": 7,
        "major_version": version,
        "exchange_type": 32,
        "exchange": exchange,
    }
    tables["messages"].append(tuple(known.get(name) for name, _ in tables["messages"].columns()))
    assert around(tables, "a.pcap", {7})[7].gdoi is gdoi
