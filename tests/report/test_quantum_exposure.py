"""What a quantum computer opens of recorded traffic, by hosts and date."""

import re
from dataclasses import asdict
from typing import Any

import analyzer
from analyzer.report.html import render
from analyzer.report.quantum_exposure import Amount, Span, in_short, recorded
from analyzer.report.zone import UTC_ZONE
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.report.sample import START, put
from tests.report.test_html import PROVENANCE

DAY = 86_400 * 10**9
A, B, C = "192.0.2.1", "192.0.2.2", "192.0.2.3"


def sa(tables: Tables, number: int, ends: tuple[str, str], exposed: bool | None, **cells: Any) -> None:
    more = {"outcome": "established", "quantum_exposed": exposed, "first_time": START, "last_time": START + 5} | cells
    put(tables, "negotiations", negotiation=number, initiator_ip=ends[0], responder_ip=ends[1], **more)


def esp(tables: Tables, ends: tuple[str, str], packets: int, exposed: bool | None, **cells: Any) -> None:
    more = {"encapsulation": "esp", "packets": packets, "bytes": 100 * packets, "quantum_exposed": exposed} | cells
    put(tables, "esp_streams", src_ip=ends[0], dst_ip=ends[1], **more)


def values(*counted: Amount | Span) -> list[dict[str, Any]]:
    return [asdict(one) for one in counted]


def made() -> Tables:
    tables = Tables()
    sa(tables, 1, (A, B), True)
    sa(tables, 2, (B, A), False)  # the other began it: the same two hosts
    sa(tables, 3, (A, C), None, outcome="incomplete")
    sa(tables, 4, (A, C), True, outcome="failed")
    esp(tables, (A, B), 4, True, negotiation=1, first_time=START + 1, last_time=START + 3 * DAY)
    esp(tables, ("198.51.100.9", B), 1, True, negotiation=1)  # an address that it moved to
    esp(tables, (B, A), 2, False, negotiation=2)
    esp(tables, (C, A), 3, None, negotiation=3)
    esp(tables, (A, C), 7, None, encapsulation="ah")
    return tables


def test_by_hosts_and_date() -> None:
    found = recorded(made())
    first, second = found.pairs
    assert (first.hosts, second.hosts) == ((A, B), (A, C))
    opened = Amount(1, 5, 500, Span(START + 1, START + 3 * DAY))
    assert values(first.exposed, first.protected) == values(opened, Amount(1, 2, 200))
    assert values(second.exposed, second.unknown) == values(
        Amount(), Amount(1, 3, 300)
    )  # what failed has nothing to open
    assert found.ah == 7
    assert values(found.exposed) == values(opened)


def test_times_are_of_the_esp_that_is_counted() -> None:
    """The IKE SA's are longer, and are its own; what is not known has times too."""
    tables = made()
    esp(tables, (A, C), 2, None, negotiation=3, first_time=START + 7, last_time=START + 9)
    esp(tables, (A, B), 1, False, negotiation=2, first_time=START + 4 * DAY, last_time=START + 5 * DAY)
    first, second = recorded(tables).pairs
    assert values(first.exposed.span) == values(Span(START + 1, START + 3 * DAY))
    assert values(first.whole.span) == values(Span(START + 1, START + 5 * DAY))
    assert values(second.unknown.span, second.whole.span) == values(*(Span(START + 7, START + 9),) * 2)
    assert values(first.ike, second.ike) == values(*(Span(START, START + 5),) * 2)


def test_the_page_says_of_what_its_times_are() -> None:
    tables = Tables()
    sa(tables, 1, (A, B), None)
    esp(tables, (A, B), 4, None, negotiation=1, first_time=START + DAY, last_time=START + 2 * DAY)
    sa(tables, 2, (A, C), True)
    page = "".join(render(tables, PROVENANCE))
    rows = re.findall(r'<tr><th scope="row">192.*?</tr>', page, re.S)
    with_esp, without = (
        next(row for row in rows if f"{A} and {B}" in row),
        next(row for row in rows if f"{A} and {C}" in row),
    )
    assert [part in with_esp for part in ("2023-11-15", "2023-11-16", "2023-11-14", "no ESP")] == [
        True,
        True,
        False,
        False,
    ]
    assert without.count("no ESP; IKE 2023-11-14") == 2


def test_in_a_sentence() -> None:
    assert in_short(made(), UTC_ZONE) == (
        "Recorded ESP: a quantum computer opens 5 packets (500 bytes) of 1 pair of hosts, 2023-11-14 (UTC) to "
        "2023-11-17 (UTC); it does not open 2 packets (200 bytes); whether it opens 3 packets (300 bytes) cannot be "
        "known."
    )


def test_nothing_is_said_where_nothing_was_recorded_and_all_is_classical() -> None:
    tables = Tables()
    sa(tables, 1, (A, B), True, post_quantum="classical")
    sa(tables, 2, (A, B), None)
    assert in_short(tables, UTC_ZONE) == ""
    sa(tables, 3, (A, B), False, post_quantum="hybrid")
    assert in_short(tables, UTC_ZONE) == "Post-quantum: of 3 IKE SAs 1 classical, 1 hybrid and 1 not known."


def test_recorded_ones() -> None:
    opened = recorded(analyzer.read_pcap(case("ikev2-raw-esp").capture).tables)
    assert opened.exposed.packets == opened.esp > 0
    shared = recorded(analyzer.read_pcap(case("ikev1-natt-data").capture).tables)  # IKEv1 with a pre-shared key
    assert shared.unknown.packets == shared.esp > 0
