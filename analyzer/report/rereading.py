"""The captures of a page, read again for their bytes: each once for all that the page shows of it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.capture.given import Given, is_url
from analyzer.errors import CaptureError
from analyzer.net import catch
from analyzer.report.sources import sources
from analyzer.tables.store import Tables

if TYPE_CHECKING:
    from analyzer.dissect import Dissections

Dissect = Callable[[Collection[int], str], "Dissections"]
"""These frames of this capture with their field trees, by frame: `Analysis.dissected`."""


class GoneError(Exception):
    """Why a capture's frames are not there; half a sentence."""


class Once:
    """Reads a capture when it is asked for it first, with all frames that somebody will ask for later.

    chosen: those frames, by capture.
    """

    def __init__(self, dissect: Dissect, chosen: Mapping[str, Collection[int]]) -> None:
        self._dissect, self._chosen = dissect, chosen
        self._read: dict[str, Dissections] = {}

    def __call__(self, frames: Collection[int], capture: str) -> "Dissections":
        """These frames, perhaps with others; those are left out that the capture does not have."""
        if capture not in self._read:
            self._read[capture] = self._dissect(frozenset(frames) | frozenset(self._chosen.get(capture, ())), capture)
        return self._read[capture]


def read_again(
    tables: Tables, capture: str, frames: Collection[int], dissect: Dissect, *, whole: bool
) -> "Dissections":
    """Frames of one capture, by number. GoneError: it is not there to be read, or no longer what was read.

    whole: each of them must hold a message still; else one that has none says nothing about the file.
    """
    if capture == "-":
        raise GoneError("standard input cannot be read again")
    files = sources(tables).get(capture, [])
    sizes = [row["size_bytes"] for row in files]
    size = sum(sizes) if None not in sizes else None
    try:
        now = _size_of_all([row["capture"] for row in files] or [capture])
        found = dissect(frames, capture) if now is not None and now == size else None
    except (CaptureError, OSError):
        now = None
    except BaseException as error:
        catch(error, "")
        raise GoneError("the analyzer failed on them") from error
    if now is None:
        raise GoneError("the file cannot be read any more")
    if now != size:
        raise GoneError(f"the file has changed since it was read ({size or 0:,} bytes then, {now:,} now)")
    if found is None or not _as_read(tables, capture, frames, found, whole=whole):
        raise GoneError("the file has changed since it was read")
    return found


def _size_of_all(captures: Sequence[str]) -> int | None:
    """The size of all of them; None if one cannot be read. OSError: one is not there."""
    sizes = [_size_of(capture) for capture in captures]
    return None if None in sizes else sum(filter(None, sizes))


def _size_of(capture: str) -> int | None:
    """The size of a capture as it is now; None if it cannot be read. OSError: it is not there."""
    if isinstance(capture, Given):
        try:
            return capture.size_bytes
        except ValueError:  # whoever opened it has closed it
            return None
    path = Path(capture)
    if path.is_file():
        return path.stat().st_size
    if is_url(capture):
        from analyzer.capture.remote import size_of as size_at  # noqa: PLC0415

        return size_at(capture)
    from analyzer.capture.archives import size_of  # noqa: PLC0415  (most captures are files)

    return size_of(capture)  # None of a pipe, which would wait for ever


def _as_read(tables: Tables, capture: str, frames: Collection[int], found: "Dissections", *, whole: bool) -> bool:
    """Whether these frames still hold messages of the SAs that were read: files of a ring buffer keep their size."""
    wanted = frozenset(frames)
    spis: dict[int, set[str | None]] = {frame: set() for frame in wanted}
    messages = tables["messages"]
    rows = messages.places("frame_number", wanted)
    for row_capture, frame, spi in messages.at(rows, "capture", "frame_number", "initiator_spi"):
        if row_capture == capture:
            spis[frame].add(spi)
    for frame in wanted:
        held = found.frames[frame].datagrams if frame in found.frames else ()
        same = any(None in spis[frame] or d.payload[:8].hex() in spis[frame] for d in held)
        if not same and (whole or (held and spis[frame])):
            return False
    return True
