"""What became of the files of a report, and of its captures."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import CaptureError
from analyzer.report.custody import Custody, Kept, Role, State, custody_of

BYTES = b"of this run"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def written(folder: Path, **values: Any) -> Path:
    """A folder with a manifest and a file that it lists."""
    saved = {"program": "isakmp-analyzer", "version": "1", "finished": True, "inputs": [], "outputs": {}} | values
    (folder / "manifest.json").write_text(json.dumps(saved))
    return folder


def states(found: Custody) -> list[tuple[str, str, str, bool]]:
    return [(one.role, one.path, one.state, one.differs) for one in found.files()]


def test_each_file_is_what_it_was_or_not(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    for name in ("a.csv", "tables/b.csv", "tables/new.csv"):
        (tmp_path / name).write_bytes(BYTES)
    outputs = {"a.csv": sha256(BYTES), "tables/b.csv": sha256(b""), "gone.html": sha256(BYTES)}
    assert states(custody_of(written(tmp_path, outputs=outputs))) == [
        ("output", "a.csv", "same", False),
        ("output", "tables/b.csv", "changed", True),
        ("output", "gone.html", "missing", True),
        ("other", "tables/new.csv", "unlisted", False),
    ]


def test_captures_too_and_those_of_a_set_one_by_one(tmp_path: Path) -> None:
    capture, other = tmp_path / "a.pcap", tmp_path / "b.pcap"
    capture.write_bytes(BYTES)
    other.write_bytes(b"another")
    folder = tmp_path / "out"
    folder.mkdir()
    members = [{"path": str(path), "sha256": sha256(BYTES)} for path in (capture, other, tmp_path / "c.pcap")]
    inputs = [{"path": "a set", "sha256": None, "members": members}, {"path": "-", "sha256": sha256(BYTES)}]
    inputs.append({"path": "unread.pcap", "sha256": None, "error": "no capture"})
    assert [one[1:] for one in states(custody_of(written(folder, inputs=inputs)))] == [
        (str(capture), "same", False),
        (str(other), "changed", True),
        (str(tmp_path / "c.pcap"), "missing", False),
        ("-", "missing", False),
        ("unread.pcap", "unknown", False),
    ]


def test_a_run_that_was_ended_or_has_begun_again(tmp_path: Path) -> None:
    whole = custody_of(written(tmp_path))
    assert (whole.finished, whole.begun, whole.sha256) == (
        True,
        False,
        sha256((tmp_path / "manifest.json").read_bytes()),
    )
    (tmp_path / "unfinished-run.txt").touch()
    ended = custody_of(written(tmp_path, finished=False))
    assert (ended.finished, ended.begun, states(ended)) == (False, True, [])


def test_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"no manifest\.json"):
        custody_of(tmp_path)
    with pytest.raises(CaptureError, match="no manifest of a report"):
        custody_of(written(tmp_path, program="another"))
    (tmp_path / "manifest.json").write_bytes(b"[" * 100_000)
    with pytest.raises(CaptureError, match="no manifest of a report"):
        custody_of(tmp_path)


@pytest.mark.parametrize("name", ["../a.csv", "{}/a.csv", "link/a.csv", "a\0b", ""])
def test_what_leads_elsewhere_is_not_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(BYTES)
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)
    found = custody_of(written(folder, outputs={name.format(tmp_path): sha256(BYTES)}))
    assert [one.state for one in found.files() if one.role is Role.OUTPUT] != [State.SAME]
    assert Kept(Role.OTHER, "link", State.UNLISTED) in list(found.files())


def test_no_pipe_is_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    inputs = [{"path": str(tmp_path / "pipe"), "sha256": "0" * 64}, {"path": "/dev/zero", "sha256": "0" * 64}]
    found = [one.state for one in custody_of(written(tmp_path, inputs=inputs)).files()]
    assert found == [State.MISSING, State.MISSING, State.UNLISTED]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
)


@settings(max_examples=30)
@given(outputs=JSON, inputs=JSON | st.lists(st.fixed_dictionaries({"path": JSON, "sha256": JSON})))
def test_any_manifest(tmp_path_factory: pytest.TempPathFactory, outputs: Any, inputs: Any) -> None:
    folder = written(tmp_path_factory.mktemp("out"), outputs=outputs, inputs=inputs)
    try:
        found = custody_of(folder)
    except CaptureError:
        return
    assert State.SAME not in {one.state for one in found.files()}
