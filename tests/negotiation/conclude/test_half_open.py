"""A flood of first messages around real negotiations: these are the same as without it, whatever comes in which order.

The capture without the flood has a packet of something else in the place of each message of the flood, so that frames
and times are the same.
"""

import gc
import random
import struct
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.analysis import Analysis
from analyzer.capture.datagram import Datagram
from analyzer.decryption.keyfile import KeyStore
from analyzer.negotiation.follow import patterns
from analyzer.negotiation.follow.placed import Placed
from analyzer.negotiation.tracker import Tracker
from analyzer.reading import single
from analyzer.report.capture_story import NEEDED
from analyzer.tables.schema import SCHEMA
from tests import floods
from tests.capture.packets import ipv4, udp
from tests.floods import B, pcap, sent, spi
from tests.negotiation.build import (
    AGGRESSIVE,
    INIT,
    ZERO,
    init_answer,
    init_notify,
    ke2,
    main_1,
    main_2,
    main_ke,
    nat2,
    nonce2,
    notify1,
    phase1,
    resume_request,
    sa1,
    sa2,
    sealed,
    sealed1,
    v1,
    v2,
    vendor2,
)
from tests.together import in_bulk
from tests.work import lines_run

MOST = 4
COOKIE, INVALID_KE = 16390, 17
TABLES = ("negotiations", "exchanges", "child_sas", "events", "diagnoses", "icmp_errors", "mismatches")
OF_MESSAGES = ("messages", "proposals", "transforms", "notifications", "ke_values", "vendor_ids")
# Values of messages like those of a flood are not kept
OF_VALUES = {"degenerate-ke-value", "nonce-not-random", "nonce-reused", "ke-value-reused"}
TARGET = B
CLIENT = "203.0.113.7"
SUITE = (1, 12, 256), (2, 5), (3, 12), (4, 19)

Packet = tuple[float, bytes]  # seconds since the beginning, and the packet


def at(time: float, packet: tuple[float, bytes]) -> Packet:
    return time, packet[1]


def flood(count: int, *, over: float = 10.0, first: int = 1000, target: str = TARGET, seed: int = 1) -> list[Packet]:
    """Spoofed first messages of one form, evenly over so many seconds."""
    chance = random.Random(seed)
    found = []
    for i in range(count):
        body = [sa2(SUITE), ke2(19, f"f{seed}{i}"), nonce2(f"f{seed}{i}")]
        message = v2(INIT, *body, spis=(f"{chance.getrandbits(64):016x}", ZERO))
        found.append(at(over * i / count, sent(message, floods.host(first + i), target)))
    return found


def like_the_flood(number: int, salt: str = "c") -> bytes:
    """A first message of a real client that looks like those of the flood."""
    body = [sa2(SUITE), ke2(19, f"{salt}{number}"), nonce2(f"{salt}{number}")]
    return v2(INIT, *body, spis=(spi(number), ZERO))


def there(message: bytes, source: str = CLIENT, **how: Any) -> bytes:
    return sent(message, source, TARGET, **how)[1]


def back(message: bytes, target: str = CLIENT, source: str = TARGET, **how: Any) -> bytes:
    return sent(message, source, target, **how)[1]


def goes_on(number: int, start: float, source: str = CLIENT) -> list[Packet]:
    """Answer, and IKE_AUTH."""
    spis = spi(number), spi(number, 2)
    return [
        (start, back(init_answer(spis=spis), source)),
        (start + 0.1, there(sealed(35, 298, spis=spis), source)),
        (start + 0.2, back(sealed(35, 238, spis=spis, initiator=False, response=True), source)),
    ]


def unreachable(quoted: bytes, size: int) -> bytes:
    return ipv4(1, bytes([3, 3, 0, 0]) + bytes(4) + quoted[:size], TARGET, CLIENT)


def answered_at_once() -> list[Packet]:
    return [(5.0, there(like_the_flood(1))), *goes_on(1, 5.01)]


def answered_late() -> list[Packet]:
    return [(5.0, there(like_the_flood(1))), *goes_on(1, 9.7)]


def retransmitted_and_answered() -> list[Packet]:
    first = there(like_the_flood(1))
    return [(5.0, first), (5.5, first), (6.5, first), *goes_on(1, 6.6)]


def copied_and_answered() -> list[Packet]:
    first = there(like_the_flood(1))
    return [(5.0, first), (5.0001, first), *goes_on(1, 5.1)]


def retransmitted_often() -> list[Packet]:
    first = there(like_the_flood(1))
    return [*[(4.0 + i / 5, first) for i in range(20)], *goes_on(1, 9.0)]


def after_cookie() -> list[Packet]:
    cookie = back(init_notify(COOKIE, b"c" * 20, spis=(spi(1), ZERO)))
    body = [(41, struct.pack(">BBH", 0, 0, COOKIE) + b"c" * 20), sa2(SUITE)]
    body += [ke2(19, "c1"), nonce2("c1")]
    return [
        (5.0, there(like_the_flood(1))),
        (5.1, cookie),
        (5.2, there(v2(INIT, *body, spis=(spi(1), ZERO)))),
        *goes_on(1, 5.3),
    ]


def another_group_under_a_new_spi() -> list[Packet]:
    refused = init_notify(INVALID_KE, struct.pack(">H", 20), spis=(spi(1), ZERO))
    body = [sa2((*SUITE[:3], (4, 20))), ke2(20), nonce2("c1")]
    return [
        (5.0, there(like_the_flood(1))),
        (5.1, back(refused)),
        (5.2, there(v2(INIT, *body, spis=(spi(2), ZERO)))),
        *goes_on(2, 5.3),
    ]


def hashed(number: int, believed: str) -> bytes:
    spis = spi(number), ZERO
    body = [sa2(SUITE), ke2(19, f"c{number}"), nonce2(f"c{number}")]
    return v2(INIT, *body, *nat2(spis, (believed, 500), (TARGET, 500)), spis=spis)


def with_nat_detection() -> list[Packet]:
    behind, open_ = (3.5, there(hashed(1, "10.9.9.9"))), (3.6, there(hashed(2, "203.0.113.8"), "203.0.113.8"))
    return [behind, open_, *goes_on(1, 5.1), *goes_on(2, 6.0, "203.0.113.8")]


def nat_detection_flood() -> list[Packet]:
    return [(3 + i / 50, there(hashed(200 + i, floods.host(i)), floods.host(i))) for i in range(60)]


def main_mode() -> list[Packet]:
    spis = spi(1), spi(1, 2)
    rest = [main_2(spis=spis), main_ke("i", spis=spis), main_ke("r", spis=spis)]
    talk = [(5.1 + i / 10, (back if i % 2 == 0 else there)(m)) for i, m in enumerate(rest)]
    return [(5.0, there(main_1(spi=spis[0]))), *talk]


def main_mode_flood() -> list[Packet]:
    return [(2 + i / 50, there(main_1(spi=spi(200 + i)), floods.host(i))) for i in range(90)]


def aggressive(number: int) -> bytes:
    body = sa1(phase1()), (4, bytes([number % 256]) * 128), (10, bytes(16)), (5, b"\2\0\0\0user")
    return v1(AGGRESSIVE, *body, spis=(spi(number), ZERO))


def aggressive_mode() -> list[Packet]:
    body = sa1(phase1()), (4, bytes(128)), (10, bytes(16)), (5, b"\1\0\0\0\1\2\3\4"), (8, bytes(20))
    answer = v1(AGGRESSIVE, *body, spis=(spi(1), spi(1, 2)))
    error = v1(5, notify1(14), spis=(spi(2), spi(2, 2)))
    second = (4.9, there(aggressive(2), "203.0.113.8"))
    return [(4.8, there(aggressive(1))), second, (5.1, back(answer)), (6.0, back(error, "203.0.113.8"))]


def aggressive_mode_flood() -> list[Packet]:
    return [(2 + i / 50, there(aggressive(200 + i), floods.host(i))) for i in range(90)]


def from_a_source_of_the_flood() -> list[Packet]:
    source = floods.host(1003)
    return [(5.0, there(like_the_flood(1), source)), *goes_on(1, 5.1, source)]


def answer_before_request() -> list[Packet]:
    spis = spi(1), spi(1, 2)
    return [(5.0, back(init_answer(spis=spis))), (5.01, there(like_the_flood(1))), *goes_on(1, 5.2)[1:]]


def answered_from_elsewhere() -> list[Packet]:
    return [(5.0, there(like_the_flood(1))), (5.1, back(init_answer(spis=(spi(1), spi(1, 2))), source="198.51.100.99"))]


def seen_on_both_sides_of_a_nat() -> list[Packet]:
    message = like_the_flood(1)
    inside, outside = there(message, "10.0.0.1"), there(message, CLIENT)
    return [(5.0, inside), (5.001, outside), *goes_on(1, 5.1)]


def retransmission_seen_on_both_sides_of_a_nat() -> list[Packet]:
    message = like_the_flood(1)
    inside, outside = there(message, "10.0.0.1"), there(message, CLIENT)
    return [(3.0, inside), (5.0, inside), (5.001, outside), (5.01, unreachable(inside, 60))]


def unreachable_port() -> list[Packet]:
    first = there(like_the_flood(1))
    return [(5.0, first), (5.001, unreachable(first, 60)), (7.0, first), (7.001, unreachable(first, 60))]


def refused_in_the_other_version() -> list[Packet]:
    error = v1(5, notify1(5), spis=(spi(1), ZERO))
    return [(5.0, there(like_the_flood(1))), (5.1, back(error))]


def on_another_transport() -> list[Packet]:
    spis = spi(1), spi(1, 2)
    return [
        (5.0, there(like_the_flood(1), ports=(4500, 4500))),
        (5.1, back(init_answer(spis=spis), ports=(4500, 4500))),
    ]


def two_at_once() -> list[Packet]:
    return [*answered_late(), (6.0, there(like_the_flood(2), "203.0.113.8")), *goes_on(2, 8.8, "203.0.113.8")]


STORIES: list[Callable[[], list[Packet]]] = [
    answered_at_once,
    answered_late,
    retransmitted_and_answered,
    copied_and_answered,
    retransmitted_often,
    after_cookie,
    another_group_under_a_new_spi,
    with_nat_detection,
    main_mode,
    aggressive_mode,
    from_a_source_of_the_flood,
    answer_before_request,
    answered_from_elsewhere,
    seen_on_both_sides_of_a_nat,
    retransmission_seen_on_both_sides_of_a_nat,
    unreachable_port,
    refused_in_the_other_version,
    on_another_transport,
    two_at_once,
]


def numbered(packets: Iterable[tuple[float, bytes]]) -> list[Packet]:
    """IP identifications as a host gives them, else all would be copies."""
    found = []
    for number, (time, data) in enumerate(packets):
        found.append((time, data[:4] + struct.pack(">H", 1 + number % 65000) + data[6:]))
    return found


def written(path: Path, packets: Sequence[Packet]) -> Path:
    ordered = sorted(packets, key=lambda p: p[0])
    out = [pcap([])]
    for time, data in ordered:
        micros = 1_700_000_000_000_000 + round(time * 1e6)
        out.append(struct.pack("<IIII", micros // 10**6, micros % 10**6, len(data), len(data)) + data)
    path.write_bytes(b"".join(out))
    return path


def noise(packet: Packet) -> Packet:
    time, data = packet
    return time, ipv4(17, udp(9, 9, bytes(len(data) - 28)), "192.0.2.200", "192.0.2.201")


def analysis_of(*, rows_of_floods: bool = True, **how: Any) -> Analysis:
    analysis = Analysis(**how)
    analysis.rows_of_floods = rows_of_floods
    return analysis


def both(folder: Path, story: Sequence[Packet], spam: Sequence[Packet], **how: Any) -> tuple[Analysis, Analysis]:
    """The story inside the flood, and without it."""
    marked = sorted([*[(t, d, True) for t, d in numbered(story)], *[(t, d, False) for t, d in numbered(spam)]])
    path = folder / "capture.pcap"
    plain = written(path, [(t, d) if real else noise((t, d)) for t, d, real in marked])
    without = analysis_of(**{**how, "max_negotiations": None})
    without.add(plain)
    flooded = written(path, [(t, d) for t, d, _ in marked])
    within = analysis_of(**{"max_negotiations": MOST, **how})
    within.add(flooded)
    return within, without


def rows(analysis: Analysis, table: str) -> list[dict[str, Any]]:
    found = list(analysis.tables[table].records())
    if table in OF_MESSAGES:
        return [row for row in found if row["negotiation"] is not None]
    return found


def assert_same(within: Analysis, without: Analysis, tables: Sequence[str] = (*TABLES, *OF_MESSAGES)) -> None:
    for table in tables:
        assert rows(within, table) == rows(without, table), table
    mine, others = (
        [f for f in a.tables["findings"].records() if f["negotiation"] is not None and f["finding"] not in OF_VALUES]
        for a in (within, without)
    )
    assert mine == others


FLOODS: dict[Callable[[], list[Packet]], Callable[[], list[Packet]]] = {
    with_nat_detection: nat_detection_flood,
    main_mode: main_mode_flood,
    aggressive_mode: aggressive_mode_flood,
}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_it_is_as_without_the_flood(tmp_path: Path, story: Callable[[], list[Packet]]) -> None:
    spam = [*flood(80), *FLOODS.get(story, list)()]
    within, without = both(tmp_path, story(), spam)
    found = list(within.tables["floods"].records())
    assert sum(f["folded"] for f in found) == sum(f["messages"] for f in found) == len(spam)
    assert len(without.tables["negotiations"])
    assert_same(within, without)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_its_rows_are_the_same_where_the_flood_has_none(
    tmp_path: Path, story: Callable[[], list[Packet]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And messages that look like others are not decoded."""
    alike: list[int] = []
    right = Tracker.pack_alike

    def seen(tracker: Tracker, datagram: Datagram) -> Placed | None:
        placed = right(tracker, datagram)
        alike.extend([] if placed is None else [datagram.frame_number])
        return placed

    monkeypatch.setattr(Tracker, "pack_alike", seen)
    monkeypatch.setattr(single, "TOGETHER", 8)  # messages that are decoded at once, whatever comes of them
    wanted = dict.fromkeys(NEEDED)
    spam = [*flood(80), *FLOODS.get(story, list)()]
    within, without = both(tmp_path, story(), spam, rows_of_floods=False, wanted=wanted)
    assert_same(within, without, [table for table in (*TABLES, *OF_MESSAGES) if table in wanted])
    assert alike, "no message was packed without being decoded"
    assert len(within.tables["messages"]) <= len(without.tables["messages"]) + MOST + 4
    (mine,), (others,) = (list(a.tables["captures"].records()) for a in (within, without))
    assert mine["ike_messages"] == others["ike_messages"] + len(spam)


WHERE_FROM = [CLIENT, "203.0.113.8", floods.host(1003), floods.host(1050)]


@st.composite
def talks(draw: st.DrawFn) -> list[Packet]:
    """Messages of a few SPIs, hosts and kinds in any order, many of them the same."""
    found = []
    for _ in range(draw(st.integers(1, 12))):
        number, source = draw(st.integers(1, 3)), draw(st.sampled_from(WHERE_FROM))
        spis = spi(number), spi(number, draw(st.integers(2, 3)))
        message, answers = draw(
            st.sampled_from(
                [
                    (like_the_flood(number), False),
                    (like_the_flood(number, "other"), False),
                    (main_1(spi=spis[0]), False),
                    (hashed(number, "10.9.9.9"), False),
                    (sealed(35, 298, spis=spis), False),
                    (init_answer(spis=spis), True),
                    (init_notify(COOKIE, b"c" * 20, spis=(spis[0], ZERO)), True),
                    (init_notify(14, spis=(spis[0], ZERO)), True),
                    (main_2(spis=spis), True),
                    (v1(5, notify1(5), spis=(spis[0], ZERO)), True),
                ]
            )
        )
        time = draw(st.sampled_from([3.0, 5.0, 5.05, 6.0, 9.0])) + draw(st.integers(0, 30)) / 1000
        data = back(message, source) if answers else there(message, source)
        found.append((time, unreachable(data, 60) if draw(st.integers(0, 9)) == 0 and not answers else data))
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(talks())
def test_whatever_comes_in_whatever_order(tmp_path: Path, story: list[Packet]) -> None:
    """But for first messages without an answer that look like the flood: they are in it."""
    within, without = both(tmp_path, story, flood(80), max_negotiations=MOST)
    kept = alone(without)
    left = {n["first_frame"]: n["negotiation"] for n in rows(without, "negotiations") if n["negotiation"] not in kept}
    mine = {n["first_frame"]: n["negotiation"] for n in rows(within, "negotiations")}
    assert left.keys() <= mine.keys()
    assert sorted(mine.values()) == list(range(1, len(mine) + 1))
    numbers = {left[frame]: mine[frame] for frame in left}
    for table in ("negotiations", "exchanges", "messages", "notifications", "icmp_errors"):
        others = [
            {**r, "negotiation": numbers[r["negotiation"]]} for r in rows(without, table) if r["negotiation"] in numbers
        ]
        ours = [r for r in rows(within, table) if r["negotiation"] in numbers.values()]
        assert ours == others, table


def alone(analysis: Analysis) -> set[int]:
    """Negotiations that have one first message and its transmissions only."""
    asked: dict[int, set[Any]] = {}
    for m in analysis.tables["messages"].records():
        if m["negotiation"] is not None:
            asked.setdefault(m["negotiation"], set()).add(
                (m["from_initiator"], m["length"], m["responder_spi"] == ZERO)
            )
    reported = {e["negotiation"] for e in analysis.tables["icmp_errors"].records()}
    return {number for number, kinds in asked.items() if len(kinds) == 1 and number not in reported}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_it_is_the_same_in_the_fast_reader(tmp_path: Path, story: Callable[[], list[Packet]]) -> None:
    spam = [*flood(80), *FLOODS.get(story, list)()]
    path = written(tmp_path / "capture.pcap", sorted([*numbered(story()), *numbered(spam)]))
    for has_rows in (True, False):
        slow, fast = (
            analysis_of(max_negotiations=MOST, rows_of_floods=has_rows, wanted=dict.fromkeys(NEEDED)) for _ in range(2)
        )
        slow.add(path)
        with in_bulk(together=8):
            fast.add(path)
        for table in NEEDED:
            assert list(slow.tables[table].rows()) == list(fast.tables[table].rows()), table


def read(folder: Path, packets: Sequence[Packet], most: int, **how: Any) -> Analysis:
    analysis = analysis_of(max_negotiations=most, **how)
    analysis.add(written(folder / "capture.pcap", numbered(sorted(packets))))
    return analysis


def counted(analysis: Analysis) -> list[tuple[Any, ...]]:
    names = "target_ip", "folded", "messages", "sources", "initiator_spis", "first_frame", "last_frame"
    return list(analysis.tables["floods"].cells(*names))


def test_as_many_as_the_bound_are_negotiations(tmp_path: Path) -> None:
    exactly, plain = read(tmp_path, flood(40), 40), read(tmp_path, flood(40), 10_000)
    assert counted(exactly) == []
    for table in SCHEMA:
        assert list(exactly.tables[table].rows()) == list(plain.tables[table].rows()), table


def test_one_more_and_all_are_a_flood(tmp_path: Path) -> None:
    analysis = read(tmp_path, flood(41), 40)
    assert counted(analysis) == [(TARGET, 41, 41, 41, 41, 1, 41)]
    assert not len(analysis.tables["negotiations"])
    assert analysis.tables["messages"].column("negotiation") == [None] * 41
    assert set(analysis.tables["proposals"].column("negotiation")) == {None}
    (defect,) = analysis.tables["defects"].records()
    assert (defect["kind"], defect["found"]) == ("limit-half-open", "41")
    assert analysis.tables["captures"].column("defects") == [1]


@pytest.mark.parametrize("most", [1, 5, 39])
def test_what_is_a_flood_does_not_depend_on_the_order(tmp_path: Path, most: int) -> None:
    packets = [*flood(40), *flood(12, first=5000, target="198.51.100.99", seed=2)]
    known = None
    for seed in range(3):
        mixed = [(i / 10, data) for i, (_, data) in enumerate(random.Random(seed).sample(packets, len(packets)))]
        found = {(row[0], row[1]) for row in counted(read(tmp_path, mixed, most))}
        assert known in (None, found)
        known = found


def test_answers_that_come_last_take_all_out_again(tmp_path: Path) -> None:
    asked = [(i / 10, there(like_the_flood(i), floods.host(i))) for i in range(60)]
    answers = [(7 + i / 10, back(init_answer(spis=(spi(i), spi(i, 2))), floods.host(i))) for i in range(60)]
    some, plain = read(tmp_path, asked + answers, 5), read(tmp_path, asked + answers, 10_000)
    for table in SCHEMA:
        assert list(some.tables[table].rows()) == list(plain.tables[table].rows()), table


def test_two_floods_are_two(tmp_path: Path) -> None:
    other = [(3 + i / 50, there(main_1(spi=spi(200 + i)), floods.host(i))) for i in range(50)]
    elsewhere = flood(60, first=5000, target="198.51.100.99", seed=2)
    analysis = read(tmp_path, [*flood(80), *other, *elsewhere], 5)
    assert sorted((row[0], row[1]) for row in counted(analysis)) == [
        (TARGET, 50),
        (TARGET, 80),
        ("198.51.100.99", 60),
    ]
    assert analysis.tables["floods"].column("flood") == [1, 2, 3]
    firsts = analysis.tables["floods"].column("first_frame")
    assert firsts == sorted(firsts)
    said = analysis.tables["findings"].select("finding", {"half-open-flood"})
    assert sorted(row["subject"] for row in said) == [TARGET, TARGET, "198.51.100.99"]


def test_an_icmp_error_without_an_spi_is_not_denied(tmp_path: Path) -> None:
    asked = flood(80)
    (row,) = read(tmp_path, [*asked, (10.5, unreachable(asked[50][1], 28))], 5).tables["floods"].records()
    assert row["folded"] == 80
    assert row["basis"].startswith("no answer, no next message and no ICMP error that quotes an SPI of them in the ")


def test_small_groups_stay_negotiations_beside_a_large_one(tmp_path: Path) -> None:
    few = [(3 + i / 50, there(main_1(spi=spi(200 + i)), floods.host(i))) for i in range(4)]
    analysis = read(tmp_path, [*flood(80), *few], 5)
    assert [row[1] for row in counted(analysis)] == [80]
    assert set(analysis.tables["negotiations"].column("mode")) == {"main"}
    assert len(analysis.tables["negotiations"]) == 4


def test_forms_at_random_are_one_flood_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "MOST_PATTERNS", 10)
    body = [sa2(SUITE), ke2(19), nonce2("n")]
    messages = [v2(INIT, *body, vendor2(bytes(i)), spis=(spi(i), ZERO)) for i in range(1, 101)]
    analysis = read(tmp_path, [(i / 100, there(m, floods.host(i))) for i, m in enumerate(messages)], 5)
    assert counted(analysis) == [(TARGET, 100, 100, 100, 100, 1, 100)]
    (row,) = analysis.tables["floods"].records()
    assert "85 times: IKEv2 IKE_SA_INIT of other forms" in row["shapes"]
    assert len(row["shapes"]) + row["other_shapes"] == 16


def test_a_scan_of_very_many_targets_is_one_too(tmp_path: Path) -> None:
    asked = [(i / 100, sent(like_the_flood(i), CLIENT, floods.host(i))[1]) for i in range(100)]
    analysis = read(tmp_path, asked, 5)
    assert counted(analysis) == [(None, 100, 100, 1, 100, 1, 100)]
    (row,) = analysis.tables["floods"].records()
    assert (row["confidence"], row["title"]) == (
        "possible",
        "First messages without an answer: a flood, a scan, or a responder that is down",
    )
    assert row["detail"].startswith("1 address sent 100 first messages to many addresses in 0.990 s")
    (finding,) = analysis.tables["findings"].select("finding", {"half-open-flood"})
    assert finding["subject"] == "many addresses"


def test_peers_that_retransmit_may_have_a_responder_that_is_down(tmp_path: Path) -> None:
    asked = [(20 * k + i / 1000, there(like_the_flood(i), floods.host(i))) for k in range(3) for i in range(200)]
    (row,) = read(tmp_path, asked, 5).tables["floods"].records()
    assert (row["folded"], row["messages"], row["confidence"], row["peak_rate"]) == (200, 600, "possible", 200)
    assert row["basis"].endswith("; 400 retransmissions or copies")
    assert read(tmp_path, asked[:200], 5).tables["floods"].column("confidence") == ["likely"]


def test_numbers_go_on_from_capture_to_capture(tmp_path: Path) -> None:
    analysis = read(tmp_path, flood(80), 5)
    analysis.add(written(tmp_path / "second.pcap", numbered(sorted([*answered_late(), *flood(80, seed=3)]))))
    analysis.add(written(tmp_path / "third.pcap", numbered(answered_at_once())))
    assert analysis.tables["negotiations"].column("negotiation") == [1, 2]
    assert analysis.tables["floods"].column("flood") == [1, 2]
    of = [m for m in analysis.tables["messages"].records() if m["negotiation"] is not None]
    assert [(Path(m["capture"]).name, m["negotiation"]) for m in of] == [
        *[("second.pcap", 1)] * 4,
        *[("third.pcap", 2)] * 4,
    ]


def test_with_keys_and_on_another_port(tmp_path: Path) -> None:
    spis = spi(1), spi(1, 2)
    spam = [(i / 10, there(like_the_flood(100 + i), floods.host(i), ports=(500, 5500))) for i in range(80)]
    talk = [(5.0, there(like_the_flood(1), ports=(500, 5500))), (5.1, back(init_answer(spis=spis), ports=(5500, 500)))]
    within, without = both(tmp_path, talk, spam, ports=(500, 4500, 5500), keys=KeyStore())
    assert_same(within, without)
    assert [row[1] for row in counted(within)] == [80]


@pytest.mark.parametrize("cut", [70, 100, 150])
def test_where_the_snap_length_cuts_each(tmp_path: Path, cut: int) -> None:
    out = [pcap([])]
    for time, data in sorted([*numbered(answered_late()), *numbered(flood(80))]):
        micros = 1_700_000_000_000_000 + round(time * 1e6)
        kept = data[:cut]
        out.append(struct.pack("<IIII", micros // 10**6, micros % 10**6, len(kept), len(data)) + kept)
    path = tmp_path / "cut.pcap"
    path.write_bytes(b"".join(out))
    some = Analysis(max_negotiations=MOST)
    some.add(path)
    assert [row[1] for row in counted(some)] == [80]
    (n,) = some.tables["negotiations"].records()
    assert (n["initiator_ip"], n["messages"]) == (CLIENT, 4)


def test_what_stays_of_each_is_small(tmp_path: Path) -> None:
    """No object of a message, and no row, where nobody asks for them."""

    def objects(count: int) -> int:
        gc.collect()
        before = len(gc.get_objects())
        wanted = dict.fromkeys(("captures", "floods"))
        analysis = read(tmp_path, flood(count), 5, rows_of_floods=False, wanted=wanted)
        assert len(analysis.tables["floods"]) == 1
        gc.collect()
        return len(gc.get_objects()) - before

    objects(50)
    assert objects(1200) - objects(300) < 100


def test_the_work_for_each_is_the_same(tmp_path: Path) -> None:
    wanted = dict.fromkeys(("captures", "floods"))

    def work(count: int) -> int:
        packets = flood(count)
        return lines_run(lambda: read(tmp_path, packets, 5, rows_of_floods=False, wanted=wanted))

    work(20)
    few, more, most = work(600), work(1200), work(2400)
    assert most - more < 2.2 * (more - few)


def test_what_cannot_be_packed_is_in_no_flood(tmp_path: Path) -> None:
    """Session resumption, GDOI's first messages and encrypted ones stay negotiations, however many there are."""
    others = [
        *[there(resume_request(spi(300 + i)), floods.host(i)) for i in range(20)],
        *[there(main_1(spi=spi(400 + i)), floods.host(i), ports=(848, 848)) for i in range(20)],
        *[there(sealed1(2, 76, spis=(spi(500 + i), ZERO), first=5), floods.host(i)) for i in range(20)],
    ]
    packets = [*flood(80), *[(i / 10, data) for i, data in enumerate(others)]]
    analysis = read(tmp_path, packets, 5, ports=(500, 4500, 848))
    assert [row[1] for row in counted(analysis)] == [80]
    assert len(analysis.tables["negotiations"]) == len(others)
