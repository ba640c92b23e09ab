"""What is known of implementations: the data files beside this module, a row for each pattern, with how it is known.

- vendor-order.csv: vendor IDs in clear in the order of a family's, by the names of the registry with the bytes behind
  them ("NAT-T": any that announces NAT traversal; "unknown 16": one of 16 bytes that is not known, which peers make
  anew each time). own_offer: it counts only where the answer is written as this family writes it and otherwise than
  the offer.
- message-order.csv: payloads of the IKE_SA_INIT message with the proposals, notifies by their numbers.
- offer-order.csv: attributes of each IKEv1 transform by type, or transform types of each IKEv2 proposal; `transforms`:
  these and no others, which names a program by itself. Other rows name nobody: who is named otherwise must fit one of
  his rows, if he has any.
- since.csv: what a version was the first to send.
- backoff.csv: seconds between retransmissions, at least three of which must agree.

A word of an order may be missing ("?"), come at least once ("+") or any number of times ("*").
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final, NamedTuple

from analyzer import data
from analyzer.assessment.fingerprint.versions import Versions, parsed

LEAST_TOLERANCE_S = 0.05
TOLERANCE = 0.1  # of the gap, where the pattern gives none of its own
_NAT_T = r"(?:RFC 3947 NAT-T|draft-(?:ietf-ipsec-nat-t-ike|stenberg-ipsec-nat-traversal)[^; ]*)"
_EVERYBODY: Final = "either"


class Fit(NamedTuple):
    """An implementation that a row fits. own_offer: if its answer is written otherwise than the offer."""

    implementation: str
    versions: Versions
    own_offer: bool = False


class Order(NamedTuple):
    """Words in an order, each ending with the separator. pattern: of their text.

    needed: texts without which nothing fits; most of what comes lacks one, and spares making the pattern.
    """

    pattern: str
    needed: tuple[str, ...]

    def fits(self, text: str) -> bool:
        """Whether words are in this order."""
        return all(word in text for word in self.needed) and re.fullmatch(self.pattern, text) is not None


class VendorOrder(NamedTuple):
    """A row of vendor-order.csv."""

    fit: Fit
    side: str
    order: Order


class MessageOrder(NamedTuple):
    """A row of message-order.csv."""

    fit: Fit
    side: str
    order: Order


class OfferOrder(NamedTuple):
    """A row of offer-order.csv."""

    fit: Fit
    ike_version: int
    side: str
    order: Order
    transforms: str


class Backoff(NamedTuple):
    """A row of backoff.csv."""

    implementation: str
    role: str
    ike_versions: tuple[int, ...]
    gaps: tuple[float, ...]
    tolerances: tuple[float, ...]


def of_side(side: str, initiator: bool) -> bool:
    """Whether a row is about this side."""
    return side == _EVERYBODY or (side == "initiator") == initiator


@cache
def vendor_orders() -> tuple[VendorOrder, ...]:
    """vendor-order.csv."""
    return tuple(
        VendorOrder(_fit(r), r["side"], _order(r["order"], "; ", _vendor_id))
        for r in data.rows(__file__, "vendor-order.csv")
    )


@cache
def message_orders() -> tuple[MessageOrder, ...]:
    """message-order.csv."""
    return tuple(
        MessageOrder(_fit(r), r["side"], _order(r["order"], " ", re.escape))
        for r in data.rows(__file__, "message-order.csv")
    )


@cache
def offer_orders() -> tuple[OfferOrder, ...]:
    """offer-order.csv."""
    return tuple(
        OfferOrder(_fit(r), int(r["ike_version"]), r["side"], _order(r["order"], " ", re.escape), r["transforms"])
        for r in data.rows(__file__, "offer-order.csv")
    )


@cache
def firsts() -> dict[tuple[str, int, str], Versions]:
    """since.csv, by implementation, IKE version and word."""
    rows = data.rows(__file__, "since.csv")
    return {(r["implementation"], int(r["ike_version"]), r["word"]): parsed(r["versions"]) for r in rows}


@cache
def backoffs() -> tuple[Backoff, ...]:
    """backoff.csv."""
    return tuple(_backoff(row) for row in data.rows(__file__, "backoff.csv"))


def _backoff(row: dict[str, str]) -> Backoff:
    gaps = tuple(float(gap) for gap in row["gaps_s"].split())
    own = row["tolerance_ms"].split()
    tolerances = tuple(
        max(LEAST_TOLERANCE_S, gap * TOLERANCE) if ms == "-" else int(ms) / 1000
        for gap, ms in zip(gaps, own, strict=True)
    )
    versions = tuple(int(version) for version in row["versions"].split())
    return Backoff(row["implementation"], row["role"], versions, gaps, tolerances)


def _fit(row: dict[str, str]) -> Fit:
    return Fit(row["implementation"], parsed(row["versions"]), row.get("own_offer") == "yes")


def _vendor_id(name: str) -> str:
    return _NAT_T if name == "NAT-T" else r"unknown \d+" if name == "unknown" else re.escape(name)


def _order(order: str, separator: str, one: Callable[[str], str]) -> Order:
    """Words of a data file. one: the pattern of a word, which is the word itself, or something else for some."""
    words = [(word, one(word), often) for word, often in _words(order, separator)]
    needed = (word for word, pattern, often in words if often in ("", "+") and pattern == re.escape(word))
    pattern = "".join(f"(?:{pattern}{separator}){often}" for _, pattern, often in words)
    return Order(pattern, tuple(dict.fromkeys(f"{word}{separator}" for word in needed)))


def _words(order: str, separator: str) -> Iterator[tuple[str, str]]:
    for word in order.split(separator):
        yield (word[:-1], word[-1]) if word[-1] in "?+*" else (word, "")
