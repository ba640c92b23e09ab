"""Drift between two sides: who answers now and did not before, and what changed in how peers talk.

What is not seen any more is listed, but is no drift: absence from a capture is not absence from the wire. A scanner's
probes are none either; what a responder answers to them it shows to everybody.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from analyzer.report.change import NOT_READ, OUTCOME_CHANGED, UNFINISHED, Change
from analyzer.report.new_findings import compared
from analyzer.report.snapshot import Answers, Place, Snapshot
from analyzer.report.words import endpoint, listed, plural

_NO_MODE: Final = "unknown"  # of what begins in the middle


def not_read(side: str, sentence: str) -> Change:
    """What is said of a side of which something was not read."""
    return Change(NOT_READ, side, sentence, drift=False)


def sentence(changes: Sequence[Change], *, partly: bool) -> str:
    """What was found, in few words. partly: something of a side was not read."""
    drift = sum(change.drift for change in changes)
    unseen = len(changes) - drift
    only = f"; {unseen} not seen again, which proves nothing" if unseen else ""
    seen = " in what could be read" if partly else ""
    return (plural(drift, "change") if drift else "no drift") + seen + only


def compare(old: Snapshot, new: Snapshot, unread: int = 0, unread_before: int = 0) -> list[Change]:
    """All differences of the current state (`new`) to the baseline (`old`), what is new first.

    unread: captures of the current side of which at least a part was not read: what they may hold is not missing.
    unread_before: those of the baseline: what they may hold is perhaps not new, and is worth a look all the same.
    """
    changes = [*_responders(old, new, unread), *_opened(old, new), *_suites(old, new), *_certificates(old, new)]
    changes += compared(old, new)
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
            if _is_an_initiators(place[0], after, old, new):
                continue
            now = "answers IKE now" if "certain" in after.confidences else "likely answers IKE now (no request is seen)"
            text = f"{now}, to {whom}; the baseline {_before(old, place)}"
            peers = tuple(peer for peer in sorted(after.peers) if not new.is_scanner(place[0], peer))
            shown = new.first(*(("pair", (place[0], peer)) for peer in after.peers)) or new.first(("host", place[0]))
            yield Change("responder-new", subject, text, True, peers).shown(shown)
        elif after is None:
            text = "answered in the baseline and is not seen answering now; this does not prove it closed"
            if unread:
                text = (
                    "answered in the baseline and is not seen answering in what was read now; whether it does cannot "
                    f"be known: {_not_read(unread)}"
                )
            yield Change("responder-not-seen", subject, text, False)
        elif before is not None:
            yield from _same_responder(subject, place[0], before, after, new)


def _is_an_initiators(ip: str, after: Answers, old: Snapshot, new: Snapshot) -> bool:
    """Whether it only answered in an IKEv1 SA that the capture begins in the middle of, whose initiator it may be."""
    if after.modes != {_NO_MODE} or after.versions != {1}:
        return False
    return all((peer, ip) in old.outcomes or (peer, ip) in new.outcomes for peer in after.peers)


def _before(old: Snapshot, place: Place) -> str:
    if place in old.opened:
        return "shows that it accepted TCP connections, and no answer to IKE"
    return "shows that it was refused" if place in old.refused else "does not show that"


def _opened(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Where TCP connections are accepted now, and neither were nor was IKE answered."""
    for place in sorted(new.opened - old.opened - old.responders.keys() - new.responders.keys()):
        before = "refused them" if place in old.refused else "does not show that it did"
        text = f"accepts TCP connections on a port of IKE now; the baseline {before}"
        change = Change("tcp-open-new", f"{endpoint(*place[:2])}/{place[2]}", text, True)
        yield change.shown(new.first(("open", place)))


def _peer(new: Snapshot, place: Place, peer: str) -> str:
    return f"{peer} (a scanner)" if new.is_scanner(place[0], peer) else peer


def _same_responder(subject: str, ip: str, before: Answers, after: Answers, new: Snapshot) -> Iterator[Change]:
    peers = {peer for peer in after.peers - before.peers if not new.is_scanner(ip, peer)}
    added: tuple[tuple[Iterable[int | str], str, str, str], ...] = (
        (after.versions - before.versions, "version", "IKE version {}", "which the baseline does not show"),
        (after.modes - before.modes - {_NO_MODE}, "mode", "mode {}", "which the baseline does not show"),
        (peers, "peer", "{}", "whom the baseline does not show it answering"),
    )
    for items, about, what, basis in added:
        names = tuple(map(str, sorted(items, key=str)))
        if names:
            keys = (("pair", (ip, item)) if about == "peer" else (about, ip, item) for item in items)
            text = f"answers {what.format(listed(names))}, {basis}"
            yield Change(f"{about}-new", subject, text, True, names).shown(new.first(*keys))
    was, now = before.implementations, after.implementations
    names = tuple(sorted(now.keys() - was.keys()))
    if was and names:
        texts = (listed([found[name] for name in sorted(found)]) for found in (was, now))
        text = "was {}, is {} now".format(*texts)
        yield Change("implementation-changed", subject, text, True, names).shown(new.first(("host", ip)))


def _suites(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    for pair in sorted(old.suites.keys() & new.suites.keys()):
        added = sorted(new.suites[pair] - old.suites[pair])
        if added:
            before = "; ".join(sorted(old.suites[pair]))
            text = f"agree on {'; '.join(added)} now; in the baseline on {before}"
            change = Change("suite-changed", f"{pair[1]} and {pair[0]}", text, True, tuple(added))
            yield change.shown(new.first(*(("suite", pair, suite) for suite in added)))


def _certificates(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    for owner in sorted(old.certificates.keys() & new.certificates.keys()):
        known = old.certificates[owner]
        added = sorted((name, sha) for sha, name in new.certificates[owner].items() if sha not in known)
        if added:
            names = listed([f"{name} ({sha[:16]})" for name, sha in added])
            digests = tuple(sha for _, sha in added)
            change = Change("certificate-new", " as ".join(owner), f"shows certificate {names}", True, digests)
            yield change.shown(new.first(*(("certificate", *owner, sha) for sha in digests)))


def _outcomes(old: Snapshot, new: Snapshot, unread: int) -> Iterator[Change]:
    """Pairs that do not get an SA up any more. A scanner's probe is no attempt at one.

    Of what the capture has a part of, no drift is made: a rotation cuts negotiations in two.
    """
    for pair in sorted(old.outcomes.keys() & new.outcomes.keys()):
        now = sorted(new.outcomes[pair] - {"probe"})
        if not now or "established" not in old.outcomes[pair] or "established" in now:
            continue
        text = f"established SAs in the baseline; now: {listed(now)}"
        if now == [UNFINISHED]:
            text += ", which does not prove that none is established"
        elif unread:
            text = (
                f"established SAs in the baseline; in what was read now: {listed(now)}. Whether one is established "
                f"cannot be known: {_not_read(unread)}"
            )
        change = Change(
            OUTCOME_CHANGED, f"{pair[1]} to {pair[0]}", text, not unread and now != [UNFINISHED], tuple(now)
        )
        yield change.shown(new.first(*(("outcome", pair, outcome) for outcome in now)))


def _not_read(unread: int) -> str:
    return f"{plural(unread, 'capture')} {'was' if unread == 1 else 'were'} not read, or not to the end"
