"""isakmp-analyzer: the group of commands, and what becomes of their errors."""

import sys
from typing import Any

import click

from analyzer import net
from analyzer.cli.check import check
from analyzer.cli.diff import diff
from analyzer.cli.ending import reported
from analyzer.cli.exits import EXIT_HELP
from analyzer.cli.explain import explain
from analyzer.cli.export import export
from analyzer.cli.fields import fields
from analyzer.cli.output import colour, usable_streams
from analyzer.cli.policies import policies
from analyzer.cli.report import report
from analyzer.cli.show import show
from analyzer.cli.summary import summary


class Program(click.Group):
    """Turns our errors into a sentence and an exit code, and keeps the commands in the order of a first visit."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """List the commands in the order they were added."""
        return list(self.commands)

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run the program; a help text or a complaint that cannot be written is reported as other output is."""
        usable_streams()
        net.faults.clear()
        if sys.flags.dev_mode:
            import logging

            logging.basicConfig()
            logging.getLogger("analyzer").setLevel(logging.DEBUG)
        with reported():
            return super().main(*args, **settings)

    def make_context(self, *args: Any, **settings: Any) -> click.Context:
        """Read the command line; an interrupt counts as one from the first moment on."""
        with reported():
            return super().make_context(*args, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; our errors become a sentence and an exit code."""
        ctx.color = colour()
        with reported():
            return super().invoke(ctx)


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from analyzer import __version__

        click.echo(f"isakmp-analyzer {__version__}")
        ctx.exit()


@click.group(cls=Program, epilog=EXIT_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version and exit."
)
def main() -> None:
    """What happened in this VPN negotiation: IKEv1 and IKEv2 from captures, offline.

    CAPTURE is a pcap or pcapng file, also packed by gzip, zstd or xz; - reads standard input; a folder stands for all
    captures below it.

    \b
    Examples:
      isakmp-analyzer summary gateway.pcap
      isakmp-analyzer show gateway.pcap --negotiation 1
      isakmp-analyzer report gateway.pcap -o out
      isakmp-analyzer check captures/ --fail-on high
    """


for command in (report, summary, show, export, check, diff, explain, policies, fields):
    main.add_command(command)
