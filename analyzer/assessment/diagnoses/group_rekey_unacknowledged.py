"""Members of a group that no longer acknowledge the key server's rekeys."""

from typing import NamedTuple

from analyzer.assessment.case import Case, frames
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.negotiation.conclude.verdict import waited
from analyzer.negotiation.model import MOVES_KEPT, Step
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="group-rekey-unacknowledged",
    kind="diagnosis",
    title="A member no longer acknowledges group rekeys",
    what=(
        "A member of a group acknowledged rekeys of the key server in this capture (GROUPKEY-PUSH-ACK), and the last "
        "ones it does not: it may have no current keys."
    ),
    why=(
        "The rekeys do not reach the member (multicast routes, a firewall, an address that changed), it cannot decrypt "
        "or verify them, or it left the group."
    ),
    wire=(
        "GROUPKEY-PUSH-ACK of a member after two or more GROUPKEY-PUSH messages, none after the last ones under the "
        "same SPIs, and the capture goes on for a minute."
    ),
    lookalikes=(
        "A member that deregistered or was shut down; acknowledgements that take another way or that the capture lost. "
        "Where no member ever acknowledges nothing is said: the key server asks for it inside encryption only."
    ),
    advice=(
        "See on the member whether it has the current keys of the group, and in its log whether rekeys arrive; let it "
        "register again. Check the multicast path from the key server to it."
    ),
    references=("RFC 8263", "RFC 6407 4"),
)

_PATIENCE_NS = 60 * 10**9  # many members need not answer at once
_KNOWN = 2  # rekeys that a member acknowledged: the key server asks for it, and its answers pass the capture point
_MOST_NAMED = 3


class _Silent(NamedTuple):
    """A member, the rekeys it acknowledged, and how many came since."""

    address: str
    acknowledged: int
    since: int
    last: Step


def diagnose(case: Case) -> Diagnosis | None:
    """GDOI's group rekeys, some of them acknowledged."""
    n = case.n
    if n.mode != "group-rekey" or "GROUPKEY_PUSH_ACK" not in case.names:
        return None
    if n.unread or len(n.moves) >= MOVES_KEPT:
        return None  # what acknowledges the last ones, or who sent it, is not known
    pushes = [s for e in n.of_type("GROUPKEY_PUSH") for s in e.steps if not s.duplicate]
    rekeys = sorted((s for s in pushes if s.retransmission_of is None), key=lambda s: s.frame_number)
    if not rekeys or not waited(rekeys[-1], case.scene.story.last_time, _PATIENCE_NS):
        return None
    silent = _silent(case, rekeys)
    if not silent:
        return None
    since = rekeys[-max(one.since for one in silent) :]
    begun = {s.frame_number for s in since}
    again = [s for s in pushes if s.retransmission_of is not None]
    repeated = [s for s in again if s.retransmission_of in begun]
    habit = len(again) > len(repeated)  # it sends each rekey several times, whoever acknowledges it
    who = ", ".join(one.address for one in silent[:_MOST_NAMED])
    more = f" and {len(silent) - _MOST_NAMED} more members" if len(silent) > _MOST_NAMED else ""
    first = silent[0]
    detail = (
        f"{who}{more}: no GROUPKEY_PUSH_ACK after the last of {len(rekeys):,} rekeys; {first.address} acknowledged "
        f"{first.acknowledged:,} before, and {first.since:,} came since."
    )
    basis = "absence of an acknowledgement in this capture"
    if repeated:
        detail += " The key server retransmits" + (", as it did before." if habit else ".")
        basis += "" if habit else ", and retransmissions of the key server"
    shown = frames(*(one.last for one in silent[:_MOST_NAMED]), *since, *repeated)
    sure: Confidence = "likely" if repeated and not habit else "possible"
    return case.diagnosis(ABOUT, sure, shown, detail, basis, absence=True)


def _silent(case: Case, rekeys: list[Step]) -> list[_Silent]:
    """Members that acknowledged several rekeys and not the last, in the order of their last acknowledgement."""
    acknowledgements = (s for e in case.n.of_type("GROUPKEY_PUSH_ACK") for s in e.steps if not s.duplicate)
    places = sorted(case.n.addresses)
    at, place = 0, None
    count, known, last = 0, dict[str, int](), dict[str, tuple[int, Step]]()
    for step in sorted(acknowledgements, key=lambda s: s.frame_number):
        while count < len(rekeys) and rekeys[count].frame_number < step.frame_number:
            count += 1
        while at < len(places) and places[at][0] <= step.frame_number:
            place, at = places[at], at + 1
        if place is None or count == 0:
            continue
        member = place[3]
        if last.get(member, (0, step))[0] != count:
            known[member] = known.get(member, 0) + 1
        last[member] = count, step
    ordered = sorted(last.items(), key=lambda item: (item[1][1].frame_number, item[0]))
    return [
        _Silent(member, known[member], len(rekeys) - upto, step)
        for member, (upto, step) in ordered
        if upto < len(rekeys) and known[member] >= _KNOWN
    ]
