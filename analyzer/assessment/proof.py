"""What a refused side had sent to prove itself, and whether that leaves a cause open.

IKEv2's IKE_AUTH shows it with keys (RFC 7296 sections 1.2, 2.15, 2.16). IKEv1 derives its keys from the pre-shared
key (RFC 2409 section 5.4): who can read the other side's encrypted messages has the same one.
"""

from typing import NamedTuple

from analyzer.assessment.case import PHASE1, Case
from analyzer.isakmp.numbers import PayloadV2
from analyzer.negotiation.lengths import most_inside
from analyzer.negotiation.model import AUTHENTICATING, Step

# Bytes inside IKE_AUTH: identity, shared-key AUTH, SA, selectors and notifies stay below, also with many proposals; the
# smallest certificates, of ECDSA keys, with their signatures and the rest come above
_WITH_CERTIFICATE = 750


class Proof(NamedTuple):
    """The refused side's message, opened. `method`: of its AUTH payload; None: it sent none, to be asked for EAP.

    `certificate`: it sent one. `asked`: the other side had asked for certificates.
    """

    method: int | None
    certificate: bool
    asked: bool


def proof(case: Case) -> Proof | None:
    """IKEv2: what was refused in the first IKE_AUTH; None where it could not be read, or EAP had begun."""
    n = case.n
    rounds = n.of_type(*AUTHENTICATING)
    if n.ike_version != 2 or n.failed_by not in ("initiator", "responder") or len(rounds) != 1:
        return None
    by_initiator = n.failed_by == "responder"
    sent = [s for s in rounds[0].steps if s.from_initiator == by_initiator and s.inner_types is not None]
    if not sent:
        return None
    inside = {kind for s in sent for kind in s.inner_types or ()}
    method = n.auth_method_initiator if by_initiator else n.auth_method_responder
    asked = any(_asks(s) for s in n.steps() if s.from_initiator != by_initiator)
    return Proof(method if PayloadV2.AUTH in inside else None, PayloadV2.CERT in inside, asked)


def holds_certificate(case: Case) -> tuple[Step, ...]:
    """The refused side's message as in `certificate_sized`."""
    if case.n.failed_by not in ("initiator", "responder"):
        return ()
    return certificate_sized(case, by_initiator=case.n.failed_by == "responder")


def certificate_sized(case: Case, *, by_initiator: bool) -> tuple[Step, ...]:
    """A side's first IKE_AUTH message that nobody read, where it is too large for any other proof.

    Its fragments together; () where it is smaller, was read, or is not in the capture.
    """
    rounds = case.n.of_type(*AUTHENTICATING)
    if not rounds:
        return ()
    sent = rounds[0].sent_by(initiator=by_initiator)
    if any(s.inner_types is not None for s in sent):
        return ()
    most = most_inside(case.n.suite, sent)
    large = sum(s.length for s in sent) if most is None else most
    return tuple(sent) if large >= _WITH_CERTIFICATE else ()


def keys_agree(case: Case) -> bool | None:
    """IKEv1 main mode with a pre-shared key: whether both sides have the same one; None: not known.

    They have it where one side could read the other's fifth or sixth message, or these keys open both sides' messages.
    A side that retransmits its message could not read the refusal; nor can sides that encrypt with different keys.
    """
    n = case.n
    if n.ike_version != 1 or n.mode != "main":
        return None
    if n.keys_differ:
        return False
    phase1 = [s for e in n.of_type(*PHASE1) for s in e.steps if s.encrypted and not s.duplicate]
    if len({s.from_initiator for s in phase1}) == 2:
        return True
    said = [s for e in n.of_type("INFORMATIONAL") for s in e.steps if s.encrypted and not s.from_initiator]
    if not phase1 or not said:
        return None
    if any(s.inner_types for s in phase1) and any(s.inner_types for s in said):
        return True
    again = any(s.retransmission_of is not None and s.frame_number > said[0].frame_number for s in phase1)
    return False if again else None


def _asks(step: Step) -> bool:
    return PayloadV2.CERTREQ in step.payload_types or PayloadV2.CERTREQ in (step.inner_types or ())
