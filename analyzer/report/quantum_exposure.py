"""What a quantum computer opens of the traffic that was recorded: ESP by the two hosts, since when and until when.

Harvest now, decrypt later: who records ESP together with its key exchange can keep both until there is such a computer.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from analyzer.capture.dates import is_dated
from analyzer.report.inventory import ours
from analyzer.report.words import listed, plural
from analyzer.report.zone import Zone
from analyzer.tables.store import Tables

MOST_SHOWN: Final = 50
"""Pairs of hosts on a page; of more those with the most that is exposed."""

_AH: Final = "ah"  # which does not encrypt
_IN_SHORT: Final = {
    "downgraded": "downgraded",
    "offered-not-taken": "offered and not taken",
    "classical": "classical",
    "ppk": "with a PPK",
    "hybrid": "hybrid",
    "ml-kem": "ML-KEM alone",
    "unknown": "not known",
}


@dataclass(slots=True, eq=False, repr=False)
class Span:
    """From when until when something was recorded, in ns; None: nothing was, or without a date."""

    first_time: int | None = None
    last_time: int | None = None

    def take(self, *times: int | None) -> None:
        """Something was recorded then."""
        for time in times:
            if time is not None and is_dated(time):
                self.first_time = time if self.first_time is None else min(time, self.first_time)
                self.last_time = time if self.last_time is None else max(time, self.last_time)


@dataclass(slots=True, eq=False, repr=False)
class Amount:
    """So much of what was recorded: IKE SAs, ESP packets and their bytes, as they were recorded; when these packets."""

    sas: int = 0
    packets: int = 0
    bytes: int = 0
    span: Span = field(default_factory=Span)


@dataclass(slots=True, eq=False, repr=False)
class Pair:
    """Two hosts. exposed, protected, unknown: what a quantum computer opens, does not open, what nobody can know.

    ike: when the messages of the IKE SAs among that were recorded.
    """

    hosts: tuple[str, str]
    exposed: Amount = field(default_factory=Amount)
    protected: Amount = field(default_factory=Amount)
    unknown: Amount = field(default_factory=Amount)
    ike: Span = field(default_factory=Span)

    @property
    def whole(self) -> Amount:
        """All of it."""
        return _sum((self.exposed, self.protected, self.unknown))

    def amount(self, exposed: bool | None) -> Amount:
        """Where a thing counts."""
        return self.unknown if exposed is None else self.exposed if exposed else self.protected


class Recorded(NamedTuple):
    """All pairs, those with the most exposed traffic first. ah: AH packets, which anybody reads."""

    pairs: tuple[Pair, ...]
    ah: int

    @property
    def esp(self) -> int:
        """All ESP packets."""
        return self.exposed.packets + self.protected.packets + self.unknown.packets

    @property
    def exposed(self) -> Amount:
        """Of all pairs."""
        return _sum(pair.exposed for pair in self.pairs)

    @property
    def protected(self) -> Amount:
        """Of all pairs."""
        return _sum(pair.protected for pair in self.pairs)

    @property
    def unknown(self) -> Amount:
        """Of all pairs."""
        return _sum(pair.unknown for pair in self.pairs)


def recorded(tables: Tables) -> Recorded:
    """By pairs of hosts: IKE SAs that came up or have traffic, but no probes of scanners; ESP, also of unknown SAs."""
    found: dict[tuple[str, str], Pair] = {}
    streams = list(_streams(tables))
    with_traffic = {stream["negotiation"] for stream in streams}
    hosts: dict[int, tuple[str, str]] = {}
    known = ours(tables)
    columns = ("negotiation", "outcome", "initiator_ip", "responder_ip", "quantum_exposed", "first_time", "last_time")
    for number, outcome, initiator, responder, exposed, first, last in tables["negotiations"].cells(*columns):
        hosts[number] = _hosts(initiator, responder)
        if number in known and (outcome == "established" or number in with_traffic):
            pair = found.setdefault(hosts[number], Pair(hosts[number]))
            pair.amount(exposed).sas += 1
            pair.ike.take(first, last)
    ah = 0
    for stream in streams:
        if stream["encapsulation"] == _AH:
            ah += stream["packets"] or 0
            continue
        ends = hosts.get(stream["negotiation"]) or _hosts(stream["src_ip"], stream["dst_ip"])
        pair = found.setdefault(ends, Pair(ends))
        amount = pair.amount(stream["quantum_exposed"])
        amount.packets += stream["packets"] or 0
        amount.bytes += stream["bytes"] or 0
        amount.span.take(stream["first_time"], stream["last_time"])
    ranked = sorted(found.values(), key=lambda pair: (-pair.exposed.bytes, -pair.exposed.sas, pair.hosts))
    return Recorded(tuple(ranked), ah)


def in_short(tables: Tables, zone: Zone) -> str:
    """A sentence or two for a few lines; "" where no ESP was recorded, and all is classical or not known."""
    found = recorded(tables) if len(tables["esp_streams"]) else Recorded((), 0)
    texts = []
    words = Counter(word or "unknown" for word in _words(tables))
    if words.keys() - {"classical", "unknown"}:
        counts = listed([f"{words[word]:,} {text}" for word, text in _IN_SHORT.items() if words[word]])
        texts.append(f"Post-quantum: of {plural(words.total(), 'IKE SA')} {counts}.")
    exposed = [pair.exposed for pair in found.pairs if pair.exposed.packets]
    parts = []
    if exposed:
        hosts = f"{plural(len(exposed), 'pair')} of hosts{_days(found.exposed.span, zone)}"
        parts.append(f"a quantum computer opens {_packets(found.exposed)} of {hosts}")
    if found.protected.packets:
        parts.append(f"{'it' if parts else 'a quantum computer'} does not open {_packets(found.protected)}")
    if found.unknown.packets:
        subject = "it" if parts else "a quantum computer"
        parts.append(f"whether {subject} opens {_packets(found.unknown)} cannot be known")
    if parts:
        texts.append(f"Recorded ESP: {'; '.join(parts)}.")
    return " ".join(texts)


def _words(tables: Tables) -> Iterator[str | None]:
    known = ours(tables)
    cells = tables["negotiations"].cells("negotiation", "post_quantum", "outcome")
    return (word for number, word, outcome in cells if number in known and outcome == "established")


def _packets(amount: Amount) -> str:
    return f"{plural(amount.packets, 'packet')} ({plural(amount.bytes, 'byte')})"


def _days(span: Span, zone: Zone) -> str:
    """From which day to which it was recorded; "" without times."""
    times = [time for time in (span.first_time, span.last_time) if time is not None]
    days = dict.fromkeys(map(zone.day, times))
    return f", {' to '.join(days)}" if days else ""


def _streams(tables: Tables) -> Iterator[dict[str, Any]]:
    names = ("src_ip", "dst_ip", "encapsulation", "packets", "bytes", "negotiation", "first_time", "last_time",
             "quantum_exposed")  # fmt: skip
    return (dict(zip(names, cells, strict=True)) for cells in tables["esp_streams"].cells(*names))


def _hosts(one: str | None, other: str | None) -> tuple[str, str]:
    first, second = sorted((one or "", other or ""))
    return first, second


def _sum(amounts: Iterable[Amount]) -> Amount:
    total = Amount()
    for amount in amounts:
        total.sas += amount.sas
        total.packets += amount.packets
        total.bytes += amount.bytes
        total.span.take(amount.span.first_time, amount.span.last_time)
    return total
