"""The way in: the installed command, and `python -m analyzer`."""

import atexit
import gc
import signal
import sys

FAILED, INTERRUPTED = 4, 130  # as in cli/exits.py, which is not loaded yet when they are needed
_COLLECT_AFTER = 100_000  # new objects that stay: loading the program makes about as many, hardly one of them garbage


def run() -> None:
    """Run the command line. An interrupt or a broken installation is no traceback either; SIGTERM is an interrupt."""
    gc.set_threshold(_COLLECT_AFTER)
    atexit.register(gc.freeze)  # what a process leaves at its end is not searched for garbage
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


if __name__ == "__main__":
    run()
