"""The answers do not arrive."""

from analyzer.assessment.alive import traffic_of
from analyzer.assessment.case import Case, frames, span_s
from analyzer.assessment.diagnoses.lost_between_points import lost_of
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.neighbours import BY_OTHERS, NOTHING, shown_of_path
from analyzer.assessment.pieces import missing
from analyzer.assessment.silence import lost_at_end
from analyzer.capture.placed_frame import named
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.conclude.astray import Astray, lost_astray
from analyzer.negotiation.conclude.ignored import closing
from analyzer.negotiation.conclude.lost_answers import LostAnswers
from analyzer.negotiation.conclude.unanswered import answered_before, may_delete
from analyzer.negotiation.conclude.verdict import times, waited
from analyzer.negotiation.model import Exchange, Step
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="answers-lost",
    kind="diagnosis",
    title="The answers do not arrive",
    what="One side retransmits a request that the other had answered in this capture.",
    why=(
        "A firewall, a NAT or a route drops what comes back, between the capture point and the side that asks or on "
        "that host itself; large answers may be lost for their size. The side that answered may believe the SA up."
    ),
    wire=(
        "The same request retransmitted with growing gaps, each time answered at once, and nothing new from that side."
    ),
    lookalikes=(
        "A side that receives the answers and drops them silently: it cannot decrypt or verify them (IKEv1 "
        "main mode with another pre-shared key), or they come from another address than it asked, which is named "
        "where it is seen. A middlebox that "
        "answers in the peer's place."
    ),
    advice=(
        "Capture at the side that retransmits: if the answers are there, look into its firewall and log; if not, "
        "follow their way back (firewalls, NAT, asymmetric routes, source address and port of the answers)."
    ),
    references=("RFC 7296 2.1, 2.4, 2.11", "RFC 2408 5.1"),
)

DROPPED = "a NAT, a firewall or the side that asks may drop them for that."
RULE = "answers come from where the request was sent to, and go to where it came from (RFC 7296 section 2.11)"
_ADDRESS = (
    "Let the peer answer from the address that was asked: bind its daemon to that address, or set the source address "
    "of its route or cluster; or configure the address that answers on the side that asks."
)
_PORT = (
    "Let the peer answer on the ports that were asked, whatever they are: look into its configuration and into NAT "
    "rules before it that rewrite ports."
)


_DEMANDS = {
    NotifyV2.COOKIE: "to return a COOKIE",
    NotifyV2.INVALID_KE_PAYLOAD: "for another key exchange method (INVALID_KE_PAYLOAD)",
}


def diagnose(case: Case) -> Diagnosis | None:
    """Retransmitted to the end although answered; a Delete of the SA is no loss to anybody."""
    if case.n.ike_version == 1 and case.n.starts_late:
        return None  # which side is which may be a guess
    lost = lost_at_end(case)
    if lost is None or _closes(case, lost.exchange) or (case.failed and case.n.failed_by != "none"):
        return None
    if lost_of(case) is not None:
        return None
    if lost.exchange.exchange == "IKE_AUTH" and _sends_since(case, lost):
        return None  # what it got too late, it got
    if missing(lost.exchange, not lost.request.from_initiator) is not None:
        return None  # it is no whole answer: fragment-lost
    end = case.scene.story.last_time
    sure = not case.established or waited(lost.exchange.steps[-1], end)
    shown = frames(lost.request, lost.answers[0], *lost.sent_again, *lost.answers[1:])
    basis = "a side that has its answer does not retransmit"
    detail, astray = _detail(lost), lost_astray(case.n, lost)
    others = NOTHING if case.established else shown_of_path(case)
    if others.text:
        detail, basis, shown = detail + others.text, basis + BY_OTHERS, (*shown, *others.frames)
    if astray is not None:
        text = f"{detail} {astray.sentence}: {DROPPED}"
        advice = answer_as_asked(astray)
        return case.diagnosis(ABOUT, "likely" if sure else "possible", shown, text, f"{basis}; {RULE}", advice)
    if lost.may_be_unread:  # it may have arrived, and could not be decrypted
        return case.diagnosis(ABOUT, "possible", shown, detail, basis, place="unread")
    return case.diagnosis(ABOUT, "likely" if sure else "possible", shown, detail, basis)


def _closes(case: Case, exchange: Exchange) -> bool:
    """It deletes; where the suite is not known, as of an SA from before the capture, it may."""
    if case.n.suite is None and case.n.starts_late:
        return may_delete(case.n, exchange, answered_before(case.n))
    return closing(case.n, exchange)


def answer_as_asked(astray: Astray) -> str:
    """What to do about answers that go astray."""
    return _ADDRESS if astray.elsewhere else _PORT


def _sends_since(case: Case, lost: LostAnswers) -> bool:
    """Its own ESP or AH, seen after the first answer, shows that the side that asked has its SA."""
    return traffic_of(case, from_initiator=lost.request.from_initiator, after=lost.answers[0]) is not None


def _detail(lost: LostAnswers) -> str:
    who = side(lost.request.from_initiator)
    seconds = span_s([lost.answers[0], *lost.sent_again])
    over = f" over {seconds:.1f} s" if seconds is not None else ""
    answer = lost.answers[0]
    frame = named(answer.frame_number)
    size = f"answer of {answer.length} bytes" if answer.fragment is None else "answer in fragments, one of them"
    return (
        f"{lost.exchange.exchange}: the {who} retransmits its message {times(len(lost.sent_again))}{over} after the "
        f"{size} in frame {frame}; it is answered {times(len(lost.answers))} in all.{_demand(lost)}"
    )


def _demand(lost: LostAnswers) -> str:
    """What the answer asks of the initiator, which the same request again does not do."""
    for number, what in _DEMANDS.items():
        if not _holds(lost.answers[0], number):
            continue
        if _holds(lost.request, number):
            return f" The responder asks {what} although the request returns one: it refuses that one."
        return f" The responder asks {what}: the initiator does not do so, or never gets the answers."
    return ""


def _holds(step: Step, notify_type: int) -> bool:
    return any(notify.notify_type == notify_type for notify in step.notifies)
