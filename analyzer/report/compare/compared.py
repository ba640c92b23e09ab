"""All topics of two negotiations, sorted into what differs, what is equal and what cannot be known."""

from collections.abc import Callable, Iterator
from typing import Final

from analyzer.report.compare.case import Case, cases
from analyzer.report.compare.children import children, life
from analyzer.report.compare.messages import messages
from analyzer.report.compare.model import UNKNOWN, Aspect, Compared, Party
from analyzer.report.compare.offers import offers
from analyzer.report.compare.outcome import outcome
from analyzer.report.compare.path import path
from analyzer.report.compare.peers import peers
from analyzer.report.compare.sent import MOST_MESSAGES
from analyzer.report.compare.timing import timing
from analyzer.report.headline import headline
from analyzer.report.words import plural
from analyzer.report.zone import UTC_ZONE, Zone
from analyzer.tables.store import Tables

TOPICS: Final[tuple[Callable[[Case, Case], Iterator[Aspect]], ...]] = (
    outcome,
    offers,
    peers,
    messages,
    path,
    timing,
    children,
    life,
)


def compare(a: Tables, one: int, b: Tables, other: int, zone: Zone = UTC_ZONE) -> Compared:
    """Negotiation `one` of tables a beside negotiation `other` of tables b. ValueError: there is none of this number.

    zone: of times in headlines.
    """
    mine, theirs = cases(a, [one], zone), cases(b, [other], zone)
    for number, found in ((one, mine), (other, theirs)):
        if not found:
            raise ValueError(f"there is no negotiation {number}")
    return beside(mine[one], theirs[other])


def beside(mine: Case, theirs: Case) -> Compared:
    """One case beside another, A and B."""
    compared = Compared(_party("A", mine), _party("B", theirs), tuple(_remarks(mine, theirs)))
    for topic in TOPICS:
        for aspect in topic(mine, theirs):
            _place(compared, aspect)
    compared.differences.sort(key=lambda aspect: not aspect.matters)
    return compared


def _place(compared: Compared, aspect: Aspect) -> None:
    if UNKNOWN in (aspect.a.state, aspect.b.state):
        compared.unknown.append(aspect)
    else:
        (compared.differences if aspect.differs else compared.equal).append(aspect)


def _party(word: str, case: Case) -> Party:
    n = case.n
    spis = str(n["initiator_spi"]), str(n["responder_spi"])
    return Party(word, str(n["capture"]), n["negotiation"], n["first_time"], headline(case.d), *spis, case.decrypted)


def _remarks(a: Case, b: Case) -> Iterator[str]:
    """What limits the comparison."""
    if a.n["capture"] == b.n["capture"] and a.n["initiator_spi"] == b.n["initiator_spi"] and a.n == b.n:
        yield "A and B are the same negotiation."
    if a.version != b.version:
        yield (
            f"A is IKEv{a.version} and B is IKEv{b.version}: their messages and proposals have no counterparts and are "
            "not compared; algorithms have other names."
        )
    if a.decrypted != b.decrypted:
        yield f"Keys decrypted messages of {'A' if a.decrypted else 'B'} only: of the other less can be known."
    for word, case in (("A", a), ("B", b)):
        if case.left:
            yield (
                f"Of {word} the first {MOST_MESSAGES} messages are compared one by one; "
                f"{plural(case.left, 'later message')} are not."
            )
