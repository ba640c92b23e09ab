"""The net under everything that is made of captured bytes: a fault of ours costs one message, not the capture.

It is a last resort. Bad bytes become defects where they are read; what falls into this net is a mistake in this
program, and the tests hold that nothing does, whatever the bytes.
"""

from collections import Counter

from analyzer.defects import Defect
from analyzer.errors import place_of
from analyzer.logs import INFO, listener

faults: Counter[str] = Counter()
"""How often what was caught, by type and place, since it was last cleared."""

_NOT_OURS = (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError)


def catch(error: BaseException, effect: str, frame_number: int | None = None) -> Defect:
    """Count a fault and make a defect of it. What is none - an interrupt, no more memory - is raised again.

    For `except BaseException`: a panic inside a library is no Exception.
    """
    if isinstance(error, _NOT_OURS):
        raise error
    found = f"{type(error).__name__} at {place_of(error)}"
    faults[found] += 1
    log(error)
    return Defect("internal", 0, "no fault in the analyzer", found, effect, frame_number)


def log(error: BaseException) -> None:
    """The whole traceback, for whoever listens to the logger `analyzer` at level info. It may hold captured bytes."""
    logger = listener(INFO)
    if logger is not None:
        logger.info("the analyzer failed", exc_info=error)
