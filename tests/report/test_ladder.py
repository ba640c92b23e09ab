from analyzer import Analysis
from analyzer.report.dossier import Dossier, dossiers
from analyzer.report.ladder import MOST_RUNGS, Rung, dated, ladder, listing, retransmissions
from analyzer.report.zone import UTC_ZONE, zone_of
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.report.sample import CAPTURE, INFO, INIT, START, Peer, put, sample


def of(number: int) -> Dossier:
    return dossiers(sample(), [number])[0]


def kinds(rungs: list[Rung]) -> list[str]:
    return [rung.kind for rung in rungs]


def test_times_gaps_direction_and_protection() -> None:
    rungs = ladder(of(1))
    assert kinds(rungs) == [
        "path", "message", "message", "path", "message", "retransmission", "message", "esp", "esp", "message",
        "message", "end",
    ]  # fmt: skip
    first, answer, auth = rungs[1], rungs[2], rungs[4]
    assert (first.frame, first.offset_s, first.from_initiator) == (1, 0.0, True)
    assert (answer.from_initiator, answer.title) == (False, "IKE_SA_INIT response 0")
    assert "N(NAT_DETECTION_SOURCE_IP)" in answer.contents
    assert (auth.protection, auth.contents) == ("encrypted", ("SK{encrypted}",))
    assert rungs[3].contents == ("10.1.0.1:4500", "203.0.113.2:4500")
    assert (rungs[11].title, rungs[11].offset_s) == ("the capture ends", 90.0)
    later = rungs[9]
    assert later.title == "INFORMATIONAL request 0"
    assert not later.from_initiator
    assert round(later.gap_s or 0) == 30


def test_ikev1_directions_come_from_the_addresses() -> None:
    rungs = [rung for rung in ladder(of(4)) if rung.kind == "message"]
    assert [rung.from_initiator for rung in rungs] == [True, False, True, False, True, False, True, False]
    assert rungs[0].title == "IDENTITY_PROTECTION 1"
    assert rungs[6].title == "QUICK_MODE 1 (ID a1b2c3d4)"
    assert rungs[6].contents == ("HDR*{HASH, SA, NONCE, ID \u00d72}",)
    assert rungs[7].errors == ("NO-PROPOSAL-CHOSEN",)


def test_many_retransmissions_become_one_step_with_their_times() -> None:
    rungs = ladder(of(5))
    assert kinds(rungs) == ["path", "message", "icmp", "retransmission", "end"]
    assert rungs[3].title == "retransmission of IKE_SA_INIT request 0 (frame 50), 5 times"
    assert rungs[3].note == "after 500 ms, 900 ms, 1.62 s, 2.92 s, 5.25 s; last in frame 60"
    assert (rungs[2].frame, rungs[2].from_initiator) == (51, False)
    assert "nothing listens" in rungs[2].note


def test_retransmissions_in_words() -> None:
    assert retransmissions(of(1)) == ["IKE_AUTH request 1 (frame 3) once, after 1 s"]
    (five,) = retransmissions(of(5))
    assert five == "IKE_SA_INIT request 0 (frame 50) 5 times, after 500 ms, 900 ms, 1.62 s, 2.92 s and 5.25 s"


def test_of_very_many_pauses_the_first_are_named_and_the_others_counted() -> None:
    tables = Tables()
    peer = Peer(tables, 1, ("a" * 16, "0" * 16), ("10.0.0.1", "10.0.0.2"), 2)
    for frame in range(1, 16):
        again = {"retransmission_of": 1} if frame > 1 else {}
        peer.send(frame, frame - 1, "i", INIT, (33,), **again)
    put(tables, "negotiations", negotiation=1, first_time=START, initiator_ip="10.0.0.1", ike_version=2)
    dossier = dossiers(tables, [1])[0]
    (many,) = retransmissions(dossier)
    assert many == f"IKE_SA_INIT request 0 (frame 1) 14 times, after {'1 ms, ' * 7}1 ms and 6 more"
    (rung,) = [rung for rung in ladder(dossier) if rung.kind == "retransmission"]
    assert rung.note == f"after {'1 ms, ' * 12}2 more; last in frame 15"


def test_summaries_of_payloads_stand_beside_their_names() -> None:
    tables = sample()
    for position, (kind, text) in enumerate((("ID", "192.0.2.10"), ("HASH", "32 bytes")), 1):
        row = {"frame_number": 44, "position": position, "payload": kind, "summary": text}
        put(tables, "payloads", encrypted=True, capture=CAPTURE, **row)
    rungs = ladder(dossiers(tables, [4])[0])
    assert rungs[5].contents == ("HDR*{ID(192.0.2.10), HASH}",)


def test_mirror_copies_are_not_drawn_but_listed() -> None:
    tables = Tables()
    spis, ips = ("a" * 16, "0" * 16), ("10.0.0.1", "10.0.0.2")
    peer = Peer(tables, 1, spis, ips, 2)
    peer.send(1, 0, "i", INIT, (33,))
    peer.send(2, 0, "i", INIT, (33,), duplicate=True)
    put(
        tables, "negotiations", negotiation=1, first_time=START, initiator_ip=ips[0], responder_ip=ips[1], ike_version=2
    )
    (d,) = dossiers(tables, [1])
    assert kinds(ladder(d)) == ["path", "message"]
    assert [row.note for row in listing(d, 10)] == [
        "300 bytes",
        "300 bytes; copy of the same datagram, as mirror ports make",
    ]


def test_a_long_ladder_keeps_both_ends_and_says_what_is_missing() -> None:
    tables = Tables()
    spis, ips = ("a" * 16, "b" * 16), ("10.0.0.1", "10.0.0.2")
    peer = Peer(tables, 1, spis, ips, 2)
    for n in range(500):
        peer.send(n + 1, n * 1000, "i" if n % 2 else "r", INFO, (46,), message_id=n, encrypted=True)
    put(
        tables, "negotiations", negotiation=1, first_time=START, initiator_ip=ips[0], responder_ip=ips[1], ike_version=2
    )
    (d,) = dossiers(tables, [1])
    rungs = ladder(d)
    assert len(rungs) == MOST_RUNGS
    assert rungs[-1].frame == 500
    (cut,) = [rung for rung in rungs if rung.kind == "cut"]
    assert "steps left out" in cut.title
    assert "the table messages" in cut.note
    assert len(listing(d, 200)) == 200


def test_missing_times_do_not_disturb() -> None:
    tables = Tables()
    peer = Peer(tables, 1, ("a" * 16, "b" * 16), ("10.0.0.1", "10.0.0.1"), 1)
    peer.send(1, 0, "i", (2, "IDENTITY_PROTECTION"), (1,), time=None)
    peer.send(2, 0, "r", (2, "IDENTITY_PROTECTION"), (1,), time=None, retransmission_of=1)
    put(tables, "negotiations", negotiation=1, ike_version=1)
    (d,) = dossiers(tables, [1])
    assert [rung.offset_s for rung in ladder(d)] == [None, None, None]


def test_where_times_go_back_nobody_knows_how_long_after_the_capture_ends() -> None:
    (one,) = dossiers(sample(), [1])
    assert list(ladder(one))[-1].kind == "end"
    one.n = one.n | {"duration_s": None}
    assert list(ladder(one))[-1].kind != "end"


def test_fragments_of_main_mode_have_the_number_of_their_message() -> None:
    """As engineers count: message 5 in five fragments, then message 6 in three."""
    analysis = Analysis()
    analysis.add(case("ikev1-main-cert-frag").capture)
    d = dossiers(analysis.tables, [1])[0]
    fragments = [f"IDENTITY_PROTECTION 5, fragment {part} of 5" for part in (1, 2, 3, 4, 5)]
    fragments += [f"IDENTITY_PROTECTION 6, fragment {part} of 3" for part in (1, 2, 3)]
    expected = [*(f"IDENTITY_PROTECTION {number}" for number in (1, 2, 3, 4)), *fragments]
    for rungs in (ladder(d), listing(d, 100)):
        assert [rung.title for rung in rungs if rung.title.startswith("IDENTITY_PROTECTION")] == expected


HOUR = 3_600_000_000_000
AUTUMN = 1_761_440_400_000_000_000  # 2025-10-26 01:00 UTC: in Berlin the hour from 02:00 to 03:00 comes again


def times_of(zone: str, *times: int | None) -> list[tuple[str, str]]:
    found = zone_of(zone)
    clocks = ["" if time is None else found.clock(time) for time in times]
    steps = [Rung("message", 1, None, None, True, "x", time=t, clock=c) for t, c in zip(times, clocks, strict=True)]
    return [(r.kind, r.title if r.kind == "day" else r.clock) for r in dated(steps, found)]


def test_a_day_stands_above_its_times_with_the_zone() -> None:
    assert times_of("UTC", AUTUMN, AUTUMN + 22 * HOUR, AUTUMN + 23 * HOUR) == [
        ("day", "2025-10-26 (UTC)"),
        ("message", "01:00:00.000"),
        ("message", "23:00:00.000"),
        ("day", "2025-10-27 (UTC)"),
        ("message", "00:00:00.000"),
    ]


def test_an_hour_that_comes_again_has_another_offset_above_it() -> None:
    assert times_of("Europe/Berlin", AUTUMN - HOUR // 2, AUTUMN + HOUR // 2) == [
        ("day", "2025-10-26 (Europe/Berlin, +02:00)"),
        ("message", "02:30:00.000"),
        ("day", "2025-10-26 (Europe/Berlin, +01:00)"),
        ("message", "02:30:00.000"),
    ]


def test_what_has_no_time_has_no_time_of_day_and_is_not_lost() -> None:
    assert times_of("UTC", None, AUTUMN, None) == [
        ("message", ""),
        ("day", "2025-10-26 (UTC)"),
        ("message", "01:00:00.000"),
        ("message", ""),
    ]
    path = Rung("path", None, None, None, True, "UDP")
    assert kinds(list(dated([path, path._replace(kind="cut"), path], UTC_ZONE))) == ["path", "cut", "path"]


def test_every_step_of_a_ladder_has_its_time_of_day() -> None:
    for number in range(1, 6):
        rungs = list(dated(ladder(of(number)), UTC_ZONE))
        assert kinds(rungs)[:2] == ["day", "path"]
        assert all(bool(r.clock) == (r.kind not in ("day", "path", "cut")) for r in rungs)
        assert [r.time is not None and (r.time - START) / 1e9 for r in listing(of(1), 9)] == [
            r.offset_s for r in listing(of(1), 9)
        ]
