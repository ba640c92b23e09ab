"""How an authentication ended.

Who refused whose proof, and what the messages around it show (RFC 7296 2.21.2, RFC 2409 5).
"""

from typing import Final, NamedTuple

from analyzer.assessment.case import PHASE1, Case, frames
from analyzer.assessment.eap import ending
from analyzer.assessment.ranking import REASONS_OF_A_REFUSED_PROOF, notifies
from analyzer.assessment.silence import fell_silent, lost_at_end, surely_carried
from analyzer.assessment.traits import Needs, Trait
from analyzer.isakmp.numbers import NotifyV1, PayloadV2
from analyzer.negotiation.conclude.verdict import times
from analyzer.negotiation.lengths import contents, lacks_proof
from analyzer.negotiation.model import AUTHENTICATING, Exchange, Step
from analyzer.vocabulary import side

AUTHENTICATION_ERRORS = {version: notifies("IKE SA", version, "authentication-failed") for version in (1, 2)}
REASON_ERRORS = notifies("IKE SA", 1, *REASONS_OF_A_REFUSED_PROOF)
PROOF_IN_DOUBT: Final[Needs] = (
    Trait.IKE_FAILED,
    Trait.UNUSED_END,
    Trait.IKEV1 | Trait.ESTABLISHED | Trait.INFORMATIONAL,
)
"""Without one of these there is neither a refusal nor a hint at one that was not spoken."""
_DROPPED = "Main mode message 5 is not answered; some peers drop one that they cannot decrypt."


class Refusal(NamedTuple):
    """How one side refused the other's proof of identity."""

    frames: tuple[int, ...]
    text: str


def refusal(case: Case) -> Refusal | None:
    """One side refused the other's proof, as a message in place of the expected one shows.

    Another error that could be read rules it out.
    """
    n = case.n
    if not case.ike_failed or n.failed_by not in ("initiator", "responder"):
        return None
    fits = AUTHENTICATION_ERRORS[n.ike_version]
    if n.ike_version == 1:
        fits = (*fits, *REASON_ERRORS, NotifyV1.PAYLOAD_MALFORMED)  # the last: a peer with another pre-shared key
    by_initiator = n.failed_by == "initiator"
    said = (e for e in case.errors if e.exchange.exchange != "IKE_SA_INIT" and e.step.from_initiator == by_initiator)
    if any(e.notify.notify_type not in fits for e in said):
        return None
    if n.failed_at in AUTHENTICATING:
        return _ikev2(case)
    return _ikev1(case) if n.failed_at in PHASE1 else None


def _ikev2(case: Case) -> Refusal | None:
    """The answer that has no room for a proof, or the initiator's INFORMATIONAL after the one that has.

    Where that answer is not in the capture, the INFORMATIONAL has to be read: it is about nothing else then.
    """
    rounds = case.n.of_type(*AUTHENTICATING)
    last = rounds[-1] if rounds else None
    answer = None if last is None else last.response
    if case.n.failed_by == "responder":
        return None if last is None or answer is None else _answered_short(case, last, answer)
    read = {e.step.frame_number for e in case.errors}
    for exchange in case.n.of_type("INFORMATIONAL"):
        request = exchange.request
        if request is None or not exchange.begun_by_initiator:
            continue
        if answer is not None or request.frame_number in read:
            after = "" if last is None else f" after {last.exchange}"
            text = f"The initiator ends the SA{after} with an INFORMATIONAL of {request.length} bytes"
            return Refusal(frames(answer, request), f"{text}{_fits(case, request)}.")
    return None


def _answered_short(case: Case, last: Exchange, answer: Step) -> Refusal:
    text = f"{last.exchange} is answered with {answer.length} bytes: no room for the responder's identity and proof"
    return Refusal(frames(last.request, answer), f"{text}{_fits(case, answer)}.")


def _fits(case: Case, step: Step) -> str:
    """What an encrypted message of this length may hold, where its length shows it."""
    if step.inner_types is not None or not step.encrypted or step.fragment is not None:
        return ""
    found = contents(case.n.suite, step.length, answers_auth=step.is_response)
    return f", just large enough for {' or '.join(reversed(found))}" if found else ""


def _ikev1(case: Case) -> Refusal | None:
    n = case.n
    phase1 = n.of_type(*PHASE1)
    by_initiator = n.failed_by == "initiator"
    said = [s for e in n.of_type("INFORMATIONAL") for s in e.steps if s.from_initiator == by_initiator]
    said = [s for s in said if not s.duplicate]
    if not phase1 or not said:
        return None
    # vendor fragments are in clear, what they make together is not
    keyed = any(s.encrypted or s.fragment is not None for e in phase1 for s in e.steps) or n.mode == "aggressive"
    keyed = keyed or said[0].encrypted
    if not keyed and case.error(*AUTHENTICATION_ERRORS[1], *REASON_ERRORS) is None:
        return None
    proof = [s for s in phase1[-1].steps if s.from_initiator != by_initiator and not s.duplicate]
    kind = "encrypted" if said[0].encrypted else "clear"
    place = f"in place of {n.mode} mode message {3 if n.mode == 'aggressive' else 6}"
    if by_initiator and n.mode == "main":
        place = "right after main mode message 6"
    count = f"{len(said)} {kind} INFORMATIONAL message{'s' if len(said) > 1 else ''}"
    return Refusal(frames(*proof[-1:], *said), f"{count} from the {n.failed_by} {place}.")


def unspoken(case: Case) -> Refusal | None:
    """A refusal that nothing but the order of messages hints at.

    The side with the last proof to judge ends an SA soon that carried nothing (negotiation/conclude/unused.py), or the
    initiator goes no further after an answer to its only IKE_AUTH that has no room for a proof. IKEv1: main mode's
    fifth message is not answered, as a peer that cannot decrypt it may drop it; or its sixth is dropped by who asked
    for it.
    """
    n = case.n
    if n.unused_end is not None:
        return _unused(*n.unused_end)
    if n.ike_version == 2:
        return _without_proof(case)
    if n.mode != "main" or n.starts_late or not (case.ike_failed or _phase1_only(case)):
        return None  # of a phase 1 that began before the capture, which message is the fifth is a guess
    lost = lost_at_end(case)
    if lost is not None and drops_proof(case):
        often = times(len(lost.sent_again))
        text = f"The initiator retransmits main mode message 5 {often} although message 6 answers it in this capture: "
        text += "message 6 does not arrive, or the initiator does not accept the proof in it."
        return Refusal(frames(lost.request, *lost.sent_again, *lost.answers), text)
    if lost is not None and lost.may_be_unread and surely_carried(case, lost.answers[0]):
        text = f"Main mode message 5 is sent {times(len(lost.answers))}, and the responder retransmits message 4: "
        text += "it drops what it cannot decrypt."
        return Refusal(frames(lost.request, *lost.sent_again, *lost.answers), text)
    stopped = fell_silent(case)
    if stopped is not None and stopped.exchange == "IDENTITY_PROTECTION":
        last = stopped.steps[-1]
        if last.from_initiator and last.encrypted and surely_carried(case, last):
            sent = [s for s in stopped.steps if s.encrypted]
            return Refusal(frames(*sent), _DROPPED)
    return None


def _without_proof(case: Case) -> Refusal | None:
    """The initiator sends nothing after its first IKE_AUTH was answered by a round of EAP, or by several notifies."""
    rounds = case.n.of_type(*AUTHENTICATING) if case.ike_failed and case.n.failed_by == "initiator" else []
    answer = rounds[0].response if len(rounds) == 1 and case.exchanges[-1].index == rounds[0].index else None
    if answer is None or not lacks_proof(case.n.suite, answer):
        return None
    text = (
        f"{rounds[0].exchange} is answered with {answer.length} bytes: no room for the responder's identity and proof. "
        "A round of EAP that the initiator does not take up and a refusal with more than one notify look the same."
    )
    return Refusal(frames(rounds[0].request, answer), text)


def drops_proof(case: Case) -> bool:
    """IKEv1 main mode failed in which the initiator retransmits message 5 to its end, and message 6 is there."""
    lost = lost_at_end(case) if case.ike_failed and case.n.mode == "main" else None
    if lost is None or lost.exchange.exchange != "IDENTITY_PROTECTION" or not lost.request.from_initiator:
        return False
    return all(s.encrypted or s.fragment is not None for s in (lost.request, lost.answers[0]))


def _phase1_only(case: Case) -> bool:
    """Phase 1 came up, and all that follows is INFORMATIONAL."""
    return case.established and "INFORMATIONAL" in case.names and case.names <= {*PHASE1, "INFORMATIONAL"}


def _unused(proof: Step, end: Step) -> Refusal:
    took = ((end.time_ns or 0) - (proof.time_ns or 0)) / 1e9
    by, of = side(end.from_initiator), side(proof.from_initiator)
    text = (
        f"The {by} ends the SA with an INFORMATIONAL of {end.length} bytes {took:.3g} s after the {of}'s "
        "proof. The SA carried nothing. A refusal of the proof and an intended Delete look the same."
    )
    return Refusal(frames(proof, end), text)


def reason_named(case: Case) -> bool:
    """An IKEv1 notify says that it was the identity or the certificate; or EAP, that it was EAP."""
    if case.n.ike_version == 2:
        return ending(case.n) is not None
    return case.error(*REASON_ERRORS) is not None


def eap_rounds(case: Case) -> list[Exchange]:
    """IKE_AUTH exchanges in which EAP was spoken, as far as is known; else none.

    There were several, or one showed an EAP payload. Where all that the initiator sent in them was read, it takes an
    EAP payload of its own: a client that refuses the gateway's certificate does not answer the first EAP request.
    """
    rounds = case.n.of_type(*AUTHENTICATING)
    several = len(rounds) > 1 and any(e.message_id > 1 for e in rounds)
    if not several and not any(PayloadV2.EAP in (s.inner_types or ()) for e in rounds for s in e.steps):
        return []
    sent = [_read(e) for e in rounds]
    return rounds if any(inner is None or PayloadV2.EAP in inner for inner in sent) else []


def eap_answered(case: Case) -> bool:
    """An EAP packet of the initiator was read."""
    return any(PayloadV2.EAP in (_read(e) or ()) for e in case.n.of_type(*AUTHENTICATING))


def _read(exchange: Exchange) -> tuple[int, ...] | None:
    """Types of the payloads in the initiator's message; None: it was not read. () where there is none."""
    sent = [s for s in exchange.steps if s.from_initiator and not s.is_response]
    if not sent:
        return ()
    return next((s.inner_types for s in sent if s.inner_types is not None), None)


def ends_in_mode_config(case: Case) -> bool:
    """The last TRANSACTION exchange is the initiator's: mode config, not XAUTH."""
    rounds = case.n.of_type("TRANSACTION")
    return bool(rounds) and rounds[-1].begun_by_initiator
