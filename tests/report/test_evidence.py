"""The bytes behind a diagnosis: which frames, how many, read how often, and what is said when they are not there."""

import os
import re
import shutil
from collections.abc import Collection
from pathlib import Path

import pytest

import analyzer
from analyzer import net
from analyzer.analysis import Analysis
from analyzer.capture import Frame
from analyzer.capture.datagram import Datagram
from analyzer.defects import Defect
from analyzer.dissect import Dissected, Dissection, Dissections
from analyzer.errors import CaptureError
from analyzer.isakmp import Node
from analyzer.report.evidence import MOST_BYTES, MOST_FRAMES, MOST_ROWS, Evidence, evidence
from analyzer.report.html import render
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.report.sample import BAD, PROVENANCE, put
from tests.report.test_html import checked

REFUSED = case("ikev2-no-proposal-ike").capture


class Read(Dissections):
    """Each of these frames with the same tree."""

    def __init__(self, frames: dict[int, Frame], tree: Dissection) -> None:
        self.frames, self.tree = frames, tree

    def __getitem__(self, number: int) -> Dissected:
        return Dissected(self.frames[number], [self.tree])


class Reader:
    """Stands for `Analysis.dissected`: every frame is there, with this tree; notes what was asked for."""

    def __init__(self, root: Node | None = None, data: bytes = bytes(28)) -> None:
        self.tree = Dissection("10.0.0.1 > 10.0.0.2", root or Node("message", 0, 28), data, 42)
        self.calls: list[tuple[list[int], str]] = []

    def __call__(self, frames: Collection[int], capture: str) -> Dissections:
        self.calls.append((sorted(frames), capture))
        return Read({number: self.frame(number) for number in frames}, self.tree)

    def frame(self, number: int) -> Frame:
        """A frame that holds a message of the tree's bytes."""
        message = Datagram(number, 0, "udp", "10.0.0.1", 500, "10.0.0.2", 500, self.tree.data, 42, 0)
        data = bytes(42) + self.tree.data
        return Frame(number, 0, None, "unknown", data, len(data), (message,), (), ())


def case_of(path: Path, *numbers: int) -> Tables:
    """Negotiations that failed, n in the frames from 100 n on; the first is the offer, the next the answer."""
    tables = Tables()
    path.write_bytes(bytes(10))
    put(tables, "captures", capture=str(path), size_bytes=10)
    for n in numbers:
        put(tables, "negotiations", negotiation=n, capture=str(path), outcome="failed", ike_version=2)
        for frame in range(100 * n, 100 * n + 12):
            cells = {"retransmission_of": 100 * n} if frame == 100 * n + 11 else {}
            put(tables, "messages", capture=str(path), negotiation=n, frame_number=frame, **cells)
        put(tables, "proposals", negotiation=n, side="offered", frame_number=100 * n)
        put(tables, "proposals", negotiation=n, side="chosen", frame_number=100 * n + 1)
    return tables


def numbers_of(found: Evidence) -> dict[int, list[int]]:
    return {n: [view.number for view in views] for n, views in found.frames.items()}


def test_the_likeliest_cause_first_then_what_was_chosen_and_offered(tmp_path: Path) -> None:
    tables = case_of(tmp_path / "a.pcap", 1, 2, 3)
    put(tables, "diagnoses", diagnosis="no-response", negotiation=1, rank=2, evidence_frames=(105,))
    put(
        tables, "diagnoses", diagnosis="no-response", negotiation=1, rank=1, evidence_frames=(107, 111, 99)
    )  # a repetition of 100; no message
    put(tables, "findings", finding="weak-ke-chosen", negotiation=2, severity="high", evidence_frames=(206,))
    put(tables, "findings", finding="weak-ke-chosen", negotiation=3, severity="medium", evidence_frames=(306,))
    reader = Reader()
    found = evidence(tables, [1, 2, 3], reader)
    assert numbers_of(found) == {1: [107, 100, 101], 2: [201, 200, 206]}
    assert found.frames[1][0].anchor == "n1-f107"
    assert reader.calls == [([100, 101, 107, 200, 201, 206], str(tmp_path / "a.pcap"))]
    assert found.notes == []
    assert numbers_of(evidence(tables, [2], reader)) == {2: [201, 200, 206]}
    assert evidence(tables, [3], reader) == evidence(tables, [1], None) == Evidence({}, [])


def test_frames_in_a_page_are_bounded_and_the_rest_is_said(tmp_path: Path) -> None:
    tables = case_of(tmp_path / "a.pcap", *range(1, 31))
    for n in range(1, 31):
        put(
            tables,
            "diagnoses",
            diagnosis="no-response",
            negotiation=n,
            rank=1,
            evidence_frames=tuple(range(100 * n, 100 * n + 10)),
        )
    found = evidence(tables, range(1, 31), Reader())
    assert sum(map(len, found.frames.values())) == MOST_FRAMES
    assert list(found.frames) == list(range(1, 9))
    assert len(found.notes) == 1
    assert "for 8 of 30 negotiations" in found.notes[0]
    assert len(evidence(tables, [5], Reader()).frames[5]) == 8


def test_rows_and_bytes_of_a_message_are_bounded(tmp_path: Path) -> None:
    tables = case_of(tmp_path / "a.pcap", 1)
    put(tables, "diagnoses", diagnosis="no-response", negotiation=1, rank=1, evidence_frames=(100,))
    root = Node("message", 0, 5000, children=[Node("field", n, 1) for n in range(5000)])
    page = "".join(render(tables, PROVENANCE, dissect=Reader(root, bytes(5000))))
    (view,) = evidence(tables, [1], Reader(root, bytes(5000))).frames[1]
    assert (len(view.messages[0].rows), view.messages[0].left) == (MOST_ROWS, True)
    assert (len(view.messages[0].hex), view.messages[0].size) == (MOST_BYTES // 16, 5000)
    assert f"The first {MOST_ROWS} fields." in page
    assert f"The first {MOST_BYTES:,} of 5,000 bytes." in page
    whole = Node("message", 0, 28, children=root.children[: MOST_ROWS - 1])
    short, *_ = evidence(tables, [1], Reader(whole)).frames[1]
    assert (len(short.messages[0].rows), short.messages[0].left) == (MOST_ROWS, False)


def test_the_evidence_of_a_page_grows_with_its_messages_and_what_has_no_room_is_said(tmp_path: Path) -> None:
    fields = Reader(Node("message", 0, 28, children=[Node("field", n, 1, "x" * 60) for n in range(28)]))
    for count, kept, left in ((1, [4], 0), (2, [3, 3], 2), (8, [3] * 8, 0)):
        numbers = range(1, count + 1)
        tables = case_of(tmp_path / f"{count}.pcap", *numbers)
        for n in numbers:
            frames = tuple(range(100 * n, 100 * n + 4))
            put(tables, "diagnoses", diagnosis="no-response", negotiation=n, rank=1, evidence_frames=frames)
        found = evidence(tables, numbers, fields)
        assert [len(views) for views in found.frames.values()] == kept
        assert (found.notes, found.elsewhere) == ([], left)


def test_secrets_are_hidden_and_captured_text_is_text(tmp_path: Path) -> None:
    tables = case_of(tmp_path / "a.pcap", 1)
    put(tables, "diagnoses", diagnosis="no-response", negotiation=1, rank=1, evidence_frames=(100,))
    secret = Node("attribute_value", 4, 4, "", "4 bytes, a credential", secret=True)
    hostile = Node("identity", 8, 4, BAD, "\u202e\x1b[31m")
    hostile.defects.append(Defect("wire-odd", 8, "35", BAD, "nothing"))
    root = Node("message", 0, 12, children=[secret, hostile])
    page = "".join(render(tables, PROVENANCE, dissect=Reader(root, b"user" + b"word" + b"<b>\0")))
    checked(page)
    assert "75 73 65 72 ** ** ** ** " in page
    assert "user****&lt;b&gt;." in page
    assert "word" not in re.sub(r"<code>.*?</code>|<style>.*?</style>|<script>.*?</script>", "", page, flags=re.DOTALL)
    assert BAD not in page
    assert "<b>\0" not in page
    assert "\\u202e\\x1b[31m" in page
    assert "✖ wire-odd at byte 50" in page


def test_what_cannot_be_read_again_is_said_and_not_tried(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    tables = case_of(path, 1)
    put(tables, "diagnoses", diagnosis="no-response", negotiation=1, rank=1, evidence_frames=(100,))
    reader = Reader()
    path.write_bytes(bytes(12))
    (changed,) = evidence(tables, [1], reader).notes
    assert "has changed since it was read (10 bytes then, 12 now)" in changed
    path.unlink()
    (gone,) = evidence(tables, [1], reader).notes
    assert "cannot be read any more" in gone
    os.mkfifo(path)
    assert evidence(tables, [1], reader) == Evidence({}, [gone])
    piped = Tables()
    put(piped, "captures", capture="-", size_bytes=10)
    put(piped, "negotiations", negotiation=1, capture="-", outcome="failed")
    put(piped, "messages", capture="-", negotiation=1, frame_number=100)
    put(piped, "diagnoses", diagnosis="no-response", negotiation=1, rank=1, evidence_frames=(100,))
    (stdin,) = evidence(piped, [1], reader).notes
    assert "standard input cannot be read again" in stdin
    assert reader.calls == []
    assert stdin in "".join(render(piped, PROVENANCE, dissect=reader))


def test_another_file_of_the_same_size_is_not_shown_as_evidence(tmp_path: Path) -> None:
    path = tmp_path / "ring.pcap"
    shutil.copy(REFUSED, path)
    analysis = analyzer.read_pcap(path)
    (spi,) = {m["initiator_spi"] for m in analysis.tables["messages"].records()}
    data = path.read_bytes()
    assert evidence(analysis.tables, [1], analysis.dissected).frames
    path.write_bytes(data.replace(bytes.fromhex(spi), b"\1" * 8))
    assert path.stat().st_size == len(data)
    found = evidence(analysis.tables, [1], analysis.dissected)
    assert found.frames == {}
    assert "the file has changed since it was read" in found.notes[0]


def test_a_file_that_breaks_while_it_is_read_again(tmp_path: Path) -> None:
    def broken(frames: Collection[int], capture: str) -> dict[int, list[Dissection]]:
        raise CaptureError(capture, "is empty")

    tables = case_of(tmp_path / "a.pcap", 1)
    put(tables, "diagnoses", diagnosis="no-response", negotiation=1, rank=1, evidence_frames=(100,))
    found = evidence(tables, [1], broken)
    assert found.frames == {}
    assert "cannot be read any more" in found.notes[0]


def test_a_fault_of_the_analyzer_is_not_taken_for_a_file_that_is_gone(tmp_path: Path) -> None:
    def fail(_frames: Collection[int], _capture: str) -> dict[int, list[Dissection]]:
        raise ValueError("Exceeds the limit (4300 digits)")

    net.faults.clear()
    tables = case_of(tmp_path / "a.pcap", 1)
    put(tables, "diagnoses", diagnosis="no-response", negotiation=1, rank=1, evidence_frames=(100,))
    found = evidence(tables, [1], fail)
    assert found.notes == ["The bytes of the evidence are not shown here: the analyzer failed on them."]
    assert net.faults.total() == 1
    net.faults.clear()


def test_the_page_of_a_refused_proposal_has_its_bytes() -> None:
    analysis = analyzer.read_pcap(REFUSED)
    page = "".join(render(analysis.tables, PROVENANCE, dissect=analysis.dissected))
    checker = checked(page)
    (first,) = [d for d in analysis.tables["diagnoses"].records() if d["rank"] == 1]
    for frame in first["evidence_frames"]:
        head = f"<summary>Frame {frame}, field by field and in hex</summary>"
        assert f'<details class="frame">{head}\n<span class="anchor" id="n1-f{frame}"></span>' in page
        assert f"#frame-{frame}" in checker.links
        (tree,) = analysis.dissect(frame)
        assert tree.offset is not None
        assert f"{tree.offset:6}  {tree.offset:04x}  {tree.data[:8].hex(' ')}" in page
    assert {link[1:] for link in checker.links if link.startswith("#")} <= set(checker.ids)
    assert len(checker.ids) == len(set(checker.ids))
    assert "Notify type: 14 = NO_PROPOSAL_CHOSEN  [RFC7296]</li>" in page
    assert len(page) < 150_000
    assert page == "".join(render(analysis.tables, PROVENANCE, dissect=analysis.dissected))


def test_two_captures_in_one_page_keep_their_frames_apart(tmp_path: Path) -> None:
    other = tmp_path / "other.pcap"
    shutil.copy(case("ikev2-auth-failed-psk").capture, other)
    analysis = analyzer.read_pcap([REFUSED, other])
    page = "".join(render(analysis.tables, PROVENANCE, dissect=analysis.dissected))
    checker = checked(page)
    assert len(checker.ids) == len(set(checker.ids))
    found = evidence(analysis.tables, [1, 2], analysis.dissected)
    assert [n for n, views in found.frames.items() if views] == [1, 2]
    spis = dict.fromkeys(m["negotiation"] for m in analysis.tables["messages"].records())
    assert set(spis) == {1, 2}
    for n in (1, 2):
        own = {m["initiator_spi"] for m in analysis.tables["messages"].records() if m["negotiation"] == n}
        for view in found.frames[n]:
            (value,) = [row.value for row in view.messages[0].rows if row.name == "Initiator SPI"]
            assert value in own


def test_each_capture_is_read_again_once(monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = analyzer.read_pcap(REFUSED)
    calls = []

    def counted(self: Analysis, frames: Collection[int], capture: str | None = None) -> Dissections:
        calls.append(sorted(frames))
        return original(self, frames, capture)

    original = Analysis.dissected
    monkeypatch.setattr(Analysis, "dissected", counted)
    "".join(render(analysis.tables, PROVENANCE, dissect=analysis.dissected))
    assert calls == [[5, 6]]
