"""The same SA deleted again."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp import registry
from analyzer.negotiation.read.deletes import AGAIN_KEPT

ABOUT = Explanation(
    id="repeated-delete",
    kind="check",
    title="The same SA deleted again",
    severity="low",
    what="One side sent Delete payloads for the same SPI in several IKEv1 messages, or twice in one.",
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
NEEDS = (Trait.DELETED_AGAIN,)


def find(case: Case) -> Iterator[Finding]:
    """One finding for each SPI of a side."""
    n = case.n
    frames: dict[tuple[bool, int, str], set[int]] = {}
    for again in n.deleted_again:
        frames.setdefault(again[:3], {again.first_frame}).add(again.frame_number)
    least = "at least " if len(n.deleted_again) >= AGAIN_KEPT else ""
    for (from_initiator, protocol_id, spi), found in frames.items():
        protocol = registry.name("ikev1-protocol-ids", protocol_id).removeprefix("PROTO_").removeprefix("IPSEC_")
        where = f"{least}{len(found)} messages" if len(found) > 1 else "one message"
        subject = n.initiator_ip if from_initiator else n.responder_ip
        yield case.finding(ABOUT, subject, tuple(sorted(found)), f"{protocol} SPI {spi} in {where}.")
