"""The dissection tree of a message: every field with its place, value, meaning and reference."""

from analyzer.isakmp import chain
from analyzer.isakmp.message import read
from analyzer.isakmp.recorder import Node, Recorder


def dissect(data: bytes, missing: int = 0) -> Node:
    """The tree of one datagram's payload; `missing` as for `decode`, whose defects are found here at their fields."""
    root = Node("message", 0, len(data))
    read(Recorder(data, 0, [], 0, root), missing)
    return root


def dissect_payloads(data: bytes, first_payload: int, major_version: int, base: int = 0) -> list[Node]:
    """The trees of a payload chain that came out of decryption. `base` is the offset that data[0] is told to have."""
    root = Node("payloads", base, len(data))
    cursor = Recorder(data, base, [], major_version, root)
    chain.walk(cursor, first_payload)
    cursor.finish("payload chain")
    return root.children
