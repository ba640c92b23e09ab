"""`manifest.json` of a folder that `report` or `export` wrote, as it is read again."""

import hashlib
import json
import stat
from pathlib import Path
from typing import Any, Final

from analyzer.errors import CaptureError
from analyzer.report.outputs import MANIFEST

_MOST_BYTES: Final = 1 << 30  # a hundred bytes for each of ten million files
_ADVICE: Final = "Name the folder that was given to -o"


def read_manifest(folder: Path) -> tuple[dict[str, Any], str]:
    """What the manifest in a folder says, and the SHA-256 of its bytes.

    CaptureError: there is none, or it is none of ours.
    """
    path = folder / MANIFEST
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise CaptureError(str(path), "not a regular file")
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES)
        saved = json.loads(data)
        if saved["program"] != "isakmp-analyzer":
            raise ValueError
    except (FileNotFoundError, NotADirectoryError):
        raise CaptureError(str(folder), f"there is no {MANIFEST} in it", _ADVICE) from None
    except OSError as error:
        raise CaptureError(str(path), f"cannot be read ({error.strerror or error})") from error
    except (ValueError, TypeError, KeyError, RecursionError):
        raise no_manifest(folder) from None
    return saved, hashlib.sha256(data).hexdigest()


def no_manifest(folder: Path) -> CaptureError:
    """What is wrong with one that is none of ours, or says what ours never say."""
    return CaptureError(str(folder / MANIFEST), "is no manifest of a report or an export")
