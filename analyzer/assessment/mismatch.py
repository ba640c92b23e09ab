"""What does not fit in a refused offer, and the smallest change that would have matched.

Each combination offered is held against each that the refusing side is known to accept, from the most telling source
that knows anything: the configuration the user gave, what this address chose elsewhere in the capture, what it offered
itself. The pair that differs in the fewest kinds is the smallest change.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from analyzer.assessment import combinations
from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.case import (
    ATTRIBUTES_NOT_SUPPORTED,
    BAD_PROPOSAL_SYNTAX,
    INVALID_KE_PAYLOAD,
    NO_PROPOSAL_CHOSEN,
    Case,
)
from analyzer.assessment.combinations import ORDER, WORDS, Combination
from analyzer.assessment.knowledge import CONFIGURED, SOURCES, Topic, in_ike_auth
from analyzer.assessment.scene import Compared, Comparison
from analyzer.negotiation.model import ChildSa, Offer

_SHOWN = 6
Kinds: TypeAlias = dict[str, tuple[Algorithm, ...]]


class Gap(NamedTuple):
    """A kind of algorithm in which an offered and an accepted combination have nothing in common."""

    kind: str
    offered: tuple[Algorithm, ...]
    accepted: tuple[Algorithm, ...]


class _Question(NamedTuple):
    """Who refused what. asked: the other side."""

    topic: Topic
    refused: str
    address: str
    asked: str
    offers: list[Offer]
    first_child: bool


def compare(case: Case) -> Comparison:
    """The refused offers for the IKE SA."""
    n = case.n
    topic = Topic(n.ike_version, child=False)
    return _answer(case, _Question(topic, "responder", n.responder_ip, "initiator", case.ike_offers(), False))


def compare_child(case: Case, child: ChildSa) -> Comparison:
    """The refused offers for a child SA, as far as they could be read."""
    n = case.n
    offers = case.offers_of(child)
    by_initiator = n.failed_by == "responder"
    sides = ("responder", n.responder_ip, "initiator") if by_initiator else ("initiator", n.initiator_ip, "responder")
    topic = Topic(n.ike_version, child=True)
    return _answer(case, _Question(topic, *sides, offers, in_ike_auth(n, child.child)))


def _answer(case: Case, question: _Question) -> Comparison:
    """Worked out once for equal questions: floods repeat them."""
    key = (question.address, question.topic, question.first_child, tuple(id(o.sa) for o in question.offers))
    found = case.scene.comparisons.get(key)
    if found is None:
        found = _compare(case, question)
        if question.offers and not all(o.sa.whole for o in question.offers):
            text = f"{found.text} Not all of the offer could be read: what is missing may have fitted."
            found = found._replace(found=False, text=text, advice=None)
        case.scene.comparisons[key] = found
    return found


def _compare(case: Case, q: _Question) -> Comparison:
    version, child = q.topic
    offered = [
        c
        for o in q.offers
        for c in combinations.of_sa(version, o.sa, o.frame_number, child=child, first_child=q.first_child)
    ][: combinations.MOST]
    if not offered:
        return Comparison(False, "The offer is not in this capture.", "", (), None)
    text = _listed(offered)
    for source, word in SOURCES.items():
        accepted = case.scene.knowledge.accepted(q.address, q.topic, source)
        if accepted:
            return _nearest(q, source, word, offered, accepted)._replace(source=source)
    rows = tuple(_row(c.kinds, None, kind) for c in offered[:1] for kind in ORDER if kind in c.kinds)
    nothing = Comparison(False, "", "", (), None, (), offered[0].place, None, rows)
    other = case.scene.knowledge.only_other_version(q.address, version)
    if other is not None and not child:
        return nothing._replace(text=f"{text} The {q.refused} is seen only in another IKE version.")
    return nothing._replace(text=f"{text} Nothing in this capture shows what the {q.refused} accepts.")


def _nearest(
    q: _Question, source: str, word: str, offered: list[Combination], accepted: list[Combination]
) -> Comparison:
    mine, theirs, found = min(
        ((m, t, gaps(m, t)) for m in offered for t in accepted), key=lambda pair: (len(pair[2]), _far(pair[2]))
    )
    rows = tuple(_row(mine.kinds, theirs.kinds, kind) for kind in ORDER if kind in mine.kinds)
    return _told(q, source, word, offered, mine, theirs, found)._replace(place=mine.place, rows=rows)


def _told(
    q: _Question,
    source: str,
    word: str,
    offered: list[Combination],
    mine: Combination,
    theirs: Combination,
    found: list[Gap],
) -> Comparison:
    """The closest pair in words."""
    basis = f"what the {q.refused} {word}"
    frames = () if theirs.frame is None else (theirs.frame,)
    if not found:
        return _fits(q, mine, theirs, f"{_listed(offered)} {mine.place.capitalize()} is", f"the {q.refused} {word}")
    sentences = [_sentence(gap, mine, offered, f"the {q.refused} {word}") for gap in found]
    wants = _and(_names(g.accepted) for g in found)
    has = _and(_names(g.offered) for g in found)
    certain = "" if source == CONFIGURED else " Another configuration of that side may accept something else."
    advice = (
        f"Smallest change: give the {q.asked}'s {mine.place} {wants}; or let the {q.refused} accept {has}.{certain}"
    )
    return Comparison(True, " ".join(sentences), basis, frames, advice, tuple(g.kind for g in found))


def _fits(q: _Question, mine: Combination, theirs: Combination, text: str, what: str) -> Comparison:
    """Nothing that is known differs. What is not known is what is left: for child SAs the group, unsaid in IKE_AUTH."""
    frames = () if theirs.frame is None else (theirs.frame,)
    left = tuple(kind for kind in ORDER if kind in mine.kinds and kind not in theirs.kinds)
    if not left:
        reason = f"{text} something {what}: the refusal must have another reason than the algorithms."
        return Comparison(False, reason, f"what {what}", frames, None)
    words = " and ".join(WORDS[kind] for kind in left)
    reason = f"{text} something {what}, as far as that is known; not known of it: {words}."
    if q.topic.child and left == ("ke",):
        has = _names(mine.kinds["ke"])
        advice = f"Set the same PFS group on both sides: the {q.asked} asks for {has}."
        return Comparison(True, reason, f"what {what}", frames, advice, left)
    return Comparison(False, reason, f"what {what}", frames, None)


def _row(mine: Kinds, theirs: Kinds | None, kind: str) -> Compared:
    offered = tuple(a.name for a in mine[kind])
    if theirs is None or kind not in theirs:
        return Compared(WORDS[kind], offered, None, None)
    fits = not set(mine[kind]).isdisjoint(theirs[kind])
    return Compared(WORDS[kind], offered, tuple(a.name for a in theirs[kind]), fits)


def refused_offers(case: Case) -> Iterator[tuple[int | None, Comparison]]:
    """What was refused, for the IKE SA (None) or a child SA by its number, with how it compares."""
    if case.refusal(NO_PROPOSAL_CHOSEN, ATTRIBUTES_NOT_SUPPORTED, BAD_PROPOSAL_SYNTAX, INVALID_KE_PAYLOAD) is not None:
        yield None, compare(case)
    child = case.failed_child() if case.child_failed and case.n.failed_by != "none" else None
    if child is not None and case.offers_of(child):
        yield child.child, compare_child(case, child)


def gaps(mine: Combination, theirs: Combination) -> list[Gap]:
    """Kinds in which the two have nothing in common, in ORDER; what is not known of either counts as fitting."""
    found = [
        Gap(kind, mine.kinds[kind], theirs.kinds[kind])
        for kind in ORDER
        if kind in mine.kinds and kind in theirs.kinds and not set(mine.kinds[kind]) & set(theirs.kinds[kind])
    ]
    if found and found[0].kind == "protocol":
        return found[:1]  # ESP against AH: the rest cannot be compared
    if found and found[0].kind == "encr" and combinations.aead(found[0].accepted):
        return [g for g in found if g.kind != "integ"]  # integrity goes with the cipher
    return found


def _far(found: list[Gap]) -> int:
    """Of equally many gaps those where the algorithm is the same and only its key length differs are smaller."""
    return sum(not {a.number for a in g.offered} & {a.number for a in g.accepted} for g in found)


def _sentence(gap: Gap, mine: Combination, offered: list[Combination], theirs: str) -> str:
    wanted = set(gap.accepted)
    elsewhere = any(wanted & set(c.kinds.get(gap.kind, ())) for c in offered)
    tail = f"offered {_names(gap.offered)}; {theirs}: {_names(gap.accepted)}."
    if elsewhere:
        return f"No common combination: {mine.place} comes closest and differs in {WORDS[gap.kind]}: {tail}"
    whole = _names(dict.fromkeys(a for c in offered for a in c.kinds.get(gap.kind, ())))
    return f"No common {WORDS[gap.kind]}: offered {whole}; {theirs}: {_names(gap.accepted)}."


def _listed(offered: list[Combination]) -> str:
    """All that was offered, by kind."""
    kinds: dict[str, dict[Algorithm, None]] = {}
    for combination in offered:
        for kind, algorithms in combination.kinds.items():
            kinds.setdefault(kind, {}).update(dict.fromkeys(algorithms))
    shown = [_names(kinds[k]) for k in ORDER if k in kinds and k != "protocol" and any(a.number for a in kinds[k])]
    return f"Offered: {'; '.join(shown)}."


def _names(algorithms: Iterable[Algorithm]) -> str:
    names = list(dict.fromkeys(a.name for a in algorithms))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _and(parts: Iterable[str]) -> str:
    return " with ".join(parts)
