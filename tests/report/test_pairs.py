import csv
from io import StringIO
from pathlib import Path

import analyzer
from analyzer.report.pairs import (
    COLUMNS,
    MOST_OF_A_CAPTURE,
    Pair,
    chosen_by_month,
    csv_lines,
    pairs_of,
    peers_of,
    together,
)
from analyzer.report.zone import UTC_ZONE
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.report.sample import put

A, B, C = "192.0.2.1", "192.0.2.2", "192.0.2.3"
NOVEMBER, DECEMBER = 1_795_000_000 * 10**9, 1_797_000_000 * 10**9
FIRST = Pair(A, B, "2026-11", 2, "AES", 2, 1, 1, 0, NOVEMBER, NOVEMBER + 5)


def test_sas_of_two_hosts_that_agreed_on_the_same_are_one_row(tmp_path: Path) -> None:
    analysis = analyzer.read_pcap(case("ikev2-psk-gcm").capture)
    pairs, left = pairs_of(analysis.tables)
    (n,) = analysis.tables["negotiations"].records()
    assert (left, len(pairs)) == (0, 1)
    assert pairs[0][:4] == (n["initiator_ip"], n["responder_ip"], UTC_ZONE.iso(n["first_time"])[:7], 2)
    assert pairs[0].suite.startswith("ENCR_AES_GCM_16-")
    assert (pairs[0].sas, pairs[0].established, pairs[0].captures) == (1, 1, 1)
    assert (pairs[0].first_time, pairs[0].last_time) == (n["first_time"], n["last_time"])


def test_probes_are_no_peers_and_what_has_no_time_no_month() -> None:
    tables = Tables()
    for number, outcome in enumerate(("probe", "failed", "established", "unanswered", "established"), 1):
        put(tables, "negotiations", negotiation=number, ike_version=2, outcome=outcome, initiator_ip=A, responder_ip=B)
    (pair,), _ = pairs_of(tables)
    assert pair == Pair(A, B, "", 2, "", 4, 2, 1, 1)


def test_of_very_many_pairs_those_with_the_most_sas_are_kept_and_the_others_counted() -> None:
    tables = Tables()
    for host in range(MOST_OF_A_CAPTURE + 7):
        for number in range(2 if host == MOST_OF_A_CAPTURE + 6 else 1):
            ip = f"10.0.{host // 256}.{host % 256}"
            put(
                tables,
                "negotiations",
                negotiation=number,
                ike_version=2,
                outcome="failed",
                initiator_ip=ip,
                responder_ip=B,
            )
    pairs, left = pairs_of(tables)
    assert (len(pairs), left, pairs[0].sas) == (MOST_OF_A_CAPTURE, 7, 2)


def test_a_month_is_that_of_utc() -> None:
    tables = Tables()
    last_second = 1_796_083_199 * 10**9  # 2026-11-30 23:59:59
    for number, time in enumerate((last_second, last_second + 10**9), 1):
        put(tables, "negotiations", negotiation=number, ike_version=2, outcome="failed", first_time=time)
    assert sorted(pair.month for pair in pairs_of(tables)[0]) == ["2026-11", "2026-12"]


def test_captures_add_up() -> None:
    again = FIRST._replace(first_time=NOVEMBER - 9, last_time=None)
    (both,) = together([FIRST, again])
    assert both == Pair(A, B, "2026-11", 2, "AES", 4, 2, 2, 0, NOVEMBER - 9, NOVEMBER + 5, 2)
    assert together([FIRST, FIRST._replace(suite="DES"), FIRST._replace(month="2026-12")])[1].suite == "DES"


def test_what_was_chosen_comes_by_month_the_newest_first() -> None:
    few = FIRST._replace(suite="DES", sas=1)
    later = Pair(A, C, "2026-12", 2, "AES-GCM", 1, 1)
    assert chosen_by_month([FIRST._replace(suite=""), few, FIRST, later]) == [later, FIRST, few]


def test_peers_have_the_newest_choice_first_and_the_most_trouble() -> None:
    later = Pair(A, B, "2026-12", 2, "AES-GCM", 1, 1, 0, 0, DECEMBER, DECEMBER + 1)
    fine = Pair(A, C, "2026-12", 2, "AES", 50, 50, 0, 0, None, None)
    trouble, well = peers_of([(FIRST, later), (FIRST,), (fine,), ()])
    assert (trouble[:2], trouble.suites, trouble.captures) == ((A, B), ("AES-GCM", "AES"), 2)
    assert (trouble.sas, trouble.unsuccessful) == (5, 2)
    assert (trouble.first_time, trouble.last_time) == (NOVEMBER, DECEMBER + 1)
    assert (well.responder_ip, well.first_time) == (C, None)


def test_the_file_has_a_row_for_each_month_and_choice() -> None:
    hostile = FIRST._replace(suite="=cmd()", last_time=None)
    rows = list(csv.DictReader(StringIO("".join(csv_lines(together([FIRST, hostile, FIRST]))))))
    assert list(rows[0]) == list(COLUMNS)
    assert [(row["suite"], row["ike_sas"], row["captures"]) for row in rows] == [
        ("'=cmd()", "2", "1"),
        ("AES", "4", "2"),
    ]
    assert rows[1]["first_time"] == UTC_ZONE.iso(NOVEMBER)
    assert rows[0]["last_time"] == ""
