"""One capture's messages, decoded, placed and made rows of: one after the other, or many of a block together."""

from collections.abc import Iterator

from analyzer.capture.columns import Datagrams
from analyzer.reading.single import Item, Single, next_batch


def read(items: Iterator[Item | Datagrams], single: Single) -> None:
    """Read all there is. Blocks are of captures without keys: what is decrypted is read one by one."""
    while batch := next_batch(items):
        last = batch[-1]
        single.read([item for item in batch if not isinstance(item, Datagrams)])
        if isinstance(last, Datagrams):
            from analyzer.reading.block import Block  # noqa: PLC0415  (numpy is there: who hands on columns needs it)

            Block(last, single).read()
