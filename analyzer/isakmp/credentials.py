"""Credentials: which fields hold passwords, passcodes and keys, and the one cover over them in trees and bytes.

A decoder marks the bytes it knows for a credential (`hide`, the registry's form "secret") or that may be one
(`hide_doubtful`, the form "doubtful"). `cover` does the rest for a whole tree: what could not be read beside a
credential, fragments, fields that overlap one. Every output of bytes leaves out `places`; `may_hold` says of the
beginning of a message whether any of its bytes could be a credential in clear.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.cursor import Cursor
from analyzer.isakmp.header import FLAG_ENCRYPTION
from analyzer.isakmp.header import SIZE as HEADER_SIZE
from analyzer.isakmp.numbers import AUTHIP, ExchangeV1, ExchangeV2, PayloadV1, PayloadV2
from analyzer.isakmp.recorder import Node, shown

_EXCHANGES_WITHOUT: Final[dict[int, frozenset[int]]] = {  # no credential is sent in them
    1: frozenset(
        (
            ExchangeV1.BASE,
            ExchangeV1.IDENTITY_PROTECTION,
            ExchangeV1.AUTHENTICATION_ONLY,
            ExchangeV1.AGGRESSIVE,
            ExchangeV1.INFORMATIONAL,
            ExchangeV1.QUICK_MODE,
            ExchangeV1.NEW_GROUP_MODE,
            *AUTHIP,
        )
    ),
    2: frozenset((ExchangeV2.IKE_SA_INIT,)),
}
# First payloads behind which nothing is in clear
_SEALED: Final[dict[int, frozenset[int]]] = {1: frozenset(), 2: frozenset((PayloadV2.SK, PayloadV2.SKF))}
_CARRIERS: Final[dict[int, tuple[int, ...]]] = {1: (PayloadV1.ATTRIBUTES,), 2: (PayloadV2.CP, PayloadV2.EAP)}
_UNREAD: Final = frozenset(("undecoded_bytes", "stray_bytes", "bytes_after_message"))
_ENVELOPES: Final = frozenset(("iv_ciphertext_icv", "ciphertext"))
_ATTRIBUTES: Final = "ikev1-cfg-attributes"
_SHORT_FORM: Final = 0x8000

Span = tuple[int, int]


def hide(cursor: Cursor, what: str = "a credential") -> None:
    """Mark all bytes of the cursor as a credential."""
    cursor.hide(f"{cursor.size} bytes, {what}")


def hide_doubtful(cursor: Cursor, what: str) -> None:
    """Mark all bytes of the cursor as what may be a credential, since nobody knows what they are."""
    cursor.hide(f"{cursor.size} bytes {what}; they may hold a credential")


def attribute_form(table: str, kind: int) -> str:
    """The form of an attribute's value: XAUTH's numbers are credentials in IKEv2 too, where nobody else uses them."""
    row = registry.entry(table, kind)
    if table == "ikev2-cfg-attributes" and (row is None or not row.data):
        other = registry.entry(_ATTRIBUTES, kind)
        return "secret" if other is not None and other.data == "secret" else ""
    if row is None:
        return "doubtful" if table == _ATTRIBUTES else ""
    return row.data


def may_hold(beginning: bytes) -> bool:
    """Whether a message may have a credential in clear, by its first bytes; too few of them leave it open."""
    if len(beginning) < HEADER_SIZE:
        return True
    first, version, exchange, flags = beginning[16:20]
    major = version >> 4
    if major == 1 and flags & FLAG_ENCRYPTION:
        return False
    if major not in _EXCHANGES_WITHOUT or first == PayloadV1.FRAGMENT:
        return True
    return exchange not in _EXCHANGES_WITHOUT[major] and first not in _SEALED[major]


class Setting(NamedTuple):
    """What `cover` must know of the message around a tree.

    doubtful: its exchange is one of credentials. beginning: of the message that it is a vendor's fragment of, where
    the capture has that. in_clear: its SA encrypts with NULL.
    """

    major_version: int
    doubtful: bool = False
    beginning: bytes = b""
    in_clear: bool = False


def cover(roots: list[Node], data: bytes, base: int, setting: Setting) -> None:
    """Hide in the trees of one message what is or may be a credential; data[0] has the offset `base` in them."""
    carriers = [n for n in roots if n.name == "payload" and n.number in _CARRIERS.get(setting.major_version, ())]
    if setting.doubtful or carriers:
        _hide_unread(roots)
    nodes = [*_nodes(roots)]
    for node in nodes:
        if setting.in_clear and node.name in _ENVELOPES:
            _conceal(node, "not encrypted, by ENCR_NULL")
        elif node.name == "payload":
            _hide_fragment(node, data, base, setting.beginning)
    loose = [span for node in carriers for span in _misread(node, data, base, setting.major_version)]
    spans = _merged([*_spans(nodes), *loose])  # of what was just concealed, what stood below it too: the same bytes
    if spans:
        held = {*_spans(_nodes(roots))}
        for start, end in loose:
            if (start, end) not in held:
                hidden = Node("hidden_bytes", start, end - start)
                _conceal(hidden, "beside a credential")
                roots.append(hidden)
        _mask_values(roots, data, base, spans)


def places(roots: Iterable[Node]) -> frozenset[int]:
    """Places of the bytes that are not to be shown, counted as the trees count."""
    spans = _merged(_spans(_nodes(roots)))
    return frozenset(place for start, end in spans for place in range(start, end))


def _nodes(roots: Iterable[Node]) -> Iterator[Node]:
    return chain.from_iterable(root.walk() for root in roots)


def _spans(nodes: Iterable[Node]) -> list[Span]:
    return [(node.offset, node.offset + node.length) for node in nodes if node.secret]


def _merged(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        elif end > start:
            found.append((start, end))
    return found


def _conceal(node: Node, why: str) -> None:
    node.conceal(f"{node.length} bytes {why}; they may hold a credential")
    node.children.clear()


def _hide_unread(roots: Sequence[Node]) -> None:
    """What is left of a message of credentials where reading it went wrong."""
    for node in _nodes(roots):
        body = node.children[-1] if node.name == "payload" and node.children else None
        if node.name in _UNREAD and not node.secret:
            _conceal(node, "that were not read")
        elif body is not None and body.name == "data" and not body.children:
            _conceal(body, "of a payload that is not known")
    if roots and roots[-1].name == "padding":
        _conceal(roots[-1], "behind the payloads")


def _hide_fragment(payload: Node, data: bytes, base: int, beginning: bytes) -> None:
    """A vendor's fragment, unless the header of its message says that the message is encrypted."""
    piece, number = payload.field("fragment_data"), payload.field("fragment_number")
    if piece is None:
        return
    own = data[piece.offset - base : piece.offset - base + piece.length]
    if may_hold(own if number is not None and number.number == 1 else beginning):
        header = piece.children and piece.children[-1].name == "beginning_of_the_message"
        _conceal(piece.children[-1] if header else piece, "of a message in pieces that is not known to be encrypted")


def _misread(payload: Node, data: bytes, base: int, major_version: int) -> Iterator[Span]:
    """Where a payload of credentials was perhaps cut at wrong places.

    With a defect in it, all behind its first credential; and whatever else looks like the header of one.
    """
    end = payload.offset + payload.length
    inner = list(_nodes([payload]))
    secret = next((node for node in inner if node.secret), None)
    if secret is not None and secret.offset + secret.length < end and any(node.defects for node in inner):
        yield secret.offset + secret.length, end
    if payload.number == _CARRIERS[major_version][0]:
        body = data[payload.offset - base : end - base]
        for kind in _credential_attributes():
            for form in (kind, kind | _SHORT_FORM):
                at = body.find(form.to_bytes(2, "big"), 8)
                while at >= 0:
                    size = int.from_bytes(body[at + 2 : at + 4], "big")
                    start = at + 2 if form & _SHORT_FORM else at + 4
                    stop = start + 2 if form & _SHORT_FORM else start + size
                    if start < len(body):
                        yield payload.offset + start, payload.offset + min(stop, len(body))
                    at = body.find(form.to_bytes(2, "big"), at + 1)


def _credential_attributes() -> list[int]:
    return [row.value for row in registry.entries(_ATTRIBUTES) if row.data == "secret"]


def _mask_values(roots: Iterable[Node], data: bytes, base: int, spans: list[Span]) -> None:
    """Take what stands in the spans out of the fields that overlap them, with what was made of it."""
    for node in _nodes(roots):
        start, end = node.offset, node.offset + node.length
        over = [span for span in spans if span[0] < end and start < span[1]]
        if node.secret or not over:
            continue
        own = data[start - base : end - base]
        if any(span[0] <= start and end <= span[1] for span in over):
            node.value = node.meaning = node.reference = ""
            node.number = None
        elif node.value and node.value == shown(own):
            node.value = "".join(_pair(place, data, base, over) for place in range(start, min(end, start + 64)))
            node.value += "..." if node.length > 64 else ""
            node.meaning, node.number = "", None
        elif not node.children:
            node.value = node.meaning = node.reference = ""
            node.number = None


def _pair(place: int, data: bytes, base: int, spans: Iterable[Span]) -> str:
    return "**" if any(start <= place < end for start, end in spans) else f"{data[place - base]:02x}"
