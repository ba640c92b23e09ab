"""Drift between two captures: who answers now and did not before, and what changed in how peers talk.

What is not seen any more is listed, but is no drift: absence from a capture is not absence from the wire.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from analyzer.report.sentences import suite_text
from analyzer.report.words import endpoint, listed, version_mode
from analyzer.tables.store import Tables

Pair = tuple[str, str]
Place = tuple[str, int, str]


class Change(NamedTuple):
    """One difference. `drift`: something new was seen; otherwise something known was only not seen again."""

    kind: str
    subject: str
    text: str
    drift: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is compared: responders by address, port and transport; the rest by (responder, initiator) address pair."""

    responders: dict[Place, dict[str, Any]]
    suites: dict[Pair, set[str]]
    certificates: dict[Pair, dict[str, str]]
    outcomes: dict[Pair, set[str]]


def snapshot(tables: Tables) -> Snapshot:
    """Gather what is compared from tables, freshly made or read back from report.json."""
    suites: dict[Pair, set[str]] = {}
    outcomes: dict[Pair, set[str]] = {}
    pairs: dict[int, Pair] = {}
    for n in tables["negotiations"].records():
        pair = pairs[n["negotiation"]] = (n["responder_ip"] or "", n["initiator_ip"] or "")
        outcomes.setdefault(pair, set()).add(n["outcome"] or "unknown")
        suite = "" if n["suite_partly_read"] else suite_text(n)  # half a choice is like no other
        if suite and n["outcome"] == "established":
            suites.setdefault(pair, set()).add(f"{version_mode(n)} with {suite}")
    certificates: dict[Pair, dict[str, str]] = {}
    for c in tables["certificates"].records():
        responder, initiator = pairs.get(c["negotiation"], ("", ""))
        owner = responder if c["side"] == "responder" else initiator
        if c["sha256"]:
            certificates.setdefault((owner, c["side"] or ""), {})[c["sha256"]] = c["subject"] or "unnamed"
    responders = {(r["ip"] or "", r["port"] or 0, r["transport"] or ""): r for r in tables["responders"].records()}
    return Snapshot(responders, suites, certificates, outcomes)


def compare(baseline: Tables, current: Tables) -> list[Change]:
    """All differences, what is new first."""
    old, new = snapshot(baseline), snapshot(current)
    changes = [*_responders(old, new), *_suites(old, new), *_certificates(old, new), *_outcomes(old, new)]
    return sorted(changes, key=lambda change: not change.drift)


def _responders(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    for place in sorted(new.responders.keys() | old.responders.keys()):
        subject = f"{endpoint(*place[:2])}/{place[2]}"
        before, after = old.responders.get(place), new.responders.get(place)
        if before is None and after is not None:
            whom = listed(list(after["answered_peers"] or ())) or "someone"
            yield Change("responder-new", subject, f"answers IKE now, to {whom}; it did not in the baseline", True)
        elif after is None:
            text = "answered in the baseline and is not seen answering now; this does not prove it closed"
            yield Change("responder-not-seen", subject, text, False)
        elif before is not None:
            yield from _same_responder(subject, before, after)


def _same_responder(subject: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for column, kind, text in (
        ("versions", "version-new", "answers IKE version {}, which the baseline does not show"),
        ("modes", "mode-new", "answers mode {}, which the baseline does not show"),
        ("answered_peers", "peer-new", "answers {}, whom it did not answer in the baseline"),
    ):
        added = [str(item) for item in after[column] or () if item not in (before[column] or ())]
        if added:
            yield Change(kind, subject, text.format(listed(added)), True)
    was, now = before["implementation"], after["implementation"]
    if was and now and _named(was) != _named(now):
        yield Change("implementation-changed", subject, f"was {was}, is {now} now", True)


def _named(implementation: str) -> str:
    """An implementation without what it is known by: IKEv1 and IKEv2 show the same one in other ways."""
    return implementation.partition(" (by ")[0]


def _suites(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    for pair in sorted(old.suites.keys() & new.suites.keys()):
        added = sorted(new.suites[pair] - old.suites[pair])
        if added:
            before = "; ".join(sorted(old.suites[pair]))
            text = f"agree on {'; '.join(added)} now; in the baseline on {before}"
            yield Change("suite-changed", f"{pair[1]} and {pair[0]}", text, True)


def _certificates(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    for owner in sorted(old.certificates.keys() & new.certificates.keys()):
        added = [
            f"{name} ({sha[:16]})"
            for sha, name in new.certificates[owner].items()
            if sha not in old.certificates[owner]
        ]
        if added:
            yield Change("certificate-new", f"{owner[0]} as {owner[1]}", f"shows certificate {listed(added)}", True)


def _outcomes(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    for pair in sorted(old.outcomes.keys() & new.outcomes.keys()):
        if "established" in old.outcomes[pair] and "established" not in new.outcomes[pair]:
            text = f"established SAs in the baseline; now: {listed(sorted(new.outcomes[pair]))}"
            yield Change("outcome-changed", f"{pair[1]} to {pair[0]}", text, True)
