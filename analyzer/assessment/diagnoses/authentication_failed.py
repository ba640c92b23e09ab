"""Authentication failed."""

from analyzer.assessment.authentication import AUTHENTICATION_ERRORS, PROOF_IN_DOUBT, reason_named, refusal, unspoken
from analyzer.assessment.case import Case
from analyzer.assessment.checks.aggressive_mode_psk import PRE_SHARED
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.proof import keys_agree, proof
from analyzer.isakmp.numbers import AuthMethodV2, NotifyV2
from analyzer.vocabulary import Confidence, side

ABOUT = Explanation(
    id="authentication-failed",
    kind="diagnosis",
    title="Authentication failed",
    what="One side did not accept the other's proof of identity.",
    why=(
        "Wrong pre-shared key, an identity that the peer does not expect, a certificate it does not trust "
        "or that has expired, or no connection configured for this peer."
    ),
    wire=(
        "IKEv2: an IKE_AUTH response with room for one notify only, or an INFORMATIONAL right after "
        "IKE_AUTH. IKEv1: an encrypted INFORMATIONAL in place of the next message. With keys: "
        "AUTHENTICATION_FAILED itself. IKEv1 may show no answer to main mode message 5, or an end right after "
        "message 6, only."
    ),
    lookalikes=(
        "Wrong key, wrong identity and untrusted certificate look the same without keys. Other errors in "
        "IKE_AUTH are as short, but rare."
    ),
    advice=(
        "Read the log of the side that refused: it names the reason. Compare pre-shared key, identities "
        "(type and value), certificates and clocks."
    ),
    references=("RFC 7296 2.15, 2.21.2", "RFC 2409 5", "RFC 8784 3"),
)
NEEDS = PROOF_IN_DOUBT

BEFORE_PROOF = (
    "No proof had been asked for yet: see whether the responder has a connection for this address and identity, takes "
    "this mode (main or aggressive), and allows it with this method; its log names the reason."
)
SAME_KEYS = (
    "The pre-shared keys are the same: each side could read the other. Compare identities (type and value), the mode, "
    "and whether one side wants XAUTH or certificates; the log of the side that refused names the reason."
)
CERTIFIED = (
    "Read the log of the side that refused: it names the reason. It had asked for the certificate that came with the "
    "proof: compare trust anchors, chain, validity, identities (type and value) and clocks."
)
NO_PROOF = (
    "See whether the responder has a connection with EAP for these identities: it refused before any password or "
    "certificate of the initiator was asked for. Its log names the reason."
)


def diagnose(case: Case) -> Diagnosis | None:
    """The refusing side is known; the reason only if the notify could be read."""
    refused = refusal(case)
    if refused is None:
        hint = unspoken(case)
        basis = "one of the reasons for no answer or an early end"
        return case.diagnosis(ABOUT, "possible", hint.frames, hint.text, basis, place="unspoken") if hint else None
    if reason_named(case):
        return None
    n = case.n
    ppk = _ppk(case) + _methods(case)
    error = case.error(*AUTHENTICATION_ERRORS.get(n.ike_version, ()))
    if error is not None and side(error.step.from_initiator) == n.failed_by:  # else it only ends what was refused
        read = "in clear, unauthenticated" if error.clear else "decrypted"
        detail = f"{case.notify_name(error)} from the {n.failed_by} ({read}).{ppk}"
        frames = (*refused.frames, error.step.frame_number)
        # what a decrypted notify answers may be open, and have been the refusal
        confidence: Confidence = "likely" if error.clear else n.outcome_confidence
        return case.diagnosis(ABOUT, confidence, frames, detail, "the notify itself", _advice(case))
    # A refusal may be certain; what it was about is not, where only its length is known: other errors are as short
    confidence = "likely" if n.outcome_confidence == "certain" else n.outcome_confidence
    return case.diagnosis(ABOUT, confidence, refused.frames, f"{refused.text}{ppk}", n.outcome_basis, _advice(case))


def _advice(case: Case) -> str | None:
    """What is left to compare where the wire rules something out; None: all of it."""
    if case.n.ike_version == 1 and not any(s.encrypted for s in case.n.steps()):
        return BEFORE_PROOF
    if keys_agree(case) and case.n.suite is not None and case.n.suite.auth_method in PRE_SHARED:
        return SAME_KEYS
    shown = proof(case)
    if shown is None:
        return None
    if shown.method is None:
        return NO_PROOF
    return CERTIFIED if shown.certificate and shown.asked else None


def _methods(case: Case) -> str:
    """What the refused side had sent of a proof, where that is not what the other side had asked for."""
    shown = proof(case)
    if shown is None:
        return ""
    if shown.method is None:
        return " No proof had been sent: the initiator leaves AUTH out to be asked for EAP."
    if shown.method == AuthMethodV2.NULL_AUTHENTICATION:
        return " It refused a peer that proves no identity (NULL authentication, RFC 7619)."
    if shown.method == AuthMethodV2.SHARED_KEY_MESSAGE_INTEGRITY_CODE and shown.asked:
        return " It refused a pre-shared key and had asked for certificates (CERTREQ): the two may want other methods."
    if shown.certificate and not shown.asked:
        return " It refused a certificate and had not asked for one (no CERTREQ): the two may want other methods."
    return ""


def _ppk(case: Case) -> str:
    """What USE_PPK in IKE_SA_INIT adds: post-quantum pre-shared keys go into the proof (RFC 8784 section 3)."""
    steps = (s for e in case.n.of_type("IKE_SA_INIT") for s in e.steps)
    sides = {s.from_initiator for s in steps for notify in s.notifies if notify.notify_type == NotifyV2.USE_PPK}
    if len(sides) == 2:
        return " Both sides use a post-quantum pre-shared key: a different one, or its identity, fails like this."
    if sides:
        return f" Only the {'initiator' if True in sides else 'responder'} announces a post-quantum pre-shared key."
    return ""
