"""What a dissection tree says beyond the single field: where the meaning needs other fields or the packet around.

NAT detection hashes against the packet's addresses, private numbers by the vendor that the message names, the parts of
an encrypted payload; what attributes need of each other is in `attributes.py`, the rest of a set in `fragments.py`.
Fields are known by name, number and registry, never by the words of their meaning.
"""

import hashlib
from collections.abc import Iterator
from ipaddress import ip_address
from itertools import pairwise

from analyzer.dissect import attributes
from analyzer.dissect.fragments import note_cisco_set, note_total
from analyzer.dissect.surroundings import Around, Opening
from analyzer.isakmp import registry
from analyzer.isakmp.numbers import ExchangeV1, NotifyV2
from analyzer.isakmp.recorder import Node, shown
from analyzer.isakmp.registry import vendors

_NAT_SOURCE, _NAT_DESTINATION = int(NotifyV2.NAT_DETECTION_SOURCE_IP), int(NotifyV2.NAT_DETECTION_DESTINATION_IP)
_NOT_THE_SAME = "translated on the way, another of the sender's addresses, or made false to force UDP encapsulation"
_HASHES = {16: "md5", 20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}  # by size; IKEv1 uses the negotiated one
_SHARED_EXCHANGES: dict[int, tuple[str, str]] = {
    ExchangeV1.QUICK_MODE: ("Quick Mode", "GROUPKEY-PULL"),
    ExchangeV1.NEW_GROUP_MODE: ("New Group Mode", "GROUPKEY-PUSH"),
}
_GDOI_PORT = 848
_LONGEST_PADDING = 255
_CRITICAL = 0x80
_ENVELOPE = "iv_ciphertext_icv"
_XAUTH = bytes.fromhex("09002689dfd6b712")  # vendor ID of draft-beaulieu-ike-xauth-02


def name_exchange(exchange_type: Node, around: Around) -> None:
    """Two numbers of IKEv1 name exchanges of IPsec or of GDOI, by the SA's DOI or port 848 (RFC 6407 section 2)."""
    names = _SHARED_EXCHANGES.get(exchange_type.number or 0)
    if names is not None and around.source is not None and around.destination is not None:
        exchange_type.meaning = names[around.gdoi or _GDOI_PORT in (around.source[1], around.destination[1])]


def annotate(payloads: list[Node], data: bytes, base: int, major_version: int, around: Around) -> None:
    """Complete the trees of a payload chain; data[0] has the offset `base` in them."""
    for before, after in pairwise(payloads):
        _agree(before, after)
    nodes = [node for payload in payloads for node in payload.walk()]
    named = around.vendors | _vendors(nodes, data, base)
    for payload in payloads:
        if major_version == 2:
            _note_critical(payload)
            _name_private(payload, named)
            _split_envelope(payload, data, base, around)
            note_total(payload, around)
        elif major_version == 1:
            note_cisco_set(payload, around)
    for node in nodes:
        if node.children:
            attributes.note_units(node)
    if major_version == 1:
        attributes.size_values(nodes)
        xauth = any(n.name == "vendor_id" and _bytes(n, data, base).startswith(_XAUTH) for n in nodes)
        attributes.name_methods(nodes, windows="Microsoft" in named, xauth=xauth)
    _compare_addresses(payloads, data, base, major_version, around)


def _bytes(node: Node, data: bytes, base: int) -> bytes:
    return data[node.offset - base : node.offset - base + node.length]


def _agree(before: Node, after: Node) -> None:
    """Let a header name the next payload as that payload names itself: some numbers had another meaning in drafts."""
    announced = before.field("next_payload")
    if announced is not None and announced.number == after.number and after.meaning:
        announced.meaning, announced.reference = after.meaning, after.reference


def _vendors(nodes: list[Node], data: bytes, base: int) -> frozenset[str]:
    """Vendors by the vendor IDs of the message; 3GPP by the realm that its identities end in (TS 23.003)."""
    found = set()
    for node in nodes:
        if node.name == "vendor_id":
            match = vendors.identify(_bytes(node, data, base))
            if match is not None:
                found.add(match.vendor)
        elif "3gppnetwork.org" in node.meaning:
            found.add("3GPP")
    return frozenset(found)


def _note_critical(payload: Node) -> None:
    """RFC 7296 section 3.2: what the first bit of the byte behind the next payload says."""
    flags = payload.field("critical_and_reserved")
    if flags is not None:
        critical = (flags.number or 0) & _CRITICAL
        flags.meaning = "critical: who does not know this payload must refuse" if critical else "not critical"


def _name_private(payload: Node, named: frozenset[str]) -> None:
    """A private notify type has the meaning that its vendor gives it; without a known vendor, say whose name it is."""
    kind = payload.field("notify_type")
    if kind is None or kind.number is None:
        return
    claims = registry.claimants("ikev2-notify-private", kind.number)
    own = [row for row in claims if row.vendor in named]
    if own:
        kind.meaning, kind.reference = own[0].name, own[0].reference
    elif claims:
        kind.meaning = "private number, perhaps " + " or ".join(f"{row.name} of {row.vendor}" for row in claims)


def _split_envelope(payload: Node, data: bytes, base: int, around: Around) -> None:
    envelope = payload.field(_ENVELOPE)
    if envelope is None:
        return
    failure = around.opened.failure if around.opened is not None else ""
    envelope.meaning = ", ".join(filter(None, (around.suite, failure and f"not decrypted: {failure}")))
    if around.iv_bytes is None or around.icv_bytes is None:
        return
    inner = envelope.length - around.iv_bytes - around.icv_bytes
    if inner < 0:
        return
    at = envelope.offset
    for name, size in (("iv", around.iv_bytes), ("ciphertext", inner), ("icv", around.icv_bytes)):
        if size:
            part = Node(name, at, size)
            part.value = shown(_bytes(part, data, base))
            envelope.children.append(part)
        at += size
    if around.opened is not None and around.opened.inside_bytes is not None:
        _note_decryption(envelope, around.opened, around.opened.inside_bytes)


def _note_decryption(envelope: Node, opened: Opening, inside_bytes: int) -> None:
    """Which bytes are padding (RFC 7296 section 3.14), and whether the ICV was checked.

    Where the padding begins follows from the sizes. Ciphers here keep the order of bytes, so that the places in the
    ciphertext are those in the plaintext.
    """
    ciphertext, icv = envelope.field("ciphertext"), envelope.field("icv")
    if icv is not None:
        icv.meaning = "verified with the keys" if opened.verified else "not verified: the keys hold none for it"
    if ciphertext is None:
        return
    padding = ciphertext.length - inside_bytes - 1
    if not 0 <= padding <= _LONGEST_PADDING:
        return
    at = ciphertext.offset
    for name, size in (("payloads", inside_bytes), ("padding", padding), ("pad_length", 1)):
        if size:
            ciphertext.children.append(Node(name, at, size))
        at += size
    ciphertext.children[-1].value = str(padding)


def _compare_addresses(payloads: list[Node], data: bytes, base: int, major_version: int, around: Around) -> None:
    """NAT detection (RFC 7296 section 2.23, RFC 3947 section 3.2): IKEv1's first hash is of the destination."""
    spis = around.spis or data[:16]
    for to_destination, digest in _digests(payloads, major_version):
        end = around.destination if to_destination else around.source
        algorithm = _HASHES.get(digest.length)
        if end is None or algorithm is None or (major_version == 2 and algorithm != "sha1"):
            continue
        address, port = end
        whole = spis + ip_address(address).packed + port.to_bytes(2, "big")
        same = hashlib.new(algorithm, whole, usedforsecurity=False).digest() == _bytes(digest, data, base)
        text = f"hash of {address} port {port}, this packet's {'destination' if to_destination else 'source'}"
        digest.meaning = text if same else f"not the {text}: {_NOT_THE_SAME}"


def _digests(payloads: list[Node], major_version: int) -> Iterator[tuple[bool, Node]]:
    """The hashes of a message, and whether each is of the destination."""
    if major_version == 1:
        found = [payload.field("hash_of_address_and_port") for payload in payloads]
        yield from ((number == 0, digest) for number, digest in enumerate(d for d in found if d is not None))
        return
    for payload in payloads:
        kind, digest = payload.field("notify_type"), payload.field("notification_data")
        if kind is not None and digest is not None and kind.number in (_NAT_SOURCE, _NAT_DESTINATION):
            yield kind.number == _NAT_DESTINATION, digest
