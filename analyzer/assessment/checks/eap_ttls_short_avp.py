"""EAP-TTLS with an AVP that is shorter than its own header."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.payloads.ikev2 import eap_tls
from analyzer.vocabulary import side

ABOUT = Explanation(
    id="eap-ttls-short-avp",
    kind="check",
    title="EAP-TTLS with an AVP that is shorter than its own header",
    severity="medium",
    what="An EAP-TTLS packet holds an attribute outside of TLS whose length is smaller than its header.",
    why=(
        "A reader that subtracts the header from such a length goes on far beyond the packet: strongSwan 4.5.0 to "
        "6.0.4 did (pattern of CVE-2026-25075)."
    ),
    wire=(
        "EAP type 21 without a TLS record, and in it an AVP with a length below 8, or below 12 with a vendor ID. "
        "Visible only with keys."
    ),
    lookalikes="Damage in what was recorded. Inside of TLS, where attributes belong, it cannot be seen.",
    advice="Update the EAP-TTLS side that receives it, and see who the sender is.",
    references=("pattern of CVE-2026-25075", "RFC 5281 10.1"),
)
NEEDS = (Trait.EAP,)

_TTLS = 21
_TLS_RECORDS, _TLS_MAJOR = range(20, 25), 3
_HEADER, _WITH_VENDOR = 8, 12
_VENDOR = 0x80
_MOST_CODE = 0xFFFF  # no attribute has a greater one; what has is no AVP


def find(case: Case) -> Iterator[Finding]:
    """At most one finding for each side."""
    going_on = {True: False, False: False}  # the packet before was a fragment with more to come
    found: dict[bool, tuple[int, int]] = {}
    for packet in case.n.eap:
        piece = eap_tls.split(packet.data) if packet.eap_type == _TTLS else None
        if piece is None:
            continue
        continues, going_on[packet.from_initiator] = going_on[packet.from_initiator], piece.more
        length = None if continues else _short(piece.data)
        if length is not None:
            found.setdefault(packet.from_initiator, (packet.frame_number, length))
    for from_initiator, (frame, length) in found.items():
        subject = case.n.initiator_ip if from_initiator else case.n.responder_ip
        detail = f"An AVP of the {side(from_initiator)} with length {length}, outside of TLS."
        yield case.finding(ABOUT, subject, (frame,), detail, confidence="possible")


def _short(data: bytes) -> int | None:
    """The length of the first AVP that is shorter than its header (RFC 5281 section 10.1); None: there is none."""
    if len(data) > 1 and data[0] in _TLS_RECORDS and data[1] == _TLS_MAJOR:
        return None
    place = 0
    while place + _HEADER <= len(data):
        code, length = (int.from_bytes(data[place + a : place + b], "big") for a, b in ((0, 4), (5, 8)))
        if code > _MOST_CODE:
            return None
        if length < (_WITH_VENDOR if data[place + 4] & _VENDOR else _HEADER):
            return length
        place += length + -length % 4
    return None
