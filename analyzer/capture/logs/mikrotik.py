"""MikroTik RouterOS: `/system logging add topics=ipsec,packet` and `topics=ipsec,debug`.

Its daemon began as racoon and says the same, behind the topics of a line ("ipsec,debug,packet").
"""

import re

from analyzer.capture.logs import racoon

_TOPICS = re.compile(r"\bipsec(?:,[\w!]{1,16}){1,8}:? ")


class Reader(racoon.Reader):
    """racoon's, with what stands before it in each line."""

    NAME = "MikroTik log"
    MARK = re.compile(
        r"\bipsec,[\w,!]{1,64}:? (?:[^\n]{0,64}?\b\d{1,6} bytes (?:from|message)|[^\n]{0,8}(?:[0-9a-f]{8} ){4})"
    )

    def read(self, number: int, text: str) -> None:
        """Take in a line; what other topics say is passed over."""
        if _TOPICS.search(text) is not None:
            super().read(number, text)
        elif text.strip().strip("0123456789abcdef ") == "":
            super().read(number, text)  # wrapped by a terminal
