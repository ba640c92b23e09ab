"""INFORMATIONAL before authentication."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.isakmp import registry
from analyzer.isakmp.numbers import PayloadV1
from analyzer.isakmp.registry.tables import FIRST_STATUS
from analyzer.negotiation.model import AUTHENTICATING, Exchange, Step

ABOUT = Explanation(
    id="informational-before-authentication",
    kind="check",
    title="INFORMATIONAL before authentication",
    severity="medium",
    what=(
        "IKEv2: an INFORMATIONAL request follows IKE_SA_INIT without an IKE_AUTH before it. IKEv1: a Delete, or a "
        "notify that is no error, in clear after the ISAKMP SA came up."
    ),
    why=(
        "Who sends it has proved nothing: anybody may have made the keys of an IKEv2 SA that is not authenticated, and "
        "anybody can write a Delete in clear. A peer that obeys gives up SAs, or acts on what a stranger says."
    ),
    wire=(
        "Both IKE_SA_INIT messages are there, then exchange type 37 with message ID 1, and no exchange type 35 before "
        "it. IKEv1: exchange type 5, flag E clear, with a Delete payload or a notify of type 16384 or above."
    ),
    lookalikes=(
        "A capture that lost the IKE_AUTH packets; with message ID 2 or above that is taken for granted. Error "
        "notifies in clear from a peer that has no SA are usual and not reported."
    ),
    advice="See whether IKE_AUTH is missing from the capture only, and whether the receiver answered or ended an SA.",
    references=("RFC 7296 1.4", "RFC 7296 1.2", "RFC 2408 5.15"),
)

_DELETE = int(PayloadV1.DELETE)


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    if "INFORMATIONAL" not in case.names:
        return
    yield from _ikev2(case) if case.n.ike_version == 2 else _ikev1(case)


def _ikev2(case: Case) -> Iterator[Finding]:
    n = case.n
    if n.rekeyed_from is not None or "IKE_SA_INIT" not in case.names:
        return
    init = next((e for e in n.of_type("IKE_SA_INIT") if e.outcome == "answered"), None)
    early = next((e for e in n.of_type("INFORMATIONAL") if _is_first(e)), None)
    if init is None or early is None or early.index < init.index:
        return
    if any(e.index < early.index for e in n.of_type(*AUTHENTICATING, "IKE_INTERMEDIATE")):
        return
    request = early.steps[0]
    answered = "answered" if early.outcome == "answered" else "not answered in this capture"
    detail = f"IKE_SA_INIT, then INFORMATIONAL with message ID 1, {answered}; no IKE_AUTH before it."
    source = n.initiator_ip if early.begun_by_initiator else n.responder_ip
    yield case.finding(ABOUT, source, (init.first_frame, request.frame_number), detail, confidence="likely")


def _is_first(exchange: Exchange) -> bool:
    return exchange.message_id == 1 and exchange.begun_by_initiator


def _ikev1(case: Case) -> Iterator[Finding]:
    n = case.n
    if n.outcome != "established":
        return
    up = max((frame for e in n.of_type("IDENTITY_PROTECTION", "AGGRESSIVE", "BASE") for frame in e.frames), default=0)
    for exchange in n.of_type("INFORMATIONAL"):
        if not exchange.figure.protected:
            for step in exchange.steps:
                what = _unproven(step) if not step.encrypted and step.frame_number > up else ""
                if what:
                    source = n.initiator_ip if step.from_initiator else n.responder_ip
                    detail = f"{what} in clear; the ISAKMP SA came up in this capture."
                    yield case.finding(ABOUT, source, (step.frame_number,), detail, confidence="likely")
                    return


def _unproven(step: Step) -> str:
    """What a message in clear asks for or says that an SA with keys protects; "" if nothing."""
    if _DELETE in step.payload_types:
        return "A Delete"
    said = next((s.notify_type for s in step.notifies if s.notify_type >= FIRST_STATUS), None)
    return "" if said is None else f"The notify {registry.notify_name(1, said)}"
