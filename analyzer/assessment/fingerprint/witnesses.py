"""What single witnesses say of one side: vendor IDs, orders of payloads, how an offer is written, times."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from analyzer.assessment.fingerprint import known
from analyzer.assessment.fingerprint.known import Backoff, Fit, OfferOrder, of_side
from analyzer.assessment.fingerprint.versions import Versions, parsed
from analyzer.isakmp.numbers import PayloadV2, Phase1Attribute
from analyzer.isakmp.payloads.sa import SecurityAssociation
from analyzer.isakmp.payloads.transform import Transform
from analyzer.isakmp.registry import vendors
from analyzer.negotiation.model import Step

LEAST_GAPS = 3
_MOST_BY_TIMES: Final = 2  # candidates, beyond which the times of retransmissions tell nothing
_WORDS: Final[dict[int, str]] = {
    PayloadV2.SA: "SA",
    PayloadV2.KE: "KE",
    PayloadV2.NONCE: "Nonce",
    PayloadV2.CERTREQ: "CERTREQ",
}
_VENDOR_ID: Final = "V"
_OF_A_SUITE: Final = (
    Phase1Attribute.ENCRYPTION_ALGORITHM,
    Phase1Attribute.HASH_ALGORITHM,
    Phase1Attribute.AUTHENTICATION_METHOD,
    Phase1Attribute.GROUP_DESCRIPTION,
)
_VERSION = re.compile(rb"-?(\d{1,5}(?:\.\d{1,5}){1,3})")
_NAMED_WITH_VERSION = re.compile(r"(strongSwan|Openswan|OpenIKED) (\d+(?:\.\d+)+)")


class Written(NamedTuple):
    """How an SA payload is written. orders: of each IKEv1 transform or IKEv2 proposal; transforms: all of them."""

    orders: frozenset[str]
    transforms: str


def vendor_id_word(data: bytes) -> str:
    """A vendor ID as vendor-order.csv names it."""
    match = vendors.identify(data)
    if match is None:
        return f"unknown {len(data)}"
    if match.kind != "capability":
        return match.name
    return f"{match.name} {match.trailing.hex()}" if match.trailing else match.name


def by_vendor_id(ids: Sequence[bytes]) -> tuple[Fit | None, bool]:
    """The first vendor ID that names an implementation, and whether others use it too."""
    matches = [match for data in ids if (match := vendors.identify(data)) is not None]
    for match in matches:
        if match.kind == "implementation":
            return _named(match), False
    for match in matches:
        if match.kind.startswith("implementation"):
            return _named(match), True
    return None, False


def _named(match: vendors.VendorMatch) -> Fit:
    """Some vendor IDs carry the version behind the name, and some are of one version."""
    version = _VERSION.fullmatch(match.trailing)
    if version is not None:
        return Fit(match.name, parsed(version[1].decode("ascii", "replace")))
    of_one = _NAMED_WITH_VERSION.fullmatch(match.name)
    return Fit(of_one[1], parsed(of_one[2])) if of_one is not None else Fit(match.name, Versions())


def by_vendor_order(initiator: bool, words: Sequence[str]) -> list[Fit]:
    """The families that send vendor IDs in this order in clear."""
    text = "".join(f"{word}; " for word in words)
    return [row.fit for row in known.vendor_orders() if of_side(row.side, initiator) and row.order.fits(text)]


def message_words(payloads: Sequence[int], notifies: Sequence[int]) -> tuple[str, ...] | None:
    """The payloads of an IKE_SA_INIT message in order, notifies by number; None: some of it could not be read."""
    left = iter(notifies)
    words = []
    for payload in payloads:
        if payload == PayloadV2.NOTIFY:
            notify = next(left, None)
            if notify is None:
                return None
            words.append(str(notify))
        elif payload == PayloadV2.VENDOR_ID:
            words.append(_VENDOR_ID)
        else:
            words.append(_WORDS.get(payload, f"payload-{payload}"))
    return tuple(words)


def by_message_order(initiator: bool, words: Sequence[str]) -> list[Fit]:
    """The implementations that build IKE_SA_INIT so."""
    text = "".join(f"{word} " for word in words)
    return [row.fit for row in known.message_orders() if of_side(row.side, initiator) and row.order.fits(text)]


def written(ike_version: int, sa: SecurityAssociation) -> Written:
    """How an SA payload for the IKE SA is written."""
    if ike_version == 1:
        transforms = [t for proposal in sa.proposals for t in proposal.transforms]
        orders = ("".join(f"{a.attribute_type} " for a in t.attributes) for t in transforms)
        suites = ("/".join(str(t.attribute(kind)) for kind in _OF_A_SUITE) for t in transforms)
        return Written(frozenset(orders), " ".join(suites))
    types = ("".join(f"{t.transform_type} " for t in proposal.transforms) for proposal in sa.proposals)
    listed = (_algorithm(t) for proposal in sa.proposals for t in proposal.transforms)
    return Written(frozenset(types), " ".join(listed))


def _algorithm(t: Transform) -> str:
    return f"{t.transform_type}/{t.transform_id}" + (f"-{t.key_bits}" if t.key_bits else "")


def by_offer(ike_version: int, initiator: bool, offer: Written) -> list[Fit]:
    """The programs that always send these very transforms, written so."""
    always = (r for r in known.offer_orders() if r.transforms and r.transforms == offer.transforms)
    rows = (r for r in always if r.ike_version == ike_version and of_side(r.side, initiator))
    return [r.fit for r in rows if all(map(r.order.fits, offer.orders))]


def offers_of(fit: Fit, ike_version: int, initiator: bool) -> list[OfferOrder]:
    """How an implementation is known to write its offers."""
    return [
        r
        for r in known.offer_orders()
        if r.fit.implementation == fit.implementation and r.ike_version == ike_version and of_side(r.side, initiator)
    ]


def fitting(fit: Fit, ike_version: int, initiator: bool, offer: Written) -> Fit | None:
    """The implementation with the versions that write an offer so; None: it writes otherwise."""
    rows = offers_of(fit, ike_version, initiator)
    if not rows:
        return fit
    for row in rows:
        if all(map(row.order.fits, offer.orders)):
            versions = fit.versions.meet(row.fit.versions)
            if versions is not None:
                return fit._replace(versions=versions)
    return None


def by_retransmissions(ike_version: int, initiator: bool, steps: list[Step]) -> tuple[list[str], tuple[int, ...]]:
    """The implementations whose retransmission times these are, and the frames; none below three gaps.

    None too where too many would fit.
    """
    run = _run([s for s in steps if s.from_initiator == initiator and not s.duplicate])
    times = [s.time_ns for s in run if s.time_ns is not None]
    if len(times) != len(run) or len(run) <= LEAST_GAPS:
        return [], ()
    gaps = tuple((b - a) / 1e9 for a, b in pairwise(times))
    role = "initiator" if initiator else "responder"
    names = dict.fromkeys(
        b.implementation
        for b in known.backoffs()
        if b.role == role and ike_version in b.ike_versions and _agrees(gaps, b)
    )
    frames = tuple(s.frame_number for s in run)
    return (list(names), frames) if len(names) <= _MOST_BY_TIMES else ([], frames)


def _run(steps: list[Step]) -> list[Step]:
    """The transmissions of the message that was sent most often."""
    if sum(s.retransmission_of is not None for s in steps) < LEAST_GAPS:
        return []
    runs: dict[int, list[Step]] = {}
    for step in steps:
        runs.setdefault(step.retransmission_of or step.frame_number, []).append(step)
    return max(runs.values(), key=len)


def _agrees(gaps: tuple[float, ...], pattern: Backoff) -> bool:
    if len(gaps) > len(pattern.gaps):
        return False
    return all(
        abs(gap - expected) <= tolerance
        for gap, expected, tolerance in zip(gaps, pattern.gaps, pattern.tolerances, strict=False)
    )
