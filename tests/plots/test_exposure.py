"""Squares of responders and time: how many choices were weak, and nothing where none was seen."""

import pytest

import analyzer
from analyzer.plots.exposure import MOST_PEERS, MOST_SPANS, exposure
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.plots.test_canvas import Held, texts
from tests.report.sample import put

HOUR = 3600 * 10**9
DAY = 24 * HOUR


def peers(*rows: tuple[str, int, str]) -> Tables:
    """A negotiation for each: responder, time, and severity of a finding about what it chose."""
    tables = Tables()
    for number, (ip, time, severity) in enumerate(rows, 1):
        put(tables, "negotiations", negotiation=number, responder_ip=ip, first_time=time, encryption="X")
        if severity:
            put(tables, "findings", finding="weak-ke-chosen", severity=severity, negotiation=number)
    return tables


def test_weak_of_all_choices() -> None:
    tables = peers(("10.0.0.1", DAY, "low"), ("10.0.0.1", DAY + 1, ""), ("10.0.0.2", DAY + HOUR, "high"))
    put(tables, "negotiations", negotiation=9, responder_ip="10.0.0.3", first_time=DAY)  # no choice was seen
    for finding in ("weak-ke-offered", "key-length-missing", "weak-certificate-key"):  # no choice of an algorithm
        put(tables, "findings", finding=finding, severity="critical", negotiation=2)
    ax = exposure(Held(tables))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["10.0.0.2", "10.0.0.1"]
    assert [text.get_text() for text in ax.texts if "/" in text.get_text()] == ["1/2", "1/1"]
    assert ax.get_xlabel() == "hour (UTC)"
    assert "critical" not in texts(ax)


@pytest.mark.parametrize(
    ("last", "unit", "columns"),
    [
        (30 * HOUR, "hour", 31),
        (31 * HOUR, "day", 2),
        (30 * DAY, "day", 31),
        (31 * DAY, "month", 2),
        (1000 * DAY, "year", 3),
        (100 * 365 * DAY, "year", 2),
    ],
)
def test_time_is_as_fine_as_there_is_room(last: int, unit: str, columns: int) -> None:
    ax = exposure(Held(peers(("10.0.0.1", 0, "low"), ("10.0.0.1", last, ""))))
    assert (ax.get_xlabel(), len(ax.get_xticks())) == (f"{unit} (UTC)", columns)


def test_what_has_no_room_is_counted() -> None:
    many = [(f"10.0.{number}.1", 0, "low") for number in range(MOST_PEERS + 3)]
    assert "3 other responders not drawn" in texts(exposure(Held(peers(*many))))
    years = [("10.0.0.1", 366 * DAY * number, "low") for number in range(MOST_SPANS + 5)]
    assert "5 earlier years not drawn" in texts(exposure(Held(peers(*years))))


def test_a_real_capture() -> None:
    ax = exposure(analyzer.read_pcap(case("ikev1-weak-des-md5-modp768").capture))
    assert {"1/1", "critical", "192.0.2.20"} <= set(texts(ax))
