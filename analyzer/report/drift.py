"""Drift between two sides: who answers now and did not before, and what changed in how peers talk.

What is not seen any more is listed, but is no drift: absence from a capture is not absence from the wire. A scanner's
probes are none either; what a responder answers to them it shows to everybody.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from analyzer.report.snapshot import Answers, Place, Snapshot, snapshot
from analyzer.report.words import endpoint, listed, plural
from analyzer.tables.store import Tables


class Change(NamedTuple):
    """One difference. `drift`: something new was seen; otherwise something known was only not seen again."""

    kind: str
    subject: str
    text: str
    drift: bool


def compare(baseline: Tables, current: Tables, unread: int = 0, unread_before: int = 0) -> list[Change]:
    """All differences, what is new first.

    unread: captures of the current side of which at least a part was not read: what they may hold is not missing.
    unread_before: those of the baseline: what they may hold is perhaps not new, and is worth a look all the same.
    """
    old, new = snapshot(baseline), snapshot(current)
    changes = [*_responders(old, new, unread), *_suites(old, new), *_certificates(old, new)]
    if unread_before:
        perhaps = f"; whether it is new cannot be known: of the baseline {_not_read(unread_before)}"
        changes = [change._replace(text=change.text + perhaps) if change.drift else change for change in changes]
    changes += _outcomes(old, new, unread)
    return sorted(changes, key=lambda change: not change.drift)


def _responders(old: Snapshot, new: Snapshot, unread: int) -> Iterator[Change]:
    for place in sorted(new.responders.keys() | old.responders.keys()):
        subject = f"{endpoint(*place[:2])}/{place[2]}"
        before, after = old.responders.get(place), new.responders.get(place)
        if before is None and after is not None:
            whom = listed([_peer(new, place, peer) for peer in sorted(after.peers)]) or "someone"
            yield Change("responder-new", subject, f"answers IKE now, to {whom}; the baseline does not show that", True)
        elif after is None:
            text = "answered in the baseline and is not seen answering now; this does not prove it closed"
            if unread:
                text = (
                    "answered in the baseline and is not seen answering in what was read now; whether it does cannot "
                    f"be known: {_not_read(unread)}"
                )
            yield Change("responder-not-seen", subject, text, False)
        elif before is not None:
            yield from _same_responder(subject, before, after, _new_peers(place, before, after, new))


def _peer(new: Snapshot, place: Place, peer: str) -> str:
    return f"{peer} (a scanner)" if new.is_scanner(place[0], peer) else peer


def _new_peers(place: Place, before: Answers, after: Answers, new: Snapshot) -> Iterable[str]:
    return (peer for peer in after.peers - before.peers if not new.is_scanner(place[0], peer))


def _same_responder(subject: str, before: Answers, after: Answers, peers: Iterable[str]) -> Iterator[Change]:
    for added, kind, text in (
        (after.versions - before.versions, "version-new", "answers IKE version {}, which the baseline does not show"),
        (after.modes - before.modes, "mode-new", "answers mode {}, which the baseline does not show"),
        (peers, "peer-new", "answers {}, whom the baseline does not show it answering"),
    ):
        names = [str(item) for item in sorted(added)]
        if names:
            yield Change(kind, subject, text.format(listed(names)), True)
    was, now = before.implementations, after.implementations
    if was and now.keys() - was.keys():
        texts = (listed([found[name] for name in sorted(found)]) for found in (was, now))
        yield Change("implementation-changed", subject, "was {}, is {} now".format(*texts), True)


def _suites(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    for pair in sorted(old.suites.keys() & new.suites.keys()):
        added = sorted(new.suites[pair] - old.suites[pair])
        if added:
            before = "; ".join(sorted(old.suites[pair]))
            text = f"agree on {'; '.join(added)} now; in the baseline on {before}"
            yield Change("suite-changed", f"{pair[1]} and {pair[0]}", text, True)


def _certificates(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    for owner in sorted(old.certificates.keys() & new.certificates.keys()):
        known = old.certificates[owner]
        added = sorted((name, sha) for sha, name in new.certificates[owner].items() if sha not in known)
        if added:
            names = listed([f"{name} ({sha[:16]})" for name, sha in added])
            yield Change("certificate-new", f"{owner[0]} as {owner[1]}", f"shows certificate {names}", True)


def _outcomes(old: Snapshot, new: Snapshot, unread: int) -> Iterator[Change]:
    """Pairs that do not get an SA up any more. A scanner's probe is no attempt at one."""
    for pair in sorted(old.outcomes.keys() & new.outcomes.keys()):
        now = sorted(new.outcomes[pair] - {"probe"})
        if not now or "established" not in old.outcomes[pair] or "established" in now:
            continue
        text = f"established SAs in the baseline; now: {listed(now)}"
        if unread:
            text = (
                f"established SAs in the baseline; in what was read now: {listed(now)}. Whether one is established "
                f"cannot be known: {_not_read(unread)}"
            )
        yield Change("outcome-changed", f"{pair[1]} to {pair[0]}", text, not unread)


def _not_read(unread: int) -> str:
    return f"{plural(unread, 'capture')} {'was' if unread == 1 else 'were'} not read, or not to the end"
