"""What each side of a negotiation looks like by itself: the witnesses put together.

A vendor ID that names an implementation, the order of vendor IDs and the order of payloads in IKE_SA_INIT each name
candidates; those that all of them name are left. How the offer is written then drops who writes otherwise, and names
programs whose offers are always the same. Witnesses that contradict each other name nobody. Only where none of them
says anything do the times of retransmissions.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from analyzer.assessment.fingerprint import known, witnesses
from analyzer.assessment.fingerprint.known import Fit
from analyzer.assessment.fingerprint.model import NOBODY, Candidate, Look, Looks
from analyzer.assessment.fingerprint.witnesses import LEAST_GAPS, Written
from analyzer.isakmp.numbers import PayloadV1, PayloadV2
from analyzer.isakmp.payloads.sa import SecurityAssociation
from analyzer.negotiation.model import BEGINNINGS, Exchange, Negotiation, Step
from analyzer.vocabulary import Confidence, FingerprintBasis

_REMEMBERED: Final = 1 << 12  # beginnings
_HOW: Final[dict[FingerprintBasis, str]] = {
    "vendor-id": "vendor ID",
    "vendor-id-order": "the order of its vendor IDs",
    "message-order": "the order of its notifies",
    "offer": "its offer",
}
_SHARED: Final = "a vendor ID that others use too"


class _Side(NamedTuple):
    """What one side sent in clear, but for ids: of all messages that could be read. payloads: of IKE_SA_INIT."""

    ike_version: int
    initiator: bool
    in_clear: tuple[bytes, ...]
    ids: tuple[bytes, ...]
    payloads: tuple[int, ...] = ()
    notifies: tuple[int, ...] = ()


class _Claims(NamedTuple):
    """What all but the offer say of a side. shared: by a vendor ID that others use too.

    by_offer: it may name it; checked: it may drop a candidate.
    """

    fits: tuple[Fit, ...] = ()
    basis: tuple[FingerprintBasis, ...] = ()
    shared: bool = False
    by_offer: bool = False
    checked: bool = False


_NOTHING: Final = _Claims()


class Fingerprinter:
    """Looks of the peers of many negotiations; equal evidence is judged once."""

    def __init__(self) -> None:
        self._sides: dict[_Side, _Claims] = {}
        self._written: dict[int, tuple[SecurityAssociation, Written]] = {}
        # With the SA payloads, which are told apart by their places in memory
        self._known: dict[tuple[object, ...], tuple[Looks, list[SecurityAssociation]]] = {}

    def guess(self, negotiation: Negotiation) -> Looks:
        """Of initiator and responder; None where nothing speaks."""
        exchanges = negotiation.exchanges
        figures = [e.figure for e in exchanges if e.exchange in BEGINNINGS or e.figure.vendor_ids]
        if not figures:
            return NOBODY
        if not all(figure.shared and figure.retransmissions < LEAST_GAPS for figure in figures):
            return self._guess(negotiation)
        offers = [offer.sa for offer in negotiation.offers if offer.child is None]
        key = negotiation.ike_version, *figures, *map(id, offers)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._guess(negotiation), offers
        return found[0]

    def _guess(self, negotiation: Negotiation) -> Looks:
        """But for the times of retransmissions, of which few say nothing, a function of figures and offers."""
        beginnings = [e for e in negotiation.exchanges if e.exchange in BEGINNINGS]
        shown: dict[bool, dict[tuple[bool, bytes], None]] = {True: {}, False: {}}
        for step in negotiation.steps():
            if step.vendor_ids:
                shown[step.from_initiator].update(dict.fromkeys((step.encrypted, i) for i in step.vendor_ids))
        initiator, responder = (self._side(negotiation, beginnings, by, tuple(shown[by])) for by in (True, False))
        return initiator, responder

    def _side(
        self, n: Negotiation, beginnings: list[Exchange], initiator: bool, ids: tuple[tuple[bool, bytes], ...]
    ) -> Look | None:
        in_clear, all_ids = tuple(i for encrypted, i in ids if not encrypted), tuple(i for _, i in ids)
        said = _Side(n.ike_version, initiator, in_clear, all_ids)
        step = whole_proposal(n, beginnings, initiator) if n.ike_version == 2 else None
        if step is not None:
            said = said._replace(
                payloads=step.payload_types, notifies=tuple(notify.notify_type for notify in step.notifies)
            )
        if said not in self._sides:
            if len(self._sides) >= _REMEMBERED:
                self._sides.clear()
            self._sides[said] = _claims(said)
        return self._look(n, said, self._sides[said]) or _by_times(n, beginnings, initiator)

    def _look(self, n: Negotiation, said: _Side, claims: _Claims) -> Look | None:
        """What the claims come to beside the offer, which is read only where it can matter."""
        fits, basis = claims.fits, claims.basis
        if claims.checked or claims.by_offer:
            asked = self._offer(n, chosen=False)
            offer = asked if said.initiator else self._offer(n, chosen=True)
            own = asked is not None and offer is not None and not offer.orders <= asked.orders
            fits = tuple(fit for fit in fits if own or not fit.own_offer)
            if offer is not None and claims.by_offer:
                fits, basis = tuple(witnesses.by_offer(n.ike_version, said.initiator, offer)), ("offer",)
            elif offer is not None:
                checked = (witnesses.fitting(fit, n.ike_version, said.initiator, offer) for fit in fits)
                fits, basis = tuple(fit for fit in checked if fit is not None), (*basis, "offer")
        candidates = tuple(dict.fromkeys(Candidate(fit.implementation, fit.versions.text) for fit in fits))
        if not candidates:
            return None
        several = len({candidate.implementation for candidate in candidates}) > 1
        sure: Confidence = "possible" if several or claims.shared else "likely"
        detail = f"by {_SHARED if claims.shared else _HOW[basis[0]]}"
        return Look(candidates, basis, sure, detail)

    def _offer(self, n: Negotiation, *, chosen: bool) -> Written | None:
        """How the last SA payload of the initiator, or of the responder, is written, if it is whole."""
        last = next((o.sa for o in reversed(n.offers) if o.child is None and o.chosen == chosen), None)
        if last is None or not last.whole:
            return None
        kept = self._written.get(id(last))
        if kept is None:
            if len(self._written) >= _REMEMBERED:
                self._written.clear()
            kept = self._written[id(last)] = last, witnesses.written(n.ike_version, last)
        return kept[1]


def whole_proposal(n: Negotiation, beginnings: list[Exchange], initiator: bool) -> Step | None:
    """The last message of a side with its proposals, in clear and whole: by it a known implementation is known.

    A COOKIE or INVALID_KE_PAYLOAD round comes before it; a refusal says little of who refuses.
    """
    kinds = (PayloadV2.SA, PayloadV2.NONCE) if n.ike_version == 2 else (PayloadV1.SA,)
    for exchange in reversed(beginnings):
        for step in reversed(exchange.steps):
            if step.from_initiator == initiator and all(kind in step.payload_types for kind in kinds):
                return step
    return None


def shown_in(n: Negotiation, initiator: bool, look: Look) -> tuple[int, ...]:
    """The frames that show what a side looks like."""
    if look.frames:
        return look.frames
    frames = []
    if "vendor-id" in look.basis or "vendor-id-order" in look.basis:
        frames += [s.frame_number for s in n.steps() if s.vendor_ids and s.from_initiator == initiator and _fresh(s)]
    step = whole_proposal(n, [e for e in n.exchanges if e.exchange in BEGINNINGS], initiator)
    if step is not None and ("message-order" in look.basis or "offer" in look.basis):
        frames.append(step.frame_number)
    return tuple(sorted(set(frames)))


def _fresh(step: Step) -> bool:
    return step.retransmission_of is None and not step.duplicate


def _claims(said: _Side) -> _Claims:
    """What vendor IDs and the order of payloads say of a side."""
    claims: dict[FingerprintBasis, list[Fit]] = {}
    named, shared = witnesses.by_vendor_id(said.ids)
    order = [witnesses.vendor_id_word(i) for i in said.in_clear]
    if order and said.ike_version == 1:
        claims["vendor-id-order"] = witnesses.by_vendor_order(said.initiator, order)
    if named is not None and not claims.get("vendor-id-order"):  # which knows more: products share a vendor's IDs
        claims["vendor-id"] = [named]
    message = witnesses.message_words(said.payloads, said.notifies) or ()
    if message:
        claims["message-order"] = witnesses.by_message_order(said.initiator, message)
    if "vendor-id" in claims and message and not claims["message-order"] and _builds(named, said.initiator):
        return _NOTHING  # who it says it is builds other messages
    words = message if said.ike_version == 2 else order
    agreed = _agreed([fits for fits in claims.values() if fits])
    fits = tuple(f for fit in agreed if (f := _since(fit, said.ike_version, words)) is not None)
    basis = tuple(b for b, claimed in claims.items() if claimed)
    bare = not order and not said.notifies and not basis
    checked = any(witnesses.offers_of(fit, said.ike_version, said.initiator) for fit in fits)
    return _Claims(fits, basis, shared and basis == ("vendor-id",), bare, checked)


def _builds(named: Fit | None, initiator: bool) -> bool:
    """Whether it is known how an implementation builds IKE_SA_INIT."""
    return named is not None and any(
        row.fit.implementation == named.implementation and known.of_side(row.side, initiator)
        for row in known.message_orders()
    )


def _agreed(claims: Sequence[list[Fit]]) -> list[Fit]:
    """What all name, with the versions that fit all of them."""
    if not claims:
        return []
    found = claims[0]
    for others in claims[1:]:
        met = ((f, f.versions.meet(o.versions)) for f in found for o in others if f.implementation == o.implementation)
        found = [f._replace(versions=versions) for f, versions in met if versions is not None]
    return found


def _since(fit: Fit, ike_version: int, words: Sequence[str]) -> Fit | None:
    """The implementation with the versions that can send these words; None: no version sends them all."""
    versions = fit.versions
    for word in words:
        narrowed = known.firsts().get((fit.implementation, ike_version, word))
        if narrowed is not None:
            met = versions.meet(narrowed)
            if met is None:
                return None
            versions = met
    return fit._replace(versions=versions)


def _by_times(n: Negotiation, beginnings: list[Exchange], initiator: bool) -> Look | None:
    if not beginnings:
        return None
    names, frames = witnesses.by_retransmissions(n.ike_version, initiator, beginnings[0].steps)
    if not names:
        return None
    detail = f"by the times of {len(frames) - 1} retransmissions"
    return Look(tuple(map(Candidate, names)), ("retransmission-times",), "possible", detail, frames)
