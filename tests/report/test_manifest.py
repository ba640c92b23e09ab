import hashlib
import json
import os
from pathlib import Path

import pytest

from analyzer.errors import CaptureError
from analyzer.report.manifest import no_manifest, read_manifest


def test_what_it_says_and_the_checksum_of_its_bytes(tmp_path: Path) -> None:
    text = json.dumps({"program": "isakmp-analyzer", "outputs": {}})
    (tmp_path / "manifest.json").write_text(text)
    assert read_manifest(tmp_path) == (json.loads(text), hashlib.sha256(text.encode()).hexdigest())


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"program": "npm"}', "[" * 100_000, "\ud800"])
def test_what_is_none_of_ours_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_bytes(text.encode(errors="surrogatepass"))
    with pytest.raises(CaptureError) as refused:
        read_manifest(tmp_path)
    assert str(refused.value) == str(no_manifest(tmp_path))


def test_a_pipe_a_folder_and_none(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"there is no manifest\.json in it"):
        read_manifest(tmp_path)
    os.mkfifo(tmp_path / "manifest.json")
    with pytest.raises(CaptureError, match="not a regular file"):
        read_manifest(tmp_path)
    (tmp_path / "other" / "manifest.json").mkdir(parents=True)
    with pytest.raises(CaptureError, match="not a regular file"):
        read_manifest(tmp_path / "other")
