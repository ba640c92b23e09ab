"""Verdict: what became of a negotiation; and the questions about time and silence that both versions' rules ask."""

from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.vocabulary import Confidence, FailedBy, Outcome

# An answer takes at most this long on any path we know; a capture that ends sooner cannot show that none came
PATIENCE_NS = 3 * 10**9

NO_ANSWER = "and not answered"
NOT_WHOLE = "and of its answer fragments are missing"


class Verdict(NamedTuple):
    """Outcome of a negotiation as in the `negotiations` table; `basis` says what it rests on.

    absence: on what a side did not send; a failure by silence (failed_by "none") always rests on that.
    """

    outcome: Outcome
    failed_at: str | None
    failed_by: FailedBy | None
    failure: str | None
    basis: str
    confidence: Confidence = "certain"
    absence: bool = False


def incomplete(basis: str, *, absence: bool = False) -> Verdict:
    """The capture does not show how it went on."""
    return Verdict("incomplete", None, None, None, basis, absence=absence)


def silence_seen(exchange: Exchange, capture_end: int | None) -> bool:
    """The last message of this exchange was waited for long enough.

    Retransmitted, or the capture goes on for PATIENCE_NS. That an earlier one was retransmitted shows nothing of it.
    """
    if not exchange.steps:
        return False
    last: list[Step] = []  # of a message in fragments each
    for step in exchange.steps:
        if step.retransmission_of is None and not step.duplicate:
            if last and not (step.from_initiator == last[-1].from_initiator and step.fragment and last[-1].fragment):
                last = []
            last.append(step)
    known = {step.frame_number for step in last}
    repeated = any(s.retransmission_of in known and not s.duplicate for s in exchange.steps)
    return repeated or waited(newest(exchange), capture_end)


def newest(exchange: Exchange) -> Step:
    """Its last step that is no retransmission and no copy; the last one where all are."""
    return next((s for s in exchange.newest_steps() if s.retransmission_of is None and not s.duplicate), exchange.first)


def waited(step: Step, capture_end: int | None, patience_ns: int = PATIENCE_NS) -> bool:
    """The capture goes on for `patience_ns` after this message."""
    return step.time_ns is not None and capture_end is not None and capture_end - step.time_ns >= patience_ns


def answers_are_slower(n: Negotiation, asked: Step, capture_end: int | None) -> bool:
    """The capture goes on for less time after this message than an answer to that side took before.

    Then a retransmission shows no silence: on a slow path every message is retransmitted.
    """
    for exchange in n.exchanges:
        first, answer = exchange.request, exchange.response
        if first is None or answer is None or first.from_initiator != asked.from_initiator:
            continue
        if first.time_ns is None or answer.time_ns is None or asked.time_ns is None or capture_end is None:
            continue
        if capture_end - asked.time_ns < answer.time_ns - first.time_ns:
            return True
    return False


def error_name(n: Negotiation, *, from_initiator: bool, since: int = 0) -> str | None:
    """The last error notify that one side sent, in the SA's IKE version, and that could be read.

    since: the frame of what was refused. An error before it, such as INVALID_KE_PAYLOAD of the first round, is not why.
    """
    found: tuple[int, str] | None = None
    for step in (s for e in n.exchanges if e.ike_version == n.ike_version for s in e.steps):
        if step.from_initiator != from_initiator or step.frame_number < since:
            continue
        for notify in step.notifies:
            if registry.notify_class(n.ike_version, notify.notify_type) == "error" and (
                found is None or step.frame_number >= found[0]
            ):
                found = step.frame_number, registry.notify_name(n.ike_version, notify.notify_type)
    return found[1] if found else None


def sealed(step: Step) -> bool:
    """Encrypted, or a part of what may be: IKEv1's vendor fragments are in clear themselves."""
    return step.encrypted or step.fragment is not None


def heard(n: Negotiation, *, from_initiator: bool) -> bool:
    """Any message of that side is in the capture."""
    return any(s.from_initiator == from_initiator for s in n.steps())


def times(count: int) -> str:
    """How often: once, twice, 5 times."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")
