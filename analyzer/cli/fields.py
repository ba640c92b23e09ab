"""`fields`: every table and column, with type and meaning."""

import click

from analyzer.cli.output import emit, width
from analyzer.tables.schema import SCHEMA


@click.command(short_help="Every table and column with its meaning.")
@click.argument("table", metavar="[TABLE]", required=False, type=click.Choice(list(SCHEMA)))
def fields(table: str | None) -> None:
    """List the tables and their columns, or those of one TABLE.

    \b
    Examples:
      isakmp-analyzer fields
      isakmp-analyzer fields negotiations
    """
    from analyzer.report.manual import table_lines

    for name in [table] if table else SCHEMA:
        emit(table_lines(SCHEMA[name], width()))
