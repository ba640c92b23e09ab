"""Messages of a block together: row by row what one message after the other gives, whatever comes."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from analyzer import net
from analyzer.capture import scan
from analyzer.negotiation.follow import noted as noted_module
from analyzer.negotiation.follow.noted import Noter, Sealed
from analyzer.tables.schema import SCHEMA
from tests import floods
from tests.capture.generator import damaged, pcap_file, pcapng_file
from tests.conftest import FIXTURES, SHARED, captures_in
from tests.fixtures.spoiled import Raw, mutants, raw_frames, write
from tests.together import in_bulk, made_capture, merged, one_by_one, scrambled, tables_of

pytestmark = [
    pytest.mark.sweep,
    pytest.mark.no_cover,
]  # whole captures, read several times: each layer has tests of its own


@pytest.fixture
def noted() -> Iterator[list[int]]:
    """How many messages were only noted, run by run."""
    counts: list[int] = []
    right = Noter.note

    def counting(self: Noter, some: Sealed, start: int, stop: int, one, numbers, senders) -> None:  # type: ignore[no-untyped-def]
        alone: list[int] = []

        def counted(at: int, *error: BaseException) -> None:
            alone.append(at)
            one(at, *error)

        right(self, some, start, stop, counted, numbers, senders)
        counts.append(stop - start - len(alone))

    with patch.object(Noter, "note", counting):
        yield counts


def agree(path: Path, window: int = 1 << 14, at_once: int = 1 << 15) -> int:
    """Compare both ways; how many messages there are."""
    with one_by_one():
        expected = tables_of(path)
    with in_bulk(window), patch.object(scan, "AT_ONCE", at_once):
        found = tables_of(path)
    for name, rows in expected.items():
        assert found[name] == rows, name
    return len(expected["messages"])


def test_every_fixture(noted: list[int]) -> None:
    rows = sum(agree(path) for path in captures_in(FIXTURES))
    assert sum(noted) > 0.05 * rows > 0


@pytest.mark.parametrize("folder", ["field", "lab", "lab2", "rules", "public"])
def test_every_capture_of_the_larger_collection(folder: str, noted: list[int]) -> None:
    paths = captures_in(SHARED / folder)
    if not paths:
        pytest.skip("no such captures beside the checkout")
    assert sum(agree(path) for path in paths)
    assert sum(noted)


def test_generated_captures(generated: list[Raw], tmp_path: Path, noted: list[int]) -> None:
    path = tmp_path / "made.pcapng"
    write(generated, path)
    for window, at_once in ((1 << 20, 1 << 15), (1 << 14, 50), (3000, 7)):
        noted.clear()
        assert agree(path, window, at_once) == 1500
        assert sum(noted) > 200


@pytest.mark.parametrize("seed", range(int(os.environ.get("ISAKMP_SCRAMBLED", "6"))))
def test_scrambled_captures(seed: int, generated: list[Raw], tmp_path: Path, noted: list[int]) -> None:
    """Lost, copied, late, moved, cut, fragmented, an SA that comes again, ICMP errors: all in one capture."""
    random = Random(seed)
    path = tmp_path / "made.pcapng"
    write(scrambled(random, generated, (40, 200)[seed % 2]), path)
    agree(path, random.choice((3000, 1 << 14, 1 << 20)), random.choice((5, 64, 1 << 15)))
    assert sum(noted) > 100


@pytest.mark.parametrize("third", range(3))
@pytest.mark.parametrize("form", ["once", "mirrored", "answers first"])
def test_fixtures_merged_into_one_capture(form: str, third: int, tmp_path: Path, noted: list[int]) -> None:
    """Also as a mirror port gives them, each packet twice, and with two packets of each capture in the other order."""
    frames = merged(Random(third), captures_in(FIXTURES)[third::3])
    if form == "mirrored":
        frames = [frame for frame in frames for _ in range(2)]
    elif form == "answers first":
        frames = [frame for pair in zip(frames[1::2], frames[::2], strict=False) for frame in pair]
    path = tmp_path / "merged.pcapng"
    write(frames, path)
    agree(path, 1 << 14, 64)
    assert sum(noted) > 50


@pytest.mark.parametrize("name", ["ikev2-mobike", "ikev1-dpd", "ikev2-dpd-dead-peer"])
def test_spoiled_fixtures(name: str, tmp_path: Path) -> None:
    (found,) = [p for p in captures_in(FIXTURES) if p.parent.name == name]
    for number, mutant in enumerate(mutants(name, raw_frames(found), 6)):
        path = tmp_path / f"{number}.pcapng"
        write(mutant.frames, path)
        agree(path, 3000, 9)


@pytest.mark.parametrize("seed", range(6))
def test_damaged_messages_and_captures(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    path = tmp_path / "made"
    path.write_bytes(
        made_capture(random, 300) if seed % 2 else damaged(random, (pcap_file, pcapng_file)[seed % 3 == 0](random))
    )
    agree(path)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_fault_in_a_sealed_message_costs_that_one(
    error: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(floods.pcap([*floods.up(), *floods.up(2)]))
    right, calls = noted_module.take, count(1)

    def fail(*words: Any) -> None:
        if next(calls) == 2:
            raise error
        right(*words)

    monkeypatch.setattr(noted_module, "take", fail)
    with in_bulk():
        if error is KeyboardInterrupt:
            with pytest.raises(KeyboardInterrupt):
                tables_of(path, {"messages": None})
            return
        rows = tables_of(path, {"messages": None, "defects": None})
    names = SCHEMA["messages"].names
    numbers = [row[names.index("negotiation")] for row in rows["messages"]]
    assert len(numbers) == 8
    assert sorted(str(number) for number in numbers) == ["1"] * 3 + ["2"] * 4 + ["None"]
    assert [row[3] for row in rows["defects"]] == ["internal"]
    assert net.faults.total() == 1
    net.faults.clear()
