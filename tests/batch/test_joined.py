import json
import shutil
from pathlib import Path

import pytest

from analyzer.batch.joined import joined
from analyzer.report import seen as seen_module
from analyzer.report.seen import SEEN, Seen
from tests.batch.jobs import HOW
from tests.cli.running import FAILED, HEALTHY


def test_what_the_run_before_found_is_taken_where_nothing_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen_module, "SETTLED", -(1 << 62))
    captures = [str(shutil.copy(one, tmp_path / name)) for one, name in ((FAILED, "a"), (FAILED, "b"), (HEALTHY, "c"))]
    seen = Seen(tmp_path, captures)
    found = joined(captures, HOW, seen)
    assert found.captures == [captures[0], captures[2]]
    assert joined(captures, HOW) == found
    (tmp_path / SEEN).write_text(seen.text)
    monkeypatch.setattr("analyzer.capture.joining.sources.sources", None)
    again = Seen(tmp_path, captures)
    assert joined(captures, HOW, again) == found
    assert json.loads(again.text) == json.loads(seen.text)
    with pytest.raises(TypeError):
        joined(captures, HOW._replace(as_one=True), Seen(tmp_path, captures))
