"""Bridge port extension (IEEE 802.1BR): the E-TAG."""

from analyzer.capture.link import Carried
from analyzer.capture.span import Span


def read(span: Span) -> Carried | None:
    """The ethertype behind six bytes."""
    return (int.from_bytes(span.data[span.start + 6 : span.start + 8], "big"), 8) if span.captured >= 8 else None
