"""Different pre-shared keys."""

from analyzer.assessment.authentication import PROOF_IN_DOUBT, Refusal, eap_rounds, reason_named, refusal, unspoken
from analyzer.assessment.case import Case
from analyzer.assessment.checks.aggressive_mode_psk import PRE_SHARED
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.proof import holds_certificate, keys_agree, proof
from analyzer.assessment.silence import lost_at_end
from analyzer.isakmp.numbers import AuthMethodV2

ABOUT = Explanation(
    id="psk-mismatch",
    kind="diagnosis",
    title="The pre-shared keys differ",
    what="The two sides have different pre-shared keys, or one side picks the wrong one for this peer.",
    why=(
        "IKEv1 derives its keys from the pre-shared key: with a wrong one main mode message 5 "
        "cannot be decrypted, and aggressive mode's hash does not fit."
    ),
    wire=(
        "IKEv1 main mode: message 5 is answered by an encrypted INFORMATIONAL, each time it is sent, for its "
        "sender cannot decrypt the refusal and retransmits. Aggressive mode: an encrypted INFORMATIONAL in place of "
        "message 3. Peers that do not answer message 5 retransmit message 4. IKEv2: the same as other failures."
    ),
    lookalikes=(
        "A refused identity or certificate is answered in the same way. Peers that drop what they cannot decrypt "
        "look like a blocked path."
    ),
    advice=(
        "Set the same key on both sides; check which key is looked up for this address or identity (NAT "
        "changes addresses)."
    ),
    references=("RFC 2409 5.4", "RFC 7296 2.15"),
)
NEEDS = PROOF_IN_DOUBT


def diagnose(case: Case) -> Diagnosis | None:
    """IKEv1 with a pre-shared key: a signature of its own. Otherwise a candidate beside authentication-failed."""
    n = case.n
    if n.ike_version == 1 and (n.suite is None or n.suite.auth_method not in PRE_SHARED):
        return None
    if keys_agree(case):
        return None
    refused = refusal(case)
    if refused is None:
        return _unspoken(case)
    if eap_rounds(case) or reason_named(case):
        return None
    return _ikev1(case, refused) if n.ike_version == 1 else _ikev2(case, refused)


def _ikev1(case: Case, refused: Refusal) -> Diagnosis:
    n = case.n
    if n.mode == "main" and not any(s.encrypted or s.fragment is not None for s in n.steps()):
        basis = "the chosen method is a pre-shared key; the responder may have none for this peer"
        return case.diagnosis(ABOUT, "possible", refused.frames, refused.text, basis, place="unrepeated")
    basis = "order of messages; the chosen method is a pre-shared key"
    if n.mode == "main" and keys_agree(case) is None:
        if any(s.encrypted for e in n.of_type("IDENTITY_PROTECTION") for s in e.steps):  # it is in the capture
            basis += "; the refused message is not retransmitted after the refusal, as by a side that cannot read it"
        return case.diagnosis(ABOUT, "possible", refused.frames, refused.text, basis, place="unrepeated")
    if n.keys_differ:
        basis += "; the two sides encrypt with different keys (decrypted)"
    return case.diagnosis(ABOUT, "likely", refused.frames, refused.text, basis)


def _ikev2(case: Case, refused: Refusal) -> Diagnosis | None:
    shown = proof(case)
    if shown is not None and shown.method != AuthMethodV2.SHARED_KEY_MESSAGE_INTEGRITY_CODE:
        return None
    basis = "one of the reasons for which authentication fails; the method is not visible"
    if shown is not None:
        basis = "one of the reasons for which authentication fails; the method is a pre-shared key (decrypted)"
    detail = "The refusal fits a wrong pre-shared key."
    large = holds_certificate(case)
    if large:
        detail = (
            f"A wrong key fits too, although {sum(s.length for s in large):,} bytes of IKE_AUTH suggest a certificate."
        )
        return case.diagnosis(ABOUT, "possible", refused.frames, detail, basis, place="certificate-sized")
    return case.diagnosis(ABOUT, "possible", refused.frames, detail, basis)


def _unspoken(case: Case) -> Diagnosis | None:
    """IKEv1 main mode that breaks off at message 5, without a word about why.

    In aggressive mode the initiator has the responder's proof first: with another key it does not go on.
    """
    hint = unspoken(case) if case.n.ike_version == 1 and case.n.mode != "aggressive" else None
    if hint is None:
        return None
    lost = lost_at_end(case)
    if lost is not None and lost.may_be_unread:
        basis = "main mode messages 1 to 4 arrived, and message 5 is the first that takes the key"
        return case.diagnosis(ABOUT, "likely", hint.frames, hint.text, basis)
    basis = "one of the reasons for no answer or an early end; the chosen method is a pre-shared key"
    return case.diagnosis(ABOUT, "possible", hint.frames, hint.text, basis, place="unspoken")
