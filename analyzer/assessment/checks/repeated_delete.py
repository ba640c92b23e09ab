"""The same SA deleted again."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.isakmp import registry

ABOUT = Explanation(
    id="repeated-delete",
    kind="check",
    title="The same SA deleted again",
    severity="low",
    what="One side sent Delete payloads for the same SPI in two IKEv1 messages, or twice in one.",
    why=("The second one is about an SA that is gone; libreswan before 4.12 ended on it (pattern of CVE-2023-38712)."),
    wire=(
        "IKEv1 Delete payloads with one protocol and SPI in INFORMATIONAL messages that differ. Visible only with keys."
    ),
    lookalikes=(
        "An implementation that sends its deletes several times, since nobody acknowledges them. A retransmission with "
        "the same bytes is not meant."
    ),
    advice="Update the receiver; see in the sender's log why it deletes twice.",
    references=("pattern of CVE-2023-38712", "RFC 2408 3.15"),
)


def find(case: Case) -> Iterator[Finding]:
    """One finding for each SPI of a side."""
    n = case.n
    seen = set()
    for again in n.deleted_again:
        if again[:3] in seen:
            continue
        seen.add(again[:3])
        protocol = registry.name("ikev1-protocol-ids", again.protocol_id).removeprefix("PROTO_").removeprefix("IPSEC_")
        where = "in one message" if again.first_frame == again.frame_number else "in two messages"
        subject = n.initiator_ip if again.from_initiator else n.responder_ip
        detail = f"{protocol} SPI {again.spi} {where}."
        yield case.finding(ABOUT, subject, (again.first_frame, again.frame_number), detail)
