from analyzer.report.same_finding import Finding, known, rows
from analyzer.tables.store import Tables
from tests.report.sample import put


def made(number: int = 1, frame: int = 3, ends: tuple[str, str] = ("10.0.0.9", "10.0.0.1"), **cells: object) -> Tables:
    tables = Tables()
    negotiation = {"negotiation": number, "initiator_ip": ends[0], "responder_ip": ends[1], "outcome": "established"}
    put(tables, "negotiations", **negotiation | {key: cells.pop(key) for key in ("outcome",) if key in cells})
    finding = {"finding": "weak-ke-chosen", "severity": "high", "subject": "MODP-768", "negotiation": number}
    put(tables, "findings", **finding | {"evidence_frames": (frame,), "capture": "a.pcap"} | cells)
    return tables


def test_it_is_the_same_wherever_it_stands_and_whoever_began() -> None:
    assert known(made()) == known(made(7, 90, ("10.0.0.1", "10.0.0.9"), severity="medium", capture="b.pcap"))
    assert known(made()) != known(made(subject="MODP-1024"))
    assert known(made()) != known(made(finding="weak-ke-offered"))
    assert known(made()) != known(made(ends=("10.0.0.8", "10.0.0.1")))
    assert known(made(negotiation=None)) == {Finding("weak-ke-chosen", "MODP-768", ())}


def test_where_it_is_shown_and_whether_it_is_a_scanners() -> None:
    (row,) = rows(made(evidence_captures=("b.pcap",)))
    assert (row.capture, row.frame_number, row.of_scan) == ("b.pcap", 3, False)
    (row,) = rows(made(evidence_frames=None, outcome="probe"))
    assert (row.capture, row.frame_number, row.of_scan) == ("a.pcap", 0, True)
    (row,) = rows(made(finding="scanner-probe"))
    assert row.of_scan
