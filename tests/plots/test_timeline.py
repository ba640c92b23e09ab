"""Each negotiation on the line of its peers; what has no place is counted."""

import analyzer
from analyzer.plots.timeline import MOST_LANES, timeline
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.plots.test_canvas import Held, texts
from tests.report.sample import put

DAY = 86_400 * 10**9


def test_lines_are_pairs_of_peers_the_worst_above() -> None:
    names = ("ikev2-psk-gcm", "ikev2-auth-failed-psk", "ikev2-rekey")
    ax = timeline(analyzer.read_pcap([case(name).capture for name in names]))
    assert [label.get_text() for label in ax.get_yticklabels()] == [
        "192.0.2.10 → 192.0.2.20",  # one of them failed
        "192.0.2.20 → 192.0.2.10",
    ]
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["established (4)", "failed (1)"]


def test_trouble_of_an_sa_that_came_up_is_no_success() -> None:
    ax = timeline(analyzer.read_pcap(case("ikev2-ts-unacceptable").capture))
    assert "established, later a failure (1)" in texts(ax)


def test_what_has_no_place_is_counted() -> None:
    tables = Tables()
    for number in range(1, 41):
        cells = {"initiator_ip": f"10.0.0.{number}", "responder_ip": "10.1.0.1", "outcome": "established"}
        put(tables, "negotiations", negotiation=number, first_time=number * DAY, last_time=None, **cells)
    put(tables, "negotiations", negotiation=41, outcome="failed")
    put(tables, "floods", flood=1, kind="half-open")
    ax = timeline(Held(tables))
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert len(labels) == MOST_LANES
    assert labels[-1] == f"{40 - MOST_LANES + 1} other pairs"
    assert {"1 flood not drawn", "1 negotiation without a time not drawn", "established (40)"} <= set(texts(ax))
    points = sum(
        len(dots.get_offsets()) for dots in ax.collections if hasattr(dots, "get_sizes") and len(dots.get_sizes())
    )  # type: ignore[arg-type]
    assert points == 40
