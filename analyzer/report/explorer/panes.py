"""What the explorer shows of one frame: tabs, each with bytes and the field trees over them, credentials hidden.

The first tab is the frame from its link layer on, with what it carries in clear. What is put together from several
frames, and what keys decrypt, is in no frame as it is: each has a tab of its own.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from analyzer.isakmp import Node
from analyzer.isakmp.credentials import may_hold, places
from analyzer.report.words import endpoint, plural

if TYPE_CHECKING:
    from analyzer.capture import Frame
    from analyzer.dissect import Dissected, Dissection

_TABS: Final = {"decrypted": "Decrypted", "tls_message": "TLS"}
_LAYERS: Final = {"esp": "ESP", "ah": "AH", "udp": "UDP", "tcp": "TCP", "ipv4": "IPv4", "ipv6": "IPv6"}
_KEEPALIVE: Final = 1  # byte (RFC 3948 section 2.3)
_ERRORS: Final = frozenset(("icmp", "icmpv6"))


class Pane(NamedTuple):
    """A tab. data: its bytes, those hidden zero; trees: each with its place in data; left: what is left out."""

    title: str
    data: bytes
    hidden: frozenset[int]
    trees: list[tuple[int, Node]]
    left: str = ""


def panes(found: "Dissected", around: list[Node]) -> list[Pane]:
    """The tabs of a frame, the frame itself first. around: the headers in it."""
    return [_frame(found, around), *(_apart(tree) for tree in found.trees if tree.offset is None)]


def _apart(tree: "Dissection") -> Pane:
    hidden = places((tree.root,))
    title = _TABS.get(tree.root.name, "Put together")
    return Pane(title, _masked(tree.data, hidden), hidden, [(0, tree.root)])


def ends(around: list[Node]) -> tuple[str, str]:
    """Source and destination by the headers of a frame, of a tunnel those inside; nothing where not known."""
    said = {field.name: field for node in around for field in node.children}
    return _end(said, "source"), _end(said, "destination")


def _end(said: dict[str, Node], side: str) -> str:
    address, port = said.get(f"{side}_address"), said.get(f"{side}_port")
    return "" if address is None else endpoint(address.value, None if port is None else port.number)


def _frame(found: "Dissected", around: list[Node]) -> Pane:
    frame = found.frame
    inside = [(tree.offset, tree.root) for tree in found.trees if tree.offset is not None]
    data, left = frame.data, ""
    if _is_traffic(found, around):
        data = data[: around[-1].offset + around[-1].length]
        behind = len(frame.data) - len(data)
        layer = next((_LAYERS[node.name] for node in reversed(around) if node.name in _LAYERS), "last")
        left = f"{plural(behind, 'byte')} behind the {layer} header" if behind else ""
    hidden = frozenset(_hidden(frame, around, found)) if found.trees or frame.pieces else frozenset()
    hidden = frozenset(place for place in hidden if place < len(data))
    trees = [(0, node) for node in around] + inside
    return Pane("Frame", _masked(data, hidden), hidden, trees, left)


def _is_traffic(found: "Dissected", around: list[Node]) -> bool:
    """Whether somebody's traffic stands behind the headers, which is not shown: no message, no error, no keepalive."""
    if found.trees or not around or not _ERRORS.isdisjoint(node.name for node in around):
        return False
    if any(piece.starts_message for piece in found.frame.pieces):
        return False
    return len(found.frame.data) - around[-1].offset - around[-1].length > _KEEPALIVE


def _hidden(frame: "Frame", around: list[Node], found: "Dissected") -> Iterator[int]:
    """Places whose bytes are credentials, or may be: also what nothing here has read, unless it is zero."""
    known = bytearray(len(frame.data))
    for node in around:
        known[node.offset : node.offset + node.length] = b"\1" * node.length
    for piece in frame.pieces:
        shown = piece.starts_message and not may_hold(frame.data[piece.start : piece.end])
        known[piece.start : piece.end] = (b"\1" if shown else b"\0") * (piece.end - piece.start)
    for tree in found.trees:
        if tree.offset is not None:
            end = min(tree.offset + len(tree.data), len(known))
            known[tree.offset : end] = b"\1" * (end - tree.offset)
            for place in places((tree.root,)):
                if tree.offset + place < len(known):
                    known[tree.offset + place] = 0
    if 0 in known:
        yield from (place for place, seen in enumerate(known) if not seen and frame.data[place])


def _masked(data: bytes, hidden: frozenset[int]) -> bytes:
    if not hidden:
        return data
    return bytes(0 if place in hidden else byte for place, byte in enumerate(data))
