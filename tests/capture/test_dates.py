"""Times of which the date, or the year, is not known."""

from pathlib import Path

import pytest

import analyzer
from analyzer.capture.dates import DAYLESS, FIRST_DATED, YEARLESS, Lacks, _start, day_of, is_dated, lacks
from analyzer.report.index import entry_of
from analyzer.report.pairs import csv_lines
from analyzer.report.verdict import verdict_of
from analyzer.report.zone import zone_of
from analyzer.tables.frames import to_pandas
from tests.capture.logs.samples import Sample, samples

HOUR = 3600 * 10**9
NOV_30 = _start(YEARLESS) + (335 - 1) * 24 * HOUR + 11 * HOUR
MORNING = _start(DAYLESS) + 24 * HOUR + 11 * HOUR
UNDATED = [one for one in samples() if one.name in ("charon", "cisco", "mikrotik", "pluto")]


def test_no_time_of_a_capture_lacks_its_date() -> None:
    for time in (0, -(2**63) + 1, 2**63 - 1, FIRST_DATED):
        assert is_dated(time)
        assert lacks(time) is Lacks.NOTHING
    assert (lacks(NOV_30), lacks(MORNING), day_of(MORNING)) == (Lacks.YEAR, Lacks.DATE, 2)


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "-05:00", "local"])
def test_what_is_shown_of_them_is_what_the_log_says(name: str) -> None:
    zone = zone_of(name)
    assert zone.stamp(NOV_30) == "Nov 30 11:00:00.000 (no year)"
    assert zone.day(NOV_30) == "Nov 30 (no year)"
    assert zone.beside(NOV_30, NOV_30 - HOUR) == "11:00:00.000"
    assert zone.second(NOV_30) == "Nov 30 11:00:00"
    assert zone.stamp(MORNING) == "day 2 11:00:00.000 (no date)"
    assert zone.stamp(MORNING - 24 * HOUR) == "11:00:00.000 (no date)"
    assert (zone.iso(NOV_30), zone.offset(NOV_30), zone.ahead(NOV_30)) == ("", "", 0)


@pytest.mark.parametrize("sample", UNDATED, ids=str)
def test_nothing_that_leaves_has_a_date_that_the_log_does_not_write(sample: Sample, tmp_path: Path) -> None:
    """Tables, the table of peers, the index and the page; how long it took is there."""
    log = sample.log
    analysis = analyzer.read_pcap(str(log))
    tables = analysis.tables
    for name in ("captures", "negotiations", "messages"):
        frame = to_pandas(tables[name])
        times = frame.select_dtypes("datetimetz")
        assert len(times.columns)
        assert times.isna().all(axis=None)
    entry = entry_of(str(log), "", verdict_of(tables), tables)
    assert (entry.first_time, entry.last_time) == (None, None)
    (_, line) = csv_lines(entry.pairs)
    assert line.rstrip().endswith(",,")
    assert tables["negotiations"].column("duration_s") != [None]
    analysis.to_html(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert not [year for year in ("1680", "1700", "1972", "1970-") if f"{year}-" in page or f">{year}" in page]
