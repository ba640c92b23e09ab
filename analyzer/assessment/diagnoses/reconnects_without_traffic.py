"""A host that sets up one SA after the other and never gets traffic."""

from analyzer.assessment.case import Case, frames
from analyzer.assessment.diagnoses import sa_flapping
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.periods import duration
from analyzer.assessment.reconnects import Row
from analyzer.assessment.scene import first_step
from analyzer.assessment.traits import Trait
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="reconnects-without-traffic",
    kind="diagnosis",
    title="The initiator starts over and never gets traffic",
    what=(
        "One host sets up an IKE SA with the same peer again and again, each comes up and is gone before the next, and "
        "no ESP or AH packet comes back to that host."
    ),
    why=(
        "The host gives the SA up because nothing answers through it: ESP is dropped on the way or by the peer, routes "
        "or traffic selectors send packets elsewhere, a health check of the client fails; or the peer deletes it."
    ),
    wire=(
        "4 or more IKE SAs from one host to another, none of them a rekey, each begun when the one before was deleted "
        "or silent, less than an hour after it, and no ESP or AH packets to that host meanwhile. Faster ones are "
        "sa-flapping."
    ),
    lookalikes=(
        "Traffic that this capture does not hold (a filter by port leaves ESP out where there is no NAT). "
        "Reauthentication on schedule, of an SA that lived until then, is not counted, nor are IKEv1 SAs made anew "
        "when their lifetime is nearly over."
    ),
    advice=(
        "See the initiator's log for what ends each SA, and whether ESP (IP protocol 50, or UDP 4500) arrives at the "
        "peer and its answers come back: firewalls, routes, and the traffic selectors of both sides."
    ),
    references=("RFC 7296 2.4", "RFC 4301 5.1"),
)
NEEDS = (Trait.ESTABLISHED,)

_SHOWN = 11
_BASIS = "times of the negotiations of these hosts, and absence of ESP and AH in this capture"


def diagnose(case: Case) -> Diagnosis | None:
    """An SA of such a row, where it is not known for another failure."""
    n = case.n
    row = case.scene.reconnects.get(n.number) if case.established and n.failed_at is None else None
    if row is None or case.scene.left_out.esp or sa_flapping.diagnose(case) is not None:
        return None
    sure = _sure(case)
    if sure == "possible" and not row.period.even:
        return None  # nobody can know of traffic, and who connects on demand does so at any time
    return case.diagnosis(ABOUT, sure, _frames(row), _detail(row), _BASIS, absence=True)


def _sure(case: Case) -> Confidence:
    """Likely where the capture would hold the traffic: it has some of these hosts, or it goes through UDP 4500."""
    n = case.n
    through_4500 = n.nat not in (None, "none") and any(s.transport == "udp-4500" for s in n.steps())
    seen = case.scene.ways_of_traffic
    return "likely" if through_4500 or (n.initiator_ip, n.responder_ip) in seen else "possible"


def _frames(row: Row) -> tuple[int, ...]:
    return frames(*(first_step(n) for n in row.negotiations[:_SHOWN]))


def _detail(row: Row) -> str:
    n, pause = row.negotiations[0], duration(row.period.pause_ns / 1e9)
    how = f"again every {pause}" if row.period.even else f"{pause} apart in the median"
    text = f"{row.period.times:,} IKE SAs from {n.initiator_ip} to {n.responder_ip}, {how}; all came up, and no ESP or "
    text += f"AH packet to {n.initiator_ip} is seen while they last."
    for by, count in (("initiator", row.by_initiator), ("responder", row.by_responder)):
        if count:
            text += f" The {by} deletes {count:,} of them."
    return text
