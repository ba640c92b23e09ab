"""KE payload of the private group 1025."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.negotiation.model import Exchange, Step

ABOUT = Explanation(
    id="ke-group-1025",
    kind="check",
    title="KE payload of the private group 1025",
    severity="high",
    what="An IKE_SA_INIT message carries a key exchange value of method 1025.",
    why=(
        "strongSwan before 5.2.2 used this number inside for groups with parameters of its own, of which a message has "
        "none, and crashed: the pattern of CVE-2014-9221. What the receiver did is not seen."
    ),
    wire="KE payload with Key Exchange Method 1025, of the range for private use, in exchange type 34.",
    lookalikes="Peers that use the private number for a method of their own, by agreement.",
    advice="Find out what sends it. A strongSwan before 5.2.2 must be updated.",
    references=("CVE-2014-9221",),
)
NEEDS = (Trait.IKEV2,)

_METHOD = 1025


def find(case: Case) -> Iterator[Finding]:
    """One finding for each side that sends it."""
    if case.n.ike_version != 2:
        return
    found: dict[bool, int] = {}
    for exchange in case.exchanges:
        if exchange.exchange != "IKE_SA_INIT":
            break
        holds = exchange.figure.known.get(_with_method)
        if holds is None:
            holds = bool(_with_method(exchange))
            exchange.figure.keep(_with_method, holds)
        for step in _with_method(exchange) if holds else ():
            found.setdefault(step.from_initiator, step.frame_number)
    for from_initiator, frame in found.items():
        source = case.n.initiator_ip if from_initiator else case.n.responder_ip
        detail = "A KE payload of method 1025 in IKE_SA_INIT."
        yield case.finding(ABOUT, source, (frame,), detail, confidence="likely")


def _with_method(exchange: Exchange) -> list[Step]:
    """Its messages with a value of the method."""
    return [s for s in exchange.steps if any(group == _METHOD for group, _ in s.key_exchanges)]
