"""isakmp-analyzer: the group of commands, and what becomes of their errors."""

import sys
from importlib import import_module
from typing import Any, Final

import click

from analyzer import net
from analyzer.cli.ending import reported
from analyzer.cli.exits import EXIT_HELP
from analyzer.cli.output import colour, usable_streams

COMMANDS: Final = (
    "report",
    "summary",
    "show",
    "export",
    "check",
    "exposure",
    "diff",
    "watch",
    "compare",
    "extract",
    "redact",
    "verify",
    "explain",
    "policies",
    "fields",
)
"""In the order of a first visit; each is a function of this name in a module of this name."""


class Program(click.Group):
    """Turns our errors into a sentence and an exit code, and loads a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """List the commands in their order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  (the same)
        """Load a command; None: there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"analyzer.cli.{cmd_name}"), cmd_name)
        return command

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run the program; a help text or a complaint that cannot be written is reported as other output is."""
        usable_streams()
        net.faults.clear()
        if sys.flags.dev_mode:
            import logging

            logging.basicConfig()
            logging.getLogger("analyzer").setLevel(logging.INFO)
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

    CAPTURE is a pcap, pcapng or snoop file, also packed by gzip, zstd, xz or bzip2; - reads standard input; a folder or
    an archive (zip, tar) stands for all captures in it.

    \b
    Examples:
      isakmp-analyzer summary gateway.pcap
      isakmp-analyzer show gateway.pcap --negotiation 1
      isakmp-analyzer report gateway.pcap -o out
      isakmp-analyzer check captures/ --fail-on high
    """
