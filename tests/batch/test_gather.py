import pickle
import random
import re
from pathlib import Path
from typing import Any

import pytest

from analyzer.analysis import Analysis
from analyzer.batch.gather import Parts, parts_of, take
from analyzer.batch.work import Job, work
from analyzer.capture.sets import CaptureSet
from analyzer.tables.schema import SCHEMA
from tests import floods
from tests.batch.jobs import HOW
from tests.conftest import FIXTURES

KEYS = FIXTURES / "ikev2-cert-frag" / "capture.keys"


def rows(analysis: Analysis) -> dict[str, list[tuple[Any, ...]]]:
    return {name: list(table.rows()) for name, table in analysis.tables.items()}


@pytest.fixture
def captures(tmp_path: Path) -> list[str]:
    """Fixtures that have rows for every table, two of whose texts name other negotiations; and floods between them."""
    found = [str(path) for path in sorted(FIXTURES.glob("*/capture.pcap*")) if path.suffix in (".pcap", ".pcapng")]
    for place, pattern in enumerate((floods.reflections, floods.many_clients, floods.reflections)):
        path = tmp_path / f"{place}.pcap"
        path.write_bytes(floods.pcap(pattern(30).packets))
        found.append(str(path))
    random.Random(3).shuffle(found)
    return found


@pytest.mark.parametrize("wanted", [None, {"flows": ("flow", "server_ip"), "floods": None}, {"messages": ("length",)}])
def test_captures_gathered_are_those_read_one_after_the_other(captures: list[str], wanted: dict[str, Any]) -> None:
    how = HOW._replace(keys=str(KEYS))
    expected, found, total, counted = how.analysis(wanted), how.analysis(wanted), 0, 0

    def before(negotiations: int) -> int:
        nonlocal counted
        counted = negotiations
        return total

    for capture in captures:
        expected.add(capture)
        counted = 0
        result = pickle.loads(pickle.dumps(work(Job(how, parts_of, wanted, through=True), capture, before)))
        total += counted
        take(found, capture, result.value)
    assert rows(found) == rows(expected)
    assert found.paths == expected.paths
    if wanted is None:
        assert {name for name, cells in rows(found).items() if not cells} <= {"mismatches"}
        assert len({number for (number, *_) in rows(found)["floods"]}) == 2
        assert re.search(r"negotiation \d{2,}", " ".join(found.tables["diagnoses"].column("detail")))


def test_a_table_without_rows_is_not_sent() -> None:
    analysis = HOW.analysis()
    analysis.add(FIXTURES / "ikev2-auth-failed-psk" / "capture.pcap")
    parts: Parts = parts_of("x", analysis)
    assert set(parts.tables) == {name for name, table in analysis.tables.items() if len(table)}
    assert len(parts.tables) < len(SCHEMA)


def test_the_places_of_a_set_come_with_its_tables() -> None:
    paths = [str(FIXTURES / name / "capture.pcap") for name in ("ikev2-auth-failed-psk", "ikev2-psk-gcm")]
    captures, analysis, found = CaptureSet([paths]), HOW.analysis(), HOW.analysis()
    analysis.add(captures)
    take(found, captures, pickle.loads(pickle.dumps(parts_of(captures, analysis))))
    packets = sum(analysis.tables["captures"].column("packets"))
    assert {found.places[captures].of(number).capture for number in (1, packets)} == set(paths)
    assert found.places[captures].of(packets) == analysis.places[captures].of(packets)
