"""Filtered on the way."""

from analyzer.assessment.case import Case
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.traits import Trait
from analyzer.capture.datagram import IcmpError
from analyzer.capture.natt import NAT_T_PORT
from analyzer.vocabulary import Confidence

ABOUT = Explanation(
    id="icmp-filtered",
    kind="diagnosis",
    title="A packet filter rejects the messages",
    what="A host or router on the way says that it may not forward the message.",
    why="A firewall rule rejects UDP 500 or 4500 (ufw reject, nft reject, a router's access list).",
    wire="ICMP type 3 code 9, 10 or 13 (ICMPv6 type 1 code 1) that quotes the IKE message.",
    lookalikes=(
        "A forged ICMP error: it is unauthenticated, and whoever saw the message can quote it. A filter that rejects "
        "with port unreachable looks like a daemon that does not run."
    ),
    advice="Permit UDP 500 and 4500 between the two addresses on the device that sent the ICMP error.",
    references=("RFC 1812 5.2.7.1", "RFC 4443 3.1"),
)
NEEDS = (Trait.DOWN | Trait.ICMP_ERRORS,)


def diagnose(case: Case) -> Diagnosis | None:
    """An ICMP administratively prohibited, where no answer came after all."""
    if case.established or case.redirected:
        return None
    errors = [e for e in case.n.icmp_errors if e.kind == "admin-prohibited"]
    if not errors:
        return None
    error = errors[-1]
    what = "IP fragments" if error.dst_port is None else "packets"
    port = "" if error.dst_port is None else f" port {error.dst_port}"
    detail = f"{error.reporter_ip} rejects {what} to {error.dst_ip}{port}: administratively prohibited."
    confidence: Confidence = "certain" if case.from_responder == 0 else "likely"
    shown = tuple(e.frame_number for e in errors)
    return case.diagnosis(ABOUT, confidence, shown, detail, "ICMP error", _advice(case, error))


def _advice(case: Case, error: IcmpError) -> str | None:
    """What that device does not let through; the general advice where nothing shows that some of it passes."""
    where = "between the two addresses on the device that sent the ICMP error."
    if error.dst_port is None:
        return f"Permit IP fragments {where}"
    passed = case.from_responder > 0 or error.dst_port not in (500, NAT_T_PORT)
    return f"Permit UDP {error.dst_port} {where}" if passed else None
