"""Group Associated Policy payload of GDOI (RFC 6407 section 5.4): policy for all SAs of the group."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor
from analyzer.isakmp.payloads.attribute import Attribute, read_attributes


class GroupAssociatedPolicy(NamedTuple):
    """When keys come and go, and whether sender IDs are given out."""

    attributes: tuple[Attribute, ...]


def decode(cursor: Cursor) -> GroupAssociatedPolicy:
    """Decode a GAP payload."""
    return GroupAssociatedPolicy(read_attributes(cursor, "gdoi-gap-attributes"))
