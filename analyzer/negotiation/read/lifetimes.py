"""Lifetimes that were asked for, and those that a side announced instead.

IKEv1 offers them with each transform (RFC 2409 appendix A, RFC 2407 section 4.5) and may be answered by
RESPONDER-LIFETIME (RFC 2407 section 4.6.3.1). IKEv2 negotiates none; AUTH_LIFETIME says by when the client has to
authenticate again (RFC 4478).
"""

from collections.abc import Iterable

from analyzer.isakmp.cursor import Cursor
from analyzer.isakmp.numbers import NotifyV1, NotifyV2
from analyzer.isakmp.payloads.attribute import read_attributes
from analyzer.negotiation.read.proposals import (
    P1_LIFE,
    P1_LIFE_TYPE,
    P2_LIFE,
    P2_LIFE_TYPE,
    PROTO_ISAKMP,
    SECONDS,
    lifetimes,
)
from analyzer.negotiation.seen import Offer, SeenNotify

_RESPONDER_LIFETIME, _AUTH_LIFETIME = int(NotifyV1.RESPONDER_LIFETIME), int(NotifyV2.AUTH_LIFETIME)
_MOST = 64  # distinct lifetimes of one SA: real offers have one or two


def offered_s(version: int, offers: Iterable[Offer]) -> dict[int | None, tuple[int, ...]]:
    """Seconds offered, each once in wire order, by child SA (None: the IKE SA); only what could be read."""
    found: dict[int | None, dict[int, None]] = {}
    if version != 1:
        return {}
    for offer in offers:
        if offer.chosen:
            continue
        attributes = (P1_LIFE_TYPE, P1_LIFE) if offer.child is None else (P2_LIFE_TYPE, P2_LIFE)
        kept = found.setdefault(offer.child, {})
        for proposal in offer.sa.proposals:
            for transform in proposal.transforms:
                seconds, _ = lifetimes(transform, *attributes)
                if seconds is not None and len(kept) < _MOST:
                    kept[seconds] = None
    return {child: tuple(kept) for child, kept in found.items() if kept}


def announced_s(version: int, notify: SeenNotify) -> int | None:
    """Seconds that a RESPONDER-LIFETIME or AUTH_LIFETIME notify says; None: another notify, or it says none."""
    if version == 2:
        whole = notify.notify_type == _AUTH_LIFETIME and len(notify.data) == 4
        return int.from_bytes(notify.data, "big") if whole else None
    if notify.notify_type != _RESPONDER_LIFETIME:
        return None
    phase1 = notify.protocol_id == PROTO_ISAKMP
    kinds = (P1_LIFE_TYPE, P1_LIFE) if phase1 else (P2_LIFE_TYPE, P2_LIFE)
    table = "ikev1-attributes" if phase1 else "ikev1-ipsec-attributes"
    unit = SECONDS
    for attribute in read_attributes(Cursor(notify.data, 0, [], 1), table):
        if attribute.attribute_type == kinds[0]:
            unit = attribute.value or 0
        elif attribute.attribute_type == kinds[1] and unit == SECONDS and attribute.value is not None:
            return attribute.value
    return None
