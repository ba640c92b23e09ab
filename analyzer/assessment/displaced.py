"""Which SA a responder gave up for another client's: it deletes one client's SA while it lets another client in.

That is what uniqueness rules do with two clients of one identity (RFC 7296 section 2.4, INITIAL_CONTACT; strongSwan's
uniqueids). A client that comes back from another address looks the same, but once only.
"""

from bisect import bisect_left, bisect_right
from typing import NamedTuple

from analyzer.negotiation.life import Life
from analyzer.negotiation.model import AUTHENTICATING, Negotiation
from analyzer.negotiation.story import Story

_AFTER_NS = 500_000_000  # the Delete may follow the answer that lets the other client in
_AT_ONCE = 16  # SAs given up in one such moment: a uniqueness rule gives up one, a flood of Deletes is none


class Displaced(NamedTuple):
    """By an IKEv2 SA's number: the one that took its place, and the one whose place it took."""

    after: dict[int, Negotiation]
    before: dict[int, Negotiation]


def displaced(story: Story, life: Life) -> Displaced:
    """All of a capture's."""
    ends = life.ends
    given_up: dict[str, list[tuple[int, Negotiation]]] = {}
    for n in story.negotiations:
        end = ends.get(n.number)
        if n.ike_version == 2 and end is not None and end.by_initiator is False and end.time_ns is not None:
            given_up.setdefault(n.responder_ip, []).append((end.time_ns, n))
    for row in given_up.values():
        row.sort(key=lambda entry: (entry[0], entry[1].number))
    when = {responder: [time for time, _ in row] for responder, row in given_up.items()}
    found = Displaced({}, {})
    for new in story.negotiations:
        losers = given_up.get(new.responder_ip)
        moment = _let_in(new) if losers and new.ike_version == 2 and new.outcome == "established" else None
        if losers is None or moment is None:
            continue
        times = when[new.responder_ip]
        first = bisect_left(times, moment[0])
        for _, old in losers[first : min(bisect_right(times, moment[1]), first + _AT_ONCE)]:
            if old.initiator_ip != new.initiator_ip:
                found.after.setdefault(old.number, new)
                found.before.setdefault(new.number, old)
    return found


def _let_in(n: Negotiation) -> tuple[int, int] | None:
    """From the last request of IKE_AUTH to a moment after its answer."""
    rounds = [e for e in n.of_type(*AUTHENTICATING) if e.request is not None and e.response is not None]
    if not rounds or rounds[-1].request is None or rounds[-1].response is None:
        return None
    asked, answered = rounds[-1].request.time_ns, rounds[-1].response.time_ns
    return None if asked is None or answered is None else (asked, answered + _AFTER_NS)
