"""What `diff` compares of captures, over all of them: a responder that several of them show is one."""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from analyzer.report import same_finding
from analyzer.report.sentences import suite_text
from analyzer.report.words import severity_rank, version_mode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analyzer.tables.store import Tables

Pair = tuple[str, str]
Place = tuple[str, int, str]
Shown = tuple[str, int]
"""A capture and the first frame in it that shows something; 0 where no frame is known."""

COMPARED: "Final[Mapping[str, Sequence[str]]]" = MappingProxyType(
    {
        "captures": ("capture", "packets", "filter", "packets_not_opened", "not_opened", "comment", "set"),
        "certificates": ("negotiation", "side", "subject", "sha256", "capture", "frame_number"),
        "negotiations": (
            *("negotiation", "ike_version", "mode", "initiator_ip", "responder_ip", "outcome"),
            *("encryption", "key_bits", "integrity", "prf", "ke_method", "additional_ke_ids", "suite_partly_read"),
            *("capture", "first_frame"),
        ),
        "responders": (
            *("ip", "port", "transport", "versions", "modes", "answered_peers", "implementation", "state"),
            *("evidence_frames", "capture", "confidence"),
        ),
        "defects": ("capture", "frame_number", "kind", "effect"),
        "findings": same_finding.COLUMNS,
        "verdicts": ("policy",),
    }
)
"""The tables and columns that are read of what was saved: what is compared, and what says how much was read."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a responder shows. implementations: by their names without what they are known by.

    confidences: that it answers is likely where no request is in the captures.
    """

    versions: set[int] = field(default_factory=set)
    modes: set[str] = field(default_factory=set)
    peers: set[str] = field(default_factory=set)
    implementations: dict[str, str] = field(default_factory=dict)
    confidences: set[str] = field(default_factory=set)

    def note(self, row: "Mapping[str, Any]") -> None:
        """Add what a row of `responders` shows of it."""
        self.versions.update(_known(row["versions"]))
        self.modes.update(_known(row["modes"]))
        self.peers.update(_known(row["answered_peers"]))
        self.confidences.add(row["confidence"] or "certain")  # none: saved before there was one
        text = row["implementation"]
        if text:
            name = _named(text)
            self.implementations[name] = min(text, self.implementations.get(name, text))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is compared: responders by address, port and transport; the rest by (responder, initiator) address pair.

    opened: where TCP connections are accepted, and no IKE answer is seen; refused: where an ICMP error or RST came
    back. findings: severity and title of each above info that is not about a scanner's probes; policies: by which they
    are judged. shown: where each of it is shown, by what it is about: the first capture by its name, and its first
    frame.
    """

    responders: dict[Place, Answers] = field(default_factory=dict)
    suites: dict[Pair, set[str]] = field(default_factory=dict)
    certificates: dict[Pair, dict[str, str]] = field(default_factory=dict)
    outcomes: dict[Pair, set[str]] = field(default_factory=dict)
    opened: set[Place] = field(default_factory=set)
    refused: set[Place] = field(default_factory=set)
    findings: dict[same_finding.Finding, tuple[str, str]] = field(default_factory=dict)
    policies: set[str] = field(default_factory=set)
    shown: dict[tuple[Any, ...], Shown] = field(default_factory=dict, compare=False)

    def show(self, row: "Mapping[str, Any]", frame: int | None, *about: tuple[Any, ...]) -> None:
        """Note where these are shown."""
        place = row["capture"] or "", frame or 0
        for one in about:
            self.shown[one] = min(place, self.shown.get(one, place))

    def first(self, *about: tuple[Any, ...]) -> Shown | None:
        """Where one of these is shown first; None: of none is that known."""
        return min((self.shown[one] for one in about if one in self.shown), default=None)

    def is_scanner(self, responder: str, peer: str) -> bool:
        """Whether all that is seen of this peer and a responder are a scanner's probes."""
        return self.outcomes.get((responder, peer)) == {"probe"}


def snapshot(tables: "Tables") -> Snapshot:
    """Gather what is compared from tables, freshly made or read back; in which order captures come is no matter."""
    found = Snapshot()
    pairs: dict[int, Pair] = {}
    for n in tables["negotiations"].records():
        pair = pairs[n["negotiation"]] = (n["responder_ip"] or "", n["initiator_ip"] or "")
        found.outcomes.setdefault(pair, set()).add(n["outcome"] or "unknown")
        suite = "" if n["suite_partly_read"] else suite_text(n)  # half a choice is like no other
        if suite and n["outcome"] == "established":
            agreed = f"{version_mode(n)} with {suite}"
            found.suites.setdefault(pair, set()).add(agreed)
            found.show(n, n["first_frame"], ("suite", pair, agreed))
        found.show(n, n["first_frame"], ("outcome", pair, n["outcome"] or "unknown"))
        if n["outcome"] != "unanswered":
            host = pair[0]
            about = ("host", host), ("pair", pair), ("version", host, n["ike_version"]), ("mode", host, n["mode"])
            found.show(n, n["first_frame"], *about)
    for c in tables["certificates"].records():
        responder, initiator = pairs.get(c["negotiation"], ("", ""))
        owner = responder if c["side"] == "responder" else initiator
        if c["sha256"]:
            shown = found.certificates.setdefault((owner, c["side"] or ""), {})
            name = c["subject"] or "unnamed"
            shown[c["sha256"]] = min(name, shown.get(c["sha256"], name))
            found.show(c, c["frame_number"], ("certificate", owner, c["side"] or "", c["sha256"]))
    for r in tables["responders"].records():
        place = (r["ip"] or "", r["port"] or 0, r["transport"] or "")
        if r["state"] in (None, "answered"):  # None: saved before there were others
            found.responders.setdefault(place, Answers()).note(r)
        elif r["state"] == "open":
            found.opened.add(place)
            found.show(r, next(iter(_known(r["evidence_frames"])), None), ("open", place))
        elif r["state"] != "unanswered":
            found.refused.add(place)
    _findings(tables, found)
    return found


def _findings(tables: "Tables", found: Snapshot) -> None:
    found.policies.update(policy for policy in tables["verdicts"].column("policy") if policy)
    for row in same_finding.rows(tables):
        found.policies.update({row.policy} if row.policy else ())
        if row.severity == "info" or row.of_scan:
            continue
        said = row.severity, row.title
        known = found.findings.get(row.same, said)
        found.findings[row.same] = min(known, said, key=lambda one: (severity_rank(one[0]), one[1]))
        place, about = (row.capture, row.frame_number), ("finding", row.same)
        found.shown[about] = min(place, found.shown.get(about, place))


def _known(values: "Sequence[Any] | None") -> "list[Any]":
    """The items of a cell; a report from elsewhere may have lists with nothing in them."""
    return [value for value in values or () if value is not None]


def _named(implementation: str) -> str:
    """An implementation without what it is known by: IKEv1 and IKEv2 show the same one in other ways."""
    return implementation.partition(" (by ")[0]
