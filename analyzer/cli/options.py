"""Arguments and options that several commands share, worded once."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analyzer.batch.reading import Reading
from analyzer.cli.output import reasons_said
from analyzer.errors import NetworkError, ZoneError

if TYPE_CHECKING:
    from analyzer.report.zone import Zone


class Output(click.Path):
    """Where to write. An empty name would be the current folder; it is mostly a variable that is not set."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse the empty name."""
        if value == "":
            self.fail("an empty name. Is a variable of the shell not set?", param, ctx)
        return super().convert(value, param, ctx)


def _zone(_ctx: click.Context, _param: click.Parameter, name: str) -> "Zone":
    try:
        from analyzer.report.zone import zone_of

        return zone_of(name)
    except ZoneError as error:
        raise click.BadParameter(str(error)) from error


def _zones(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """For the shell: names of zones that begin so."""
    from zoneinfo import available_timezones

    return [name for name in ("UTC", "local", *sorted(available_timezones() - {"UTC"})) if name.startswith(incomplete)]


def times(command: Callable[..., Any]) -> Callable[..., Any]:
    """--tz: the zone of the times that a reader sees; to the command it is `zone`."""
    option = click.option(
        "--tz",
        "zone",
        callback=_zone,
        shell_complete=_zones,
        default="UTC",
        show_default=True,
        metavar="ZONE",
        help="Show times in this zone: UTC, local, an offset like +01:00, or an IANA name like Europe/Berlin. Data "
        "files stay UTC.",
    )
    decorated: Callable[..., Any] = option(command)
    return decorated


def listed(command: Callable[..., Any]) -> Callable[..., Any]:
    """--format: a list for people or for programs; to the command it is `form`."""
    option = click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="For people, or one JSON array with an object for each.",
    )
    decorated: Callable[..., Any] = option(command)
    return decorated


def captures(command: Callable[..., Any]) -> Callable[..., Any]:
    """CAPTURE...: files, folders, archives, or - for standard input."""
    argument = click.argument(
        "captures", metavar="CAPTURE...", nargs=-1, required=True, type=click.Path(allow_dash=True)
    )
    decorated: Callable[..., Any] = argument(command)
    return decorated


def jobs(command: Callable[..., Any]) -> Callable[..., Any]:
    """--jobs: how many processes work on the captures; below `reading`, whose argument `how` takes it."""

    @wraps(command)
    def with_jobs(*args: Any, how: Reading, jobs: int | None, **more: Any) -> Any:
        return command(*args, how=how._replace(jobs=jobs), **more)

    option = click.option(
        "--jobs",
        type=click.IntRange(1, 1024),
        metavar="N",
        help="How many processes to work with: on as many captures at a time, each with the memory that it needs, or "
        "together on one large capture (8 MiB). As many as there are processor cores if not given; standard input, "
        "pipes, compressed captures, captures that are joined into one, all captures with --keys, and those of which "
        "only rows of messages are asked are read by one. The output is the same with any number.",
    )
    decorated: Callable[..., Any] = option(with_jobs)
    return decorated


def limits(command: Callable[..., Any]) -> Callable[..., Any]:
    """--time-limit and --memory-limit: what the work on one capture may take; below `reading`, as `jobs`."""

    @wraps(command)
    def with_limits(*args: Any, how: Reading, time_limit: int | None, memory_limit: int | None, **more: Any) -> Any:
        return command(*args, how=how._replace(time_limit=time_limit, memory_limit=memory_limit), **more)

    decorated: Callable[..., Any] = with_limits
    for option in (
        click.option(
            "--memory-limit",
            type=click.IntRange(1, 1 << 30),
            metavar="MIB",
            help="How much memory the work on one capture may take, beyond what the program itself needs: as much as "
            "there is if not given. What needs more is named and left (exit code 4). On Linux.",
        ),
        click.option(
            "--time-limit",
            type=click.IntRange(1, 10**8),
            metavar="SECONDS",
            help="How long the work on one capture may take: an hour, and another for each GiB of it, if not given; "
            "standard input and pipes as long as they last. What takes longer is named and left (exit code 4).",
        ),
    ):
        decorated = option(decorated)
    return decorated


expansion = click.option(
    "--max-expansion",
    type=click.IntRange(1),
    metavar="N",
    help="How many times its size a compressed capture may become, beyond 32 MiB: 500 if not given. What would be more "
    "is not read.",
)
ports = click.option(
    "--port",
    type=click.IntRange(1, 65535),
    multiple=True,
    metavar="N",
    help="Look for IKE on this port too, besides 500 and 4500. May be repeated.",
)
pcapng = click.option(
    "-o",
    "--output",
    type=Output(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="The pcapng file to write.",
)


def _policies(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Policies for a shell to complete."""
    from analyzer.assessment import policies

    return [name for name in policies.titles() if name.startswith(incomplete.lower())]


def _internal(_ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
    if texts:
        from analyzer.assessment.scope import scope_of

        try:
            scope_of(texts)
        except NetworkError as error:
            raise click.BadParameter(str(error)) from None
    return texts


def _joining(command: Callable[..., Any]) -> Callable[..., Any]:
    """--as-one and --separate: which captures are read as one; in `how`."""

    @wraps(command)
    def with_joining(*args: Any, how: Reading, as_one: bool, separate: bool, **more: Any) -> Any:
        if as_one and separate:
            raise click.UsageError("--as-one and --separate contradict each other: give one of them.")
        joined = True if as_one else False if separate else None
        return command(*args, how=how._replace(as_one=joined), **more)

    decorated: Callable[..., Any] = with_joining
    for option in (
        click.option(
            "--separate",
            is_flag=True,
            help="Read each capture by itself. If not given, captures are joined that belong together: parts of a "
            "rotation, taps of the same traffic; of copies one is read. What was joined, and why, is said.",
        ),
        click.option(
            "--as-one",
            is_flag=True,
            help="Read all captures as one: files that follow each other, or that were taken at the same time.",
        ),
    ):
        decorated = option(decorated)
    return decorated


def reading(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of all that reads captures, from --keys to --verbose: to the command they are `how`."""
    inner = _joining(command)

    @wraps(inner)
    def with_reading(
        *args: Any,
        keys: str | None,
        policy: tuple[str, ...],
        port: tuple[int, ...],
        peer_config: str | None,
        max_expansion: int | None,
        max_negotiations: int | None,
        verbose: bool,
        internal: tuple[str, ...],
        **more: Any,
    ) -> Any:
        how = Reading(
            keys,
            tuple(dict.fromkeys(policy)),
            tuple(sorted({500, 4500, *port})),
            peer_config,
            max_expansion,
            max_negotiations=max_negotiations,
            verbose=verbose,
            internal=internal,
        )
        with reasons_said() if verbose else nullcontext():
            return inner(*args, how=how, **more)

    decorated: Callable[..., Any] = with_reading
    for option in (
        click.option(
            "-v",
            "--verbose",
            is_flag=True,
            help="Say on standard error of each message why it is where it is: by which SPIs, as a retransmission of "
            "which frame, in which exchange, with which keys. Reads with one process.",
        ),
        click.option(
            "--max-negotiations",
            type=click.IntRange(1),
            metavar="N",
            help="How many first messages without an answer are negotiations, one each: 10000 if not given. Of more, "
            "those alike are counted as a flood.",
        ),
        expansion,
        ports,
        click.option(
            "--internal",
            multiple=True,
            callback=_internal,
            metavar="CIDR",
            help="A network that lies inside, all else outside: 192.0.2.0/24, 2001:db8::/32. May be repeated. If not "
            "given, private addresses lie inside.",
        ),
        click.option(
            "--peer-config",
            type=click.Path(),
            metavar="FILE",
            help="What peers accept, to compare refused proposals with: a TOML file of tables like "
            '[peer."192.0.2.20"] with ike = ["aes256-sha256-modp2048"] and esp = ["aes256gcm16"].',
        ),
        click.option(
            "--policy",
            multiple=True,
            default=("ietf",),
            show_default="ietf",
            metavar="NAME",
            shell_complete=_policies,
            help="Policy to judge by: one that `policies` lists, or a TOML file of your own. Several, each with "
            "its own --policy, judge side by side.",
        ),
        click.option(
            "--keys",
            type=click.Path(),
            metavar="FILE",
            help="Keys that decrypt messages: Wireshark's IKEv1 or IKEv2 decryption table.",
        ),
    ):
        decorated = option(decorated)
    return decorated
