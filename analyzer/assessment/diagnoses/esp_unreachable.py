"""ICMP errors that quote ESP or AH."""

from analyzer.assessment.alive import traffic_of
from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.capture.datagram import IcmpError
from analyzer.capture.natt import NAT_T_PORT
from analyzer.negotiation.conclude.verdict import times
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="esp-unreachable",
    kind="diagnosis",
    title="ICMP errors report that ESP or AH is not delivered",
    what="A router or host answers ESP or AH packets of the SA with ICMP errors, while IKE gets through.",
    why=(
        "A packet filter permits UDP 500 and 4500 and not IP protocol 50 or 51, nothing listens on UDP 4500 any more, "
        "or the route to the host is gone."
    ),
    wire="ICMP unreachable or time exceeded whose quotation begins with the SPI of an SA between these hosts.",
    lookalikes=(
        "A forged ICMP error: it is unauthenticated, and whoever saw the packet can quote it. Errors from before the "
        "receiver had installed its SA. Protocol unreachable from the receiving host itself is no sign: a host with "
        "IPsec in user space may send it for packets that it does take."
    ),
    advice=(
        "Look at the device that sends the errors: permit IP protocols 50 and 51 (UDP 4500 where a NAT is between the "
        "two) between the two addresses there, or restore its route; on the receiving host see that IPsec is running."
    ),
    references=("RFC 792", "RFC 4443 3.1", "RFC 4301 8.2"),
)

_SAID = {
    "port-unreachable": "port unreachable",
    "host-unreachable": "host unreachable",
    "net-unreachable": "network unreachable",
    "protocol-unreachable": "protocol unreachable",
    "admin-prohibited": "administratively prohibited",
    "time-exceeded": "time exceeded in transit",
    "reassembly-timeout": "fragment reassembly time exceeded",
}


def diagnose(case: Case) -> Diagnosis | None:
    """Errors about its traffic; those that ask for smaller packets are the finding esp-too-large."""
    errors = [e for e in case.scene.lives.reported.get(case.n.number, ()) if e.kind in _SAID and not _own_kernel(e)]
    if not errors:
        return None
    last = errors[-1]
    same = [e for e in errors if (e.kind, e.reporter_ip, e.spi) == (last.kind, last.reporter_ip, last.spi)]
    name = "AH" if last.protocol == "ah" else "ESP in UDP" if last.protocol == "udp" else "ESP"
    detail = (
        f"{last.reporter_ip} reports {_SAID[last.kind]} for {name} with SPI 0x{last.spi} from {last.src_ip} to "
        f"{last.dst_ip}, {times(len(same))}."
    )
    confidence: Confidence = "likely"
    if _answered(case, last):
        confidence, detail = "possible", f"{detail} The receiver sends {name} after the last of these errors."
    frames, basis = tuple(e.frame_number for e in errors), "ICMP errors that quote the traffic of this SA"
    permit = {"udp": f"UDP {last.dst_port or NAT_T_PORT}", "ah": "IP protocol 51"}.get(last.protocol, "IP protocol 50")
    advice = (
        f"Look at the device that sends the errors: permit {permit} between the two addresses there, or restore its "
        "route; on the receiving host see that IPsec is running."
    )
    return case.diagnosis(ABOUT, confidence, frames, detail, basis, advice)


def _own_kernel(error: IcmpError) -> bool:
    """A host says of itself that nothing in its kernel takes ESP, as beside an IPsec stack in user space too."""
    return error.kind == "protocol-unreachable" and error.reporter_ip == error.dst_ip


def _answered(case: Case, error: IcmpError) -> bool:
    """Who is said to be out of reach sends into the SA after that."""
    return traffic_of(case, from_initiator=error.dst_ip == case.n.initiator_ip, after=error) is not None
