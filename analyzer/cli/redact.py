"""`redact`: a capture that can be given away."""

from pathlib import Path

import click

from analyzer.cli.exits import Exit
from analyzer.cli.inputs import refuse_inputs
from analyzer.cli.options import expansion, pcapng, ports
from analyzer.cli.output import complain
from analyzer.cli.progress import Display
from analyzer.cli.redaction import Redacting, Secrets, report_done, secrets
from analyzer.errors import CUT


@click.command(short_help="A capture that can be given away, as pcapng.")
@click.argument("capture", type=click.Path())
@pcapng
@click.option(
    "--keep-other",
    is_flag=True,
    help="Write packets that are not decoded here too: their headers as far as they are known, and zeros. Frame "
    "numbers stay what they are then.",
)
@secrets
@ports
@expansion
@click.pass_context
def redact(
    ctx: click.Context,
    capture: str,
    output: Path,
    keep_other: bool,
    given: Secrets,
    port: tuple[int, ...],
    max_expansion: int | None,
) -> None:
    """Write a capture with the same story and other addresses and names, to hand on or to publish.

    Replaced: IP and MAC addresses, in ICMP errors, traffic selectors and configuration too, prefixes as prefixes,
    private ones by private ones; identities, certificates, host and user names, vendor strings, each by one of its
    length, the same wherever it stands. Checksums and NAT detection hashes are repaired. Bodies of ESP and AH become
    zeros, and so does what nobody here understands. Comments, names of interfaces and keys are left out.

    Left as they are: times, ports, lengths, SPIs, nonces, key exchange values, proposals, and encrypted bodies of IKE,
    which who has the keys can read. Packets without IKE, ESP or AH are left out.

    \b
    Examples:
      isakmp-analyzer redact gateway.pcap -o safe.pcapng
      isakmp-analyzer redact gateway.pcap -o safe.pcapng --secret my.secret --mapping names.csv
      isakmp-analyzer redact gateway.pcap -o safe.pcapng --keep-other
    """
    from analyzer.report.files import named_output

    if capture == "-":
        raise click.UsageError("The capture is read again, which standard input does not allow: save it to a file.")
    refuse_inputs([output, *given.outputs], [capture, *given.files])
    if output in given.outputs:
        raise click.UsageError("--output and --mapping are one file.")
    ports = {500, 4500, *port}
    with Redacting(given) as redacting, Display([capture]) as display, named_output(output) as file:
        done = redacting.write(capture, file, ports, display.of(capture), max_expansion, keep_other=keep_other)
    report_done(str(output), done)
    if done.unopened:
        complain(f"{capture}: no packet of it could be read: {done.unopened}")
    if done.unopened or done.stopped or done.broken not in ("", CUT):
        ctx.exit(Exit.UNREADABLE)
