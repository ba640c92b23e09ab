"""What a dissection tree tells beyond the single field: where the meaning needs other fields or the packet around.

NAT detection hashes against the packet's addresses, private numbers by the vendor that the message names, sizes of
IKEv1's key exchange values against its groups, lifetimes with their unit, the parts of an encrypted payload.
"""

import hashlib
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from itertools import pairwise
from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.payloads import key_exchange
from analyzer.isakmp.recorder import Node, shown
from analyzer.isakmp.registry import vendors

_NAT_SOURCE, _NAT_DESTINATION = "16388", "16389"  # RFC 7296 section 3.10.1
_NOT_THE_SAME = "translated on the way, another of the sender's addresses, or made false to force UDP encapsulation"
_HASHES = {16: "md5", 20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}  # by size; IKEv1 uses the negotiated one
_LAST_IKEV1_GROUP = 30
_GSS_API = "65001"  # also XAUTHInitPreShared of draft-beaulieu-ike-xauth-02
_SHARED_EXCHANGES = {"32": ("Quick Mode", "GROUPKEY-PULL"), "33": ("New Group Mode", "GROUPKEY-PUSH")}
_AUTHENTICATION_METHOD, _ASYMMETRIC_TYPE, _DIGITAL_ENVELOPE = "3", "20", "10"
_CHINESE = {"1": ("127", "128", "129"), "2": ("20",)}  # encryption SM1 and SM4, hash SM3
_GDOI_PORT = 848
_MOST_FRAGMENTS = 1000  # looked for, whatever the message says
_MOST_FRAMES = 20  # listed
_LONGEST_PADDING = 255
_CRITICAL = 0x80
_ENVELOPE = "iv_ciphertext_icv"
_UNITS = {
    "Key Length": "bits",
    "KEK_KEY_LENGTH": "bits",
    "SIG_KEY_LENGTH": "bits",
    "KEK_KEY_LIFETIME": "seconds",
    "ACTIVATION_TIME_DELAY": "seconds",
    "DEACTIVATION_TIME_DELAY": "seconds",
    "GSA_KEY_LIFETIME": "seconds",
    "GWP_ATD": "seconds",
    "GWP_DTD": "seconds",
    "INTERNAL_ADDRESS_EXPIRY": "seconds",
}


class Opening(NamedTuple):
    """What keys made of an encrypted payload or a fragment.

    inside_bytes: of the payloads inside, without padding; of a fragment its own part of them; None: not opened, for the
    reason of `failure`. verified: whether an integrity check was done. whole_bytes: of the fragment that completed its
    set, what all of them have inside.
    """

    inside_bytes: int | None
    verified: bool
    whole_bytes: int | None = None
    failure: str = ""


class Around(NamedTuple):
    """What stands around a message. None and nothing: not known.

    source, destination: address and port of the packet. fragments: which fragments of the message that this one is a
    fragment of are known; fragment_frames: the frames that carry them; fragment_total: how many there are, where the
    fragment itself does not say; completed_in: the frame with which all were there; whole: what they make, in words.
    spis: both, 16 bytes, where the bytes dissected do not begin with them. vendors: whose private numbers the message
    uses, besides those it names itself. iv_bytes, icv_bytes, suite: of the negotiated suite, the last in words. opened:
    what keys made of this message's encrypted payload. beginning: the first bytes of the message that this one is a
    vendor's fragment of. in_clear: the suite encrypts with NULL.
    """

    source: tuple[str, int] | None = None
    destination: tuple[str, int] | None = None
    spis: bytes = b""
    vendors: frozenset[str] = frozenset()
    iv_bytes: int | None = None
    icv_bytes: int | None = None
    suite: str = ""
    fragments: frozenset[int] = frozenset()
    fragment_frames: tuple[int, ...] = ()
    fragment_total: int | None = None
    completed_in: int | None = None
    whole: str = ""
    opened: Opening | None = None
    beginning: bytes = b""
    in_clear: bool = False


def name_exchange(exchange_type: Node, around: Around) -> None:
    """Two numbers of IKEv1 name exchanges of IPsec or of GDOI, whose own port is 848 (RFC 6407 section 1.1)."""
    names = _SHARED_EXCHANGES.get(exchange_type.value)
    if names is not None and around.source is not None and around.destination is not None:
        exchange_type.meaning = names[_GDOI_PORT in (around.source[1], around.destination[1])]


def annotate(payloads: list[Node], data: bytes, base: int, major_version: int, around: Around) -> None:
    """Complete the trees of a payload chain; data[0] has the offset `base` in them."""
    for before, after in pairwise(payloads):
        _agree(before, after)
    named = around.vendors | _vendors(payloads, data, base)
    for payload in payloads:
        if major_version == 2:
            _tell_critical(payload)
            _name_private(payload, named)
            _split_envelope(payload, data, base, around)
            _tell_total(payload, around)
        elif major_version == 1:
            _tell_cisco_set(payload, around)
    for node in _nodes(payloads):
        _tell_units(node)
        if major_version == 1 and node.name == "transform":
            _tell_chinese_method(node)
    if major_version == 1:
        _size_values(payloads)
        _tell_collision(payloads, named)
    _compare_addresses(payloads, data, base, major_version, around)


def _nodes(roots: Iterable[Node]) -> Iterator[Node]:
    for root in roots:
        yield root
        yield from _nodes(root.children)


def _field(node: Node, name: str) -> Node | None:
    return next((child for child in node.children if child.name == name), None)


def _bytes(node: Node, data: bytes, base: int) -> bytes:
    return data[node.offset - base : node.offset - base + node.length]


def _agree(before: Node, after: Node) -> None:
    """Let a header name the next payload as that payload names itself: some numbers had another meaning in drafts."""
    announced = _field(before, "next_payload")
    if announced is not None and announced.value == after.value and after.meaning:
        announced.meaning, announced.reference = after.meaning, after.reference


def _vendors(payloads: list[Node], data: bytes, base: int) -> frozenset[str]:
    """Vendors by the vendor IDs of the message; 3GPP by the realm that its identities end in (TS 23.003)."""
    found = set()
    for node in _nodes(payloads):
        if node.name == "vendor_id":
            match = vendors.identify(_bytes(node, data, base))
            if match is not None:
                found.add(match.vendor)
        elif "3gppnetwork.org" in node.meaning:
            found.add("3GPP")
    return frozenset(found)


def _tell_critical(payload: Node) -> None:
    """RFC 7296 section 3.2: what the first bit of the byte behind the next payload says."""
    flags = _field(payload, "critical_and_reserved")
    if flags is not None:
        critical = int(flags.value, 16) & _CRITICAL
        flags.meaning = "critical: who does not know this payload must refuse" if critical else "not critical"


def _name_private(payload: Node, named: frozenset[str]) -> None:
    """A private notify type has the meaning that its vendor gives it; without a known vendor, say whose name it is."""
    kind = _field(payload, "notify_type")
    if kind is None:
        return
    number = int(kind.value)
    claims = registry.claimants("ikev2-notify-private", number)
    own = [row for row in claims if row.vendor in named]
    if own:
        kind.meaning, kind.reference = own[0].name, own[0].reference
    elif claims:
        kind.meaning = "private number, perhaps " + " or ".join(f"{row.name} of {row.vendor}" for row in claims)


def _split_envelope(payload: Node, data: bytes, base: int, around: Around) -> None:
    envelope = _field(payload, _ENVELOPE)
    if envelope is None:
        return
    failure = around.opened.failure if around.opened is not None else ""
    envelope.meaning = ", ".join(filter(None, (around.suite, failure and f"not opened: {failure}")))
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
        _tell_opening(envelope, around.opened, around.opened.inside_bytes)


def _tell_opening(envelope: Node, opened: Opening, inside_bytes: int) -> None:
    """Which bytes are padding (RFC 7296 section 3.14), and whether the ICV was checked.

    Where the padding begins follows from the sizes. Ciphers here keep the order of bytes, so that the places in the
    ciphertext are those in the plaintext.
    """
    ciphertext, icv = _field(envelope, "ciphertext"), _field(envelope, "icv")
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


def _tell_total(payload: Node, around: Around) -> None:
    """Of an SKF payload, which says how many fragments there are."""
    total = _field(payload, "total_fragments")
    if total is None or not around.fragments:
        return
    told = _where_fragments(int(total.value), around)
    if around.opened is not None and around.opened.whole_bytes is not None:
        told.append(f"put together with this one: {around.opened.whole_bytes} bytes of payloads")
    elif around.completed_in is not None:
        told.append(f"all were there with frame {around.completed_in}")
    total.meaning = "; ".join(told)


def _tell_cisco_set(payload: Node, around: Around) -> None:
    """Of a Cisco fragment, only the last of which says how many there are."""
    ident = _field(payload, "fragment_id")
    if ident is None or not around.fragments:
        return
    told = _where_fragments(around.fragment_total, around)
    if around.whole:
        told.append(around.whole)
    ident.meaning = "; ".join(told)


def _where_fragments(total: int | None, around: Around) -> list[str]:
    """Which fragments of a set the capture has, and in which frames."""
    last = total if total is not None else max(around.fragments)
    missing = [str(n) for n in range(1, min(last, _MOST_FRAGMENTS) + 1) if n not in around.fragments]
    missing += [] if total is not None else ["the last one"]
    frames = ", ".join(map(str, around.fragment_frames[:_MOST_FRAMES]))
    frames += " and more" if len(around.fragment_frames) > _MOST_FRAMES else ""
    if missing:
        told, where = f"not in this capture: {', '.join(missing)}", "the others in frames"
    else:
        told, where = "all are in this capture", "in frames"
    return [told, f"{where} {frames}"] if frames else [told]


def _tell_units(node: Node) -> None:
    unit_of_life = ""
    for attribute in node.children:
        if attribute.name != "attribute" or not attribute.children:
            continue
        value = attribute.children[-1]
        if attribute.meaning.endswith("Life Type"):
            unit_of_life = value.meaning
        lasts = attribute.meaning.endswith("Life Duration")
        unit = unit_of_life if lasts else _UNITS.get(attribute.meaning, "")
        number = value.meaning or value.value
        if unit and number.isdecimal():
            value.meaning = f"{number} {unit}"


def _size_values(payloads: list[Node]) -> None:
    """IKEv1 does not say the group of a value; its size and the groups offered beside it narrow it down."""
    offered = {
        int(attribute.children[-1].value)
        for attribute in _nodes(payloads)
        if attribute.name == "attribute"
        and attribute.meaning == "Group Description"
        and attribute.children[-1].value.isdecimal()
    }
    for payload in payloads:
        value = _field(payload, "key_exchange_data")
        if value is None:
            continue
        fitting = [group for group in key_exchange.groups(value.length) if group <= _LAST_IKEV1_GROUP]
        here = [group for group in fitting if group in offered]
        if here:
            value.meaning = f"{value.length} bytes, the size of {_groups(here)} offered in this message"
        elif fitting:
            value.meaning = f"{value.length} bytes, the size of {_groups(fitting)}"
            value.meaning += "; offered in this message is " + _groups(sorted(offered)) if offered else ""


def _tell_chinese_method(transform: Node) -> None:
    """Method 10 beside the algorithms of GM/T 0022 is that profile's, not ECDSA's (values as Wireshark has them)."""
    chosen = {
        node.value: node.children[-1] for node in transform.children if node.name == "attribute" and node.children
    }
    method = chosen.get(_AUTHENTICATION_METHOD)
    chinese = any(kind in chosen and chosen[kind].value in values for kind, values in _CHINESE.items())
    if method is not None and method.value == _DIGITAL_ENVELOPE and (chinese or _ASYMMETRIC_TYPE in chosen):
        transform.meaning = transform.meaning.replace(method.meaning, "digital envelope") if method.meaning else ""
        method.meaning, method.reference = "digital envelope", "GM/T 0022"


def _tell_collision(payloads: list[Node], named: frozenset[str]) -> None:
    """Authentication method 65001 is XAUTH's or, without XAUTH's vendor ID, that of Windows."""
    xauth = any(node.name == "vendor_id" and node.meaning.startswith("XAUTH") for node in _nodes(payloads))
    for node in _nodes(payloads):
        if node.name == "attribute" and node.meaning == "Authentication Method" and not xauth:
            value = node.children[-1]
            if value.value == _GSS_API:
                value.meaning = (
                    "GSS-API with Kerberos, of Windows"
                    if "Microsoft" in named
                    else f"{value.meaning}, or GSS-API with Kerberos of Windows"
                )


def _groups(numbers: list[int]) -> str:
    return " or ".join(f"group {number}" for number in numbers)


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
        told = f"hash of {address} port {port}, this packet's {'destination' if to_destination else 'source'}"
        digest.meaning = told if same else f"not the {told}: {_NOT_THE_SAME}"


def _digests(payloads: list[Node], major_version: int) -> Iterator[tuple[bool, Node]]:
    """The hashes of a message, and whether each is of the destination."""
    if major_version == 1:
        found = [_field(payload, "hash_of_address_and_port") for payload in payloads]
        yield from ((number == 0, digest) for number, digest in enumerate(d for d in found if d is not None))
        return
    for payload in payloads:
        kind, digest = _field(payload, "notify_type"), _field(payload, "notification_data")
        if kind is not None and digest is not None and kind.value in (_NAT_SOURCE, _NAT_DESTINATION):
            yield kind.value == _NAT_DESTINATION, digest
