"""The forms in which values come on the wire. Registries name the form of each number's data (column `data`).

A form is a word, some with an argument behind a colon: "address", "address:4" (of this size), "fields:>HB cpi=hex
transform_id=ikev2-ipcomp". Forms that are one text serve the decoded values too (`text_of`); the others are read for
the dissection tree alone.
"""

from collections.abc import Callable
from functools import cache

from analyzer.isakmp import credentials, der, registry, text
from analyzer.isakmp.cursor import Cursor, Layout

PREFIX = Layout(">16sB", "address", "prefix_length")
NETWORK = Layout(">4s4s6s", "address", "netmask", "padding")  # Unity's split networks have 6 bytes nobody uses
GATEWAY = Layout(">BB", "gateway_identity_type=ikev2-gateway-id-types", "gateway_identity_length")
ANNOUNCEMENT = Layout(">BB", "length", "auth_method=ikev2-auth-methods")
CERTIFICATE_LINK = Layout(">B", "certificate_link")
ENCRYPTED_DNS = Layout(">HBB", "service_priority", "number_of_addresses", "authentication_domain_name_length")
DNSSEC = Layout(">HBB", "key_tag", "algorithm", "digest_type")

_NUMBER_SIZE = 8
_HALVES = {"subnet": ("address", "netmask"), "range": ("first_address", "last_address")}
_PPK_CONFIRMATION = 8

_TEXTS: dict[str, Callable[[bytes], str | None]] = {
    "address": text.address_text,
    "subnet": text.subnet_text,
    "range": text.address_range_text,
    "text": text.string_text,
    "number": lambda data: str(int.from_bytes(data, "big")) if len(data) <= _NUMBER_SIZE else None,
}
_DER_TEXTS: dict[str, Callable[[bytes, der.Note], str | None]] = {
    "name": der.name_text,
    "general-name": der.general_name_text,
    "algorithm": der.algorithm_text,
    "oid": der.object_identifier_text,
}
_WORDS: dict[str, str] = {
    "address": "an IP address",
    "subnet": "an IP address and its mask or prefix length",
    "range": "two IP addresses",
    "text": "text",
    "number": "a number",
    "name": "a DER-encoded Name",
    "general-name": "a DER-encoded GeneralName",
    "algorithm": "a DER-encoded AlgorithmIdentifier",
    "oid": "a DER-encoded OBJECT IDENTIFIER",
}


def text_of(form: str, data: bytes, note: der.Note = der.ignore) -> str | None:
    """The value as text, for forms that are one text; None for other forms and for bytes that are not of the form.

    note: takes what of it is left out, as a defect.
    """
    kind, _, size = form.partition(":")
    if not is_text(form) or not data or (size and len(data) != int(size)):
        return None
    return _TEXTS[kind](data) if kind in _TEXTS else _DER_TEXTS[kind](data, note)


def read(cursor: Cursor, form: str) -> None:
    """Read all bytes of a recording cursor as `form` says; bytes of no known form stay bytes."""
    if cursor.formed(form):
        return
    kind, _, argument = form.partition(":")
    if kind == "address" and argument and cursor.size > int(argument) and cursor.size % int(argument) == 0:
        _several(cursor, int(argument))
    elif is_text(form):
        found = text_of(form, cursor.body, cursor.defect)
        if found is None:
            expected = _WORDS[kind] + (f" of {argument} bytes" if argument else "")
            cursor.defect("wire-value", expected, f"{cursor.size} other bytes", "kept as bytes", cursor.start)
        else:
            cursor.describe(found, number=int.from_bytes(cursor.body, "big") if kind == "number" else None)
            _halve(cursor, kind)
    elif kind in _READERS:
        _READERS[kind](cursor, argument)
    elif kind in _forms():
        _forms()[kind](cursor)


def _several(cursor: Cursor, size: int) -> None:
    """Addresses in a row where one is expected, as some send them."""
    expected, found = f"an IP address of {size} bytes", f"{cursor.size // size} addresses"
    cursor.defect("wire-value", expected, found, "read one after the other", cursor.start)
    addresses: list[str] = []
    while cursor.more(addresses, size):
        addresses.append(text.address_text(cursor.take(size, "address", read, "address")) or "")
    cursor.describe(", ".join(addresses))


def _halve(cursor: Cursor, kind: str) -> None:
    """The two values of a subnet or a range."""
    if kind in _HALVES:
        size = cursor.size // 2
        for name in _HALVES[kind]:
            cursor.take(size, name, read, "address")


def is_text(form: str) -> bool:
    """Whether values of this form are one text."""
    kind = form.partition(":")[0]
    return kind in _TEXTS or kind in _DER_TEXTS


def is_form(form: str) -> bool:
    """Whether `read` knows this form."""
    kind = form.partition(":")[0]
    return is_text(form) or kind in _READERS or kind in _forms()


def read_value(cursor: Cursor, table: str, attribute_type: int) -> None:
    """Read the long form's value of an attribute of `table`."""
    row, form = registry.entry(table, attribute_type), credentials.attribute_form(table, attribute_type)
    if form:
        read(cursor, form)
    elif row is not None and row.values and cursor.remaining <= _NUMBER_SIZE:
        number = int.from_bytes(cursor.body, "big")
        cursor.describe(registry.name(row.values, number), number=number)


@cache
def _layout(argument: str) -> Layout:
    form, *names = argument.split()
    return Layout(form, *names)


def _fields(cursor: Cursor, argument: str) -> None:
    """Fields as a `Layout` has them; behind a colon the name of what follows them."""
    layout, _, name = argument.partition(":")
    cursor.fields(_layout(layout))
    cursor.rest(name or "data")


def _bytes(cursor: Cursor, name: str) -> None:
    """Bytes that mean nothing to others than their sender."""
    cursor.rest(name)


def _ppk_identity_key(cursor: Cursor, _argument: str) -> None:
    """A PPK's identity and the confirmation that the sender has the key (RFC 9867 section 3.1)."""
    cursor.fields(_layout(">B ppk_id_type=ikev2-ppk-id-types"))
    cursor.take(max(cursor.remaining - _PPK_CONFIRMATION, 0), "ppk_id")
    cursor.rest("ppk_confirmation")


def _list(cursor: Cursor, argument: str) -> None:
    found: list[tuple[int, ...]] = []
    while cursor.more(found):
        found.append(cursor.fields(_layout(argument)))


def _secret(cursor: Cursor, _argument: str) -> None:
    credentials.hide(cursor)


def _doubtful(cursor: Cursor, _argument: str) -> None:
    credentials.hide_doubtful(cursor, "of unknown meaning")


def _addresses(cursor: Cursor, _argument: str) -> None:
    """Home agent addresses (3GPP TS 24.302): an IPv6 address, then perhaps an IPv4 address."""
    for size in (16, 4):
        if cursor.remaining:
            cursor.take(size, "address", read, "address")


def _prefix(cursor: Cursor, _argument: str) -> None:
    address, length = cursor.fields(PREFIX)
    cursor.describe(f"{text.address_text(address)}/{length}")
    cursor.rest("link_id")


def _networks(cursor: Cursor, _argument: str) -> None:
    found: list[str] = []
    while cursor.more(found):
        address, mask, _ = cursor.fields(NETWORK)
        found.append(text.subnet_text(address + mask) or "")
    cursor.describe(", ".join(found))


def _gateway(cursor: Cursor, _argument: str) -> None:
    kind, size = cursor.fields(GATEWAY)
    row = registry.entry("ikev2-gateway-id-types", kind)
    cursor.take(size, "gateway_identity", read, row.data if row is not None else "")
    cursor.rest("nonce_data")


def _no_nats(cursor: Cursor, _argument: str) -> None:
    """Addresses and ports as the sender knows them (RFC 4555 section 4.2.6)."""
    size = 4 if cursor.size == 12 else 16
    cursor.take(size, "source_address", read, "address")
    cursor.take(size, "destination_address", read, "address")
    cursor.fields(_layout(">HH source_port destination_port"))


def _announcements(cursor: Cursor, _argument: str) -> None:
    """Authentication methods with the certificate they go with and their algorithm (RFC 9593 section 3.2)."""
    methods: list[int] = []
    while cursor.more(methods):
        cursor.begin("announcement")
        length, method = cursor.fields(ANNOUNCEMENT)
        methods.append(method)
        inner = cursor.sub(max(length - ANNOUNCEMENT.size, 0))
        if inner.remaining:
            inner.fields(CERTIFICATE_LINK)
            algorithm = inner.rest("algorithm_identifier")
            name = der.algorithm_text(algorithm, inner.defect) if algorithm else None
        else:
            name = None
        if name:
            cursor.describe(name)
        cursor.end("ikev2-auth-methods", method)


def _encrypted_dns(cursor: Cursor, argument: str) -> None:
    """Encrypted DNS resolvers (RFC 9464 section 3.1); `argument` is the size of an address."""
    _, count, size = cursor.fields(ENCRYPTED_DNS)
    for _ in range(count):
        if cursor.remaining:
            cursor.take(int(argument), "address", read, "address")
    cursor.take(size, "authentication_domain_name", read, "text")
    cursor.rest("service_parameters")


def _dnssec_anchor(cursor: Cursor, _argument: str) -> None:
    cursor.fields(DNSSEC)
    cursor.rest("digest")


def read_oid_selector(cursor: Cursor) -> tuple[bytes, bytes]:
    """An object identifier and what it selects, both in DER behind their lengths (RFC 8052 section 2.1)."""
    (size,) = cursor.fields(_layout(">B oid_length"))
    oid = cursor.take(size, "oid", read, "oid")
    (size,) = cursor.fields(_layout(">H selector_length"))
    return oid, cursor.take(size, "selector") if size else b""


def _oid_selector(cursor: Cursor, _argument: str) -> None:
    read_oid_selector(cursor)


def _x509(cursor: Cursor, argument: str) -> None:
    from analyzer.isakmp import x509  # noqa: PLC0415  (most captures show no certificate)

    found = cursor.memory.recall(x509.facts, argument, cursor.body)
    if not found:
        cursor.defect("wire-value", f"an X.509 {argument}", "other bytes", "kept as bytes", cursor.start)
    for name, value in found:
        cursor.fact(name, text.printable(value))


def _lines(cursor: Cursor, _argument: str) -> None:
    """Lines of text, each as a field of its own."""
    found: list[int] = []
    while cursor.more(found):
        end = cursor.body.find(b"\n", cursor.position - cursor.start)
        size = cursor.remaining if end < 0 else end + 1 - (cursor.position - cursor.start)
        found.append(size)
        cursor.take(size, "line", _line)


def _line(cursor: Cursor) -> None:
    cursor.describe(text.string_text(cursor.body.rstrip(b"\r\n\0")))


def _hash_and_url(cursor: Cursor, _argument: str) -> None:
    cursor.take(20, "sha1_of_what_the_url_leads_to")
    cursor.rest("url", read, "text")


_READERS: dict[str, Callable[[Cursor, str], None]] = {
    "addresses": _addresses,
    "announcements": _announcements,
    "bytes": _bytes,
    "dnssec-anchor": _dnssec_anchor,
    "doubtful": _doubtful,
    "encrypted-dns": _encrypted_dns,
    "fields": _fields,
    "gateway": _gateway,
    "hash-and-url": _hash_and_url,
    "lines": _lines,
    "list": _list,
    "networks": _networks,
    "no-nats": _no_nats,
    "oid-selector": _oid_selector,
    "ppk-identity-key": _ppk_identity_key,
    "prefix": _prefix,
    "secret": _secret,
    "x509": _x509,
}


@cache
def _forms() -> dict[str, Callable[[Cursor], None]]:
    """The forms of 3GPP and of groups."""
    from analyzer.isakmp.payloads import (  # noqa: PLC0415  (most captures have none of them)
        content_3gpp,
        content_3gpp_bearer,
        content_3gpp_nbifom,
        content_group,
    )

    return content_3gpp.FORMS | content_3gpp_bearer.FORMS | content_3gpp_nbifom.FORMS | content_group.FORMS
