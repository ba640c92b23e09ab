"""Where a report comes from: program, policy, options. No clock, no host name: equal runs give equal bytes."""

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

from analyzer import __version__
from analyzer.assessment.several import load_all
from analyzer.report.zone import UTC_ZONE, Zone

if TYPE_CHECKING:
    from analyzer.analysis import Analysis
    from analyzer.capture.joining.copies import Copy
    from analyzer.capture.joining.words import Note

_NOT_DATA: Final = ("policies", "zone", "notes", "copies")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a reader must know to get the same report again.

    policies: as they were given, names or paths of the user's own; policy: these in a text; policy_sha256: of those of
    the user. `keys`, `peer_config`: paths of the files, None without one. internal: networks that lie inside. zone:
    that of the times on pages. where: the filter, None without one. notes: which captures were joined, and which look
    alike and were not. copies: captures that were given and not read, since they are copies.
    """

    version: str
    policy: str
    policies: tuple[str, ...]
    policy_title: str
    policy_note: str
    ports: tuple[int, ...]
    keys: str | None
    peer_config: str | None = None
    policy_sha256: str | None = None
    internal: tuple[str, ...] = ()
    zone: Zone = UTC_ZONE
    where: str | None = None
    notes: "tuple[Note, ...]" = ()
    copies: "tuple[Copy, ...]" = ()

    def record(self) -> dict[str, Any]:
        """As plain values for JSON: what the data depend on, which no zone changes."""
        known = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in _NOT_DATA}
        return known | ({"captures": [note.text for note in self.notes]} if self.notes else {})

    def about(self, capture: str) -> "Provenance":
        """That of one capture of several, or of one set."""
        notes = tuple(note for note in self.notes if capture in note.about)
        return self if notes == self.notes else replace(self, notes=notes)


def provenance_of(analysis: "Analysis", zone: Zone = UTC_ZONE) -> Provenance:
    """The provenance of one run, its times to be shown in this zone."""
    by = load_all(analysis.policies)
    keys = analysis.options.get("keys")
    return Provenance(
        version=__version__,
        policy=", ".join(analysis.policies),
        policies=analysis.policies,
        policy_title="; ".join(policy.title for policy in by),
        policy_note=" ".join(part for policy in by for part in (policy.learned, policy.note) if part),
        ports=tuple(analysis.options.get("ports", ())),
        keys=None if keys is None else str(keys),
        peer_config=analysis.options.get("peer_config"),
        policy_sha256=", ".join(policy.sha256 for policy in by if policy.sha256) or None,
        internal=tuple(analysis.options.get("internal", ())),
        zone=zone,
        where=analysis.options.get("where"),
        notes=analysis.notes,
        copies=analysis.copies,
    )
