"""Notification payload of AuthIP (MS-AIPS section 2.2.3.5): flags stand where ISAKMP has the size of an SPI."""

from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads.notify import Notify
from analyzer.isakmp.payloads.notify_data import describe

NOTIFY = Layout(
    ">IBBH",
    "doi=ikev1-doi",
    "scope=authip-notify-scopes",
    "flags=&authip-notify-flags",
    "notify_type=ikev1-notify",
)


def decode(cursor: Cursor) -> Notify:
    """Decode a notification of an AuthIP exchange; it names no SPI."""
    doi, scope, _, kind = cursor.fields(NOTIFY)
    return Notify(doi, scope, b"", kind, cursor.rest("notification_data", describe, kind, scope))
