"""The page's inventory as bars: counts and severities are the same."""

import analyzer
from analyzer.plots.algorithms import MOST_ROWS, algorithms
from analyzer.report.inventory import inventory
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.plots.test_canvas import Held, texts
from tests.report.sample import put


def test_bars_are_the_inventory() -> None:
    analysis = analyzer.read_pcap(case("ikev1-weak-des-md5-modp768").capture)
    ax = algorithms(analysis)
    items = inventory(analysis.tables)
    offered, chosen = (tuple(bar.get_width() for bar in bars) for bars in ax.containers)  # type: ignore[attr-defined]
    assert offered == tuple(item.offered for item in items)
    assert chosen == tuple(item.chosen for item in items)
    assert {"ENCR: DES-CBC", "1 (critical)"} <= set(texts(ax))


def test_neither_bar_says_good() -> None:
    ax = algorithms(analyzer.read_pcap(case("ikev1-weak-des-md5-modp768").capture))
    for bars in ax.containers:
        red, green, blue, _ = bars[0].get_facecolor()
        assert green <= max(red, blue)


def test_what_the_policy_objects_to_is_not_left_out() -> None:
    tables = Tables()
    for number in range(MOST_ROWS + 10):
        put(tables, "negotiations", negotiation=number, outcome="established")
        kind = {"transform_type": 1, "protocol_id": 1, "transform": f"ENCR_{number}"}
        for other in range(number, MOST_ROWS + 10):
            put(tables, "transforms", negotiation=other, side="chosen", **kind)
    rare = f"ENCR_{MOST_ROWS + 9}"
    put(tables, "findings", finding="weak-encryption-chosen", severity="high", subject=rare, negotiation=1)
    ax = algorithms(Held(tables))
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert len(labels) == MOST_ROWS
    assert f"ENCR: {rare}" in labels
    assert "10 other algorithms not drawn" in texts(ax)
