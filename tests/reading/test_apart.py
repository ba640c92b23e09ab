"""Several processes read a capture: table by table, row by row, what one gives."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from analyzer import net
from analyzer.analysis import Analysis
from analyzer.negotiation.follow import esp_answers, recent, windows
from analyzer.processes import START_METHOD
from analyzer.reading import apart, heard, shards
from analyzer.tables import shares
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Row
from benchmarks.make_capture import make_capture
from tests import floods
from tests.capture.generator import damaged, pcap_file, pcapng_file
from tests.conftest import FIXTURES, SHARED, captures_in
from tests.fixtures.spoiled import Raw, write
from tests.together import in_bulk, made_capture, merged, scrambled

pytestmark = [
    pytest.mark.sweep,
    pytest.mark.skipif(START_METHOD != "fork", reason="processes are not forked here"),
    pytest.mark.no_cover,  # whole captures, read several times: each layer has tests of its own
]
HERE = os.getpid()


@pytest.fixture(autouse=True)
def apart_count() -> Iterator[list[int]]:
    """How many SAs captures had that were read apart. Small ones are worth it; memories are short."""
    counts: list[int] = []
    right = apart.read_apart

    def counting(*args: Any) -> Any:
        found = right(*args)
        counts.append(sum(len(part.negotiations) for part in found[0].parts))
        return found

    with (
        patch.object(heard, "LEAST", 0),
        patch.object(apart, "LEAST_SHARE", 1 << 40),
        patch.object(shards, "SPARE", 1),
        patch.object(shares, "LEAST", 1),
        patch.object(recent, "EVERY", 11),
        patch.object(apart, "read_apart", counting),
    ):
        yield counts


def rows_of(*paths: Path, jobs: int, **options: Any) -> dict[str, list[Row]]:
    """All tables."""
    analysis = Analysis(**options)
    analysis.jobs = jobs
    for path in paths:
        analysis.add(path)
    return {name: list(analysis.tables[name].rows()) for name in SCHEMA}


def agree(*paths: Path, jobs: int = 2, window: int = 1 << 14, **options: Any) -> dict[str, list[Row]]:
    """Compare both ways; what both give."""
    with in_bulk(window):
        expected = rows_of(*paths, jobs=1, **options)
        found = rows_of(*paths, jobs=jobs, **options)
    for name, rows in expected.items():
        assert found[name] == rows, name
    return expected


def test_generated_captures(generated: list[Raw], tmp_path: Path, apart_count: list[int]) -> None:
    path = tmp_path / "made.pcapng"
    write(generated, path)
    agree(path, path, jobs=3, window=3000)
    agree(path, jobs=8, window=1 << 20)
    assert len(apart_count) == 3
    assert min(apart_count) > 50


@pytest.mark.parametrize("seed", range(int(os.environ.get("ISAKMP_SCRAMBLED", "4"))))
def test_scrambled_captures(seed: int, generated: list[Raw], tmp_path: Path, apart_count: list[int]) -> None:
    """Lost, copied, late, moved, cut, fragmented, an SA that comes again, ICMP errors: all in one capture."""
    random = Random(seed)
    path = tmp_path / "made.pcapng"
    write(scrambled(random, generated, (40, 200)[seed % 2]), path)
    agree(path, jobs=random.choice((2, 3)), window=random.choice((3000, 1 << 14, 1 << 20)))
    assert apart_count


def test_all_fixtures_in_one(tmp_path: Path, apart_count: list[int]) -> None:
    path = tmp_path / "all.pcapng"
    write(merged(Random(1), captures_in(FIXTURES)), path)
    rows = agree(path)
    assert len(rows["negotiations"]) > 150
    assert apart_count == [len(rows["negotiations"])]


@pytest.mark.parametrize("folder", ["field", "lab", "lab2", "rules", "public"])
def test_every_capture_of_the_larger_collection(folder: str, apart_count: list[int]) -> None:
    paths = captures_in(SHARED / folder)
    if not paths or "ISAKMP_SCRAMBLED" not in os.environ:
        pytest.skip("no such captures beside the checkout, or not asked for")
    for path in paths:
        agree(path)
    assert len(apart_count) > len(paths) / 2


@pytest.mark.parametrize("seed", range(4))
def test_damaged_messages_and_captures(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    path = tmp_path / "made"
    path.write_bytes(
        made_capture(random, 300) if seed % 2 else damaged(random, (pcap_file, pcapng_file)[seed % 3 == 0](random))
    )
    agree(path)


@pytest.mark.parametrize("pattern", list(floods.patterns()), ids=lambda pattern: pattern.__name__)
def test_floods(pattern: Callable[[int], floods.Flood], tmp_path: Path) -> None:
    path = tmp_path / "flood.pcap"
    path.write_bytes(floods.pcap(pattern(20).packets))
    agree(path, max_negotiations=9)


def test_what_has_a_flood_is_read_by_one(generated: list[Raw], tmp_path: Path, apart_count: list[int]) -> None:
    path = tmp_path / "flood.pcap"
    make_capture(path, "flood", 300)
    rows = agree(path, max_negotiations=50)
    assert rows["floods"]
    assert not apart_count


@pytest.mark.parametrize(
    ("module", "name"),
    [(apart, "DEFECT_LIMIT"), (esp_answers, "MOST"), (windows, "MOST"), (apart, "LEAST_SHARE"), (shards, "SPARE")],
)
def test_what_is_bounded_is_read_by_one(
    module: Any,
    name: str,
    generated: list[Raw],
    tmp_path: Path,
    apart_count: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Bounds hold for all of a capture, and reading it apart has to be worth it."""
    path = tmp_path / "made.pcapng"
    write(generated, path)
    monkeypatch.setattr(module, name, -1)
    agree(path)
    assert not apart_count


def elsewhere(act: Callable[[], None]) -> Callable[..., Any]:
    """Reading a part, in which the other process does something."""
    right = apart._Part.said

    def said(*args: Any) -> Any:
        if os.getpid() != HERE:
            act()
        return right(*args)

    return said


def fail() -> None:
    raise ValueError


@pytest.mark.parametrize("act", [fail, lambda: os.kill(os.getpid(), signal.SIGKILL)])
def test_without_one_process_the_other_reads_all(
    generated: list[Raw], tmp_path: Path, apart_count: list[int], act: Callable[[], None]
) -> None:
    path = tmp_path / "made.pcapng"
    write(generated, path)
    with patch.object(apart._Part, "said", elsewhere(act)):
        agree(path, path)
    assert not apart_count


def test_a_file_that_grows_is_read_by_one(generated: list[Raw], tmp_path: Path, apart_count: list[int]) -> None:
    path = tmp_path / "made.pcapng"
    right = apart.forked

    def growing(works: Any) -> Any:
        write(generated[:1100], path)
        return right(works)

    write(generated[:1000], path)
    with in_bulk(), patch.object(apart, "forked", growing):
        found = rows_of(path, jobs=2)
    assert not apart_count
    assert found == rows_of(path, jobs=1)


def test_faults_of_all_are_counted(generated: list[Raw], tmp_path: Path, apart_count: list[int]) -> None:
    path = tmp_path / "made.pcapng"
    write(generated, path)

    def failing(*_: object) -> None:
        raise ValueError

    with patch.object(net, "faults", net.Counter()), patch("analyzer.tables.messages._notify_row", failing):
        rows = agree(path)
        assert net.faults.total() == 2 * sum(row[3] == "internal" for row in rows["defects"]) > 0
    assert apart_count
