"""What the data of a notification mean, by its type."""

from analyzer.isakmp.cursor import Cursor


def describe(cursor: Cursor, notify_type: int) -> None:
    """Read the fields of notification data; types without known fields stay bytes."""
