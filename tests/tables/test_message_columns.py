"""Rows of table `messages` as columns: byte by byte what the decoder of single messages makes, whatever comes."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.analysis import Analysis
from analyzer.capture import columns
from analyzer.capture.datagram import NO_TIME
from analyzer.isakmp import Memory, decode
from analyzer.isakmp.header import SIZE
from analyzer.negotiation.follow.placed import NOWHERE
from analyzer.reading import block
from analyzer.tables import message_columns
from analyzer.tables.kinds import Need
from analyzer.tables.messages import MessageRows
from analyzer.tables.schema import SCHEMA
from analyzer.tables.storage import MISSING
from analyzer.tables.store import Table, Tables
from benchmarks.make_capture import make_capture
from tests.capture.generator import damaged, pcap_file, pcapng_file
from tests.capture.packets import (
    enhanced,
    ethernet,
    ike_frame,
    interface,
    ipv4,
    isakmp,
    pcap,
    section,
    simple,
    udp,
)
from tests.conftest import FIXTURES, SHARED, captures_in
from tests.isakmp.wire import chain
from tests.negotiation.build import A, B, datagram, sealed, sealed1
from tests.together import NAMES, in_bulk, made_capture, rows_one_by_one, rows_together
from tests.work import lines_run


@pytest.fixture
def added() -> Iterator[list[int]]:
    """How many rows came as columns, block by block."""
    counts: list[int] = []
    right = message_columns.add_columns

    def count(table: Table, datagrams: object, heads: object, others: object, capture: str, placement: None) -> None:
        counts.append(len(heads.places))  # type: ignore[attr-defined]
        right(table, datagrams, heads, others, capture, placement)  # type: ignore[arg-type]

    with patch.object(block, "add_columns", count):
        yield counts


def agree(path: Path) -> int:
    """Compare both ways; how many rows there are."""
    rows = rows_together(path)
    assert rows == rows_one_by_one(path)
    return len(rows)


def test_each_column_without_placing_has_its_way_and_no_other() -> None:
    made = {*message_columns._NUMBERS, *message_columns._VALUES}
    assert made == {
        column.name for column in SCHEMA["messages"].columns if not column.needs & (Need.PLACING | Need.EVIDENCE)
    }


def test_so_has_each_that_needs_placing() -> None:
    made = {*message_columns._PLACED, "negotiation", "from_initiator", "defects"}
    assert made == {column.name for column in SCHEMA["messages"].columns if column.needs & Need.PLACING}


def test_every_fixture(added: list[int]) -> None:
    rows = sum(agree(path) for path in captures_in(FIXTURES))
    assert sum(added) > 0.8 * rows > 0


@pytest.mark.sweep
@pytest.mark.parametrize("folder", ["field", "lab", "lab2", "rules", "public"])
def test_every_capture_of_the_larger_collection(folder: str, added: list[int]) -> None:
    paths = captures_in(SHARED / folder)
    if not paths:
        pytest.skip("no such captures beside the checkout")
    assert sum(agree(path) for path in paths)
    assert sum(added)


@pytest.mark.parametrize("kind", ["ike", "mixed", "worst"])
@pytest.mark.parametrize("suffix", [".pcap", ".pcapng"])
def test_generated_captures(kind: str, suffix: str, tmp_path: Path, added: list[int]) -> None:
    path = tmp_path / f"made{suffix}"
    worst = kind == "worst"
    most = {"mean_tail": 0, "distinct_sa": True} if worst else {}
    make_capture(path, "ike" if worst else kind, 3000, ike_share=0.2, **most)
    rows = agree(path)
    assert sum(added) > 0.9 * rows > 300


@settings(max_examples=60)
@given(st.randoms(use_true_random=False), st.integers(1, 60))
def test_damaged_messages(tmp_path_factory: pytest.TempPathFactory, random: Random, count: int) -> None:
    path = tmp_path_factory.mktemp("made") / "made.pcap"
    path.write_bytes(made_capture(random, count))
    agree(path)


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(12))
def test_many_damaged_messages(seed: int, tmp_path: Path, added: list[int]) -> None:
    """The same without Hypothesis's taste for small examples: windows end inside, regular and odd ones alternate."""
    path = tmp_path / "made.pcap"
    path.write_bytes(made_capture(Random(seed), 400))
    rows = agree(path)
    assert 0.2 * rows < sum(added) < 0.9 * rows


@pytest.mark.parametrize("seed", range(40))
def test_damaged_captures(seed: int, tmp_path: Path) -> None:
    """Fragments, tunnels, TCP, links of all kinds, records that lie."""
    random = Random(seed)
    path = tmp_path / "made.pcap"
    path.write_bytes(damaged(random, (pcap_file, pcapng_file)[seed % 2](random)))
    agree(path)


REGULAR = ike_frame(isakmp(chain((33, b""), (40, bytes(32)))))


def test_what_waits_behind_a_fragment_keeps_its_place(tmp_path: Path, added: list[int]) -> None:
    """Columns behind a message whose other fragments may still come are read one by one, those behind it are not."""
    whole = udp(500, 500, isakmp(bytes(2000), exchange=35, next_payload=46))
    first, other = (ethernet(ipv4(17, whole[:1480], fragment=0x2000, identification=number)) for number in (1, 2))
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap([*[REGULAR] * 5, first, *[REGULAR] * 80, other, *[REGULAR] * 9]))
    assert agree(path) == 96
    assert [row[NAMES.index("frame_number")] for row in rows_together(path)] == list(range(1, 97))
    assert 5 in added
    assert sum(added) < 2 * 94  # read twice here


def test_packets_without_a_time(tmp_path: Path, added: list[int]) -> None:
    path = tmp_path / "made.pcapng"
    path.write_bytes(b"".join([section(), interface(), simple(REGULAR), enhanced(REGULAR), simple(REGULAR)]))
    assert agree(path) == sum(added) == 3
    assert [row[0] is None for row in rows_together(path, ["time"])] == [True, False, True]
    assert NO_TIME == MISSING


def test_some_columns_in_another_order(tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(made_capture(Random(7), 90))
    names = ["payload_types", "capture", "src_port", "is_response"]
    rows = rows_together(path, names)
    assert rows == rows_one_by_one(path, names)
    assert rows == [tuple(row[NAMES.index(name)] for name in names) for row in rows_together(path)]


def test_regular_messages_cost_no_lines_of_their_own(tmp_path: Path) -> None:
    """What grows with the messages is done by numpy: a thousand more of few SAs are not worth a line each."""

    def lines(count: int) -> int:
        path = tmp_path / f"{count}.pcap"
        path.write_bytes(pcap([REGULAR] * count))
        with in_bulk(1 << 20, together=columns.TOGETHER):
            Analysis(wanted={"messages": NAMES}).add(path)  # what is loaded and remembered once
            read = Analysis(wanted={"messages": NAMES})
            return lines_run(lambda: read.add(path))

    assert 0 < lines(2000) - lines(1000) < 100


def test_payloads_of_sealed_messages() -> None:
    """As of those that are decoded; IKEv1's have none."""
    messages = [sealed(37, 80), sealed1(5, 92), sealed(37, 33), sealed(36, 80)]
    tables, memory = Tables(), Memory()
    rows = MessageRows(tables, "made.pcap", {"payloads"})
    for frame, data in enumerate(messages, 1):
        rows.add(datagram(data, A, B, frame=frame), decode(data), NOWHERE)
    table = Table(SCHEMA["payloads"])
    lengths = [len(data) - SIZE if data[17] == 0x20 else 0 for data in messages]
    message_columns.add_sealed(table, range(1, 5), lengths, "made.pcap", memory)
    assert list(table.rows()) == list(tables["payloads"].rows())
    assert [row[0] for row in table.rows()] == [1, 3, 4]
