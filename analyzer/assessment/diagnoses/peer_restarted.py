"""The peer lost its state."""

from analyzer.assessment.case import Case, frames
from analyzer.assessment.diagnoses import peer_dead
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.scene import began, ended, first_step
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.life.succession import INITIAL_CONTACT
from analyzer.negotiation.model import Negotiation
from analyzer.vocabulary import Confidence

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

UNKNOWN_SPI = (NotifyV2.INVALID_IKE_SPI, NotifyV2.INVALID_SPI)  # numbered as IKEv1's INVALID-COOKIE and INVALID-SPI
WINDOW_S = 600
LOOK_AHEAD = 4


def diagnose(case: Case) -> Diagnosis | None:
    """The peer says that it does not know the SA, or a later SA shows it."""
    n = case.n
    if not case.established and not n.starts_late:
        return None
    error = case.error(*UNKNOWN_SPI)
    if error is not None and error.clear:
        before = "an SA that was up" if case.established else "an SA from before the capture"
        detail = f"{case.notify_name(error)} in clear for {before}."
        return case.diagnosis(ABOUT, "likely", (error.step.frame_number,), detail, "clear-text notify")
    if not case.established:
        return None
    dead = peer_dead.diagnose(case) is not None
    if n.deleted_at is not None or not (dead or n.decrypted):
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


def _same_peers(n: Negotiation, other: Negotiation) -> bool:
    """Nothing shows that the two are of different peers: several can share an address behind a NAT."""
    ours, theirs = ({i.text for i in each.identities} for each in (n, other))
    return not ours or not theirs or ours == theirs
