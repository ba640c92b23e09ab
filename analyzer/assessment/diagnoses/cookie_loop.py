"""COOKIE not taken up."""

from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.silence import lost_at_end
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.conclude.outcome_ikev2 import cookies_returned
from analyzer.negotiation.conclude.verdict import times
from analyzer.negotiation.model import AUTHENTICATING, Step
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="cookie-loop",
    kind="diagnosis",
    title="The COOKIE is asked for and not accepted",
    what="The responder keeps asking for its COOKIE, or the initiator does not return it.",
    why=(
        "The retries reach another node of a cluster with another secret, a NAT changes the source "
        "between tries, something on the path changes the COOKIE, or the initiator handles COOKIE badly."
    ),
    wire="COOKIE in one IKE_SA_INIT response after the other and no proposal chosen; or one COOKIE and then nothing.",
    lookalikes="A forged source address: whoever sent the request never sees the COOKIE.",
    advice=(
        "See whether the initiator's port or address changes between tries; share the cookie secret "
        "within the cluster; update the initiator."
    ),
    references=("RFC 7296 2.6, 2.6.1",),
)
NEEDS = (Trait.IKEV2 | Trait.DOWN | Trait.COOKIE,)

LOOP = 3
_GOES_ON = frozenset(("IKE_INTERMEDIATE", *AUTHENTICATING))


def diagnose(case: Case) -> Diagnosis | None:
    """Several COOKIE answers without success, or one that nobody took up."""
    if case.established or case.redirected or case.n.chosen_frame is not None or case.names & _GOES_ON:
        return None  # where the SA went on the COOKIE was accepted
    demands = _demands(case)
    asked = [s for s in demands if s.retransmission_of is None]
    if not asked:
        return None
    sent = cookies_returned(case.n)
    if asked_again(case):
        asked = demands  # none is a retransmission
    lost = lost_at_end(case)
    ignored = case.n.failure == "COOKIE"
    if len(asked) < LOOP and not ignored and lost is None:
        return None
    first = min(s.frame_number for s in asked)
    returned = [s for s in sent if s.frame_number > first]
    detail = f"COOKIE asked for {times(len(asked if lost is None else demands))}, no proposal chosen."
    if returned:
        detail += _taken_up(asked, returned)
    elif lost is not None:
        detail += " The initiator retransmits its request as it was: it does not return it, or never gets the answers."
    elif sent:
        detail += " The initiator had sent a COOKIE before, which was not given in this negotiation."
    elif ignored:
        detail += " The initiator did not return it."
    sources = {(ip, port) for _, ip, port, _, _ in case.n.addresses}
    if len(sources) > 1:
        detail += f" The requests come from {len(sources)} different addresses or ports."
    frames = tuple(s.frame_number for s in (*asked, *returned))
    confidence: Confidence = "likely" if len(asked) >= LOOP or lost is not None else "possible"
    return case.diagnosis(ABOUT, confidence, frames, detail, "clear-text notifies")


def _demands(case: Case) -> list[Step]:
    """The answers that ask for a COOKIE; copies that only the capture made are none."""
    if case.n.ike_version == 1:
        return []
    asking = (s for s, n in case.notifies if n.notify_type == NotifyV2.COOKIE)
    return [s for s in asking if s.is_response and not s.duplicate]


def asked_again(case: Case) -> bool:
    """The same COOKIE answers requests that return it: there are more demands than requests without it."""
    demands, returned = len(_demands(case)), len(cookies_returned(case.n))
    if demands < LOOP or returned < LOOP - 1:
        return False
    requests = sum(s.from_initiator and not s.duplicate for e in case.n.of_type("IKE_SA_INIT") for s in e.steps)
    return demands > requests - returned


def _taken_up(asked: list[Step], returned: list[Step]) -> str:
    """Whether what the initiator returned is what it was given, in this capture, before."""
    text = f" The initiator returned a COOKIE in {len(returned)} request{'s' if len(returned) > 1 else ''}"
    if returned[0].frame_number > asked[-1].frame_number:
        return f"{text}; nothing in this capture answers that."
    given: dict[bytes, int] = {}  # value: frame that gave it first
    for step in asked:
        given.setdefault(_cookie(step), step.frame_number)
    other = [r for r in returned if given.get(_cookie(r), r.frame_number) >= r.frame_number]
    if not other:
        return f"{text}, each time the value that it was given: the responder did not accept its own COOKIE."
    return f"{text}; in {len(other)} of them the value is none that the responder gave in this capture before."


def _cookie(step: Step) -> bytes:
    return next(n.data for n in step.notifies if n.notify_type == NotifyV2.COOKIE)
