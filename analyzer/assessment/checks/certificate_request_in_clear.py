"""Certificate authorities named in clear."""

from collections.abc import Iterator

from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp.payloads import content
from analyzer.negotiation.model import BEGINNINGS
from analyzer.negotiation.seen import SeenCertificate
from analyzer.vocabulary import few, side

ABOUT = Explanation(
    id="certificate-request-in-clear",
    kind="check",
    title="Certificate authorities named in clear",
    severity="info",
    what="A CERTREQ payload went over the wire unencrypted: it names the authorities that the sender trusts.",
    why=(
        "IKEv1 sends their names, IKEv2 hashes of their public keys: who knows the authority's certificate recognizes "
        "it. That can give away whose gateway it is, and to a scanner too, since the answer comes before any proof."
    ),
    wire="CERTREQ in IKE_SA_INIT, or in an unencrypted message of IKEv1 phase 1. The protocols want it there.",
    lookalikes="A CERTREQ without a name asks for any certificate, names nobody and is not reported.",
    advice="Most places need nothing. Where it matters do not send CERTREQ; peers then choose without its help.",
    references=("RFC 7296 3.7", "RFC 2408 3.10"),
)
NEEDS = (Trait.CERTIFICATES,)

_HASH_SIZE = 20
_NAMED, _CHARACTERS = 4, 80  # authorities in a detail, and characters of a name


def find(case: Case) -> Iterator[Finding]:
    """One finding for each side."""
    n = case.n
    asked = [c for c in n.certificates if c.asked_for and c.der] if n.certificates else []
    if not asked:
        return
    clear = {s.frame_number for e in n.of_type(*BEGINNINGS) for s in e.steps if not s.encrypted}
    for from_initiator in (True, False):
        own = [c for c in asked if c.from_initiator == from_initiator and c.frame_number in clear]
        names = list(dict.fromkeys(name for c in own for name in _authorities(n.ike_version, c)))
        if names:
            what = "Hashes of their keys" if n.ike_version == 2 else "Names"
            count = "1 authority" if len(names) == 1 else f"{len(names)} authorities"
            detail = f"{what}, {count}: {few(names, _NAMED)}."
            frames = tuple(c.frame_number for c in own)
            yield case.finding(ABOUT, f"the {side(from_initiator)}", frames, detail)


def _authorities(version: int, request: SeenCertificate) -> Iterator[str]:
    """What a request says of each authority: of IKEv2 the hash of its key, of IKEv1 its name."""
    if version == 2:
        whole = len(request.der) // _HASH_SIZE * _HASH_SIZE
        yield from (request.der[at : at + _HASH_SIZE].hex() for at in range(0, whole, _HASH_SIZE))
    else:
        yield (content.text_of("name", request.der) or "a name that cannot be read")[:_CHARACTERS]
