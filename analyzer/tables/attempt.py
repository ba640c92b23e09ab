"""What may fail half way, and is done in another way then."""

from collections.abc import Iterator
from contextlib import contextmanager

from analyzer import net
from analyzer.tables.store import Tables


@contextmanager
def attempt(tables: Tables, *errors: type[Exception]) -> Iterator[None]:
    """Try in here; where one of these errors is raised it ends, and no row and no fault of it stays."""
    lengths, faults = tables.lengths(), dict(net.faults)
    try:
        yield
    except errors:
        tables.cut(lengths)
        net.faults.clear()
        net.faults.update(faults)
