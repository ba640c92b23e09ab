"""What `redact` and `report --redact` share: their options, the key, the file for the owner, and what is said."""

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import click

from analyzer.cli.inputs import NOT_WHOLE, Failures
from analyzer.cli.options import Output
from analyzer.cli.output import complain, say
from analyzer.cli.progress import Display
from analyzer.errors import CUT, AnalyzerError, CaptureError, InternalError
from analyzer.net import log
from analyzer.report.words import plural

if TYPE_CHECKING:
    from typing import BinaryIO

    from analyzer.batch.reading import Reading
    from analyzer.capture.files import Progress
    from analyzer.redact.capture import Redaction

_SECRET, _MAPPING = "--secret", "--mapping"


class Secrets(NamedTuple):
    """Files that a redaction is given: the key to make pseudonyms with, and where to write what was replaced."""

    secret: str | None
    mapping: Path | None

    @property
    def files(self) -> tuple[str, ...]:
        """Files that are read."""
        return () if self.secret is None else (self.secret,)

    @property
    def outputs(self) -> tuple[Path, ...]:
        """Files that are written."""
        return () if self.mapping is None else (self.mapping,)


def secrets(command: Callable[..., Any]) -> Callable[..., Any]:
    """--secret and --mapping: to the command they are `given`."""

    @wraps(command)
    def with_secrets(*args: Any, secret: str | None, mapping: Path | None, **more: Any) -> Any:
        return command(*args, given=Secrets(secret, mapping), **more)

    decorated: Callable[..., Any] = with_secrets
    for option in (
        click.option(
            _MAPPING,
            type=Output(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Write what was replaced by what into this CSV file, which only you can read. Do not hand it on.",
        ),
        click.option(
            _SECRET,
            type=click.Path(),
            metavar="FILE",
            help="A file of at least 16 bytes that nobody else has: with it the same address or name has the same "
            "pseudonym in every run. Without it pseudonyms are of this run alone.",
        ),
    ):
        decorated = option(decorated)
    return decorated


def redaction(command: Callable[..., Any]) -> Callable[..., Any]:
    """--redact with its options, below `reading`: to the command they are `given`, None without it."""

    @wraps(command)
    def with_redaction(*args: Any, is_redacted: bool, given: Secrets, **more: Any) -> Any:
        if not is_redacted and given != (None, None):
            raise click.UsageError(f"{_SECRET} and {_MAPPING} go with --redact.")
        return command(*args, given=given if is_redacted else None, **more)

    option = click.option(
        "--redact",
        "is_redacted",
        is_flag=True,
        help="Report on redacted copies, called capture-1 and so on: no original address or name is in any file. See "
        "`redact`.",
    )
    decorated: Callable[..., Any] = option(secrets(with_redaction))
    return decorated


class Redacting:
    """Redacts captures of one run by one key."""

    def __init__(self, given: Secrets) -> None:
        """UsageError: the file with the secret cannot be read, or is too short."""
        from analyzer.redact.key import Key
        from analyzer.redact.mapping import Mapping
        from analyzer.redact.values import Values

        self._place = None if given.mapping is None else given.mapping.absolute()
        self._mapping = Mapping() if given.mapping is not None else None
        note = self._mapping.note if self._mapping is not None else _forget
        self._values = Values(Key(_secret(given.secret)), note)
        self._captures: list[tuple[str, str, str]] = []

    def named(self, capture: str, name: str) -> None:
        """Note what the redacted copy of a capture is called."""
        self._captures.append(("capture", capture, name))

    def write(
        self,
        capture: str,
        file: "BinaryIO",
        ports: Iterable[int],
        progress: "Progress | None",
        max_expansion: int | None,
        *,
        keep_other: bool = False,
    ) -> "Redaction":
        """Write a redacted copy. CaptureError: the capture cannot be read."""
        from analyzer.redact.capture import redact_capture

        return redact_capture(
            capture,
            file,
            self._values,
            ports=tuple(ports),
            keep_other=keep_other,
            progress=progress,
            max_expansion=max_expansion,
        )

    def finish(self) -> None:
        """Write the file for the owner, if it is wanted. OutputError: it cannot be written."""
        from analyzer.redact.mapping import HEADER
        from analyzer.report.files import new_text

        if self._mapping is not None and self._place is not None:
            with new_text(self._place, private=True) as text:
                writer = csv.writer(text, lineterminator="\n")
                writer.writerow(HEADER)
                writer.writerows(self._captures)
                writer.writerows(self._mapping.rows(self._values.macs))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None:
            self.finish()


def _forget(_kind: str, _old: bytes, _new: bytes) -> None:
    """Nobody asks what was replaced."""


def _secret(path: str | None) -> bytes | None:
    from analyzer.redact.key import LEAST

    if path is None:
        return None
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise click.UsageError(f"{_SECRET} {path}: {error.strerror or error}") from error
    if len(data) < LEAST:
        raise click.UsageError(f"{_SECRET} {path}: {len(data)} bytes, {LEAST} are the least: fewer can be guessed")
    return data


def sentences(done: "Redaction") -> Iterator[str]:
    """What was made of a capture, and what could not be redacted."""
    yield f"{plural(done.packets, 'packet')} of {done.of_packets:,} written, {plural(done.messages, 'IKE message')}"
    for name, count in done.left_out.most_common():
        yield f"left out: {plural(count, 'packet')} {'' if name.startswith('with') else 'of '}{name}"
    if done.others:
        yield f"{plural(done.others, 'packet')} without IKE, ESP or AH: headers only, zeros behind them"
    if done.esp or done.ah:
        yield f"bodies that are zeros now: {done.esp:,} of ESP, {done.ah:,} of AH"
    if done.sealed:
        bodies = "body" if done.sealed == 1 else "bodies"
        yield f"not redacted: {done.sealed:,} encrypted IKE {bodies}, as captured. Who has the keys can decrypt them"
    if done.hashes or done.unequal_hashes:
        unequal = f", {done.unequal_hashes:,} of no address in the capture" if done.unequal_hashes else ""
        yield f"NAT detection hashes of the new addresses: {done.hashes:,}{unequal}"
    if done.unread:
        yield f"{plural(done.unread, 'message')} with bytes that are not understood: zeros now"
    if done.lost:
        yield f"{done.lost:,} bytes or fragments of messages in several packets could not be put back: zeros now"
    if done.without_time:
        yield f"{plural(done.without_time, 'packet')} without a time: 1970 now"
    for stands, lacking in done.stand_ins:
        yield f"times in the log have {lacking}: {stands} stands for it"
    if done.stopped:
        yield f"{NOT_WHOLE}. --max-expansion N reads on"
    if done.broken:
        yield done.broken


def report_done(name: str, done: "Redaction") -> None:
    """Say it all on standard error."""
    for sentence in sentences(done):
        say(f"{name}: {sentence}")


def refused(how: "Reading") -> None:
    """UsageError: an option does not go with --redact."""
    if how.keys is not None:
        raise click.UsageError("--redact and --keys: what keys decrypt would stand in the report as it is.")
    if how.peer_config is not None:
        raise click.UsageError("--redact and --peer-config: the file has addresses that the report does not have.")
    if how.where is not None:
        raise click.UsageError(
            "--redact and a filter: its words would stand in the report, and original addresses match nothing. Write "
            "redacted captures with `redact` and filter those, or take a part with `extract` before."
        )


@contextmanager
def redacted(
    captures: Iterable[str], given: Secrets, how: "Reading", failures: Failures
) -> "Iterator[tuple[list[str], Reading]]":
    """Redacted copies of captures in a folder of their own, which is the current one in here; their names.

    Files of policies are copied beside them, and `how` names the copies. PolicyError: one cannot be used.
    What cannot be read is reported by its own name, and known by that of its copy from then on.
    """
    from tempfile import TemporaryDirectory

    names: list[str] = []
    inputs = list(captures)
    with Redacting(given) as redacting, TemporaryDirectory(prefix="redacted-") as folder:
        failures.errors = [
            CaptureError(f"unread-{place}", "cannot be read") for place, _ in enumerate(failures.errors, 1)
        ]
        for place, capture in enumerate(inputs, 1):
            name = f"capture-{place:0{len(str(len(inputs)))}}.pcapng"
            if _copied(capture, Path(folder) / name, redacting, how, failures):
                redacting.named(capture, name)
                names.append(name)
        policies = _policies(how.policies, Path(folder))
        with chdir(folder):
            yield names, how._replace(policies=policies)


def _policies(given: Iterable[str], folder: Path) -> tuple[str, ...]:
    """The same policies, files of the user as copies whose names say nothing."""
    from analyzer.assessment.policies import path_of
    from analyzer.assessment.several import load_all

    found = tuple(dict.fromkeys(given))
    load_all(found)  # what is wrong is said by the file's own name
    names: list[str] = []
    for place, name in enumerate(found, 1):
        path = path_of(name)
        copy = f"policy-{place}.toml"
        if path is not None:
            (folder / copy).write_bytes(Path(path).read_bytes())
        names.append(name if path is None else name.replace(path, copy, 1))
    return tuple(names)


def _copied(capture: str, path: Path, redacting: Redacting, how: "Reading", failures: Failures) -> bool:
    """Write one redacted copy; False where the capture cannot be read."""
    try:
        if capture == "-":
            raise CaptureError(capture, "is read again, which standard input does not allow: save it to a file")
        with Display([capture]) as display, path.open("wb") as file:
            done = redacting.write(capture, file, how.ports, display.of(capture), how.max_expansion)
    except CaptureError as error:
        complain(str(error))
        failures.errors.append(CaptureError(path.name, error.reason, error.advice))
        return False
    except (AnalyzerError, OSError, MemoryError):
        raise
    except Exception as error:  # costs this capture, and the report does not name it
        log(error)
        complain(str(InternalError(capture, error)))
        failures.errors.append(InternalError(path.name, error))
        return False
    report_done(f"{capture}, now {path.name}", done)
    if done.stopped:
        failures.partly.append((path.name, NOT_WHOLE))
    if done.broken not in ("", CUT):
        failures.partly.append((path.name, done.broken))
    if done.unopened:
        complain(f"{capture}: no packet of it could be read: {done.unopened}")
        failures.partly.append((path.name, done.unopened))
    return True
