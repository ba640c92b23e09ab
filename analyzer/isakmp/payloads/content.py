"""The forms in which values come on the wire. Registries name the form of each number's data (column `data`).

A form is a word with an argument behind a colon: "address", "fields:>HB cpi=hex transform_id=ikev2-ipcomp". Forms that
are one text serve the decoded values too (`text_of`); the others are read for the dissection tree alone.
"""

from collections.abc import Callable
from functools import cache

from analyzer.isakmp import der, registry, text, x509
from analyzer.isakmp.cursor import Cursor, Layout

PREFIX = Layout(">16sB", "address", "prefix_length")
NETWORK = Layout(">4s4s6s", "address", "netmask", "padding")  # Unity's split networks have 6 bytes nobody uses
GATEWAY = Layout(">BB", "gateway_identity_type=ikev2-gateway-id-types", "gateway_identity_length")
ANNOUNCEMENT = Layout(">BB", "length", "auth_method=ikev2-auth-methods")
CERTIFICATE_LINK = Layout(">B", "certificate_link")
IDENTITY = Layout(">HB", "length", "identity_type")
TIMER = Layout(">BB", "length", "timer=hex")
ENCRYPTED_DNS = Layout(">HBB", "service_priority", "number_of_addresses", "authentication_domain_name_length")
DNSSEC = Layout(">HBB", "key_tag", "algorithm", "digest_type")

_NUMBER_SIZE = 8
_TIMER_UNITS = {0: 600, 1: 3600, 2: 36000, 3: 2, 4: 30, 5: 60, 6: 1152000}  # seconds, 3GPP TS 24.008 section 10.5.7.4a
_TIMER_OFF = 7

_TEXTS: dict[str, Callable[[bytes], str | None]] = {
    "address": text.address_text,
    "subnet": text.subnet_text,
    "range": text.address_range_text,
    "text": text.string_text,
    "name": der.name_text,
    "general-name": der.general_name_text,
    "number": lambda data: str(int.from_bytes(data, "big")) if len(data) <= _NUMBER_SIZE else None,
}


def text_of(form: str, data: bytes) -> str | None:
    """The value as text, for forms that are one text; None for other forms and for bytes that are not of the form."""
    reader = _TEXTS.get(form)
    return reader(data) if reader is not None and data else None


def read(cursor: Cursor, form: str) -> None:
    """Read all bytes of a recording cursor as `form` says; bytes of no known form stay bytes."""
    kind, _, argument = form.partition(":")
    if kind in _TEXTS:
        found = text_of(kind, cursor.body)
        if found is None:
            cursor.defect(
                "wire-value", f"data of the form {kind}", f"{cursor.size} other bytes", "kept as bytes", cursor.start
            )
        else:
            cursor.tell(found)
    elif kind in _READERS:
        _READERS[kind](cursor, argument)


def read_value(cursor: Cursor, table: str, attribute_type: int) -> None:
    """Read the long form's value of an attribute of `table`."""
    row = registry.entry(table, attribute_type)
    if row is not None and row.data:
        read(cursor, row.data)
    elif row is not None and row.values and cursor.remaining <= _NUMBER_SIZE:
        cursor.tell(registry.name(row.values, int.from_bytes(cursor.body, "big")))


@cache
def _layout(argument: str) -> Layout:
    form, *names = argument.split()
    return Layout(form, *names)


def _fields(cursor: Cursor, argument: str) -> None:
    cursor.fields(_layout(argument))
    cursor.rest("data")


def _list(cursor: Cursor, argument: str) -> None:
    found: list[tuple[int, ...]] = []
    while cursor.more(found):
        found.append(cursor.fields(_layout(argument)))


def _secret(cursor: Cursor, _argument: str) -> None:
    cursor.hide(f"{cursor.size} bytes, a credential")


def _addresses(cursor: Cursor, _argument: str) -> None:
    """Home agent addresses (3GPP TS 24.302): an IPv6 address, then perhaps an IPv4 address."""
    for size in (16, 4):
        if cursor.remaining:
            cursor.take(size, "address", read, "address")


def _prefix(cursor: Cursor, _argument: str) -> None:
    address, length = cursor.fields(PREFIX)
    cursor.tell(f"{text.address_text(address)}/{length}")
    cursor.rest("link_id")


def _networks(cursor: Cursor, _argument: str) -> None:
    found: list[str] = []
    while cursor.more(found):
        address, mask, _ = cursor.fields(NETWORK)
        found.append(text.subnet_text(address + mask) or "")
    cursor.tell(", ".join(found))


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
            name = der.algorithm_text(algorithm) if algorithm else None
        else:
            name = None
        if name:
            cursor.tell(name)
        cursor.end("ikev2-auth-methods", method)


def _device_identity(cursor: Cursor, _argument: str) -> None:
    """IMEI or IMEISV in binary coded decimal (3GPP TS 24.302 section 8.2.9.2); a request has no identity."""
    cursor.fields(IDENTITY)
    cursor.rest("identity", _digits)


def _digits(cursor: Cursor) -> None:
    digits = "".join(f"{byte & 15:x}{byte >> 4:x}" for byte in cursor.body)
    cursor.tell(digits.rstrip("f"))


def _backoff_timer(cursor: Cursor, _argument: str) -> None:
    _, timer = cursor.fields(TIMER)
    unit = timer >> 5
    cursor.tell("deactivated" if unit == _TIMER_OFF else f"{(timer & 31) * _TIMER_UNITS[unit]} seconds")


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


def _x509(cursor: Cursor, argument: str) -> None:
    found = x509.facts(argument, cursor.body)
    if not found:
        cursor.defect("wire-value", f"an X.509 {argument}", "other bytes", "kept as bytes", cursor.start)
    for name, value in found:
        cursor.fact(name, text.printable(value))


def _hash_and_url(cursor: Cursor, _argument: str) -> None:
    cursor.take(20, "sha1_of_what_the_url_leads_to")
    cursor.rest("url", read, "text")


_READERS: dict[str, Callable[[Cursor, str], None]] = {
    "addresses": _addresses,
    "announcements": _announcements,
    "backoff-timer": _backoff_timer,
    "device-identity": _device_identity,
    "dnssec-anchor": _dnssec_anchor,
    "encrypted-dns": _encrypted_dns,
    "fields": _fields,
    "gateway": _gateway,
    "hash-and-url": _hash_and_url,
    "list": _list,
    "networks": _networks,
    "no-nats": _no_nats,
    "prefix": _prefix,
    "secret": _secret,
    "x509": _x509,
}
