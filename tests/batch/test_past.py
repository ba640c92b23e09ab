import shutil
from pathlib import Path

import pytest

from analyzer.batch.past import Past
from analyzer.capture import unchanged
from analyzer.cli.inputs import Failures
from analyzer.errors import CaptureError
from tests.cli.running import HEALTHY


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "SETTLED", -(1 << 62))


def test_what_failed_is_tried_again_when_it_has_changed(tmp_path: Path) -> None:
    captures = [str(shutil.copy(HEALTHY, tmp_path / name)) for name in ("a", "b", "c")]
    past, first = Past(), Failures()
    assert past.untried(captures, first) == captures
    first.errors += [CaptureError(captures[2], "x"), CaptureError(captures[0], "y"), CaptureError("elsewhere", "z")]
    past.note(captures, first)
    assert [error.path for error in first.errors] == ["elsewhere", captures[0], captures[2]]
    again = Failures()
    assert past.untried(captures, again) == [captures[1]]
    assert [str(error) for error in again.errors] == [f"{captures[0]}: y", f"{captures[2]}: x"]
    past.note(captures, again)
    Path(captures[0]).write_bytes(b"other")
    last = Failures()
    assert past.untried(captures, last) == captures[:2]
    past.note(captures[:2], last)
    assert past.untried(captures, Failures()) == captures, "what was gone is forgotten"
