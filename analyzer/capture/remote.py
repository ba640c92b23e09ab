"""Captures at URLs: their bytes, fetched through fsspec into a temporary file that has no name.

A URL is a path like any other, which stands for what fsspec opens (s3://, gs://, abfs://, https://) where no file has
that name. Credentials are the environment's or the configuration's of the store: a URL that holds some is refused, for
its text stands in every table and page.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from shutil import disk_usage
from typing import IO, Any, Final

from analyzer.capture.part import Part
from analyzer.errors import CaptureError

_SECRET: Final = re.compile(r"[?&][^=&]*(?:sig|token|key|secret|passw|credential|auth)[^=&]*=", re.IGNORECASE)
_WILD: Final = re.compile(r"[*\[]")
_PIECE: Final = 1 << 20
_LEAVE: Final = 64 << 20  # bytes of the temporary folder that stay free
_MOST_NAMED: Final = 1 << 20  # captures below one URL


def without_secrets(url: str) -> str:
    """A URL as it may be shown: nothing of its user, nor of its query if that holds a credential."""
    scheme, slashes, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    shown = f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}"
    return f"{shown.partition('?')[0]}?..." if _SECRET.search(shown) else shown


def captures_below(url: str) -> list[str]:
    """What a URL stands for: all that is below one that ends with a slash, all that a pattern names, or itself.

    CaptureError: it holds credentials, or that cannot be listed.
    """
    _check(url)
    if not url.endswith("/") and not _WILD.search(url):
        return [url]
    with _reached(url):
        system, path = _system(url)
        found = system.glob(path) if _WILD.search(url) else system.find(path)
    if not found:
        raise CaptureError(url, "no capture is there")
    if len(found) > _MOST_NAMED:
        raise CaptureError(
            url, f"stands for more than {_MOST_NAMED:,} captures", "Name folders in it one after the other"
        )
    return sorted(system.unstrip_protocol(name) for name in found)


def fetched(url: str) -> Part:
    """The bytes of one. CaptureError: they cannot be had, or there is no room for them."""
    _check(url)
    return _Fetched(_temporary(url))


def size_of(url: str) -> int | None:
    """Its bytes, where it was fetched last or the store says so; else None."""
    try:
        with _reached(url):
            system, path = _system(url)
            size: int | None = system.info(path).get("size")
            return size
    except CaptureError:
        return None


def _check(url: str) -> None:
    if without_secrets(url) != url:
        advice = "Give them in the environment, or in the configuration of the store"
        raise CaptureError(without_secrets(url), "has credentials in it, which every table would show", advice)


class _Fetched(Part):
    """What a temporary file holds, read apart from others who read it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._at = file, 0
        self.size_bytes = os.fstat(file.fileno()).st_size

    @property
    def stored_bytes(self) -> int:
        """As many as were read."""
        return self._at

    def readinto(self, view: Any, /) -> int:
        """Fill the view, as far as there is something."""
        data = os.pread(self._file.fileno(), len(view), self._at)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


@lru_cache(maxsize=1)
def _temporary(url: str) -> IO[bytes]:
    """A capture is read several times in a row: it is fetched once. What reads it keeps it open."""
    kept = tempfile.TemporaryFile()  # noqa: SIM115
    room = disk_usage(tempfile.gettempdir()).free - _LEAVE
    with _reached(url):
        system, path = _system(url)
        with system.open(path, "rb") as file:
            while piece := file.read(_PIECE):
                room -= len(piece)
                if room < 0:
                    advice = "TMPDIR in the environment names another one"
                    raise CaptureError(url, f"has no room in {tempfile.gettempdir()}", advice)
                kept.write(piece)
    kept.flush()
    return kept


@contextmanager
def _reached(url: str) -> Iterator[None]:
    """CaptureError of whatever a store's library raises: each has exceptions of its own."""
    try:
        yield
    except (CaptureError, MemoryError):
        raise
    except ImportError as error:
        raise CaptureError(url, f"is a URL, and what reads it is not installed ({error})") from error
    except FileNotFoundError as error:
        raise CaptureError(url, "there is no such file") from error
    except Exception as error:
        why = str(error).partition("\n")[0][:200]
        raise CaptureError(url, f"cannot be fetched ({type(error).__name__}: {why})") from error


def _system(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it."""
    import fsspec  # noqa: PLC0415  (an extra)

    system, path = fsspec.core.url_to_fs(url)
    return system, path
