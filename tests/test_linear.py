"""Twice as much of anything costs at most twice the work, function by function, from the capture file to the pages.

A function whose lines grow faster walks through all that came before for each thing that comes. One that only passes a
threshold grows faster once: what the next doubling adds tells the two apart.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import CodeType
from unittest.mock import patch

import pytest

import analyzer
from analyzer.report import sections
from analyzer.report.capture_story import capture_story
from analyzer.report.dossier import dossiers
from analyzer.report.story import negotiation_story
from tests.capture.readers import read_in_bulk
from tests.conftest import ROOT
from tests.floods import Flood, patterns, pcap
from tests.work import lines_by_code

N = 16
MOST = 2.3  # times as many lines for twice as much
NOISE = 100  # lines

Work = Counter[CodeType]


def all_work(folder: Path, flood: Flood) -> Work:
    """Both readers, decoder, tracker, every check and diagnosis, tables, text, pages and files."""
    data = pcap(flood.packets)
    path = folder / "flood.pcap"
    path.write_bytes(data)

    def do() -> None:
        read_in_bulk(data)
        analysis = analyzer.read_pcap(path, keys=flood.keys)
        list(capture_story(analysis.tables))
        for dossier in dossiers(analysis.tables, [1]):
            list(negotiation_story(dossier))
        with patch.dict(sections._ABOVE, clear=True):  # else each table begins at a length of its own
            analysis.to_html(folder / "report.html")
        analysis.to_csv(folder / "report")
        analysis.to_json(folder / "report.json")

    return lines_by_code(do, ROOT / "analyzer")


def faster_than_linear(work: Callable[[int], Work], n: int = N) -> dict[str, tuple[int, ...]]:
    """Functions whose lines grow by more than MOST, and by ever more with each doubling; with their lines."""
    few, many = work(n), work(2 * n)
    suspects = [code for code in many if many[code] > MOST * few[code] + NOISE]
    if not suspects:
        return {}
    most = work(4 * n)
    found = (code for code in suspects if most[code] - many[code] > MOST * (many[code] - few[code]) + NOISE)
    return {f"{code.co_filename}:{code.co_qualname}": (few[code], many[code], most[code]) for code in found}


@pytest.mark.sweep
@pytest.mark.parametrize("pattern", list(patterns()), ids=lambda pattern: pattern.__name__)
def test_twice_as_much_costs_twice_the_work(tmp_path: Path, pattern: Callable[[int], Flood]) -> None:
    found = faster_than_linear(lambda n: all_work(tmp_path, pattern(n)))
    assert not found


def each_against_all(n: int) -> None:
    known: list[int] = []
    for number in range(n):
        if not any(other == number for other in known):
            known.append(number)


def each_after_a_while(n: int) -> None:
    for _ in range(max(0, n - 35)):
        str(n)
        repr(n)
        hash(n)


def test_a_squared_loop_is_found_and_a_threshold_is_none() -> None:
    here = Path(__file__).parent
    squared = faster_than_linear(lambda n: lines_by_code(partial(each_against_all, n), here))
    assert any("each_against_all" in name for name in squared)
    assert not faster_than_linear(lambda n: lines_by_code(partial(each_after_a_while, 10 * n), here))


def test_the_patterns_are_what_they_say(tmp_path: Path) -> None:
    """Each packet of them is read, and something is made of it."""
    for pattern in patterns():
        flood = pattern(6)
        path = tmp_path / "flood.pcap"
        path.write_bytes(pcap(flood.packets))
        tables = analyzer.read_pcap(path, keys=flood.keys).tables
        (capture,) = tables["captures"].records()
        assert capture["packets"] == len(flood.packets)
        assert any(len(tables[name]) for name in ("messages", "flows", "defects", "esp_streams")), pattern.__name__
