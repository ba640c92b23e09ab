"""Forms of key material that group controllers hand out (RFC 6407 section 5.6, RFC 9838 section 4.5.3)."""

from collections.abc import Callable

from analyzer.isakmp import credentials
from analyzer.isakmp.cursor import Cursor, Layout

WRAPPED = Layout(">II", "key_id", "key_wrap_key_id")
ARRAY = Layout(">BHB", "lkh_version", "number_of_keys", "reserved=hex")
PARENT = Layout(">HHI", "lkh_id", "reserved2=hex", "key_handle=hex")
KEY = Layout(
    ">HBBIII",
    "lkh_id",
    "key_type=gdoi-kek-algorithms",
    "reserved=hex",
    "key_creation_date",
    "key_expiration_date",
    "key_handle=hex",
)


def _wrapped_key(cursor: Cursor) -> None:
    """A key under another one, which key_wrap_key_id names; 0: the default one."""
    cursor.fields(WRAPPED)
    cursor.rest("encrypted_key")


def _lkh_download(cursor: Cursor) -> None:
    _, count, _ = cursor.fields(ARRAY)
    _lkh_keys(cursor, count)


def _lkh_update(cursor: Cursor) -> None:
    _, count, _ = cursor.fields(ARRAY)
    cursor.fields(PARENT)
    _lkh_keys(cursor, count)


def _lkh_keys(cursor: Cursor, count: int) -> None:
    """Keys of one size and type: none says its own size, so that only as many as divide the bytes evenly are separated.

    A count that lies takes bytes of a key for the head of another, whose type and zeros then do not fit.
    """
    size, left_over = divmod(cursor.remaining, count) if count else (0, cursor.remaining)
    keys = cursor.data[cursor.position : cursor.stop]
    if (
        left_over
        or size < KEY.size
        or any(keys[at + 2 : at + 4] != bytes((keys[2], 0)) for at in range(0, len(keys), size))
    ):
        cursor.rest("undecoded_keys", _hide)
        return
    found: list[int] = []
    while cursor.more(found, KEY.size):
        cursor.begin("lkh_key")
        found.append(cursor.fields(KEY)[0])
        cursor.take(size - KEY.size, "key_data", _hide)
        cursor.end("number", found[-1])


def _hide(cursor: Cursor) -> None:
    credentials.hide(cursor, "a key")


FORMS: dict[str, Callable[[Cursor], None]] = {
    "key": _hide,
    "lkh-download": _lkh_download,
    "lkh-update": _lkh_update,
    "wrapped-key": _wrapped_key,
}
