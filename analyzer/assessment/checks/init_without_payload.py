"""IKE_SA_INIT request without a mandatory payload."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.damage import is_read
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.numbers import PayloadV2
from analyzer.negotiation.model import Exchange

ABOUT = Explanation(
    id="init-without-payload",
    kind="check",
    title="IKE_SA_INIT request without a mandatory payload",
    severity="medium",
    what="An IKE_SA_INIT request has no SA, no KE or no nonce payload.",
    why=(
        "Each is mandatory (RFC 7296 1.2), and no peer sends less. libreswan 3.7 and older crashed on such requests: "
        "the pattern of CVE-2013-6467."
    ),
    wire="Exchange type 34, a request, read to its end, and not all of payload types 33, 34 and 40.",
    lookalikes="Answers with nothing but a notify are usual and not judged, nor is a message that was cut or damaged.",
    advice="Find out what sends it: a scanner, a fuzzer. Update a libreswan of that time.",
    references=("RFC 7296 1.2", "CVE-2013-6467"),
)
NEEDS = (Trait.IKEV2,)

_NEEDED = {int(PayloadV2.SA): "SA", int(PayloadV2.KE): "KE", int(PayloadV2.NONCE): "nonce"}


def find(case: Case) -> Iterator[Finding]:
    """One finding for the first such request."""
    if case.n.ike_version != 2 or "IKE_SA_INIT" not in case.names:
        return
    for exchange in case.exchanges:
        if exchange.exchange != "IKE_SA_INIT":
            break
        missing = exchange.figure.known.get(_lacks)
        if missing is None:
            missing = _lacks(exchange)
            exchange.figure.keep(_lacks, missing)
        request = exchange.request if missing else None
        if request is not None and request.frame_number not in case.scene.story.beginnings:
            detail = f"The request has no {' and no '.join(missing)} payload."
            yield case.finding(ABOUT, case.n.initiator_ip, (request.frame_number,), detail)
            return


def _lacks(exchange: Exchange) -> tuple[str, ...]:
    """What is not in its request, if that is in the capture and could be read to its end."""
    request = exchange.request
    if request is None or request.is_response or request.encrypted or not is_read(request):
        return ()
    return tuple(name for kind, name in _NEEDED.items() if kind not in request.payload_types)
