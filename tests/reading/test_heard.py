from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from analyzer.analysis import PORTS
from analyzer.capture.datagram import Rest
from analyzer.capture.given import Given
from analyzer.capture.handshakes import TcpTarget
from analyzer.capture.open import OUT_OF_ORDER
from analyzer.capture.sets import CaptureSet
from analyzer.capture.text_notes import BROKEN
from analyzer.decryption.keyfile import KeyStore
from analyzer.defects import Defect
from analyzer.errors import CaptureError
from analyzer.isakmp import Memory
from analyzer.negotiation.conclude.closing import Gaps
from analyzer.negotiation.conclude.unread import Unread
from analyzer.processes import START_METHOD
from analyzer.reading import heard
from analyzer.reading.heard import How, gaps_of, may_be_apart
from analyzer.tables.kinds import Need
from analyzer.tables.store import Tables


def test_what_a_capture_lacks() -> None:
    rest = Rest("192.0.2.1", "192.0.2.2", 3, 4, None, None)
    info = SimpleNamespace(dropped=7, path="logs/ike.log", unopened={BROKEN: 2, "link type 9": 1})
    defects = [Defect("capture-dropped", 0, "", "", "")]
    known: dict[str, Any] = {"info": info, "infos": [info], "stopped": True, "rests": (rest,)}
    known["beginnings"], targets = frozenset({5}), (TcpTarget("192.0.2.1", 500),)
    files = [CaptureError("b.pcap", "is cut short")]
    known |= {"unread": files, "missing": ("file 2 is missing",), "tcp_targets": targets}
    reader: Any = SimpleNamespace(**known, later_fragments=1, defects=defects, points=None)
    unread = Unread()
    why = "b.pcap could not be read", "2 dumps of ike.log could not be read", "file 2 is missing"
    found = Gaps(unread, True, 7, frozenset({5}), (rest,), unread_files=why, tcp_targets=targets)
    assert gaps_of(reader, unread) == found
    reader.later_fragments = 0
    assert gaps_of(reader, unread).beginnings == frozenset(), "a filter may have left all of them out"
    reader.defects = [*defects, Defect(OUT_OF_ORDER, 0, "", "", "")]
    assert gaps_of(reader, unread).unsorted


def how(capture: str, tables: Tables, **other: Any) -> How:
    needs = Need.COUNTING | Need.READING
    made = How(capture, PORTS, None, list(tables), needs, True, None, None, Memory())
    return made._replace(**other)


@pytest.mark.skipif(START_METHOD != "fork", reason="processes are not forked here")
def test_which_captures_several_processes_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large, small, tables = tmp_path / "large", tmp_path / "small", Tables()
    large.write_bytes(bytes(64))
    small.write_bytes(bytes(63))
    monkeypatch.setattr(heard, "LEAST", 64)
    assert may_be_apart(how(str(large), tables), tables, 2)
    assert not may_be_apart(how(str(large), tables), tables, 1)
    for other in (str(small), str(tmp_path), "-", "/nowhere", "\0"):
        assert not may_be_apart(how(other, tables), tables, 2)
    monkeypatch.chdir(tmp_path)
    captures = CaptureSet([["large", "small"]])
    Path(captures).write_bytes(bytes(64))
    assert not may_be_apart(how(captures, tables), tables, 2), "that file has only its name"
    with large.open("rb") as file:
        assert not may_be_apart(how(Given(file), tables), tables, 2), "each process would move it"
    assert not may_be_apart(how(str(large), tables, keys=KeyStore([])), tables, 2)
    assert not may_be_apart(how(str(large), tables, needs=Need.PLACING), tables, 2)
    monkeypatch.setattr(heard, "START_METHOD", "spawn")
    assert not may_be_apart(how(str(large), tables), tables, 2)


@pytest.mark.skipif(START_METHOD != "fork", reason="processes are not forked here")
def test_rows_of_messages_need_their_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "LEAST", 0)
    path = tmp_path / "large"
    path.write_bytes(bytes(64))
    for table, columns, may in (
        ("messages", ["frame_number", "length"], True),
        ("messages", ["length"], False),
        ("defects", ["kind"], False),
        ("negotiations", ["outcome"], True),
    ):
        tables = Tables({table: columns})
        assert may_be_apart(how(str(path), tables, wanted=[table]), tables, 2) == may
