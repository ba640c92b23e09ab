"""Guess a peer's implementation; a vendor ID counts most, then the order of notifies, then retransmission times.

Data files beside this module: vendor-order.csv (families known by the order of their vendor IDs: names as in the
registry, with the bytes behind them; "NAT-T": any that announces NAT traversal, "unknown 16": one of 16 bytes that is
not known, which peers make anew each time; "?" may be missing, "+" and "*" are runs), notify-order.csv
(IKE_SA_INIT's notifies in order, "?" marks what may be missing; measured on real daemons), backoff.csv (seconds
between retransmissions; at least three must agree).
"""

import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from analyzer import data
from analyzer.isakmp.numbers import PayloadV1, PayloadV2
from analyzer.isakmp.registry import vendors
from analyzer.negotiation.model import BEGINNINGS, Exchange, Negotiation, Step

LEAST_GAPS = 3
LEAST_TOLERANCE_S = 0.05
_NAT_T = r"(?:RFC 3947 NAT-T|draft-(?:ietf-ipsec-nat-t-ike|stenberg-ipsec-nat-traversal)[^; ]*)"
Looks = tuple[str | None, str | None]  # of initiator and responder
_NOTHING: Looks = (None, None)
_REMEMBERED = 1 << 12  # beginnings
TOLERANCE = 0.1  # of the gap, where the pattern gives none of its own


class _Backoff(NamedTuple):
    implementation: str
    role: str
    versions: tuple[int, ...]
    gaps: tuple[float, ...]
    tolerances: tuple[float, ...]


class Fingerprinter:
    """Guesses for the peers of many negotiations; equal evidence is judged once."""

    def __init__(self) -> None:
        self._vendor_ids: dict[tuple[bool, tuple[tuple[bool, bytes], ...]], str | None] = {}
        self._notifies: dict[tuple[bool, tuple[int, ...]], str | None] = {}
        self._known: dict[tuple[object, ...], Looks] = {}

    def guess(self, negotiation: Negotiation) -> Looks:
        """(initiator, responder): "consistent with NAME (by what)", or None where nothing speaks."""
        exchanges = negotiation.exchanges
        figures = [e.figure for e in exchanges if e.exchange in BEGINNINGS or e.figure.vendor_ids]
        if not figures:
            return _NOTHING
        if not all(figure.shared and figure.retransmissions < LEAST_GAPS for figure in figures):
            return self._guess(negotiation)
        key = negotiation.ike_version, *figures
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[key] = self._guess(negotiation)
        return known

    def _guess(self, negotiation: Negotiation) -> Looks:
        """But for the times of retransmissions, of which few say nothing, a function of these figures."""
        beginnings = [e for e in negotiation.exchanges if e.exchange in BEGINNINGS]
        shown: dict[bool, dict[tuple[bool, bytes], None]] = {True: {}, False: {}}
        for step in negotiation.steps():
            if step.vendor_ids:
                shown[step.from_initiator].update(dict.fromkeys((step.encrypted, i) for i in step.vendor_ids))
        initiator, responder = (self._side(negotiation, beginnings, by, tuple(shown[by])) for by in (True, False))
        return initiator, responder

    def _side(
        self, n: Negotiation, beginnings: list[Exchange], initiator: bool, ids: tuple[tuple[bool, bytes], ...]
    ) -> str | None:
        if ids:
            sent = initiator, ids
            if sent not in self._vendor_ids:
                in_clear = tuple(i for encrypted, i in ids if not encrypted)
                found = by_order(initiator, in_clear) or by_vendor_ids(tuple(i for _, i in ids))
                self._vendor_ids[sent] = found
            if self._vendor_ids[sent] is not None:
                return self._vendor_ids[sent]
        step = whole_proposal(n, beginnings, initiator)
        if step is not None and n.ike_version == 2:
            key = initiator, tuple(notify.notify_type for notify in step.notifies)
            if key not in self._notifies:
                self._notifies[key] = by_notifies(*key)
            if self._notifies[key] is not None:
                return self._notifies[key]
        return by_retransmissions(n.ike_version, initiator, beginnings[0].steps) if beginnings else None


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


def by_order(initiator: bool, ids: tuple[bytes, ...]) -> str | None:
    """The families that send these vendor IDs in this order in clear; keys may add others of later messages.

    The order of all of them knows more than one of them: of what a vendor shares among products it says which it is.
    """
    text = "".join(f"{_word(data)}; " for data in ids)
    sides = "either", "initiator" if initiator else "responder"
    names = dict.fromkeys(
        r["implementation"]
        for r in _rows("vendor-order")
        if r["side"] in sides and _vendor_order(r["order"]).fullmatch(text)
    )
    return f"consistent with {' or '.join(names)} (by the order of its vendor IDs)" if names else None


def by_vendor_ids(ids: tuple[bytes, ...]) -> str | None:
    """The first vendor ID that names an implementation."""
    matches = [match for data in ids if (match := vendors.identify(data)) is not None]
    for match in matches:
        if match.kind == "implementation":
            return f"consistent with {match.name} (by vendor ID)"
    for match in matches:
        if match.kind.startswith("implementation"):
            return f"consistent with {match.name} (by a vendor ID that others use too)"
    return None


def _word(data: bytes) -> str:
    """A vendor ID as vendor-order.csv names it."""
    match = vendors.identify(data)
    if match is None:
        return f"unknown {len(data)}"
    if match.kind != "capability":
        return match.name
    return f"{match.name} {match.trailing.hex()}" if match.trailing else match.name


def by_notifies(initiator: bool, types: tuple[int, ...]) -> str | None:
    """The implementations measured to send these notifies in this order in IKE_SA_INIT."""
    side = "initiator" if initiator else "responder"
    text = "".join(f"{t} " for t in types)
    names = [
        r["implementation"] for r in _rows("notify-order") if r["side"] == side and _order(r["order"]).fullmatch(text)
    ]
    return f"consistent with {' or '.join(names)} (by the order of its notifies)" if names else None


def by_retransmissions(version: int, initiator: bool, steps: list[Step]) -> str | None:
    """The implementations whose retransmission times these are; None below three gaps, or where too many would fit."""
    gaps = _gaps([s for s in steps if s.from_initiator == initiator and not s.duplicate])
    if gaps is None:
        return None
    role = "initiator" if initiator else "responder"
    names = dict.fromkeys(
        b.implementation for b in _backoffs() if b.role == role and version in b.versions and _agrees(gaps, b)
    )
    if not names or len(names) > 2:
        return None
    return f"consistent with {' or '.join(names)} (by the times of {len(gaps)} retransmissions)"


def _gaps(steps: list[Step]) -> tuple[float, ...] | None:
    """Seconds between the transmissions of the message that was sent most often."""
    if sum(s.retransmission_of is not None for s in steps) < LEAST_GAPS:
        return None
    runs: dict[int, list[Step]] = {}
    for step in steps:
        runs.setdefault(step.retransmission_of or step.frame_number, []).append(step)
    run = max(runs.values(), key=len)
    times = [s.time_ns for s in run if s.time_ns is not None]
    if len(times) != len(run) or len(run) <= LEAST_GAPS:
        return None
    return tuple((b - a) / 1e9 for a, b in pairwise(times))


def _agrees(gaps: tuple[float, ...], known: _Backoff) -> bool:
    if len(gaps) > len(known.gaps):
        return False
    return all(
        abs(gap - expected) <= tolerance
        for gap, expected, tolerance in zip(gaps, known.gaps, known.tolerances, strict=False)
    )


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    return tuple(data.rows(__file__, f"{name}.csv"))


@cache
def _vendor_order(order: str) -> re.Pattern[str]:
    """Words of vendor-order.csv as a pattern for words that each end with "; "."""
    pattern = ""
    for word in order.split("; "):
        name, often = (word[:-1], word[-1]) if word[-1] in "?+*" else (word, "")
        one = _NAT_T if name == "NAT-T" else r"unknown \d+" if name == "unknown" else re.escape(name)
        pattern += f"(?:{one}; ){often}"
    return re.compile(pattern)


@cache
def _order(order: str) -> re.Pattern[str]:
    return re.compile("".join(f"(?:{t[:-1]} )?" if t.endswith("?") else f"{t} " for t in order.split()))


@cache
def _backoffs() -> tuple[_Backoff, ...]:
    found = []
    for row in _rows("backoff"):
        gaps = tuple(float(g) for g in row["gaps_s"].split())
        own = row["tolerance_ms"].split()
        tolerances = tuple(
            max(LEAST_TOLERANCE_S, gap * TOLERANCE) if ms == "-" else int(ms) / 1000
            for gap, ms in zip(gaps, own, strict=True)
        )
        versions = tuple(int(v) for v in row["versions"].split())
        found.append(_Backoff(row["implementation"], row["role"], versions, gaps, tolerances))
    return tuple(found)
