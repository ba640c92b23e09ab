"""GSS-API Endpoint Name payload of AuthIP (MS-AIPS section 2.2.3.3): whom the sender expects to authenticate."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor
from analyzer.isakmp.text import printable


class GssApiName(NamedTuple):
    """A security principal name, in UTF-16 as Windows writes it."""

    data: bytes

    @property
    def text(self) -> str:
        """The name for people."""
        wide = b"\0" in self.data
        order = "utf-16-be" if self.data[:1] == b"\0" else "utf-16-le"
        return printable(self.data.decode(order if wide else "utf-8", "replace").rstrip("\0"))


def decode(cursor: Cursor) -> GssApiName:
    """Decode a GSS_ID payload."""
    return GssApiName(cursor.rest("endpoint_name", _read_name))


def _read_name(cursor: Cursor) -> None:
    cursor.describe(GssApiName(cursor.body).text)
