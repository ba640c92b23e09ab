"""Tables that are known only once a capture has been read: each column takes its value from there by itself."""

from collections.abc import Collection

from analyzer.tables.run import Run
from analyzer.tables.store import Tables


def finish(tables: Tables, wanted: Collection[str], run: Run) -> None:
    """Fill the wanted ones of these tables, and of them the columns that are kept.

    The file's own row comes last: a capture of which something could not be worked out has none.
    """
    run.before = tables.lengths()
    fill(tables, wanted, run)


def fill(tables: Tables, wanted: Collection[str], run: Run) -> None:
    """The same for tables that need not know what was before."""
    for table in [tables[name] for name in reversed(list(tables)) if name in wanted]:
        if table.schema.rows is not None:
            table.fill(table.schema.rows(run))
