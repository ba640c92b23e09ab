import base64
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from analyzer.analysis import Analysis
from analyzer.capture import read_frames
from analyzer.dissect import Dissection
from analyzer.dissect.layers import frame_headers
from analyzer.report.embedded import packed
from analyzer.report.explorer import Explorer, choice, data, explorer, frames_inside
from analyzer.report.html import render
from analyzer.report.tree import tree_rows
from tests.capture.packets import ethernet, ipv4, pcap
from tests.fixtures.cases import case
from tests.report.explorer.decoded import blocks, tabs
from tests.report.sample import PROVENANCE

CASES = [
    "ikev2-auth-failed-psk", "ikev2-eap-tls", "ikev2-cert-frag", "ikev2-ipv6-cert-ipfrag", "ikev1-main-cert-frag",
    "ikev1-main-xauth-modecfg", "libreswan-tcp-encap", "ikev2-link-gre", "ikev2-link-pppoe", "ikev2-any-sll2",
    "ikev2-port-unreachable", "ikev2-nano-gz-snap300", "noise-on-ike-ports",
]  # fmt: skip


def analyzed(name: str) -> Analysis:
    one = case(name)
    analysis = Analysis(keys=one.keys)
    analysis.add(one.capture)
    return analysis


def explored(analysis: Analysis) -> Explorer:
    return explorer(analysis.tables, frames_inside(analysis.tables, range(1, 301)), analysis.dissected)


@pytest.mark.parametrize("name", CASES)
def test_the_data_has_the_trees_of_every_message(name: str) -> None:
    analysis = analyzed(name)
    made = explored(analysis)
    frames = dict(tabs(made.data))
    messages = set(analysis.tables["messages"].column("frame_number"))
    assert messages <= frames.keys()
    whole = read_frames(analysis.paths[0], frames)
    for number, trees in analysis.dissect_frames(frames).items():
        around = frame_headers(whole[number])
        first = [*([around] if around else []), *(tree for tree in trees if tree.offset is not None)]
        wanted = [[row for tree in first for row in shown(tree)]]
        wanted += [shown(tree) for tree in trees if tree.offset is None]
        found = [
            [(f.depth, f.begin, f.length, f.name, f.value, f.meaning) for f in tab.fields] for tab in frames[number]
        ]
        assert found == wanted
        for tab in frames[number][:1]:
            sent = whole[number].data
            assert all(tab.data[p] == (0 if p in tab.hidden else sent[p]) for p in range(len(tab.data)))
            assert len(tab.data) + int(tab.left.split()[0].replace(",", "") if tab.left else 0) == len(sent)


def shown(tree: Dissection) -> list[tuple[Any, ...]]:
    """Rows as the page has them; headers of the frame stand side by side."""
    found = [
        (
            r.depth,
            r.offset,
            r.length,
            r.name,
            *(t if len(t) <= 1000 else f"{t[:1000]} ... ({len(t):,} characters)" for t in (r.value, r.meaning)),
        )
        for r in tree_rows(tree)
    ]
    return [(row[0] - 1, *row[1:]) for row in found[1:]] if tree.root.name == "frame" else found


def test_equal_input_gives_equal_data() -> None:
    first, second = (explored(analyzed("ikev2-eap-tls")).data for _ in range(2))
    assert first == second


def test_what_has_no_room_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "MOST_FRAMES", 5)
    monkeypatch.setattr(choice, "MOST_CHOSEN", 5)
    analysis = analyzed("ikev2-many-sas")
    made = explored(analysis)
    total = len({frame for (frame,) in analysis.tables["messages"].cells("frame_number")})
    assert made.frames == 5
    assert f"room for 5 of the {total} frames with messages" in made.notes[0]
    assert made.notes[1].startswith("Not here of capture.pcap: frames ")
    page = "".join(render(analysis.tables, PROVENANCE, dissect=analysis.dissected))
    assert all(note in page for note in made.notes)
    assert "every message" not in page
    assert page.count("makes a page of one negotiation") == 1


@pytest.mark.parametrize("bound", ["MOST_BYTES", "MOST_FIELDS"])
def test_what_turns_out_too_large_is_left_out_too(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, bound, 2500 if bound == "MOST_BYTES" else 200)
    analysis = analyzed("ikev2-psk-gcm")
    made = explored(analysis)
    (numbers,) = made.inside.frames.values()
    assert 0 < made.frames < len(set(analysis.tables["messages"].column("frame_number")))
    assert list(numbers) == made.data["frames"]["number"]
    assert re.fullmatch(r"Frames \d+.* of capture\.pcap hold too much for a page\.", made.notes[0])


def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    shutil.copy(case("ikev2-psk-gcm").capture, path)
    analysis = Analysis()
    analysis.add(path)
    path.unlink()
    made = explored(analysis)
    assert made.frames == 0
    assert made.notes == ["The packets of a.pcap are not here: the file cannot be read any more."]
    assert list(made.inside.of_one_capture()) == []
    page = "".join(render(analysis.tables, PROVENANCE, dissect=analysis.dissected))
    assert made.notes[0] in page
    assert '<a href="#packets">' in page
    assert 'id="explorer-data"' not in page
    assert "every message" not in page


def test_of_very_many_captures_the_first_are_named(tmp_path: Path) -> None:
    analysis = Analysis()
    for number in range(15):
        path = tmp_path / f"{number:02}.pcap"
        shutil.copy(case("ikev2-psk-gcm").capture, path)
        analysis.add(path)
        path.unlink()
    notes = explored(analysis).notes
    assert [note[:26] for note in notes[:12]] == [f"The packets of {n:02}.pcap are" for n in range(12)]
    assert notes[12:] == ["The same of 3 more captures."]


def test_frames_of_two_captures_are_kept_apart() -> None:
    analysis = analyzed("ikev2-psk-gcm")
    analysis.add(case("ikev1-main-psk").capture)
    made = explored(analysis)
    assert set(made.data["frames"]["capture"]) == {0, 1}
    assert [len(frames) for frames in made.inside.frames.values()] == [
        made.data["frames"]["capture"].count(n) for n in (0, 1)
    ]


def test_a_small_page_stays_small() -> None:
    """Twenty messages with fields and bytes take less than a tenth of what a page of them may."""
    analysis = analyzed("ikev2-rekey")
    made = explored(analysis)
    assert made.frames >= 15
    assert len(packed(made.data)) < 1000 * made.frames


def test_the_page_carries_it() -> None:
    analysis = analyzed("ikev2-psk-gcm")
    page = "".join(render(analysis.tables, PROVENANCE, dissect=analysis.dissected))
    held = blocks(page)["explorer-data"]
    assert held["frames"]["number"] == explored(analysis).data["frames"]["number"]
    assert base64.b64decode(held["bytes"])
    assert f"{len(held['frames']['number'])} packets with fields and bytes: every message, " in page
    assert "stand below its negotiation" in page
    assert "explorer-data" not in "".join(render(analysis.tables, PROVENANCE)).replace('unpack("explorer-data")', "")


def test_a_page_without_a_negotiation_speaks_of_none(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([ethernet(ipv4(50, bytes((1, 2, 3, 4, 0, 0, 0, number)) + bytes(40))) for number in (1, 2)]))
    analysis = Analysis()
    analysis.add(path)
    page = "".join(render(analysis.tables, PROVENANCE, dissect=analysis.dissected))
    assert "2 packets with fields and bytes" in page
    assert "The list of packets needs scripts." in page
    assert "stand below its negotiation" not in page


@pytest.mark.parametrize("keyed", [False, True])
def test_several_processes_make_the_same(keyed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "LEAST", 3)
    many = "ikev2-many-sas"
    for name in (many, "ikev2-auth-failed-psk", "ikev1-main-cert-frag", "ikev2-cert-frag", "noise-on-ike-ports"):
        analysis = Analysis(keys=case(name).keys if keyed else None)
        for one in (name, many):  # two captures in one page: the table of fields grows on
            analysis.add(case(one).capture)
        assert same_by_any(analysis).frames > 3


@pytest.mark.parametrize(("name", "most"), [("MOST_BYTES", 9000), ("MOST_FIELDS", 700), ("MOST_FIELDS", 100)])
def test_what_has_no_room_is_left_out_as_by_one_process(monkeypatch: pytest.MonkeyPatch, name: str, most: int) -> None:
    monkeypatch.setattr(data, "LEAST", 3)
    monkeypatch.setattr(data, name, most)
    analysis = analyzed("ikev2-many-sas")
    assert 0 < same_by_any(analysis).frames < len(set(analysis.tables["messages"].column("frame_number")))


def same_by_any(analysis: Analysis) -> Explorer:
    """What one process makes: several make the same."""
    inside = frames_inside(analysis.tables, range(1, 301))
    alone, *others = (explorer(analysis.tables, inside, analysis.dissected, jobs=jobs) for jobs in (1, 2, 3, 7))
    for one in others:
        assert json.dumps(one.data) == json.dumps(alone.data)
        assert (one.inside, one.notes) == (alone.inside, alone.notes)
    return alone
