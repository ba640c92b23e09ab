"""Vendor ID payload (RFC 2408 section 3.16, RFC 7296 section 3.12)."""

from functools import lru_cache
from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor


class VendorID(NamedTuple):
    """Bytes by which an implementation makes itself or a capability known; `registry.vendors.identify` names them."""

    data: bytes


def decode(cursor: Cursor) -> VendorID:
    """Decode a vendor ID; equal ones share one object, since they repeat in every negotiation."""
    return _shared(cursor.rest("vendor_id"))


@lru_cache(maxsize=4096)
def _shared(data: bytes) -> VendorID:
    return VendorID(data)
