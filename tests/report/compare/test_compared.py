import json
import re
from collections import Counter

import pytest

from analyzer.report.compare.compared import compare
from analyzer.report.compare.model import UNKNOWN
from tests.conftest import FIXTURES
from tests.report.compare.sides import tables_of
from tests.report.sample import sample

NAMES = ("ikev2-psk-gcm", "ikev2-auth-failed-psk", "ikev1-main-psk", "ikev1-aggr-wrong-psk", "ikev2-many-sas")


def test_what_differs_comes_sorted_by_whether_it_can_matter() -> None:
    found = compare(tables_of("ikev2-psk-gcm"), 1, tables_of("ikev2-no-proposal-ike"), 1)
    ranks = [not aspect.matters for aspect in found.differences]
    assert ranks == sorted(ranks)
    assert found.differences == [*found.mattering, *found.others]
    assert found.differences[0].name == "Outcome"
    assert all(aspect.differs for aspect in found.differences)
    assert not any(aspect.differs for aspect in (*found.equal, *found.unknown))
    assert all(UNKNOWN in (aspect.a.state, aspect.b.state) for aspect in found.unknown)


@pytest.mark.parametrize("name", NAMES)
def test_a_negotiation_differs_from_itself_in_nothing(name: str) -> None:
    tables = tables_of(name)
    found = compare(tables, 1, tables, 1)
    assert found.differences == []
    assert found.remarks[0] == "A and B are the same negotiation."


def test_both_ways_the_same_differences() -> None:
    a, b = tables_of("ikev1-main-psk"), tables_of("ikev1-quick-mismatch")
    there, back = compare(a, 1, b, 1), compare(b, 1, a, 1)
    for name in ("differences", "equal", "unknown"):
        rows = sorted((x.topic, x.name, x.a.text, x.b.text) for x in getattr(there, name))
        turned = sorted((x.topic, x.name, x.b.text, x.a.text) for x in getattr(back, name))
        assert [row[:2] for row in rows] == [row[:2] for row in turned]


def test_what_limits_the_comparison_is_said() -> None:
    versions = compare(tables_of("ikev2-psk-gcm"), 1, tables_of("ikev1-main-psk"), 1)
    assert versions.remarks[0].startswith(
        "A is IKEv2 and B is IKEv1: their messages and proposals have no counterparts"
    )
    keys = compare(tables_of("ikev2-psk-gcm", keys=True), 1, tables_of("ikev2-auth-failed-psk"), 1)
    assert "Keys decrypted messages of A only: of the other less can be known." in keys.remarks


def test_all_fixtures_and_hostile_rows_can_be_compared_and_written() -> None:
    first = tables_of("ikev2-rekey")
    tables = [(tables_of(path.name), 1) for path in sorted(FIXTURES.iterdir())[::6] if (path / "capture.pcap").exists()]
    tables += [(sample(), number) for number in sample()["negotiations"].column("negotiation")]
    compared = 0
    for rows, number in tables:
        if len(rows["negotiations"]):
            json.dumps(compare(first, 1, rows, number).record())
            compared += 1
    assert compared > 15


def test_no_such_negotiation() -> None:
    tables = tables_of("ikev2-psk-gcm")
    with pytest.raises(ValueError, match="there is no negotiation 7"):
        compare(tables, 1, tables, 7)


def test_what_is_said_to_be_missing_or_hidden_is() -> None:
    """Oracles: the rows of the same capture disprove no answer."""
    reference, checked = tables_of("ikev2-mobike", keys=True), Counter[str]()
    for path in sorted(FIXTURES.iterdir())[::4]:
        if not (path / "capture.pcap").exists() or not len(tables_of(path.name)["negotiations"]):
            continue
        tables = tables_of(path.name)
        found = compare(reference, 1, tables, 1)
        named = {(n["frame_number"], n["notify"]) for n in tables["notifications"].select("negotiation", {1})}
        messages = {m["frame_number"]: m for m in tables["messages"].select("negotiation", {1})}
        for aspect in (*found.differences, *found.equal, *found.unknown):
            text, frames = aspect.b.text, _frames(aspect.b.text)
            if aspect.topic == "Notifies" and text.startswith("no ") and " in frame" in text:
                assert not {(frame, text.split()[1]) for frame in frames} & named, (path.name, aspect)
                checked["absent"] += 1
            if text.startswith("inside encryption, not decrypted (") and "and" not in text:
                assert all(messages[frame]["encrypted"] for frame in frames), (path.name, aspect)
                assert not any(messages[frame]["decrypted"] for frame in frames), (path.name, aspect)
                checked["hidden"] += 1
            if text == "in the capture":
                assert set(aspect.b.frames) <= messages.keys(), (path.name, aspect)
                checked["there"] += 1
    assert checked["absent"] > 3, checked
    assert min(checked["hidden"], checked["there"]) > 100, checked


def _frames(text: str) -> set[int]:
    """The numbers behind the word frame, runs too."""
    spans = re.findall(r"(\d+)(?:-(\d+))?", text.rpartition("frame")[2])
    return {frame for first, last in spans for frame in range(int(first), int(last or first) + 1)}
