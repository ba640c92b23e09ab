"""Forms looked for in many payloads at once, whatever their ports. header: UDP header and 24 bytes behind it."""

import numpy as np

from analyzer.capture.framing import PREFIX
from analyzer.capture.layers import vxlan
from analyzer.capture.rows import Bytes, Mask

PREFIX_SHORT = np.frombuffer(PREFIX[:2], np.uint16)[0]
"""How IKE in TCP begins, as the host reads it."""
_VXLAN = np.frombuffer(vxlan.PLAIN, np.uint32)[0]
VERSIONS = np.zeros(256, np.bool_)
VERSIONS[[0x10, 0x20]] = True
VERSION_AT = 8 + 17
"""Place of ISAKMP's version behind the beginning of a UDP header, without a marker."""


def has_version(header: Bytes) -> Mask:
    """Which payloads have one of ISAKMP's versions where it would be, with or without a marker."""
    marked = np.flatnonzero(is_marked(header))
    has: Mask = VERSIONS[header[:, VERSION_AT]]
    has[marked] |= VERSIONS[header[marked, VERSION_AT + 4]]
    return has


def may_be_vxlan(header: Bytes) -> Mask:
    """A necessary part of what is VXLAN by its form, between any ports."""
    may: Mask = header.view(np.uint32)[:, 2] == _VXLAN
    return may


def is_marked(header: Bytes) -> Mask:
    """Which payloads behind a UDP header begin as the non-ESP marker does."""
    marked: Mask = header.view(np.uint32)[:, 2] == 0
    return marked
