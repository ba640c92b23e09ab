"""Fragmented IKE_AUTH behind a Windows Security Realm ID, without an answer."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.negotiation.model import Negotiation, Step

ABOUT = Explanation(
    id="windows-realm-fragments",
    kind="check",
    title="Fragmented IKE_AUTH behind a Windows Security Realm ID, without an answer",
    severity="medium",
    what=(
        "The initiator sent Windows' vendor ID of a security realm, the responder answered as Windows does, an "
        "IKE_AUTH request in fragments followed, and no message of the responder after it."
    ),
    why=(
        "Windows put such a request together with a realm of the sender's choice and freed memory twice before any "
        "authentication (pattern of CVE-2026-33824)."
    ),
    wire=(
        "Vendor ID 686a8cbd...e9e8 with the realm's tag behind it in IKE_SA_INIT, vendor ID MS NT5 ISAKMPOAKLEY in the "
        "answer, then two or more SKF payloads of IKE_AUTH; nothing of the responder in this SA after them."
    ),
    lookalikes=(
        "A client that is configured with a realm and whose gateway is down, refuses it in silence, or whose answers "
        "are not in the capture: the same messages, so this is never more than possible."
    ),
    advice=(
        "Install the responder's security updates; see in its event log whether the service IKEEXT ended at this time."
    ),
    references=("pattern of CVE-2026-33824", "MS-IKEE 1.7", "RFC 7383"),
    absence=True,
)
NEEDS = (Trait.IKEV2 | Trait.FRAGMENTED | Trait.DOWN,)

_REALM = bytes.fromhex("686a8cbdfe634b405146fb2baf33e9e8")  # of what follows 16 bytes are the tag of the sender's realm
_WINDOWS = bytes.fromhex("1e2b516905991c7d7c96fcbfb587e461")
_FRAMES_KEPT = 10


def find(case: Case) -> Iterator[Finding]:
    """At most one finding."""
    n = case.n
    if n.ike_version != 2 or not case.fragmented or case.established or case.unused:
        return
    pieces = [s for e in n.of_type("IKE_AUTH") for s in e.sent_by(initiator=True) if s.fragment is not None]
    if len({s.fragment for s in pieces}) < 2 or any(
        not s.from_initiator and s.frame_number > pieces[0].frame_number for s in n.steps()
    ):
        return
    asked, answered = _shown(n, _REALM, initiator=True), _shown(n, _WINDOWS, initiator=False)
    if asked is None or answered is None:
        return
    frames = (asked.frame_number, answered.frame_number, *(s.frame_number for s in pieces[:_FRAMES_KEPT]))
    detail = f"IKE_AUTH in {len(pieces)} fragments behind a Security Realm ID; no message of the responder after them."
    yield case.finding(ABOUT, n.initiator_ip, frames, detail, confidence="possible")


def _shown(n: Negotiation, vendor_id: bytes, *, initiator: bool) -> Step | None:
    """The first message of IKE_SA_INIT in which a side sent this vendor ID with something behind it."""
    for exchange in n.of_type("IKE_SA_INIT"):
        for step in exchange.sent_by(initiator):
            if any(data.startswith(vendor_id) and len(data) > len(vendor_id) for data in step.vendor_ids):
                return step
    return None
