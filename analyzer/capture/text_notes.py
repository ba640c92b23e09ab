"""What is said of texts: of every log that is read, and of what is none."""

from typing import Final

NUMBERS: Final = "capture-log-numbers"
TIME: Final = "capture-log-time"
ADDRESS: Final = "capture-log-address"
SHOWN: Final = "capture-log-shown"
DUMP: Final = "capture-log-dump"
"""A dump that broke off: a loss, as the next two are."""

INSIDE: Final = "capture-log-inside"
TCP: Final = "capture-log-tcp"

NOTES: Final = (NUMBERS, TIME, ADDRESS, SHOWN)
