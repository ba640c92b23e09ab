"""Where a report comes from: program, policy, options. No clock, no host name: equal runs give equal bytes."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from analyzer import __version__
from analyzer.assessment.catalogue import explain

if TYPE_CHECKING:
    from analyzer.analysis import Analysis


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a reader must know to get the same report again.

    `keys`, `peer_config`: paths of the files, None without one.
    """

    version: str
    policy: str
    policy_title: str
    policy_note: str
    ports: tuple[int, ...]
    keys: str | None
    peer_config: str | None = None

    def record(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return asdict(self)


def provenance_of(analysis: "Analysis") -> Provenance:
    """The provenance of one run."""
    page = explain(analysis.policy)
    keys = analysis.options.get("keys")
    return Provenance(
        version=__version__,
        policy=analysis.policy,
        policy_title=page.title if page else analysis.policy,
        policy_note=" ".join(part for part in (page.what, page.why) if part) if page else "",
        ports=tuple(analysis.options.get("ports", ())),
        keys=None if keys is None else str(keys),
        peer_config=analysis.options.get("peer_config"),
    )
