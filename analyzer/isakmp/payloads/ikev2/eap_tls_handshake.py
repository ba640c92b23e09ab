"""What TLS handshake messages say in the clear, up to TLS 1.2 and the hellos of TLS 1.3 (RFC 5246, RFC 8446)."""

from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads import content

HELLO = Layout(">H32s", "tls_version=hex", "random")
SESSION = Layout(">B", "session_id_length")
SHORT_LENGTH = Layout(">B", "list_length")
LENGTH = Layout(">H", "list_length")
CIPHER_SUITE = Layout(">H", "cipher_suite=tls-cipher-suites")
COMPRESSION = Layout(">B", "compression_method=tls-compression-methods")
EXTENSION = Layout(">HH", "extension_type=tls-extensions", "extension_length")
GROUP = Layout(">H", "group=tls-groups")
SIGNATURE = Layout(">H", "signature_scheme=tls-signature-schemes")
SIGNATURE_LENGTH = Layout(">H", "signature_length")
VERSION = Layout(">H", "tls_version=hex")
POINT_FORMAT = Layout(">B", "point_format")
SERVER_NAME = Layout(">BH", "name_type", "name_length")
CERTIFICATE_TYPE = Layout(">B", "certificate_type=tls-client-certificate-types")
CERTIFICATES_LENGTH = Layout(">3s", "list_length")
CURVE = Layout(">BHB", "curve_type", "group=tls-groups", "public_key_length")
TICKET = Layout(">IH", "lifetime_hint", "ticket_length")

_CLIENT_HELLO, _SERVER_HELLO, _NEW_TICKET, _CERTIFICATE = 1, 2, 4, 11
_SERVER_KEY, _CERTIFICATE_REQUEST, _CERTIFICATE_VERIFY = 12, 13, 15
_NAMED_CURVE = 3
_HOST_NAME = 0
_SERVER_NAMES, _GROUPS, _POINT_FORMATS, _SIGNATURES, _PROTOCOLS = 0, 10, 11, 13, 16
_VERSIONS_OFFERED, _SIGNATURES_CERTIFICATE, _KEY_SHARE = 43, 50, 51
_GREASE = 0x0A0A  # and every version with two equal bytes that end in A (RFC 8701)
_VERSION_NAMES = {0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}


def read(cursor: Cursor, kind: int) -> None:
    """The body of a whole handshake message."""
    if kind in (_CLIENT_HELLO, _SERVER_HELLO):
        _hello(cursor, kind == _CLIENT_HELLO)
    elif kind == _CERTIFICATE:
        _certificates(cursor)
    elif kind == _SERVER_KEY:
        _server_key(cursor)
    elif kind == _CERTIFICATE_REQUEST:
        _certificate_request(cursor)
    elif kind == _CERTIFICATE_VERIFY:
        _signature(cursor)
    elif kind == _NEW_TICKET:
        _, size = cursor.fields(TICKET)
        cursor.take(size, "ticket")


def read_version(cursor: Cursor, number: int) -> None:
    """Say what the field tls_version, read before, means."""
    if number in _VERSION_NAMES:
        cursor.mean("tls_version", _VERSION_NAMES[number])
    elif number & 0x0F0F == _GREASE and number >> 8 == number & 0xFF:
        cursor.mean("tls_version", "GREASE")


def _hello(cursor: Cursor, client: bool) -> None:
    """What a client offers or a server has chosen (RFC 5246 sections 7.4.1.2 and 7.4.1.3)."""
    number, _ = cursor.fields(HELLO)
    read_version(cursor, number)
    (size,) = cursor.fields(SESSION)
    if size:
        cursor.take(size, "session_id")
    if client:
        _list(cursor, LENGTH, "cipher_suites", CIPHER_SUITE)
        _list(cursor, SHORT_LENGTH, "compression_methods", COMPRESSION)
    else:
        cursor.fields(CIPHER_SUITE)
        cursor.fields(COMPRESSION)
    if cursor.remaining:
        (size,) = cursor.fields(LENGTH)
        cursor.take(size, "extensions", _extensions, client)


def _list(cursor: Cursor, before: Layout, name: str, item: Layout) -> None:
    """A list of numbers behind its length in bytes."""
    (size,) = cursor.fields(before)
    cursor.take(size, name, _items, item)


def _items(cursor: Cursor, item: Layout) -> None:
    found: list[int] = []
    while cursor.more(found, item.size):
        found.append(cursor.fields(item)[0])
        if item is VERSION:
            read_version(cursor, found[-1])


def _extensions(cursor: Cursor, client: bool) -> None:
    found: list[int] = []
    while cursor.more(found, EXTENSION.size):
        cursor.begin("extension")
        kind, size = cursor.fields(EXTENSION)
        found.append(kind)
        if size:
            cursor.take(size, "extension_data", _extension, kind, client)
        cursor.end("tls-extensions", kind)


def _extension(cursor: Cursor, kind: int, client: bool) -> None:
    """An extension's data (RFC 6066, RFC 7301, RFC 8422, RFC 8446 section 4.2)."""
    if kind in _LISTS:
        _list(cursor, *_LISTS[kind])
    elif kind == _SERVER_NAMES:
        _names(cursor)
    elif kind == _PROTOCOLS:
        (size,) = cursor.fields(LENGTH)
        cursor.take(size, "protocols", _protocols)
    elif kind == _VERSIONS_OFFERED and client:
        _list(cursor, SHORT_LENGTH, "versions", VERSION)
    elif kind == _VERSIONS_OFFERED:
        _items(cursor, VERSION)
    elif kind == _KEY_SHARE and client:
        (size,) = cursor.fields(LENGTH)
        cursor.take(size, "key_shares", _key_shares)
    elif kind == _KEY_SHARE:
        _key_shares(cursor)


_LISTS = {
    _GROUPS: (LENGTH, "groups", GROUP),
    _POINT_FORMATS: (SHORT_LENGTH, "point_formats", POINT_FORMAT),
    _SIGNATURES: (LENGTH, "signature_schemes", SIGNATURE),
    _SIGNATURES_CERTIFICATE: (LENGTH, "signature_schemes", SIGNATURE),
}


def _names(cursor: Cursor) -> None:
    """The names a client wants to reach; a server's answer is empty (RFC 6066 section 3)."""
    cursor.fields(LENGTH)
    found: list[int] = []
    while cursor.more(found, SERVER_NAME.size):
        kind, size = cursor.fields(SERVER_NAME)
        found.append(kind)
        cursor.take(size, "server_name", content.read, "text" if kind == _HOST_NAME else "")


def _protocols(cursor: Cursor) -> None:
    found: list[int] = []
    while cursor.more(found, SHORT_LENGTH.size):
        found.extend(cursor.fields(SHORT_LENGTH))
        cursor.take(found[-1], "protocol", content.read, "text")


def _key_shares(cursor: Cursor) -> None:
    """Groups with their public keys; a server that asks for another hello names a group only (RFC 8446 4.2.8)."""
    found: list[int] = []
    while cursor.more(found, GROUP.size):
        found.extend(cursor.fields(GROUP))
        if cursor.remaining:
            (size,) = cursor.fields(LENGTH)
            cursor.take(size, "public_key")


def _certificates(cursor: Cursor) -> None:
    """A list of certificates as TLS up to 1.2 has it (RFC 5246 section 7.4.2)."""
    cursor.fields(CERTIFICATES_LENGTH)
    found: list[int] = []
    while cursor.more(found, CERTIFICATES_LENGTH.size):
        (size,) = cursor.fields(CERTIFICATES_LENGTH)
        found.append(int.from_bytes(size, "big"))
        cursor.take(found[-1], "certificate", content.read, "x509:certificate")


def _server_key(cursor: Cursor) -> None:
    """A key on a named curve (RFC 8422 section 5.4); other forms depend on the cipher suite, which stands elsewhere."""
    body = cursor.body
    if len(body) < CURVE.size or body[0] != _NAMED_CURVE or body[CURVE.size - 1] > len(body) - CURVE.size:
        return
    _, _, size = cursor.fields(CURVE)
    cursor.mean("curve_type", "named_curve")
    cursor.take(size, "public_key")
    if cursor.remaining:
        _signature(cursor)


def _signature(cursor: Cursor) -> None:
    """A signature; TLS 1.2 says first how it is made (RFC 5246 section 4.7), TLS 1.0 and 1.1 do not."""
    if not _length_of_rest(cursor):
        cursor.fields(SIGNATURE)
    (size,) = cursor.fields(SIGNATURE_LENGTH)
    cursor.take(size, "signature")


def _length_of_rest(cursor: Cursor) -> bool:
    """Whether the next field is the length of all that follows it."""
    rest = cursor.body[cursor.position - cursor.start :]
    return int.from_bytes(rest[: LENGTH.size], "big") == len(rest) - LENGTH.size


def _certificate_request(cursor: Cursor) -> None:
    """Kinds of certificates, signature schemes (since TLS 1.2) and authorities (RFC 5246 section 7.4.4)."""
    _list(cursor, SHORT_LENGTH, "certificate_types", CERTIFICATE_TYPE)
    if not _length_of_rest(cursor):
        _list(cursor, LENGTH, "signature_schemes", SIGNATURE)
    (size,) = cursor.fields(LENGTH)
    cursor.take(size, "authorities", _authorities)


def _authorities(cursor: Cursor) -> None:
    found: list[int] = []
    while cursor.more(found, LENGTH.size):
        found.extend(cursor.fields(LENGTH))
        cursor.take(found[-1], "authority", content.read, "name")
