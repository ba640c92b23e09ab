"""`fields`: every table and column, with type and meaning."""

import click

from analyzer.cli.options import listed
from analyzer.cli.output import JsonList, emit, width
from analyzer.tables.schema import SCHEMA


@click.command(short_help="Every table and column with its meaning.")
@click.argument("table", metavar="[TABLE]", required=False, type=click.Choice(list(SCHEMA)))
@listed
def fields(table: str | None, form: str) -> None:
    """List the tables and their columns, or those of one TABLE.

    \b
    Examples:
      isakmp-analyzer fields
      isakmp-analyzer fields negotiations
    """
    from analyzer.report.manual import table_lines

    names = [table] if table else list(SCHEMA)
    if form == "text":
        for name in names:
            emit(table_lines(SCHEMA[name], width()))
        return
    with JsonList() as rows:
        for name in names:
            for column in SCHEMA[name].columns:
                said = {"table": name, "column": column.name, "type": column.dtype, "items": column.items}
                values = column.words() if column.words is not None else None
                rows.add({**said, "meaning": column.doc, "values": values})
