"""Certificate not accepted."""

from analyzer.assessment.authentication import PROOF_IN_DOUBT, drops_proof, reason_named, refusal, unspoken
from analyzer.assessment.case import Case
from analyzer.assessment.certificates import objections
from analyzer.assessment.checks.aggressive_mode_psk import PRE_SHARED
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.proof import certificate_sized, holds_certificate, proof
from analyzer.assessment.ranking import notifies
from analyzer.isakmp.numbers import PayloadV1, PayloadV2
from analyzer.negotiation.model import Step

ABOUT = Explanation(
    id="certificate-rejected",
    kind="diagnosis",
    title="The certificate is not accepted",
    what="One side does not trust the other's certificate.",
    why="Unknown or missing CA, expired or not valid yet, revoked, or the identity is not in the certificate.",
    wire=(
        "IKEv1: INVALID-CERTIFICATE and its siblings. Otherwise the same as other authentication "
        "failures; CERTREQ or certificates in the exchange make it a candidate. A certificate that can be read and is "
        "out of date, not for the identity, or from an authority that the peer does not ask for makes it likely."
    ),
    lookalikes="A wrong pre-shared key or identity.",
    advice=(
        "Check trust anchors, intermediate certificates, validity against both clocks, revocation, and "
        "the subject alternative names."
    ),
    references=("RFC 7296 2.15, 3.6", "RFC 2408 3.14.1"),
)
NEEDS = PROOF_IN_DOUBT

_SIGNATURE_METHODS = {
    1: frozenset({2, 3, 9, 10, 11, *range(64221, 64225), *range(65003, 65007)}),
    2: frozenset({1, 3, 9, 10, 11, 14}),
}
_CERTIFICATES = {
    1: frozenset[int]({PayloadV1.CERT, PayloadV1.CR}),
    2: frozenset[int]({PayloadV2.CERT, PayloadV2.CERTREQ}),
}


def diagnose(case: Case) -> Diagnosis | None:
    """Said by IKEv1's notify, or a candidate beside authentication-failed where certificates are in play."""
    if case.n.ike_version == 1 and case.ike_failed:
        error = case.error(*notifies("IKE SA", 1, ABOUT.id))
        if error is not None:
            detail = f"{case.notify_name(error)} in phase 1."
            frames = (error.step.frame_number,)
            return case.diagnosis(ABOUT, error.confidence, frames, detail, "the notify itself")
    if case.established or drops_proof(case):
        return _candidate(case)
    refused, sent = refusal(case), proof(case)
    other_proof = sent is not None and not sent.certificate and sent.method not in _SIGNATURE_METHODS[2]
    large = holds_certificate(case)
    if refused is None or reason_named(case) or other_proof or not (large or _in_play(case)):
        return None
    found = list(objections(case.n, case.scene.memory, to_initiator=case.n.failed_by == "responder"))
    if found:
        shown = (*refused.frames, *(o.frame_number for o in found))
        basis = (
            "the certificate itself, by the clock of the capture and by what its peer asked for; nothing was verified"
        )
        advice = " ".join(dict.fromkeys(o.advice for o in found))
        return case.diagnosis(ABOUT, "likely", shown, " ".join(o.text for o in found), basis, advice)
    basis = "one of the reasons for which authentication fails; certificates are asked for or used"
    detail = "The refusal fits an untrusted certificate."
    if large:
        detail += f" {_room(large)}"
    shown = (*refused.frames, *(s.frame_number for s in large))
    return case.diagnosis(ABOUT, "possible", shown, detail, basis)


def _candidate(case: Case) -> Diagnosis | None:
    """No message refuses the certificate that was judged last, and that side may have ended the SA over it."""
    hint = unspoken(case)
    large = certificate_sized(case, by_initiator=False) if hint is not None else ()
    if hint is None or not (large or _in_play(case)):
        return None
    found = list(objections(case.n, case.scene.memory, to_initiator=case.n.mode == "aggressive"))
    shown = (*hint.frames, *(o.frame_number for o in found), *(s.frame_number for s in large))
    detail = " ".join((hint.text, *(o.text for o in found), *([_room(large)] if large else [])))
    advice = " ".join(dict.fromkeys(o.advice for o in found)) or None
    basis = "one of the reasons for no answer or an early end; certificates are asked for or used"
    return case.diagnosis(ABOUT, "possible", shown, detail, basis, advice, place="unspoken")


def _room(large: tuple[Step, ...]) -> str:
    sender = "initiator" if large[0].from_initiator else "responder"
    return f"The {sender}'s IKE_AUTH of {sum(s.length for s in large):,} bytes has room for a certificate."


def _in_play(case: Case) -> bool:
    """By the methods, where they are known; else a certificate was sent or asked for."""
    n = case.n
    chosen = n.suite.auth_method if n.suite is not None else None
    if chosen in PRE_SHARED:
        return False  # IKEv1 agrees on the method: whatever is asked for besides, no certificate proves anything
    methods = {n.auth_method_initiator, n.auth_method_responder, chosen}
    if methods & _SIGNATURE_METHODS.get(n.ike_version, frozenset()):
        return True
    kinds = _CERTIFICATES.get(n.ike_version, frozenset())
    return any(kinds & {*s.payload_types, *(s.inner_types or ())} for s in n.steps())
