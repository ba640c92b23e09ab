"""--where and its shorthands: which negotiations, or rows, a command is about."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, get_args

import click

from analyzer.batch.reading import Reading
from analyzer.errors import FilterError
from analyzer.vocabulary import Outcome

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from analyzer.report.zone import Zone
    from analyzer.tables.filter.where import Filter

_NEGOTIATIONS: Final = "negotiations"
_COMPARED: Final = r"(?:.*[\s(])?([\w.]+)\s*(?:==|!=|<=|>=|<|>|\bcontains\b|\bin\b)\s*(?:\([^()]*)?"
_END_OF_WORD: Final = ' \t\n()",=!<>&|~'


class Expression(click.types.StringParamType):
    """An expression of the filter language, whose fields and closed vocabularies a shell can complete."""

    name = "expression"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":  # noqa: ARG002  (click's signature)
        """Fields that begin as the last word does, of other tables once it has a dot; behind a sign values of one."""
        from click.shell_completion import CompletionItem

        from analyzer.tables.filter.fields import field, names

        word = incomplete[max((incomplete.rfind(sign) for sign in _END_OF_WORD), default=-1) + 1 :]
        before = incomplete[: len(incomplete) - len(word)]
        table = ctx.params.get("table") or _NEGOTIATIONS
        compared = re.fullmatch(_COMPARED, before, re.IGNORECASE | re.DOTALL)
        if compared:
            known_field = field(compared[1].lower(), table)
            words = (known_field and known_field.words) or ()
            return [CompletionItem(before + value) for value in words if value.startswith(word.lower())]
        known = names(table)
        found = (name for name in known if name.startswith(word.lower()) and ("." in word) == ("." in name))
        return [CompletionItem(before + name) for name in found]


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """--where, --host, --spi, --from, --to, --outcome; below `reading`, whose argument `how` takes the expression.

    UsageError: it cannot be understood. A command with an argument `table` filters rows of that table; of one with a
    `zone`, times without a zone are in that one.
    """

    @wraps(command)
    def with_filters(*args: Any, how: Reading, **more: Any) -> Any:
        given = {name: more.pop(name) for name in ("where", "host", "spi", "from_time", "to_time", "outcome")}
        table = more.get("table")
        try:
            parts = list(_parts(table if table and table != "all" else _NEGOTIATIONS, more.get("zone"), **given))
        except FilterError as error:
            raise click.UsageError(str(error)) from None
        where = parts[0].and_also(parts[1:]).text if parts else None
        return command(*args, how=how._replace(where=where), **more)

    decorated: Callable[..., Any] = with_filters
    for option in (
        click.option(
            "--outcome",
            multiple=True,
            type=click.Choice(get_args(Outcome)),
            metavar="OUTCOME",
            help=f"Those that ended so: {', '.join(get_args(Outcome))}. May be repeated: any of them.",
        ),
        click.option("--to", "to_time", metavar="TIME", help="Those that begin at this time or before: time <= TIME."),
        click.option(
            "--from",
            "from_time",
            metavar="TIME",
            help="Those that end at this time or later: time >= TIME. ISO 8601: 2026-11-20, 2026-11-20T10:11:12Z. "
            "Without a zone it is one of --tz, or UTC.",
        ),
        click.option(
            "--spi", multiple=True, metavar="SPI", help="Those with this SPI, of IKE, ESP or AH. May be repeated."
        ),
        click.option(
            "--host",
            multiple=True,
            metavar="ADDRESS",
            help="Those with this address, or one of this network, on either side. May be repeated: any of them.",
        ),
        click.option(
            "--where",
            multiple=True,
            type=Expression(),
            metavar="EXPRESSION",
            help="What matches this filter, and nothing else; `explain filter` describes the language. With several "
            "options of this kind, what matches all of them.",
        ),
    ):
        decorated = option(decorated)
    return decorated


def _parts(
    table: str,
    zone: "Zone | None",
    *,
    where: tuple[str, ...],
    host: tuple[str, ...],
    spi: tuple[str, ...],
    from_time: str | None,
    to_time: str | None,
    outcome: tuple[str, ...],
) -> "Iterator[Filter]":
    """What the options say, a filter each."""
    if not (where or host or spi or from_time or to_time or outcome):
        return
    from analyzer.tables.filter.where import Filter

    for text in where:
        yield Filter.parse(text, table)
    for name, values in (("host", host), ("spi", spi), ("outcome", outcome)):
        if values:
            yield Filter.equal(name, values, table)
    for sign, time in ((">=", from_time), ("<=", to_time)):
        if time:
            yield Filter.at_time(sign, time, table, UTC if zone is None else zone.rules)


def chosen(how: Reading, table: str = _NEGOTIATIONS) -> "Filter | None":
    """The filter of a command line; None: none was given."""
    if how.where is None:
        return None
    from analyzer.tables.filter.where import Filter

    return Filter.parse(how.where, table)
