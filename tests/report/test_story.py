import re

from analyzer.report.dossier import dossiers
from analyzer.report.ladder import Rung
from analyzer.report.story import MOST_STORIES, Line, capture_story, ladder_lines, negotiation_story
from analyzer.report.zone import zone_of
from analyzer.tables.store import Tables
from tests.report.sample import ESC, INFO, Peer, put, sample


def text(lines: object) -> str:
    assert not isinstance(lines, str)
    return "\n".join(line.text for line in lines)  # type: ignore[attr-defined]


def test_a_failure_is_told_with_cause_basis_frames_and_next_step() -> None:
    told = text(negotiation_story(dossiers(sample(), [2])[0]))
    assert "Why   The responder refused the authentication (certain, authentication-failed)" in told
    assert "Basis: inferred from the length of the encrypted message; frames 22-23." in told
    assert "Next  Compare the pre-shared keys" in told
    assert told.index("authentication-failed") < told.index("psk-mismatch") < told.index("identity-rejected")


def test_the_ladder_as_text() -> None:
    told = text(negotiation_story(dossiers(sample(), [1], zone_of("-03:30"))[0], 120))
    assert re.search(
        r"  2023-11-14 \(-03:30\)\n +initiator .*\n  18:43:20\.000 +\+0 s +#1  ------>  IKE_SA_INIT request 0", told
    )
    assert re.search(r"#2  <------  IKE_SA_INIT response 0", told)
    assert re.search(r"#3  ======>  IKE_AUTH request 1", told)
    assert re.search(r"#5  = = = >  retransmission of IKE_AUTH request 1 \(frame 3\), after 1 s", told)
    assert "... 30 s later" in told
    assert "initiator 10.1.0.1:4500  <->  203.0.113.2:4500 responder  (UDP, non-ESP marker)" in told
    assert "[ENCR_AES_GCM_16-256], ENCR_AES_CBC-256, ENCR_3DES" in told


def test_the_capture_in_short() -> None:
    told = text(capture_story(sample()))
    assert "6 IKE SAs: 2 established" in told
    assert "Findings: 1 critical, 1 high, 4 medium, 2 low" in told
    assert "! A sender broke the protocol, or bytes were lost: wire-length, once (frame 80)" in told
    assert "Wireshark: frame.number in {20..23}" in told
    assert told.index("\n2. ") < told.index("\n4. ") < told.index("\n6. ") < told.index("\n1. ")


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


def test_lines_keep_to_the_width() -> None:
    for width in (80, 100, 140):
        for d in dossiers(sample(), [1, 2, 3, 4, 5]):
            assert max(len(line.text) for line in negotiation_story(d, width)) <= width


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


def test_very_many_kinds_of_stories() -> None:
    tables = Tables()
    for number in range(1, 200):
        put(
            tables, "negotiations", negotiation=number, outcome="failed", ike_version=2, responder_ip=f"10.0.0.{number}"
        )
    told = text(capture_story(tables))
    assert f"{199 - MOST_STORIES} negotiations more" in told
    assert len(told) < 20_000
    assert "Why negotiations went wrong" not in told, "nobody knows"


def test_of_very_many_kinds_the_causes_come_first_and_advice_is_given_once() -> None:
    tables = Tables()
    cause = {
        "rank": 1,
        "diagnosis": "psk-mismatch",
        "title": "The keys differ",
        "confidence": "likely",
        "advice": "Do!",
    }
    for number in range(1, 200):
        put(tables, "negotiations", negotiation=number, outcome="failed", ike_version=2, responder_ip=f"10.0.{number}")
        put(tables, "diagnoses", negotiation=number, **cause)
    told = text(capture_story(tables))
    assert "     199  The keys differ (likely, psk-mismatch): 1-8 and 191 more" in told
    assert told.index("199  The keys differ") < told.index("\n1. ")
    assert (told.count("  Next  Do!"), told.count("  Next  as for negotiation 1")) == (1, MOST_STORIES - 1)


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
    told = text(capture_story(tables))
    assert "Weak, chosen: SHA (negotiation 1; frame 2)" in told
    assert "Weak, offered" not in told
    assert "  and 2 kinds more; `check` lists all of them" in told, "this one and 3DES: counted above, so named"


def test_a_column_of_nothing_takes_no_room() -> None:
    rungs = [Rung("message", 1, 0.0, None, True, "IKE_SA_INIT request 0"), Rung("end", None, 12.0, None, True, "ends")]
    assert text(ladder_lines(rungs)) == "       +0 s  #1  ------>  IKE_SA_INIT request 0\n  +12.000 s  ends"
