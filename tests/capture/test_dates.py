"""Times of which the date, or the year, is not known."""

from pathlib import Path

import pytest

import analyzer
from analyzer.capture.dates import DAYLESS, FIRST_DATED, YEARLESS, Lacks, _start, day_of, is_dated, lacks, stand_ins
from analyzer.capture.joining.sources import sources
from analyzer.capture.open import DEFAULT_PORTS
from analyzer.capture.text_notes import TIME
from analyzer.report.index import entry_of
from analyzer.report.pairs import csv_lines
from analyzer.report.verdict import verdict_of
from analyzer.report.zone import zone_of
from analyzer.tables.frames import to_pandas
from tests.capture.logs.samples import Sample, samples
from tests.cli.running import run

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


def test_a_log_without_a_year_and_a_capture_of_its_messages_are_not_compared_by_time() -> None:
    """Nothing is said of how far their clocks are apart; read as one, no time is between their messages."""
    sample = next(one for one in samples() if one.name == "charon")
    found = sources([str(sample.log), str(sample.capture)], DEFAULT_PORTS)
    (note,) = found.notes
    assert "they are read apart, since the times of one of them lack the date or the year" in note.text
    assert "no clock is so far off" not in note.text
    analysis = analyzer.read_pcap([str(sample.log), str(sample.capture)], as_one=True)
    (row,) = analysis.tables["negotiations"].records()
    assert row["duration_s"] < 60
    assert [one["first_time"] is None for one in analysis.tables["captures"].records()] == [True, False]
    assert TIME in analysis.tables["defects"].column("kind")


def test_an_extract_says_which_year_it_writes(tmp_path: Path) -> None:
    log = next(one.log for one in samples() if one.name == "charon")
    out = tmp_path / "case.pcapng"
    done = run("extract", log, "--negotiation", "1", "-o", out)
    assert done.exit_code == 0
    assert "1680 stands for it" in " ".join(done.output.split())
    assert analyzer.read_pcap(str(log)).tables["messages"].column("time") == (
        analyzer.read_pcap(str(out)).tables["messages"].column("time")
    )


def test_a_redacted_copy_says_it_too(tmp_path: Path) -> None:
    log = next(one.log for one in samples() if one.name == "charon")
    done = run("redact", log, "-o", tmp_path / "copy.pcapng")
    assert "1680 stands for it" in " ".join(done.output.split())
    assert stand_ins([None, 0]) == []
