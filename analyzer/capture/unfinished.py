"""Whether a capture ends inside a record: who writes it has not written the rest yet, or never will."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from analyzer import net
from analyzer.capture.found import kind_of
from analyzer.capture.kinds import Kind, is_named_like_capture
from analyzer.capture.open import open_capture
from analyzer.errors import CaptureError

_CUT: Final = "capture-cut"
_NO_HEADER: Final = 64
"""Bytes: a shorter file may be the beginning of anything."""


def ends_inside(path: str, ports: Collection[int], max_expansion: int | None = None) -> bool:
    """Whether the end of a file cuts a record, a block or a compressed stream off, or hardly begins one.

    It looks at all records and reads no message. What is wrong with it otherwise is for its reader to say: False.
    """
    try:
        size = Path(path).stat().st_size
        if size < _NO_HEADER:
            return not size or is_named_like_capture(path) or kind_of(path) is not Kind.OTHER
        reader = open_capture(path, ports, counts=False, max_expansion=max_expansion)
        for _ in reader.in_columns():
            pass
    except (CaptureError, OSError, ValueError):
        return False
    except Exception as error:
        net.log(error)
        return False
    return any(defect.kind == _CUT for defect in reader.defects)
