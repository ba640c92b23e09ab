"""INFORMATIONAL before authentication."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp import registry
from analyzer.isakmp.numbers import NotifyV1, PayloadV1, PayloadV2
from analyzer.isakmp.registry.tables import FIRST_STATUS
from analyzer.negotiation.model import AUTHENTICATING, Exchange, Step
from analyzer.vocabulary import Confidence, Severity

ABOUT = Explanation(
    id="informational-before-authentication",
    kind="check",
    title="INFORMATIONAL before authentication",
    severity="medium",
    what=(
        "IKEv2: an INFORMATIONAL request follows IKE_SA_INIT without an IKE_AUTH before it, or a Delete is in clear. "
        "IKEv1: a Delete or a notify in clear after the ISAKMP SA came up."
    ),
    why=(
        "Who sends it has proved nothing: anybody may have made the keys of an IKEv2 SA that is not authenticated, and "
        "anybody can write a Delete in clear. A peer that obeys gives up SAs, or acts on what a stranger says."
    ),
    wire=(
        "Both IKE_SA_INIT messages are there, then exchange type 37 with message ID 1, and no exchange type 35 before "
        "it; of the responder's requests one that an IKE_AUTH request follows. Or type 37 with payload type 42 outside "
        "of SK. IKEv1: exchange type 5, flag E clear, with a Delete payload or a notify; an error: low, only possible."
    ),
    lookalikes=(
        "A capture that lost the IKE_AUTH packets; with message ID 2 or above that is taken for granted. Errors in "
        "clear from a peer that has no SA are usual and not reported: INVALID_COOKIE, INVALID_SPI, and those about "
        "versions, exchange types and message IDs."
    ),
    advice="See whether IKE_AUTH is missing from the capture only, and whether the receiver answered or ended an SA.",
    references=("RFC 7296 1.4", "RFC 7296 1.2", "RFC 2408 5.15"),
)
NEEDS = (Trait.INFORMATIONAL,)

_DELETES = {1: int(PayloadV1.DELETE), 2: int(PayloadV2.DELETE)}
_WITHOUT_SA = frozenset(  # errors of a peer that has no SA of these cookies, or does not know the exchange
    {
        NotifyV1.INVALID_COOKIE,
        NotifyV1.INVALID_MAJOR_VERSION,
        NotifyV1.INVALID_MINOR_VERSION,
        NotifyV1.INVALID_EXCHANGE_TYPE,
        NotifyV1.INVALID_MESSAGE_ID,
        NotifyV1.INVALID_SPI,
    }
)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    if "INFORMATIONAL" not in case.names:
        return
    yield from _ikev2(case) if case.n.ike_version == 2 else _ikev1(case)


def _ikev2(case: Case) -> Iterator[Finding]:
    n = case.n
    if n.rekeyed_from is not None or "IKE_SA_INIT" not in case.names:
        return
    informational = n.of_type("INFORMATIONAL")
    for step in (s for e in informational if not e.figure.protected for s in e.steps):
        if not step.encrypted and _DELETES[2] in step.payload_types:
            source = case.sender(step)
            detail = "A Delete in clear, under the SPIs of this IKE SA."
            yield case.finding(ABOUT, source, (step.frame_number,), detail, confidence="likely")
            return
    informational = [e for e in informational if e.message_id <= 1]
    if not informational:
        return
    init = next((e for e in n.of_type("IKE_SA_INIT") if e.outcome == "answered"), None)
    authenticating = n.of_type(*AUTHENTICATING, "IKE_INTERMEDIATE")
    early = next((e for e in informational if _is_first(e, authenticating)), None)
    if init is None or early is None or early.index < init.index:
        return
    if any(e.index < early.index for e in authenticating):
        return
    request = early.steps[0]
    answered = "answered" if early.outcome == "answered" else "not answered in this capture"
    detail = f"IKE_SA_INIT, then INFORMATIONAL with message ID {early.message_id}, {answered}; no IKE_AUTH before it."
    source = n.initiator_ip if early.begun_by_initiator else n.responder_ip
    yield case.finding(ABOUT, source, (init.first_frame, request.frame_number), detail, confidence="likely")


def _is_first(exchange: Exchange, authenticating: list[Exchange]) -> bool:
    """It stands where IKE_AUTH belongs; of the responder, whose message IDs are its own, where one comes behind it."""
    if exchange.begun_by_initiator:
        return exchange.message_id == 1
    return exchange.message_id == 0 and any(e.message_id == 1 and e.request is not None for e in authenticating)


def _ikev1(case: Case) -> Iterator[Finding]:
    n = case.n
    if n.outcome != "established":
        return
    up = max((frame for e in n.of_type("IDENTITY_PROTECTION", "AGGRESSIVE", "BASE") for frame in e.frames), default=0)
    for exchange in n.of_type("INFORMATIONAL"):
        if not exchange.figure.protected:
            for step in exchange.steps:
                what, error = _unproven(step) if not step.encrypted and step.frame_number > up else ("", False)
                if what:
                    source = case.sender(step)
                    detail = f"{what} in clear; the ISAKMP SA came up in this capture."
                    weight: tuple[Severity, Confidence] = ("low", "possible") if error else ("medium", "likely")
                    shown = (step.frame_number,)
                    yield case.finding(ABOUT, source, shown, detail, severity=weight[0], confidence=weight[1])
                    return


def _unproven(step: Step) -> tuple[str, bool]:
    """What a message in clear asks for or says that an SA with keys protects, "" if nothing; whether it is an error."""
    if _DELETES[1] in step.payload_types:
        return "A Delete", False
    said = [s.notify_type for s in step.notifies if s.notify_type not in _WITHOUT_SA]
    if not said:
        return "", False
    return f"The notify {registry.notify_name(1, said[0])}", said[0] < FIRST_STATUS
