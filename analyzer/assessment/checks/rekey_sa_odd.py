"""REKEY_SA that names no child SA."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import NotifyV2, ProtocolId
from analyzer.negotiation.model import Step

ABOUT = Explanation(
    id="rekey-sa-odd",
    kind="check",
    title="REKEY_SA that names no child SA",
    severity="low",
    what="A REKEY_SA notify has another protocol than ESP or AH, or an SPI that has not four bytes.",
    why=(
        "It cannot be the child SA that it is to replace; libreswan before 4.12 ended on such a request (pattern of "
        "CVE-2023-38710)."
    ),
    wire="Notify 16393 with a protocol that is not 2 or 3, or an SPI size that is not 4. Visible only with keys.",
    lookalikes="An old implementation that sends it for the IKE SA, as RFC 4306 could be read.",
    advice="Update both sides; the sender breaks RFC 7296 1.3.3.",
    references=("pattern of CVE-2023-38710", "RFC 7296 1.3.3"),
)
NEEDS = (Trait.IKEV2 | Trait.REKEY_SA,)

_CHILD = (int(ProtocolId.AH), int(ProtocolId.ESP))
_SPI_DIGITS = 8


def find(case: Case) -> Iterator[Finding]:
    """One finding for each request."""
    if case.n.ike_version != 2 or all(m.notify_type != NotifyV2.REKEY_SA for _, m in case.notifies):
        return
    spis = {child.frame_number: child.rekeyed_spi for child in case.n.children}
    for exchange in case.n.of_type("CREATE_CHILD_SA"):
        for step in exchange.sent_by(exchange.begun_by_initiator):
            odd = _odd(step, spis.get(exchange.first_frame))
            if odd:
                subject = case.n.initiator_ip if step.from_initiator else case.n.responder_ip
                yield case.finding(ABOUT, subject, (step.frame_number,), odd)


def _odd(step: Step, spi: str | None) -> str:
    """What is odd about the REKEY_SA of a request, in words. spi: its SPI as digits; None: not known."""
    for notify in step.notifies:
        if notify.notify_type != NotifyV2.REKEY_SA or not notify.authenticated:
            continue
        if notify.protocol_id not in _CHILD:
            return f"REKEY_SA for protocol {notify.protocol_id}."
        if spi is not None and len(spi) != _SPI_DIGITS:
            return f"REKEY_SA with an SPI of {len(spi) // 2} bytes." if spi else "REKEY_SA without an SPI."
    return ""
