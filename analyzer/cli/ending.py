"""How a run ends: what escapes a command becomes a sentence and an exit code, never a traceback."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import click

from analyzer.cli.exits import Exit
from analyzer.cli.output import complain, drop_unwritten, say
from analyzer.errors import AnalyzerError, CaptureError, KeyFileError, OutputError, PeerConfigError, place_of

_CODES: Final[dict[type[AnalyzerError], Exit]] = {
    CaptureError: Exit.UNREADABLE,
    KeyFileError: Exit.UNREADABLE,
    PeerConfigError: Exit.UNREADABLE,
    OutputError: Exit.FAILED,
}


@contextmanager
def told() -> Iterator[None]:
    """Tell what is raised in here on standard error and end the program with its exit code."""
    try:
        yield
    except (click.exceptions.Exit, click.Abort):  # click's own ways to end
        raise
    except BaseException as error:
        if not isinstance(error, Exception | KeyboardInterrupt):
            raise
        code = _tell(error)
        drop_unwritten()
        sys.exit(code)


def _tell(error: BaseException) -> int:
    if isinstance(error, click.ClickException):
        with suppress(OSError):
            error.show()
        return error.exit_code
    if isinstance(error, KeyboardInterrupt):
        say("interrupted")
        return Exit.INTERRUPTED
    if isinstance(error, AnalyzerError):
        complain(str(error))
        return _CODES.get(type(error), Exit.USAGE)
    if isinstance(error, OSError):
        if error.errno == errno.EPIPE:  # a reader like `head` has seen enough: no reason to complain
            return Exit.DONE
        complain(f"{error.filename or 'standard output'}: {error.strerror or error}")
        return Exit.FAILED
    if isinstance(error, MemoryError):
        complain("not enough memory; read fewer or smaller captures at a time")
        return Exit.FAILED
    complain(
        f"the analyzer failed: {type(error).__name__} at {place_of(error)}. This is a fault in the program: please "
        "report it with this line; PYTHONDEVMODE=1 in the environment shows the traceback"
    )
    _log(error)
    return Exit.FAILED


def _log(error: BaseException) -> None:
    import logging

    if sys.flags.dev_mode:
        logging.basicConfig()
        logging.getLogger("analyzer").setLevel(logging.DEBUG)
    logging.getLogger("analyzer").debug("the analyzer failed", exc_info=error)
