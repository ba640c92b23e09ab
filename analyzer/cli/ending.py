"""How a run ends: what escapes a command becomes a sentence and an exit code, never a traceback."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import click

from analyzer import net
from analyzer.cli.exits import Exit, foremost
from analyzer.cli.output import complain, drop_unwritten, say
from analyzer.errors import (
    REPORT_IT,
    AnalyzerError,
    CaptureError,
    InternalError,
    KeyFileError,
    LimitError,
    OutputError,
    PeerConfigError,
    place_of,
)
from analyzer.report.words import plural

_CODES: Final[dict[type[AnalyzerError], Exit]] = {
    CaptureError: Exit.UNREADABLE,
    KeyFileError: Exit.UNREADABLE,
    PeerConfigError: Exit.UNREADABLE,
    OutputError: Exit.FAILED,
    InternalError: Exit.FAILED,
    LimitError: Exit.FAILED,
}
_MOST_NAMED: Final = 3


@contextmanager
def reported() -> Iterator[None]:
    """Report what is raised in here, and what was caught message by message; end the program with the exit code."""
    code = None
    try:
        yield
    except click.Abort:  # click's own way to end
        raise
    except click.exceptions.Exit as ended:
        code = Exit(ended.exit_code)
    except BaseException as error:
        if not isinstance(error, Exception | KeyboardInterrupt):
            raise
        code = _report(error)
        drop_unwritten()
    if net.faults:
        _report_faults()
        code = foremost(code or Exit.DONE, Exit.FAILED)
    if code is not None:
        sys.exit(code)


def _report(error: BaseException) -> Exit:
    if isinstance(error, click.ClickException):
        with suppress(OSError):
            error.show()
        return Exit(error.exit_code)
    if isinstance(error, KeyboardInterrupt):
        say("interrupted")
        return Exit.INTERRUPTED
    if isinstance(error, AnalyzerError):
        complain(str(error))
        return _CODES.get(type(error), Exit.USAGE)
    if isinstance(error, OSError):
        if error.errno == errno.EPIPE:  # a reader like `head` has seen enough: no reason to complain
            return Exit.DONE
        # Reading and writing files tell their own failures: without a name it is what click prints
        complain(f"{error.filename or 'standard output'}: {error.strerror or error}")
        return Exit.FAILED
    if isinstance(error, MemoryError):
        complain("not enough memory; read fewer or smaller captures at a time")
        return Exit.FAILED
    complain(f"the analyzer failed ({type(error).__name__} at {place_of(error)}). {REPORT_IT}")
    net.log(error)
    return Exit.FAILED


def _report_faults() -> None:
    """What the net caught; the captures hold it as defects of the kind `internal`."""
    places = ", ".join(f"{found} ({plural(count, 'time')})" for found, count in net.faults.most_common(_MOST_NAMED))
    complain(f"the analyzer failed on messages, which are reported in part only: {places}. {REPORT_IT}")
    net.faults.clear()
