"""Times from request to answer: each exchange that has one counts once."""

import analyzer
from analyzer.plots.round_trips import MOST_KINDS, round_trips
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.plots.test_canvas import Held, texts
from tests.report.sample import put


def drawn(ax: object) -> float:
    bars = ax.patches  # type: ignore[attr-defined]
    return sum(bar.get_height() for bar in bars)


def test_each_answered_exchange_counts_once() -> None:
    analysis = analyzer.read_pcap(case("ikev2-rekey").capture)
    trips = analysis.exchanges.round_trip_s
    ax = round_trips(analysis)
    assert drawn(ax) == trips.notna().sum()
    left = int(trips.isna().sum())
    assert any("without request and answer not drawn" in text for text in texts(ax)) == bool(left)
    assert any(text.startswith("IKE_SA_INIT (1, median ") for text in texts(ax))


def test_very_many_kinds_and_times_that_are_none() -> None:
    tables = Tables()
    for number in range(MOST_KINDS + 3):
        put(tables, "exchanges", exchange=f"X{number}", round_trip_s=10.0 ** (number - 5))
    for nothing in (None, 0.0, -1.0):
        put(tables, "exchanges", exchange="X0", round_trip_s=nothing)
    ax = round_trips(Held(tables))
    assert drawn(ax) == MOST_KINDS + 3
    assert any(text.startswith("others (3, ") for text in texts(ax))
    assert "3 exchanges without request and answer not drawn" in texts(ax)
