"""How captures are to be read: what the options of a command line say, for any process that reads one."""

import hashlib
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analyzer.processes import cores

if TYPE_CHECKING:
    from analyzer.analysis import Analysis
    from analyzer.reading.heard import Before

Wanted = Mapping[str, Sequence[str] | None]


def _sha256(*paths: str | Path) -> str | None:
    """Of what files hold, one after the other; None if one of them is none that can be read again."""
    digest = hashlib.sha256()
    try:
        for path in map(Path, paths):
            if not stat.S_ISREG(path.stat().st_mode):
                return None
            digest.update(path.read_bytes())
    except (OSError, ValueError):
        return None
    return digest.hexdigest()


class Reading(NamedTuple):
    """How captures are to be read. jobs: how many processes may work on them; None: as many as there are cores.

    rows_of_floods: as of an Analysis. where: the filter whose negotiations a command is about; None: about all.
    time_limit, memory_limit: seconds and MiB for each capture; None: by its size, and as much as there is.
    verbose: whether it is said why each message is where it is. as_one: whether all captures are one; False: each is
    by itself; None: what is recognised as one is. internal: networks that lie inside.
    """

    keys: str | None
    policies: tuple[str, ...]
    ports: tuple[int, ...]
    peer_config: str | None = None
    max_expansion: int | None = None
    jobs: int | None = None
    max_negotiations: int | None = None
    rows_of_floods: bool = True
    where: str | None = None
    verbose: bool = False
    as_one: bool | None = None
    time_limit: int | None = None
    memory_limit: int | None = None
    internal: tuple[str, ...] = ()

    @property
    def processes(self) -> int:
        """How many may work: only one that says what it does, which is said in the order of the captures."""
        return 1 if self.verbose else self.jobs or cores()

    @property
    def files(self) -> tuple[str, ...]:
        """Files that are read besides the captures."""
        from analyzer.assessment.policies import path_of  # noqa: PLC0415

        given = (self.keys, self.peer_config, *map(path_of, self.policies))
        return tuple(path for path in given if path is not None)

    def depends(self) -> dict[str, str | int | None] | None:
        """What results depend on besides the captures' bytes and what a `Provenance` says: options, contents of files.

        None: that cannot be known, for a file can be read only once; or it is to be said what is done.
        """
        from analyzer.assessment import policies  # noqa: PLC0415

        texts = sorted(Path(policies.__file__).parent.glob("*.csv"))
        texts += [Path(own) for own in map(policies.path_of, self.policies) if own]
        digests = {
            "policies": _sha256(*texts),
            "keys": _sha256(self.keys) if self.keys is not None else "",
            "peer_config": _sha256(self.peer_config) if self.peer_config is not None else "",
        }
        if self.verbose or None in digests.values():
            return None
        bounds = {"max_expansion": self.max_expansion, "max_negotiations": self.max_negotiations}
        return digests | bounds | {"internal": " ".join(self.internal)}

    def analysis(self, wanted: Wanted | None = None, before: "Before | None" = None) -> "Analysis":
        """An Analysis that has read nothing yet. wanted, before: its parameters of these names.

        What the filter looks at is filled too.

        KeyFileError, PeerConfigError, PolicyError, NetworkError: what is wrong with the options is reported before an
        hour of reading.
        """
        from analyzer.analysis import Analysis  # noqa: PLC0415  (a command's help reads nothing)
        from analyzer.assessment.scope import scope_of  # noqa: PLC0415
        from analyzer.assessment.several import load_all  # noqa: PLC0415

        load_all(self.policies)
        scope_of(self.internal)
        if self.where is not None:
            from analyzer.tables.filter.part import with_deciding  # noqa: PLC0415  (lark)
            from analyzer.tables.filter.where import Filter  # noqa: PLC0415

            wanted = with_deciding(wanted, Filter.parse(self.where))
        analysis = Analysis(
            keys=self.keys,
            policy=self.policies,
            ports=self.ports,
            peer_config=self.peer_config,
            max_expansion=self.max_expansion,
            max_negotiations=self.max_negotiations,
            internal=self.internal,
            wanted=wanted,
            before=before,
        )
        analysis.rows_of_floods = self.rows_of_floods
        analysis.jobs = self.processes
        return analysis
