"""Identity far longer than names are."""

import re
from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="oversized-identity",
    kind="check",
    title="Identity far longer than names are",
    severity="medium",
    what="An ID payload holds an identity of more than 520 bytes.",
    why=(
        "Identities are copied before their sender is authenticated, and one that is longer than its buffer has been "
        "used to write beyond it (pattern of CVE-2025-9242 and CVE-2025-14733)."
    ),
    wire=(
        "IDi, IDr or IKEv1's ID with more than 520 bytes of data: visible with keys, or in IKEv1's aggressive mode. "
        "Without keys, low and under a title of its own: a first IKE_AUTH request of 3 kB and more to a responder "
        "whose vendor ID holds VN= and BN= (Firebox)."
    ),
    lookalikes=(
        "A distinguished name with very many parts: those of real certificates rarely pass 300 bytes. An IKE_AUTH "
        "request that is long for its certificates."
    ),
    advice="Update the receiver; see whether the sender is a peer that you know, and why its identity is so long.",
    references=("pattern of CVE-2025-9242", "pattern of CVE-2025-14733", "RFC 7296 3.5"),
)
NEEDS = (Trait.IKEV2, Trait.IDENTITIES)

MOST_BYTES = 520

_ROOM = "Room for an identity far longer than names are"
_LONG = 3072  # bytes of IKE_AUTH; with a certificate and its chain it has 2,000 or so
_FIREBOX = re.compile(rb"VN=.{1,32}BN=|Vk49[A-Za-z0-9+/]{1,64}", re.DOTALL)  # the same in base64
_FRAMES_KEPT = 10


def find(case: Case) -> Iterator[Finding]:
    """At most one finding for each side, about its longest identity."""
    n = case.n
    for of_initiator in (True, False) if n.identities else ():
        long = [i for i in n.identities if i.from_initiator == of_initiator and i.size > MOST_BYTES]
        if long:
            longest = max(long, key=lambda identity: identity.size)
            subject = n.initiator_ip if of_initiator else n.responder_ip
            detail = f"The identity of the {side(of_initiator)} has {longest.size} bytes."
            yield case.finding(ABOUT, subject, (longest.frame_number,), detail, confidence="possible")
    if n.ike_version == 2 and not n.identities and not n.decrypted:
        yield from _unread(case)


def _unread(case: Case) -> Iterator[Finding]:
    """Without keys: a request that has room for such an identity, to a responder of the kind that was attacked so."""
    first = next((e for e in case.exchanges if e.exchange == "IKE_AUTH"), None)
    asked = [] if first is None else first.sent_by(initiator=True)
    size = sum(s.length for s in asked)
    if size < _LONG:
        return
    for exchange in case.n.of_type("IKE_SA_INIT"):
        for answer in exchange.sent_by(initiator=False):
            if any(_FIREBOX.search(data) for data in answer.vendor_ids):
                frames = (answer.frame_number, *(s.frame_number for s in asked[:_FRAMES_KEPT]))
                detail = f"The first IKE_AUTH request has {size:,} bytes, to a responder that shows VN= and BN=."
                found = case.finding(ABOUT, case.n.initiator_ip, frames, detail, severity="low", confidence="possible")
                yield found._replace(title=_ROOM)
                return
