"""Who talked with whom, over many captures: IKE SAs of two hosts by month and by what was chosen."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from analyzer.capture.dates import is_dated
from analyzer.negotiation.follow.nat import is_known
from analyzer.report.sentences import suite_text
from analyzer.report.zone import UTC_ZONE
from analyzer.tables.store import Tables
from analyzer.tables.write import csv_encoder

PEERS: Final = "peers.csv"
MOST_OF_A_CAPTURE: Final = 200
"""Rows that are kept of one capture; of more those with the most SAs."""

COLUMNS: Final = (
    "initiator_ip", "responder_ip", "month", "ike_version", "suite", "ike_sas", "established", "failed", "unanswered",
    "captures", "first_time", "last_time",
)  # fmt: skip
"""Of the file over all captures. month: of the first message in UTC, as YYYY-MM; times in ISO 8601."""

_COUNTED: Final = ("established", "failed", "unanswered")


class Pair(NamedTuple):
    """IKE SAs of one initiator with one responder, begun in one month, with the same choice; "" where none is known.

    Addresses that a log does not say are "". month: "" without a time. Times are of the first and the last message in
    nanoseconds; None: no message has one.
    """

    initiator_ip: str
    responder_ip: str
    month: str
    ike_version: int
    suite: str
    sas: int = 0
    established: int = 0
    failed: int = 0
    unanswered: int = 0
    first_time: int | None = None
    last_time: int | None = None
    captures: int = 1

    def with_more(self, other: "Pair") -> "Pair":
        """Together with those of another capture, or of the same kind."""
        first, last = _all(self.first_time, other.first_time), _all(self.last_time, other.last_time)
        return self._replace(
            **{name: getattr(self, name) + getattr(other, name) for name in ("sas", "captures", *_COUNTED)},
            first_time=min(first, default=None),
            last_time=max(last, default=None),
        )


class Peers(NamedTuple):
    """Two hosts over all captures. suites: what was chosen, the newest first, also where the SA failed."""

    initiator_ip: str
    responder_ip: str
    sas: int
    failed: int
    unanswered: int
    captures: int
    first_time: int | None
    last_time: int | None
    suites: tuple[str, ...]

    @property
    def unsuccessful(self) -> int:
        """Failed or not answered."""
        return self.failed + self.unanswered


def pairs_of(tables: Tables) -> tuple[tuple[Pair, ...], int]:
    """The pairs of one capture, those with the most SAs first; and how many SAs are of pairs that are left out.

    Probes are no talk of two peers, and are not counted.
    """
    found: dict[tuple[Any, ...], Pair] = {}
    for n in tables["negotiations"].records():
        if n["outcome"] == "probe":
            continue
        first, last = (
            None if n[one] is None or not is_dated(n[one]) else n[one] for one in ("first_time", "last_time")
        )
        month = "" if first is None else UTC_ZONE.iso(first)[:7]
        key = (_known(n["initiator_ip"]), _known(n["responder_ip"]), month, n["ike_version"] or 0, suite_text(n) or "")
        established, failed, unanswered = (int(n["outcome"] == word) for word in _COUNTED)
        one = Pair(*key, 1, established, failed, unanswered, first, last)
        found[key] = found[key].with_more(one)._replace(captures=1) if key in found else one
    ranked = sorted(found.values(), key=lambda pair: (-pair.sas, pair[:5]))
    left = sum(pair.sas for pair in ranked[MOST_OF_A_CAPTURE:])
    return tuple(ranked[:MOST_OF_A_CAPTURE]), left


def together(pairs: Iterable[Pair]) -> list[Pair]:
    """Of all captures, in the order of addresses, months and suites."""
    found: dict[tuple[Any, ...], Pair] = {}
    for pair in pairs:
        key = pair[:5]
        found[key] = found[key].with_more(pair) if key in found else pair
    return [found[key] for key in sorted(found)]


def peers_of(captures: Iterable[Sequence[Pair]]) -> list[Peers]:
    """Hosts that talked with each other, those with the most that went wrong first, then those with the most SAs."""
    found: dict[tuple[str, str], list[Pair]] = {}
    seen: dict[tuple[str, str], int] = {}
    for pairs in captures:
        for hosts in dict.fromkeys(pair[:2] for pair in pairs):
            seen[hosts] = seen.get(hosts, 0) + 1
        for pair in pairs:
            found.setdefault(pair[:2], []).append(pair)
    made = (_peers(hosts, pairs, seen[hosts]) for hosts, pairs in found.items())
    return sorted(made, key=lambda peers: (-peers.unsuccessful, -peers.sas, peers[:2]))


def _peers(hosts: tuple[str, str], pairs: list[Pair], captures: int) -> Peers:
    newest = sorted((p for p in pairs if p.suite), key=lambda p: (p.last_time or 0, p.sas), reverse=True)
    times = [p.first_time for p in pairs if p.first_time is not None]
    ends = [p.last_time for p in pairs if p.last_time is not None]
    sas, failed, unanswered = (sum(getattr(p, name) for p in pairs) for name in ("sas", "failed", "unanswered"))
    suites = tuple(dict.fromkeys(p.suite for p in newest))
    spans = min(times, default=None), max(ends, default=None)
    return Peers(*hosts, sas, failed, unanswered, captures, *spans, suites)


def chosen_by_month(pairs: Iterable[Pair]) -> list[Pair]:
    """Those with a known choice, the newest month first, then those of the most SAs. pairs: of `together`."""
    known = [pair for pair in pairs if pair.suite]
    known.sort(key=lambda pair: (-pair.sas, pair[:2], pair.suite))
    return sorted(known, key=lambda pair: pair.month, reverse=True)


def csv_lines(pairs: Iterable[Pair], *, raw: bool = False) -> Iterator[str]:
    """The file over all captures, line by line. pairs: of `together`."""
    encode = csv_encoder(raw=raw)
    yield ",".join(COLUMNS) + "\n"
    for pair in pairs:
        times = (None if time is None else UTC_ZONE.iso(time) for time in (pair.first_time, pair.last_time))
        yield (
            ",".join(map(encode, (*(cell if cell != "" else None for cell in pair[:9]), pair.captures, *times))) + "\n"
        )


def _known(ip: str | None) -> str:
    """An address; "" where it stands for what a log does not say."""
    return ip if ip and is_known(ip) else ""


def _all(*times: int | None) -> list[int]:
    return [time for time in times if time is not None]
