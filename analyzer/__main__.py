"""The way in: the installed command, and `python -m analyzer`."""

import sys

INTERRUPTED = 130  # as in cli/exits.py, which is not loaded yet when it is needed


def run() -> None:
    """Run the command line. An interrupt while it is still being loaded is no traceback either."""
    try:
        from analyzer.cli.main import main  # noqa: PLC0415  (loading it is what may be interrupted)

        main()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    run()
