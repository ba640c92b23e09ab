"""What was replaced by what: for the owner of a capture alone, who can so translate back."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from analyzer.redact.macs import Macs
from analyzer.redact.pseudonyms import is_text

HEADER: Final = ("kind", "original", "pseudonym")

Row = tuple[str, str, str]


class Mapping:
    """Collects pairs of originals and pseudonyms, each once."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[str, bytes], bytes] = {}

    def note(self, kind: str, old: bytes, new: bytes) -> None:
        """One more: of the kind "address" packed, else text or other bytes. What stays itself is none."""
        if old != new:
            self._pairs[kind, old] = new

    def rows(self, macs: Macs) -> Iterator[Row]:
        """All of them, addresses and text as people write them, other bytes in hex."""
        for mac, pseudonym in sorted(macs.known.items()):
            yield "mac", mac.hex(":"), pseudonym.hex(":")
        for (kind, old), new in sorted(self._pairs.items()):
            if kind == "address":
                yield kind, str(ip_address(old)), str(ip_address(new))
            elif is_text(old):
                yield "text", _text(old), _text(new)
            else:
                yield "bytes", old.hex(), new.hex()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace").rstrip("\0")
