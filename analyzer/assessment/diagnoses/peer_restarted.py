"""The peer lost its state."""

from analyzer.assessment.case import Case, frames
from analyzer.assessment.causes import IN_CLEAR, UNKNOWN_SPI
from analyzer.assessment.diagnoses import peer_dead
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.scene import began, ended, first_step, pair
from analyzer.assessment.traits import Trait
from analyzer.capture.datagram import EspStream
from analyzer.negotiation.life.succession import INITIAL_CONTACT
from analyzer.negotiation.model import Negotiation, Step
from analyzer.vocabulary import Confidence, side

ABOUT = Explanation(
    id="peer-restarted",
    kind="diagnosis",
    title="The peer lost its state",
    what="The peer no longer knows an SA that was up: it restarted, or removed the SA without saying so.",
    why="A reboot or crash, a configuration reload, or a failover to a machine without the state.",
    wire=(
        "INVALID_IKE_SPI or INVALID_SPI in clear; INITIAL_CONTACT in a new SA while the old one was not "
        "deleted; a new SA with the peer after the old one got no answers."
    ),
    lookalikes="A forged notify: INVALID_SPI is unauthenticated.",
    advice="See what happened on the peer at that time. Dead peer detection on both sides shortens the outage.",
    references=("RFC 7296 2.4, 2.21.4", "RFC 2407 4.6.3.3"),
)
NEEDS = (Trait.ESTABLISHED, Trait.STARTS_LATE)

WINDOW_S = 600
LOOK_AHEAD = 4
JUST_NS = 10 * 10**9


def diagnose(case: Case) -> Diagnosis | None:
    """The peer says that it does not know the SA, or a later SA shows it."""
    n = case.n
    if not case.established and not n.starts_late:
        return None
    error = case.error(*UNKNOWN_SPI)
    if error is not None and error.clear and error.step.frame_number >= _both_speak_until(n):
        before = "an SA that was up" if case.established else "an SA from before the capture"
        alike = [e for e in case.errors if e.clear and e.notify.notify_type in UNKNOWN_SPI]
        often = f", {len(alike)} times" if len(alike) > 1 else ""
        detail = f"{case.notify_name(error)} in clear for {before}, from the {side(error.step.from_initiator)}{often}."
        shown = frames(alike[0].step, alike[-1].step)
        return case.diagnosis(ABOUT, "likely", shown, detail, IN_CLEAR)
    if not case.established:
        return None
    reported = _unknown_spi(case) or _unreachable(case)
    if reported is not None or n.deleted_at is not None:
        return reported
    dead = peer_dead.diagnose(case) is not None
    if not (dead or n.decrypted):
        return None
    end = ended(n)
    for other in case.scene.neighbours(n, WINDOW_S, most=LOOK_AHEAD):
        start, first = began(other), first_step(other)
        if start is None or end is None or first is None or other.rekeyed_from is not None:
            continue
        if start < end or other.outcome != "established" or not _same_peers(n, other):
            continue
        said = INITIAL_CONTACT.get(other.ike_version)
        contact = next((t for t in other.steps() for s in t.notifies if s.notify_type == said), None)
        if dead or contact is not None:
            when = "after this SA got no answers" if dead else "although this SA was not deleted"
            with_it = ", with INITIAL_CONTACT" if contact is not None else ""
            detail = f"Negotiation {other.number} with the same peer begins {when}{with_it}."
            confidence: Confidence = "likely" if contact is not None else "possible"
            return case.diagnosis(ABOUT, confidence, frames(first, contact), detail, "order of the two negotiations")
    return None


def _unreachable(case: Case) -> Diagnosis | None:
    """The host of one side reports that nothing listens on its IKE port, and then begins a new SA."""
    n = case.n
    own = [e for e in n.icmp_errors if e.kind == "port-unreachable" and e.reporter_ip == e.dst_ip]
    spoke = {_sent_by(n, s): s.time_ns for s in sorted(n.steps(), key=_when) if s.time_ns is not None} if own else {}
    for error in reversed(own):
        host = error.dst_ip
        if error.time_ns is None:
            continue
        if spoke.get(host, error.time_ns) > error.time_ns:
            return None  # it speaks again in this SA
        for other in case.scene.begun_after(n, error.time_ns, WINDOW_S, most=LOOK_AHEAD):
            first, again = first_step(other), other.outcome == "established" and other.rekeyed_from is None
            if again and first is not None and other.initiator_ip == host and _same_peers(n, other):
                detail = (
                    f"{host} reports its UDP port {error.dst_port} unreachable while this SA is up, and then begins "
                    f"negotiation {other.number} with the same peer."
                )
                shown = (error.frame_number, first.frame_number)
                return case.diagnosis(ABOUT, "likely", shown, detail, "ICMP error, and order of the two negotiations")
    return None


def _when(step: Step) -> int:
    return step.time_ns or 0


def _sent_by(n: Negotiation, step: Step) -> str:
    _, initiator, _, responder, _ = n.place_at(step.frame_number)
    return initiator if step.from_initiator else responder


def _unknown_spi(case: Case) -> Diagnosis | None:
    """One of the two hosts reports, outside of the IKE SA, an SPI of ESP or AH that it does not know."""
    n = case.n
    said = case.scene.unknown_spis.get(pair(n))
    if not said:
        return None
    until, streams = _both_speak_until(n), [j.stream for j in case.scene.streams_of.get(n.number, ())]
    for stream in streams:
        step = said.get(stream.spi)
        if step is not None and step.frame_number >= until:
            detail = (
                f"INVALID_SPI in clear, outside of any IKE SA: its sender does not know SPI {stream.spi}, "
                "which the other side sends to."
            )
            return case.diagnosis(ABOUT, "likely", (stream.first_frame, step.frame_number), detail, IN_CLEAR)
    step = said.get("")
    if step is None or step.frame_number < until or not any(_was_used(stream, step.time_ns) for stream in streams):
        return None
    detail = (
        "INVALID_SPI in clear, outside of any IKE SA, while ESP or AH of this SA is sent; it does not say which SPI."
    )
    return case.diagnosis(ABOUT, "possible", (step.frame_number,), detail, IN_CLEAR)


def _both_speak_until(n: Negotiation) -> int:
    """The frame before which a report says nothing: after it both sides send encrypted messages of the SA.

    Whoever sent such a report, the SA is known to them.
    """
    last = {True: 0, False: 0}
    for step in n.steps():
        if step.encrypted:
            last[step.from_initiator] = max(last[step.from_initiator], step.frame_number)
    return min(last.values())


def _was_used(stream: EspStream, at: int | None) -> bool:
    """Packets of the stream came before that time, until shortly before it or longer."""
    if at is None or stream.first_time is None or stream.last_time is None:
        return False
    return stream.first_time <= at <= stream.last_time + JUST_NS


def _same_peers(n: Negotiation, other: Negotiation) -> bool:
    """Nothing shows that the two are of different peers: several can share an address behind a NAT."""
    ours, theirs = ({i.text for i in each.identities} for each in (n, other))
    return not ours or not theirs or ours == theirs
