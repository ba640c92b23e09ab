"""`explain`: what a check, a diagnosis or a policy is."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from analyzer.cli.output import emit, width
from analyzer.tables.schema import SCHEMA

if TYPE_CHECKING:
    from analyzer.assessment.model import Explanation


def _ids(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Ids for a shell to complete."""
    from analyzer.assessment import catalogue

    return [name for name in ("diagnoses", "filter", *catalogue.all_ids()) if name.startswith(incomplete.lower())]


@click.command(short_help="What a check, a diagnosis or a policy means.")
@click.argument("identifier", metavar="[ID]", required=False, shell_complete=_ids)
def explain(identifier: str | None) -> None:
    """Explain a check, a diagnosis or a policy; without ID, list them all.

    `diagnoses`: how they rank. `filter`: the language of --where.

    \b
    Examples:
      isakmp-analyzer explain psk-mismatch
      isakmp-analyzer explain weak-ke-offered
      isakmp-analyzer explain diagnoses
      isakmp-analyzer explain filter
      isakmp-analyzer explain
    """
    from analyzer.assessment import catalogue
    from analyzer.report.manual import explanation_lines, list_lines, ranking_lines

    if identifier is None:
        pages = [page for page in map(catalogue.explain, catalogue.all_ids()) if page is not None]
        emit(list_lines(pages))
        return
    if identifier.lower() == "diagnoses":
        emit(ranking_lines(width()))
        return
    if identifier.lower() == "filter":
        from analyzer.report.language import filter_lines

        emit(filter_lines(width()))
        return
    page: Explanation | None = catalogue.explain(identifier.lower())
    if page is None:
        hint = _elsewhere(identifier.lower(), catalogue.all_ids())
        raise click.UsageError(f"There is no check, diagnosis or policy {identifier!r}. {hint}")
    emit(explanation_lines(page, width()))


def _elsewhere(word: str, known: Sequence[str]) -> str:
    """Where to look instead."""
    if word in SCHEMA:
        return f"It is a table: `isakmp-analyzer fields {word}` lists its columns."
    if word.startswith(("capture-", "wire-", "limit-", "internal")):
        return "A defect's row says what was expected and found: see `export CAPTURE --table defects`."
    near = get_close_matches(word, known, 3, 0.4)
    return f"Did you mean {' or '.join(near)}?" if near else "`isakmp-analyzer explain` lists them all."
