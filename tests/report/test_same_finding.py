import pytest

from analyzer.report.same_finding import Finding, Known, lasting, rows
from analyzer.tables.store import Tables
from tests.report.sample import put


def made(number: int = 1, frame: int = 3, ends: tuple[str, str] = ("10.0.0.9", "10.0.0.1"), **cells: object) -> Tables:
    tables = Tables()
    negotiation = {"negotiation": number, "initiator_ip": ends[0], "responder_ip": ends[1], "outcome": "established"}
    put(tables, "negotiations", **negotiation | {key: cells.pop(key) for key in ("outcome",) if key in cells})
    finding = {"finding": "weak-ke-chosen", "severity": "high", "subject": "MODP-768", "negotiation": number}
    put(tables, "findings", **finding | {"evidence_frames": (frame,), "capture": "a.pcap"} | cells)
    return tables


def same(tables: Tables) -> set[Finding]:
    return {row.same for row in rows(tables)}


def test_it_is_the_same_wherever_it_stands_and_whoever_began() -> None:
    assert same(made()) == same(made(7, 90, ("10.0.0.1", "10.0.0.9"), severity="medium", capture="b.pcap"))
    assert same(made()) != same(made(subject="MODP-1024"))
    assert same(made()) != same(made(finding="weak-ke-offered"))
    assert same(made()) != same(made(ends=("10.0.0.8", "10.0.0.1")))
    assert same(made(negotiation=None)) == {Finding("weak-ke-chosen", "MODP-768", ())}


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("SPI 28c250c7", "SPI"),
        ("SPI 0123456789abcdef", "SPI"),
        ("child SA 1", "child SA"),
        ("child SA 2, 13", "child SA"),
        ("child SA 7: 3600 s", "child SA: 3600 s"),
        ("ESP offer for child SA 2", "ESP offer for child SA"),
        ("negotiation 12", "negotiation"),
        ("30 addresses", "addresses"),
        ("192.0.2.20, to port 61002 and from port 4500", "192.0.2.20"),
        ("2001:db8::1, to port 1 and from port 2", "2001:db8::1"),
        ("SPI of 10.0.0.1", "SPI of 10.0.0.1"),
        ("CN=child SA 1", "CN=child SA 1"),
        ("SPIs of 10.0.0.1", "SPIs of 10.0.0.1"),
        ("2048-bit MODP Group", "2048-bit MODP Group"),
    ],
)
def test_a_subject_is_without_its_running_or_random_number(subject: str, expected: str) -> None:
    assert lasting(subject) == expected
    assert same(made(subject=subject)) == same(made(subject=expected))


def test_it_is_known_by_the_same_policy_and_as_severe() -> None:
    """A gate must not pass what is worse now, or what nobody looked for then."""
    before = Known(made(policy="ietf", severity="medium", subject="SPI 28c250c7"))
    for cells, known in (
        ({"severity": "medium"}, True),
        ({"severity": "low"}, True),
        ({"severity": "high"}, False),
        ({"severity": "medium", "policy": "bsi"}, False),
        ({"severity": "medium", "policy": None}, False),
    ):
        (row,) = rows(made(**{"policy": "ietf", "subject": "SPI 11111111"} | cells))
        assert before.has(row) is known, cells


def test_where_it_is_shown_and_whether_it_is_a_scanners() -> None:
    (row,) = rows(made(evidence_captures=("b.pcap",)))
    assert (row.capture, row.frame_number, row.of_scan) == ("b.pcap", 3, False)
    (row,) = rows(made(evidence_frames=None, outcome="probe"))
    assert (row.capture, row.frame_number, row.of_scan) == ("a.pcap", 0, True)
    (row,) = rows(made(finding="scanner-probe"))
    assert row.of_scan
