"""Who negotiates with whom, as a picture: initiators left, responders right, each pair a line in its worst colour.

Of many hosts the worst and busiest have a place of their own, the others of a side share one: five or five hundred fit.
Numbers only: templates/partials/peers.html.j2 draws them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Final, NamedTuple

from analyzer.report.dossier import in_floods, outcome_rank
from analyzer.report.words import outcome_counts, plural, severity_rank
from analyzer.tables.store import Tables

MOST_NODES: Final = 12
MOST_PAIRS: Final = 200
_MOST_NUMBERS: Final = 8
_ROW: Final = 40
_APART: Final = 4
_TO_NOTHING: Final = frozenset({"failed", "unanswered"})
_UNKNOWN: Final = "an unknown address"
_AS_BAD: Final = frozenset({"critical", "high", "medium"})  # such a finding of an SA that came up gives its colour


class Pair(NamedTuple):
    """The negotiations of one initiator with one responder. worst: severity of the worst finding, "" without one."""

    initiator: str
    responder: str
    outcomes: Counter[str]
    rank: int
    outcome: str
    worst: str
    numbers: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many negotiations."""
        return self.outcomes.total()

    @property
    def outcomes_text(self) -> str:
        """How they ended, in words."""
        return outcome_counts(self.outcomes)

    @property
    def style(self) -> str:
        """What gives the line its colour: the worst outcome, or of SAs that came up the worst finding of weight."""
        return self.worst if self.outcome == "established" and self.worst in _AS_BAD else self.outcome


class Layout(NamedTuple):
    """Columns of a drawing, and how many signs of an address there is room for."""

    name: str
    width: int
    left: int
    right: int
    signs: int


WIDE: Final = Layout("wide", 860, 290, 570, 39)
NARROW: Final = Layout("narrow", 340, 118, 222, 16)


class Node(NamedTuple):
    """A host, or the others of its side: its middle, what stands beside it, and its whole name."""

    y: int
    label: str
    sas: str
    name: str
    others: bool


class Edge(NamedTuple):
    """A line between two nodes; weight: its width in tenths."""

    y1: int
    y2: int
    style: str
    weight: int
    name: str


class Picture(NamedTuple):
    """The whole drawing."""

    layout: Layout
    height: int
    left: tuple[Node, ...]
    right: tuple[Node, ...]
    edges: tuple[Edge, ...]


class Peers(NamedTuple):
    """Who with whom: the drawings, a summary in words, the first MOST_PAIRS pairs, the worst first, of `total`."""

    pictures: tuple[Picture, ...]
    summary: str
    pairs: tuple[Pair, ...]
    total: int


def peers(tables: Tables) -> Peers | None:
    """The picture; None where fewer than two pairs of hosts have negotiated."""
    pairs = _pairs(tables)
    if len(pairs) < 2:
        return None
    initiators, responders = {p.initiator for p in pairs}, {p.responder for p in pairs}
    summary = (
        f"{plural(len(initiators), 'initiator')} and {plural(len(responders), 'responder')} in "
        f"{plural(len(pairs), 'pair')}"
    )
    drawn = tuple(_draw(pairs, layout) for layout in (WIDE, NARROW))
    return Peers(drawn, summary, tuple(pairs[:MOST_PAIRS]), len(pairs))


def _pairs(tables: Tables) -> list[Pair]:
    """All pairs, the worst first, then the busiest."""
    flooded = in_floods(tables)
    worst: dict[int, str] = {}
    for number, severity in set(tables["findings"].cells("negotiation", "severity")):
        if number is not None:
            worst[number] = min(worst.get(number, ""), severity or "", key=severity_rank)
    rows: dict[tuple[str, str], list[tuple[int, str, bool]]] = defaultdict(list)
    columns = ("negotiation", "initiator_ip", "responder_ip", "outcome", "failed_at")
    for number, initiator, responder, outcome, failed in tables["negotiations"].cells(*columns):
        if number not in flooded:
            ends = initiator or _UNKNOWN, responder or _UNKNOWN
            rows[ends].append((number, outcome or "unknown", failed is not None))
    found = []
    for (initiator, responder), several in rows.items():
        rank, outcome = min((outcome_rank(outcome, trouble=trouble), outcome) for _, outcome, trouble in several)
        outcome = "failed" if rank == outcome_rank("established", trouble=True) else outcome
        found.append(
            Pair(
                initiator,
                responder,
                Counter(outcome for _, outcome, _ in several),
                rank,
                outcome,
                min((worst.get(number, "") for number, *_ in several), key=severity_rank),
                tuple(number for number, *_ in several[:_MOST_NUMBERS]),
            )
        )
    return sorted(found, key=lambda p: (p.rank, severity_rank(p.worst), -p.total, p.initiator, p.responder))


def _draw(pairs: list[Pair], layout: Layout) -> Picture:
    left, places_left = _side([(p.initiator, p) for p in pairs], "initiators", layout)
    right, places_right = _side([(p.responder, p) for p in pairs], "responders", layout)
    lines: dict[tuple[int, int], dict[bool, list[Pair]]] = defaultdict(lambda: defaultdict(list))
    for pair in pairs:
        ends = places_left.get(pair.initiator, left[-1].y), places_right.get(pair.responder, right[-1].y)
        lines[ends][pair.outcome in _TO_NOTHING].append(pair)
    height = _ROW * max(len(left), len(right)) + 10
    edges = [
        _edge(y1, y2, _APART * (2 * place - len(halves) + 1), several)
        for (y1, y2), halves in lines.items()
        for place, several in enumerate(halves.values())
    ]
    # The worst are drawn last, over the others
    return Picture(layout, height, tuple(left), tuple(right), tuple(reversed(edges)))


def _edge(y1: int, y2: int, lower: int, several: list[Pair]) -> Edge:
    """One line for pairs that share both ends, those with trouble and the others apart: by so much it lies lower."""
    first, total = several[0], sum(p.total for p in several)
    severe = min((p.worst for p in several), key=severity_rank)
    ends = f"{first.initiator} with {first.responder}" if len(several) == 1 else plural(len(several), "pair")
    outcomes = outcome_counts(sum((p.outcomes for p in several), Counter()))
    found = f"; worst finding {severe}" if severe else ""
    return Edge(y1 + lower, y2 + lower, first.style, min(60, 15 + 5 * total.bit_length()), f"{ends}: {outcomes}{found}")


def _side(hosts: Collection[tuple[str, Pair]], what: str, layout: Layout) -> tuple[list[Node], dict[str, int]]:
    """The nodes of one side in the order of their hosts, and the places of those that have one of their own."""
    totals: dict[str, Counter[str]] = {}
    for host, pair in hosts:  # keeps the order of what comes first
        totals.setdefault(host, Counter()).update(pair.outcomes)
    names = list(totals)
    own = names if len(names) <= MOST_NODES else names[: MOST_NODES - 1]
    nodes, places = [], {}
    for row, host in enumerate(own):
        places[host] = y = _ROW * row + _ROW // 2 + 5
        nodes.append(Node(y, shortened(host, layout.signs), _count([totals[host]], layout), host, False))
    if len(own) < len(names):
        rest = names[len(own) :]
        label = f"{len(rest):,} other {what}" if layout.signs > len(what) + 12 else f"{len(rest):,} others"
        sas = _count([totals[host] for host in rest], layout)
        nodes.append(Node(_ROW * len(own) + _ROW // 2 + 5, label, sas, label, True))
    return nodes, places


def _count(outcomes: Collection[Counter[str]], layout: Layout) -> str:
    """How many IKE SAs, and where there is room how many of them came to nothing."""
    total = sum(some.total() for some in outcomes)
    failed = sum(some[name] for some in outcomes for name in _TO_NOTHING)
    return plural(total, "IKE SA") + (f", {failed:,} unsuccessful" if failed and layout is WIDE else "")


def shortened(address: str, signs: int) -> str:
    """An address with its middle left out where there is no room for it."""
    if len(address) <= signs:
        return address
    half = (signs - 1) // 2
    return f"{address[:half]}\u2026{address[-half:]}"
