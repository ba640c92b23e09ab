"""`explain`: what a check, a diagnosis or a policy is."""

from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from analyzer.cli.output import emit, width

if TYPE_CHECKING:
    from analyzer.assessment.model import Explanation


@click.command(short_help="What a check, a diagnosis or a policy means.")
@click.argument("identifier", metavar="[ID]", required=False)
def explain(identifier: str | None) -> None:
    """Tell what a check, a diagnosis or a policy means; without ID, list them all.

    \b
    Examples:
      isakmp-analyzer explain psk-mismatch
      isakmp-analyzer explain weak-ke-offered
      isakmp-analyzer explain
    """
    from analyzer.assessment import catalogue
    from analyzer.report.manual import explanation_lines, list_lines

    if identifier is None:
        pages = [page for page in map(catalogue.explain, catalogue.all_ids()) if page is not None]
        emit(list_lines(pages))
        return
    page: Explanation | None = catalogue.explain(identifier)
    if page is None:
        near = get_close_matches(identifier, catalogue.all_ids(), 3, 0.4)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise click.UsageError(f"There is no check, diagnosis or policy {identifier!r}.{hint}")
    emit(explanation_lines(page, width()))
