from analyzer.report.dossier import dossiers, worst_first
from analyzer.tables.store import Tables
from tests.report.sample import put, sample


def test_failures_come_first() -> None:
    assert worst_first(sample()) == [3, 2, 4, 5, 6, 1]


def test_severe_findings_break_ties() -> None:
    tables = Tables()
    for number in (1, 2, 3):
        put(tables, "negotiations", negotiation=number, outcome="established")
    put(tables, "findings", finding="x", severity="low", negotiation=2)
    put(tables, "findings", finding="x", severity="critical", negotiation=3)
    assert worst_first(tables) == [3, 2, 1]


def test_a_dossier_holds_its_own_rows_only() -> None:
    tables = sample()
    five, two = dossiers(tables, [5, 2])
    assert (five.n["negotiation"], two.n["negotiation"]) == (5, 2)
    assert [m["frame_number"] for m in five.messages] == [50, 52, 54, 56, 58, 60]
    assert [e["frame_number"] for e in five.icmp_errors] == [51]
    assert [x["diagnosis"] for x in two.diagnoses] == ["authentication-failed", "psk-mismatch", "identity-rejected"]
    assert not two.icmp_errors


def test_a_number_that_is_not_there_is_left_out() -> None:
    assert dossiers(sample(), [99]) == []


def test_payloads_find_their_negotiation_by_capture_and_frame() -> None:
    tables = sample()
    put(tables, "payloads", frame_number=20, position=1, payload="SA", capture="another.pcap", encrypted=False)
    put(
        tables,
        "payloads",
        frame_number=20,
        position=1,
        payload="SA",
        capture="captures/gateway.pcapng",
        encrypted=False,
    )
    (two,) = dossiers(tables, [2])
    assert [p["capture"] for p in two.payloads] == ["captures/gateway.pcapng"]
