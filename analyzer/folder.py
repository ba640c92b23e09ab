"""Many captures from Python: reported into a folder one by one, by this process or a cluster; their tables together."""

import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from analyzer.analysis import PORTS, PathLike
from analyzer.batch.each import each
from analyzer.batch.joined import joined
from analyzer.batch.reading import Reading
from analyzer.batch.reporting import report_job
from analyzer.batch.work import Result
from analyzer.capture.found import captures_at
from analyzer.capture.sets import files_of
from analyzer.dataset import Dataset, open_dataset
from analyzer.errors import AnalyzerError, CaptureError, OutputError
from analyzer.report.files import clash
from analyzer.report.folder import Batch, planned
from analyzer.report.outputs import OutputFolder
from analyzer.report.provenance import provenance_of
from analyzer.report.seen import Seen

if TYPE_CHECKING:
    from distributed import Client


def read_folder(  # noqa: PLR0913  (what a notebook says, by name)
    paths: PathLike | Iterable[PathLike],
    output: PathLike,
    client: "Client | None" = None,
    *,
    keys: PathLike | None = None,
    policy: str | Iterable[str] = "ietf",
    ports: Iterable[int] = PORTS,
    peer_config: PathLike | None = None,
    max_expansion: int | None = None,
    max_negotiations: int | None = None,
    internal: Iterable[str] = (),
    as_one: bool | None = None,
) -> Dataset:
    """Report captures one by one into a folder, as the command `report` does, and open the dataset of their tables.

    - `paths`: a file, a folder, a zip or tar archive or a pattern, as of `read_pcap`; or several of them
    - `output`: the folder, made if it does not exist; what an earlier run made there of the same bytes with the same
      options is taken over
    - `client`: a `distributed.Client`, whose workers do the work: they need the same files under the same names, and
      one thread each. Without it this process does, one capture after the other
    - all others: as of `read_pcap`

    In memory is what one capture needs, however many there are. What cannot be read or worked on is a warning, and
    stands in index.html and manifest.json.

    Raises KeyFileError, PolicyError, PeerConfigError, NetworkError: the options cannot be used. OutputError: the folder
    cannot be written. ClusterError: the cluster cannot be used. AnalyzerError: pyarrow is not installed. CaptureError:
    there is no capture, or nothing could be read of any.
    """
    _needed()
    unread: list[CaptureError] = []
    how = Reading(
        None if keys is None else os.fspath(keys),
        (policy,) if isinstance(policy, str) else tuple(policy),
        tuple(sorted({*PORTS, *ports})),
        None if peer_config is None else os.fspath(peer_config),
        max_expansion,
        jobs=1,
        max_negotiations=max_negotiations,
        as_one=as_one,
        internal=tuple(internal),
    )
    alone = isinstance(paths, str | os.PathLike)
    given = [os.fspath(path) for path in (cast("Iterable[PathLike]", [paths] if alone else paths))]
    captures = list(dict.fromkeys(_captures(given, unread, max_expansion)))
    place, prepared = Path(output), how.analysis()
    seen = Seen(place, captures)
    found = joined(captures, how, seen, client)
    files = [*files_of(found.captures), *(copy.capture for copy in found.copies), *how.files]
    taken = clash((place / name for name in planned(found.captures)), files)
    if taken is not None:
        raise OutputError(taken[0], f"it is the input {taken[1]}")
    with OutputFolder(place, files, private=prepared.decrypts) as folder:
        provenance = replace(provenance_of(prepared), notes=found.notes, copies=found.copies)
        run = Batch(folder, found.captures, provenance, dataset=True)
        with run.again(how.depends(), seen) as batch:
            for error in unread:
                _warn(batch, error)
            _report(batch, [capture for capture in found.captures if capture not in batch.known], how, client)
    return open_dataset(place)


def _captures(given: list[str], unread: list[CaptureError], max_expansion: int | None) -> Iterator[str]:
    for path in given:
        inside = captures_at(path, unread.append, max_expansion)
        yield from [path] if inside is None else inside


def _report(batch: Batch, captures: list[str], how: Reading, client: "Client | None") -> None:
    with closing(each(report_job(how, batch.reporter), captures, 1, client=client)) as results:
        for result in results:
            for why in _not_whole(result):
                warnings.warn(why, stacklevel=3)
            if result.error is not None:
                _warn(batch, result.error)
            elif result.value is not None:
                batch.take(result.value)


def _warn(batch: Batch, error: AnalyzerError) -> None:
    batch.fail(getattr(error, "path", ""), str(error))
    warnings.warn(str(error), stacklevel=4)


def _not_whole(result: "Result[Any]") -> Iterator[str]:
    yield from (f"{one}: not read to its end: it became too large for its size" for one in result.stopped)
    yield from (f"{one}: no packet of it could be read: {what}" for one, what in result.unopened)
    yield from (f"{one}: {why}" for one, why in result.broken)
    yield from map(str, result.unread)


def _needed() -> None:
    try:
        import pyarrow.parquet  # noqa: F401, PLC0415
    except ImportError:
        raise AnalyzerError("A dataset needs pyarrow, which is not installed; do: pip install pyarrow") from None
