"""Findings by kind, the most severe above, and none left out in silence."""

import analyzer
from analyzer.plots.findings import MOST_ROWS, findings
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.plots.test_canvas import Held, texts
from tests.report.sample import put


def test_bars_count_the_table() -> None:
    analysis = analyzer.read_pcap(case("ikev1-weak-des-md5-modp768").capture)
    ax = findings(analysis)
    table = analysis.findings
    assert sum(bar.get_width() for bar in ax.patches) == len(table)  # type: ignore[attr-defined]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels[:2] == ["weak-encryption-chosen", "weak-ke-chosen"]
    legend = ax.get_legend()
    assert legend is not None
    assert next(text.get_text() for text in legend.get_texts()) == f"critical ({(table.severity == 'critical').sum()})"


def test_what_has_no_room_is_counted() -> None:
    tables = Tables()
    for number in range(MOST_ROWS + 2):
        for _ in range(2):
            put(tables, "findings", finding=f"check-{number:02}", severity="low")
    assert "4 findings of 2 milder kinds not drawn" in texts(findings(Held(tables)))
