"""The logger `analyzer`: for whoever asks why. Nobody who does not ask pays for it, not even to load `logging`."""

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import logging

DEBUG: Final = 10  # of logging, which is not loaded for its numbers
INFO: Final = 20


def listener(level: int = DEBUG) -> "logging.Logger | None":
    """The logger, if somebody listens to it at this level; None if not: who has not loaded `logging` does not."""
    loaded = sys.modules.get("logging")
    if loaded is None:
        return None
    logger: logging.Logger = loaded.getLogger("analyzer")
    if not any(isinstance(handler, loaded.NullHandler) for handler in logger.handlers):
        logger.addHandler(loaded.NullHandler())
    return logger if logger.isEnabledFor(level) else None
