"""Files and streams that are written: what fails says which one it was."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from analyzer.errors import OutputError


@contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[None]:
    """Write to `path` in here ("-": standard output). OutputError: it cannot be written.

    A closed pipe stays what it is: its reader has seen enough.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(os.fspath(error.filename or path), error.strerror or str(error)) from error
