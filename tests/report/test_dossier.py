from dataclasses import asdict

import pytest

from analyzer.report.dossier import Dossier, Dossiers, dossiers, ranked, worst_first
from analyzer.report.ladder import ladder
from analyzer.report.life import life_in_short
from analyzer.report.particulars import particulars
from analyzer.report.story import negotiation_story
from analyzer.tables.store import Tables
from tests.report.sample import CAPTURE, Peer, put, sample
from tests.work import lines_run


def test_failures_come_first() -> None:
    assert worst_first(sample()) == [3, 2, 4, 5, 6, 1]


def test_severe_findings_break_ties() -> None:
    tables = Tables()
    for number in (1, 2, 3):
        put(tables, "negotiations", negotiation=number, outcome="established")
    put(tables, "findings", finding="x", severity="low", negotiation=2)
    put(tables, "findings", finding="x", severity="critical", negotiation=3)
    assert worst_first(tables) == [3, 2, 1]
    assert [(r.outcome, r.severity) for r in ranked(tables)] == [(4, 0), (4, 3), (4, 9)]


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


def long_lived(monkeypatch: pytest.MonkeyPatch, count: int, most: int = 10) -> Dossier:
    """One SA of `count` requests and as many answers, of which the last two are copies."""
    monkeypatch.setattr("analyzer.report.dossier.MOST_ROWS", most)
    tables = Tables()
    put(tables, "negotiations", negotiation=1, ike_version=2, initiator_spi="0102", outcome="established", messages=9)
    peer = Peer(tables, 1, ("01", "02"), ("10.0.0.1", "10.0.0.2"), 2)
    for number in range(count):
        for frame, who in ((2 * number + 1, "i"), (2 * number + 2, "r")):
            more = {"duplicate": number == count - 1, "message_id": number}
            peer.send(frame, 10.0 * number, who, (37, "INFORMATIONAL"), (46,), **more)
            put(tables, "payloads", frame_number=frame, capture=CAPTURE, encrypted=False)
        odd = {"fragments_missing": 1} if number == count // 2 else {}
        put(tables, "exchanges", negotiation=1, exchange="INFORMATIONAL", request_frame=2 * number + 1, **odd)
        put(tables, "events", negotiation=1, event="child-rekeyed", child=number)
    (found,) = dossiers(tables, [1])
    return found


def test_of_a_long_life_the_first_and_the_last_rows_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    d = long_lived(monkeypatch, 500)
    assert [m["frame_number"] for m in d.messages] == [*range(1, 11), *range(991, 1001)]
    assert (d.before_gap, d.after_gap, d.left["messages"], d.total("messages")) == (10, 991, 980, 1000)
    assert (d.sent, d.copies) == (998, 2)
    assert {p["frame_number"] for p in d.payloads} == {m["frame_number"] for m in d.messages}
    odd = [e for e in d.exchanges if e["fragments_missing"]]
    assert (len(d.exchanges), len(odd), d.left["exchanges"]) == (21, 1, 479)
    assert (len(d.events), d.events_by_kind["child-rekeyed"]) == (20, 500)


def test_messages_behind_the_gap_are_numbered_over_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.report.dossier.MOST_ROWS", 3)
    tables = Tables()
    put(tables, "negotiations", negotiation=1, ike_version=1, initiator_spi="0102", outcome="established", messages=9)
    peer = Peer(tables, 1, ("01", "02"), ("10.0.0.1", "10.0.0.2"), 1)
    for frame in range(1, 21):
        more = {"message_id": 7, "retransmission_of": 18 if frame == 19 else None, "duplicate": False}
        peer.send(frame, 10.0 * frame, "ir"[frame % 2], (6, "TRANSACTION"), (8,), **more)
    (d,) = dossiers(tables, [1])
    numbers = d.message_numbers()
    first = [m["frame_number"] for m in d.messages if not m["retransmission_of"]]
    assert [(frame, numbers[frame].number) for frame in first] == [(1, 1), (2, 2), (3, 3), (18, 18), (20, 19)]
    shown = [rung.title for rung in ladder(d) if rung.kind == "message"]
    assert shown[-1].startswith("TRANSACTION 19 ")


def test_up_to_the_limit_nothing_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    d = long_lived(monkeypatch, 10)  # 20 messages: ten of the beginning, ten of the end
    assert [m["frame_number"] for m in d.messages] == list(range(1, 21))
    assert (d.before_gap, d.left["messages"], d.total("messages")) == (None, 0, 20)


def test_what_is_left_out_is_counted_where_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    d = long_lived(monkeypatch, 500)
    (cut,) = [rung for rung in ladder(d) if rung.kind == "cut"]
    assert (cut.title, cut.note) == ("980 steps left out", "frames 11 to 990: all of them in the table messages")
    long = long_lived(monkeypatch, 500, most=100)
    (cut,) = [rung for rung in ladder(long) if rung.kind == "cut"]
    shown = [rung for rung in ladder(long) if rung.kind == "message"]
    assert cut.title == f"{998 - len(shown)} steps left out"
    assert "Wireshark: isakmp.ispi == 01:02" in [line.text.strip() for line in negotiation_story(d)]
    assert any("500 rekeyed" in text for text in life_in_short(d))
    (exchanges,) = [table for table in particulars(d) if table.source == "exchanges"]
    assert exchanges.total == 500


def test_a_message_of_hundreds_of_payloads_brings_as_many_as_can_be_read() -> None:
    tables = sample()
    for place in range(1000):
        put(tables, "payloads", frame_number=20, position=place, capture=CAPTURE, encrypted=False)
        put(tables, "notifications", frame_number=20, negotiation=2, notify="COOKIE", **{"class": "status"})
    (two,) = dossiers(tables, [2])
    assert sum(p["frame_number"] == 20 for p in two.payloads) == 200
    assert sum(n["frame_number"] == 20 for n in two.notifications) == 200


def test_dossiers_are_the_same_one_by_one_and_together() -> None:
    tables = sample()
    numbers = [1, 2, 3, 4, 5]
    together = Dossiers(tables, numbers)
    alone = {number: asdict(d) for number in numbers for d in dossiers(tables, [number])}
    assert [asdict(d) for d in together.of(numbers)] == list(alone.values())
    assert [asdict(d) for d in together.of([3, 1])] == [alone[3], alone[1]]
    assert together.of([6]) == []


def test_dossiers_look_at_each_table_once_however_many_they_are() -> None:
    def work(count: int) -> int:
        tables = Tables()
        for table in tables.values():
            names = table.schema.names
            if "negotiation" in names:
                at = names.index("negotiation")
                for number in range(1, 201):
                    table.append(tuple(number if place == at else None for place in range(len(names))))
        numbers = range(1, count + 1)
        known = Dossiers(tables, numbers)
        return lines_run(lambda: [known.of([number]) for number in numbers])

    assert work(100) < 2.5 * work(50)
