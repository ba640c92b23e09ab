"""What is said of texts: of every log that is read, and of what is none."""

from typing import Final

NUMBERS: Final = "capture-log-numbers"
TIME: Final = "capture-log-time"
ADDRESS: Final = "capture-log-address"
SHOWN: Final = "capture-log-shown"
DUMP: Final = "capture-log-dump"
"""A dump that is not whole: a loss, as the next three are."""

OTHER: Final = "capture-log-format"
INSIDE: Final = "capture-log-inside"
TCP: Final = "capture-log-tcp"

NOTES: Final = (NUMBERS, TIME, ADDRESS, SHOWN)

BROKEN: Final = "dumps that may not be whole"
"""What a log has and is not read counts as packets that are not opened do; each kind has a defect of its own."""

OVER_TCP: Final = "dumps of messages over TCP"
OTHERS: Final = "dumps of another format"
OF_LOGS: Final = (BROKEN, OVER_TCP, OTHERS)
