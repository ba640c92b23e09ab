"""The way in: the installed command, and `python -m analyzer`."""

import atexit
import gc
import os
import signal
import sys

FAILED, INTERRUPTED = 4, 130  # as in cli/exits.py, which is not loaded yet when they are needed
_COLLECT_AFTER = 100_000  # new objects that stay: loading the program makes about as many, hardly one of them garbage


def run() -> None:
    """Run the command line, and leave with its exit code."""
    codes: list[int] = []
    atexit.register(_leave, codes)  # what is registered from now on runs before it
    try:
        start()
    except SystemExit as left:
        if isinstance(left.code, int):
            codes.append(left.code)
        raise


def start() -> None:
    """Run the command line. An interrupt or a broken installation is no traceback either; SIGTERM is an interrupt."""
    gc.set_threshold(_COLLECT_AFTER)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's: we multiply no matrices, and idle threads of it spin
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        from analyzer.cli.main import main  # noqa: PLC0415  (loading it is what may be interrupted)

        main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except ImportError as error:
        if sys.stderr is not None:
            sys.stderr.write(f"error: the analyzer cannot be loaded ({error}). Install it again\n")
        sys.exit(FAILED)


def _leave(codes: list[int]) -> None:
    """End the process as it stands: to take apart what was loaded frees memory that goes with it anyway."""
    if not codes or sys.flags.dev_mode:
        return
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):  # Python tries again, and says that it cannot
        return
    os._exit(codes[0])


if __name__ == "__main__":
    run()
