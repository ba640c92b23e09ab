"""What the files of a run were like before it read any: so that a later run knows which it need not read again.

A file whose size, times and inode are as they were has the bytes that it had. Times have ticks: a file that was written
within `SETTLED` before they were noted may have changed since without a sign of it, and is hashed.
"""

import json
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from analyzer.capture.status import SETTLED, Status, status_of
from analyzer.errors import CaptureError

SEEN: Final = "seen-files.json"


class Seen:
    """Status of each of `files`, now and as the run before into `folder` found it, and what it found out of them.

    joined: what belongs together, for this run to say to the next one.
    """

    def __init__(self, folder: Path, files: Iterable[str]) -> None:
        self._now = {file: status_of(file) for file in files}
        self._before, self._joined, self._noted = _read(folder / SEEN)
        self.joined: dict[str, Any] = {}

    @property
    def text(self) -> str:
        """What SEEN is to hold for the next run."""
        files = {file: status for file, status in self._now.items() if status}
        return json.dumps({"files": files, "joined": self.joined}, indent=1) + "\n"

    @property
    def joined_before(self) -> dict[str, Any]:
        """What the run before said belongs together; empty if one of the files may have changed since."""
        return self._joined if all(map(self.is_unchanged, self._now)) else {}

    def is_unchanged(self, file: str) -> bool:
        """Whether its status is as before, and that shows its bytes to be."""
        now = self._now.get(file)
        return now is not None and self._before.get(file) == now and now.last + SETTLED < self._noted

    def has(self, file: str, sha256: object) -> bool:
        """Whether it holds what the run before read, which had this SHA-256. Where status shows it, it is not read."""
        if self._now.get(file) is None or not sha256:
            return False
        return self.is_unchanged(file) or digest_of(file) == sha256


def _read(path: Path) -> tuple[dict[str, Status], dict[str, Any], int]:
    """What an earlier run noted, and when, in nanoseconds; nothing of what is not from a run."""
    try:
        noted = path.lstat()
        if not stat.S_ISREG(noted.st_mode):
            return {}, {}, 0
        saved = json.loads(path.read_text("utf-8"))
        found = {str(file): Status(*map(_number, status)) for file, status in saved["files"].items()}
        joined = dict(saved["joined"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}, {}, 0
    return found, joined, noted.st_mtime_ns


def _number(value: Any) -> int:
    if type(value) is not int:
        raise ValueError
    return value


def digest_of(file: str) -> str:
    """SHA-256 of a file as it is stored, or of a capture in an archive; "" if it cannot be read."""
    from analyzer.capture.source import Source  # noqa: PLC0415  (most files are as they were)

    try:
        return Source(file).finish()
    except CaptureError:
        return ""
