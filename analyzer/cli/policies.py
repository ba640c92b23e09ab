"""`policies`: what captures can be judged by."""

import click

from analyzer.cli.options import listed
from analyzer.cli.output import JsonList, emit


@click.command(short_help="What captures can be judged by.")
@listed
def policies(form: str) -> None:
    """List the policies for --policy. `explain NAME` shows what one of them says.

    A policy of your own is a TOML file: --policy my.toml. docs/own-policy.md has an example and what can stand in it;
    `explain my.toml` shows what it says together with what it extends.

    \b
    Examples:
      isakmp-analyzer policies
      isakmp-analyzer explain ietf
      isakmp-analyzer explain my.toml
    """
    from analyzer.assessment import policies as known
    from analyzer.report.manual import policy_lines

    if form == "json":
        with JsonList() as rows:
            for name, title in known.titles().items():
                rows.add({"policy": name, "title": title})
        return
    emit(policy_lines(known.titles()))
