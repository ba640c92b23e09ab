"""A set of captures in tables: what leaves names each file with the number of the frame in it."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analyzer.analysis import Analysis
from analyzer.tables.in_files import all_in_files, in_files
from analyzer.tables.placed import file_column, of_frames
from analyzer.tables.store import Table
from analyzer.tables.write import json_rows, write_csv
from tests.conftest import FIXTURES
from tests.cut import cut, packet

CUTS = {
    "ikev2-rekey": (2, 6),  # an SA that comes up and is rekeyed
    "ikev2-cert-frag": (3, 6),  # within the fragments of one message
    "ikev2-auth-failed-psk": (4,),  # the refused proof stands in the second
}


@pytest.fixture(scope="module", params=CUTS)
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Analysis, Analysis]:
    """A capture, and the same cut into several that are read as one."""
    whole, parts = Analysis(), Analysis()
    capture = FIXTURES / request.param / "capture.pcap"
    whole.add(str(capture))
    parts.add(cut(capture, tmp_path_factory.mktemp("cut"), CUTS[request.param]))
    return whole, parts


def frames_of(row: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Every frame that a row names, with its file: `capture`, or what the column beside it says."""
    first = True
    for name, value in row.items():
        if of_frames(name) and value not in (None, ()):
            beside = row.get(file_column(name))
            assert first or beside is not None
            files = beside or row["capture"]
            yield from zip(files, value, strict=True) if isinstance(files, tuple) else [(files, value)]
            first = False


def test_each_frame_is_the_packet_of_its_file(read: tuple[Analysis, Analysis]) -> None:
    """The oracle is the bytes: what a row of a whole capture names is the packet that its parts' row names."""
    whole, parts = read
    (path,) = whole.paths
    named = 0
    for table in whole.tables:
        rows = zip(whole.tables[table].records(), in_files(parts.tables[table]).records(), strict=True)
        for one, other in rows if table != "captures" else ():
            ours = list(frames_of(other))
            theirs = [
                frame
                for name, value in one.items()
                if of_frames(name) and value is not None
                for frame in (value if isinstance(value, tuple) else (value,))
            ]
            assert [packet(*place) for place in ours] == [packet(path, frame) for frame in theirs], table
            named += len(ours)
            if ours:
                assert other["capture"] == ours[0][0]
    assert named > 50


def test_messages_carry_their_spi_where_they_are_said_to_be(read: tuple[Analysis, Analysis]) -> None:
    _, parts = read
    for row in in_files(parts.tables["messages"]).records():
        assert bytes.fromhex(row["initiator_spi"]) in packet(row["capture"], row["frame_number"])


def test_a_set_tells_the_same_story_but_for_files_and_frames(read: tuple[Analysis, Analysis]) -> None:
    whole, parts = read
    for name in ("negotiations", "child_sas", "exchanges", "diagnoses", "findings"):
        kept = [c.name for c in whole.tables[name].schema.columns if "captur" not in c.name and not of_frames(c.name)]
        kept = [c for c in kept if c not in ("missing", "detail", "basis", "outcome_basis", "advice")]
        assert list(whole.tables[name].cells(*kept)) == list(parts.tables[name].cells(*kept)), name


def test_each_file_has_its_row(read: tuple[Analysis, Analysis]) -> None:
    whole, parts = read
    (one,) = whole.tables["captures"].records()
    rows = list(parts.tables["captures"].records())
    assert one["set"] is one["joined"] is None
    assert {row["set"] for row in rows} == set(parts.paths)
    assert [row["size_bytes"] for row in rows] == [Path(row["capture"]).stat().st_size for row in rows]
    for name in ("packets", "ike_messages", "esp_packets"):
        assert sum(row[name] for row in rows) == one[name]
    assert len({row["sha256"] for row in rows}) == len(rows)


def test_every_writer_has_the_same_values(read: tuple[Analysis, Analysis]) -> None:
    _, parts = read
    table = parts.tables["negotiations"]
    file = io.StringIO()
    write_csv(table, file)
    first, last = (packed for packed in next(iter(in_files(table).cells("capture", "last_capture"))))
    assert first in file.getvalue()
    assert f'"last_capture": "{last}"' in next(json_rows(table))
    frame = parts.negotiations
    assert (frame.capture[0], frame.last_capture[0]) == (first, last)


def test_a_filter_asks_for_the_numbers_of_files(read: tuple[Analysis, Analysis]) -> None:
    _, parts = read
    messages = in_files(parts.tables["messages"])
    capture, frame = next(iter(messages.cells("capture", "frame_number")))
    asked = f'messages.frame_number == {frame} and messages.capture == "{capture}"'
    assert len(parts.where(asked).tables["negotiations"])
    most = max(number for (number,) in messages.cells("frame_number"))
    assert not len(parts.where(f"messages.frame_number > {most}").tables["negotiations"])
    kept = parts.where(asked)
    assert list(in_files(kept.tables["messages"]).records()) == [
        row
        for row in messages.records()
        if row["negotiation"] in set(kept.tables["negotiations"].column("negotiation"))
    ]


def test_what_is_about_no_set_stays_as_it_is(read: tuple[Analysis, Analysis]) -> None:
    whole, parts = read
    assert all(in_files(table) is table for table in whole.tables.values())
    assert all_in_files(whole.tables) is whole.tables
    mixed = Analysis()
    mixed.add(whole.paths[0])
    mixed.add(parts.paths[0])
    size = len(whole.tables["messages"])
    columns = [c.name for c in whole.tables["messages"].schema.columns if c.name != "negotiation"]
    rows = list(in_files(mixed.tables["messages"]).cells(*columns))
    assert rows[:size] == list(whole.tables["messages"].cells(*columns))
    assert rows[size:] == list(in_files(parts.tables["messages"]).cells(*columns))


def test_columns_that_are_not_kept_are_not_made() -> None:
    table = Table(Analysis().tables["messages"].schema, ("frame_number",))
    assert in_files(table) is table
