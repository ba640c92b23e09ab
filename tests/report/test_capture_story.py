import re

import pytest

import analyzer
from analyzer.report.capture_story import ENOUGH, NEEDED, ROWS, capture_story
from analyzer.report.dossier import dossiers
from analyzer.report.story import Line, negotiation_story
from analyzer.tables.store import Tables
from tests.conftest import FIXTURES
from tests.fixtures.cases import analysed, cases
from tests.report.sample import ESC, INFO, Peer, put, sample


def text(lines: object) -> str:
    assert not isinstance(lines, str)
    return "\n".join(line.text for line in lines)  # type: ignore[attr-defined]


def test_the_capture_in_short() -> None:
    told = text(capture_story(sample(), 160))
    assert "6 IKE SAs: 2 established" in told
    assert "Findings: 1 critical, 1 high, 4 medium, 2 low" in told
    assert "! A sender broke the protocol, or bytes were lost: wire-length, once (frame 80)" in told
    assert "Wireshark: frame.number in {20..23}" in told
    assert told.index("\n2. ") < told.index("\n 4. ") < told.index("\n 6. ") < told.index("\n 1. ")


def test_nothing_captured_reaches_the_terminal_alive() -> None:
    lines = list(capture_story(sample()))
    for d in dossiers(sample(), range(1, 7)):
        lines += negotiation_story(d)
    assert all(isinstance(line, Line) for line in lines)
    for line in lines:
        assert line.text.isprintable(), repr(line.text)
        assert "\u202e" not in line.text
    assert "\\x1b]0;owned" in text(lines)


def test_a_long_failure_shows_its_begin_and_its_end() -> None:
    tables = Tables()
    spis, ips = ("a" * 16, "b" * 16), ("10.0.0.1", "10.0.0.2")
    peer = Peer(tables, 1, spis, ips, 2)
    for n in range(40):
        peer.send(n + 1, n * 10, "i" if n % 2 else "r", INFO, (46,), message_id=n, encrypted=True)
    put(
        tables, "negotiations", negotiation=1, outcome="failed", ike_version=2, initiator_ip=ips[0], responder_ip=ips[1]
    )
    told = text(capture_story(tables))
    assert "29 steps left out; all of them: show --negotiation 1" in told
    assert "#1  " in told
    assert "#40  " in told


def test_many_negotiations_the_worst_are_told() -> None:
    tables = Tables()
    for number in range(1, 200):
        outcome = "failed" if number == 150 else "established"
        put(tables, "negotiations", negotiation=number, outcome=outcome, ike_version=2, initiator_ip="10.0.0.1")
    told = text(capture_story(tables))
    assert "\n150. " in told
    assert "Same for 198 negotiations: 1-149, 151-199; `show --negotiation N` shows each." in told
    assert len(told) < 2_000


def test_what_is_told_of_one_names_it() -> None:
    tables = Tables()
    for number in (4, 7):
        put(tables, "negotiations", negotiation=number, outcome="failed", ike_version=2, initiator_ip="10.0.0.1")
    assert "Same for 2 negotiations: 4, 7; details are those of 4." in text(capture_story(tables))


def test_messages_of_no_negotiation_are_listed() -> None:
    tables = Tables()
    put(tables, "captures", capture="x.pcap", ike_messages=12)
    for frame in range(1, 13):
        put(
            tables,
            "messages",
            frame_number=frame,
            src_ip="10.0.0.1",
            src_port=500,
            exchange=ESC,
            major_version=3,
            length=28,
        )
    told = text(capture_story(tables))
    assert "frame 1: 10.0.0.1:500 to an unknown address: \\x1b]0;owned" in told
    assert "and 2 more; `export --table messages`" in told


def test_messages_whose_header_is_cut_are_told_as_what_they_are() -> None:
    tables = Tables()
    put(tables, "captures", capture="x.pcap", ike_messages=3)
    for frame, known in enumerate(
        ({"exchange": "IKE_AUTH", "major_version": 2}, {"major_version": 2}, {"major_version": 0}), 1
    ):
        put(tables, "messages", frame_number=frame, src_ip="10.0.0.1", src_port=500, **known)
    told = " ".join(text(capture_story(tables)).split())
    cut = "the ISAKMP header is not whole in this capture"
    assert told.count(cut) == 3
    assert f"IKE_AUTH, IKE version 2, {cut}" in told
    assert "None" not in told
    assert "EXCHANGE_0" not in told


def test_what_is_in_use_is_not_repeated_as_offered() -> None:
    tables = sample()
    for side, severity in (("chosen", "medium"), ("offered", "info")):
        row = {"negotiation": 1, "subject": "SHA", "evidence_frames": (2,), "title": f"Weak, {side}"}
        put(tables, "findings", finding=f"weak-hash-{side}", severity=severity, **row)
    told = text(capture_story(tables, rows=200))
    assert "Weak, chosen: SHA (negotiation 1; frame 2)" in told
    assert "Weak, offered" not in told
    assert "  and 2 more; `check` lists all of them" in told, "this one and 3DES: counted above, so named"


def test_very_many_stories_are_told_by_kind() -> None:
    """What happened is the same to any responder: one story, and how many there are."""
    tables = Tables()
    for number in range(1, 200):
        cells = {"outcome": "failed", "ike_version": 2, "responder_ip": f"10.0.0.{number}", "initiator_ip": "10.9.9.9"}
        put(tables, "negotiations", negotiation=number, capture="x.pcap", **cells)
    told = text(capture_story(tables))
    assert "One of 199 of this kind, of 199 responders: 1-199" in told
    assert len(told.splitlines()) < 12


def test_advice_is_given_once() -> None:
    tables = Tables()
    for number in range(1, 5):
        put(tables, "negotiations", negotiation=number, outcome="failed", ike_version=2, responder_ip=f"10.0.{number}")
        cells = {"diagnosis": "psk-mismatch", "title": "The keys differ", "confidence": "likely", "advice": "Do!"}
        put(tables, "diagnoses", negotiation=number, rank=1, **cells)
    told = text(capture_story(tables))
    assert (told.count("  Next  Do!"), told.count("  Next  as for negotiation 1")) == (1, 3)


def crowd(kinds: int, each: int = 2) -> Tables:
    """Many kinds of negotiations, many findings, many floods, all that can be unread."""
    tables = Tables()
    put(tables, "captures", capture="c" * 300, format="pcap", packets=10**9, ike_messages=10**9)
    for kind in range(kinds):
        for i in range(each):
            number = kind * each + i + 1
            cells = {"failed_at": "IKE_AUTH", "failed_by": "responder", "responder_ip": f"2001:db8::{kind:x}"}
            put(tables, "negotiations", negotiation=number, outcome="failed", ike_version=2, **cells)
            cause = {"diagnosis": f"cause-{kind}", "title": "The cause " * 20, "confidence": "likely"}
            put(tables, "diagnoses", negotiation=number, rank=1, detail="why " * 99, advice=f"do {kind} " * 99, **cause)
            finding = {"finding": f"check-{kind}", "severity": "high", "title": "A finding " * 20, "subject": f"s{i}"}
            put(tables, "findings", negotiation=number, evidence_frames=(1,), **finding)
    for n in range(12):
        flood = {"kind": "unsolicited-answers", "title": "A flood", "confidence": "likely", "detail": "flood " * 50}
        put(tables, "floods", flood=n + 1, target_ip=f"10.0.0.{n}", messages=99, advice="wait " * 50, **flood)
    for kind in ("capture-x", "capture-dropped", "wire-x", "limit-x", "internal"):
        put(tables, "defects", kind=kind, effect="effect " * 40, frame_number=3)
    return tables


@pytest.mark.parametrize("width", [60, 80, 100, 160])
@pytest.mark.parametrize("rows", [ENOUGH, 23, 39, ROWS, 199])
@pytest.mark.parametrize("kinds", [2, 7, 300])
def test_it_fits_the_screen_whatever_there_is(kinds: int, rows: int, width: int) -> None:
    lines = list(capture_story(crowd(kinds), width, rows=rows))
    assert len(lines) <= rows
    assert max(len(line.text) for line in lines) <= width
    told = " ".join(text(lines).split())
    assert "In full: `show CAPTURE --negotiation" in told or (rows > 100 and kinds < 10)
    left = re.search(r"and ([\d,]+) of ([\d,]+) other kinds?: [\d,]+ failed", told)
    shown = len([line for line in lines if re.match(r" *\d+\. ", line.text)])
    assert shown + int(left[2] if left else 0) == kinds


def test_what_is_left_out_is_counted_and_named() -> None:
    told = " ".join(text(capture_story(crowd(300), 100, rows=39)).split())
    assert "600 IKE SAs: 600 failed" in told
    assert re.search(r"and \d+ floods more: `export --table floods`", told)
    assert re.search(r"and \d+ more; `check` lists all of them|; `check` lists them", told)
    assert "`report CAPTURE -o FOLDER` all" in told


def test_the_hint_names_the_capture_where_it_can_be_typed() -> None:
    for name, typed in (("gw.pcap", "gw.pcap"), ("-", "CAPTURE"), ("a b.pcap", "CAPTURE"), ("$(x).pcap", "CAPTURE")):
        tables = Tables()
        put(tables, "captures", capture=name, format="pcap", packets=9, ike_messages=9)
        for number in range(1, 80):
            cells = {"outcome": "failed", "ike_version": 2, "failed_at": f"EXCHANGE_{number}"}
            put(tables, "negotiations", negotiation=number, capture=name, **cells)
        told = " ".join(text(capture_story(tables)).split())
        assert re.search(rf"`show {re.escape(typed)} --negotiation \d+` one,", told)
        assert f"`summary {typed} --where 'outcome == failed'` all with that outcome" in told


def test_one_negotiation_is_shown_whole_on_any_screen() -> None:
    path = FIXTURES / "ikev2-auth-failed-psk" / "capture.pcap"
    tables = analyzer.read_pcap(path).tables
    small = list(capture_story(tables, 100, rows=ENOUGH))
    assert small == list(capture_story(tables, 100, rows=500))
    assert any("Wireshark: frame.number" in line.text for line in small)


@pytest.mark.sweep
@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize("name", [str(case) for case in cases()])
def test_no_column_is_told_but_those_that_are_filled_for_it(name: str, keyed: bool) -> None:
    whole = analysed(name, keyed)
    needed = Tables({table: whole[table].schema.names if names is None else names for table, names in NEEDED.items()})
    for table in NEEDED:
        needed[table].extend(whole[table].rows())
    for rows in (ENOUGH, ROWS, 400):
        assert list(capture_story(needed, rows=rows)) == list(capture_story(whole, rows=rows))
