"""What does not fit in a refused offer, and the smallest change that would have matched.

Each combination offered is held against each that the refusing side is known to accept, from the most telling source
that knows anything: the configuration the user gave, what this address chose elsewhere in the capture, what it offered
itself. The pair that differs in the fewest kinds shows what is not common; what to do about it is advice.py's.
"""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from analyzer.assessment import combinations
from analyzer.assessment.advice import Parties, pfs_group, smallest_change, unconfirmed
from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.case import Case
from analyzer.assessment.causes import failed_child, offers_of
from analyzer.assessment.combinations import ADDITIONAL, ORDER, WORDS, Combination, Gap, gaps, names, of_kind
from analyzer.assessment.knowledge import CONFIGURED, SOURCES, Topic, in_ike_auth
from analyzer.assessment.model import Explanation
from analyzer.assessment.refused import refused_at_first
from analyzer.assessment.scene import Compared, Comparison
from analyzer.assessment.verdicts import Verdicts
from analyzer.isakmp.numbers import NotifyV1, NotifyV2
from analyzer.negotiation.seen import ChildSa, Offer

# Of both versions
_ABOUT_PROPOSALS = (
    NotifyV1.NO_PROPOSAL_CHOSEN,
    NotifyV1.ATTRIBUTES_NOT_SUPPORTED,
    NotifyV1.BAD_PROPOSAL_SYNTAX,
    NotifyV2.INVALID_KE_PAYLOAD,
)

Kinds: TypeAlias = dict[str, tuple[Algorithm, ...]]


class _Question(NamedTuple):
    """Who refused what. asked: the other side."""

    topic: Topic
    refused: str
    address: str
    asked: str
    offers: list[Offer]
    first_child: bool


def nothing_shown(refused: str) -> str:
    """Where there is nothing to compare an offer with."""
    return f"Nothing in this capture shows what the {refused} accepts."


def compare(case: Case) -> Comparison:
    """The refused offers for the IKE SA."""
    n = case.n
    topic = Topic(n.ike_version, child=False)
    return _answer(case, _Question(topic, "responder", n.responder_ip, "initiator", case.ike_offers(), False))


def compare_child(case: Case, child: ChildSa) -> Comparison:
    """The refused offers for a child SA, as far as they could be read."""
    n = case.n
    offers = offers_of(case, child)
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
    for source in SOURCES:
        accepted = case.scene.knowledge.accepted(q.address, q.topic, source)
        if accepted:
            return _nearest(case, q, source, offered, accepted)._replace(source=source)
    rows = tuple(_row(c.kinds, None, kind) for c in offered[:1] for kind in ORDER if kind in c.kinds)
    nothing = Comparison(False, "", "", (), None, (), offered[0].place, None, rows)
    other = case.scene.knowledge.only_other_version(q.address, version)
    if other is not None and not child:
        return nothing._replace(text=f"{text} The {q.refused} is seen only in another IKE version.")
    text = f"{text} {nothing_shown(q.refused)}"
    return nothing._replace(text=text, advice=unconfirmed(case.scene.verdicts, Parties(q.refused, q.asked), offered))


def _nearest(
    case: Case, q: _Question, source: str, offered: list[Combination], accepted: list[Combination]
) -> Comparison:
    verdicts = case.scene.verdicts
    mine, theirs, found = min(
        ((m, t, gaps(m, t)) for m in offered for t in accepted),
        key=lambda pair: (len(pair[2]), _far(pair[2]), sum(verdicts.rejects(a) for g in pair[2] for a in g.accepted)),
    )
    who = Parties(q.refused, q.asked, SOURCES[source])
    rows = [_row(mine.kinds, theirs.kinds, kind) for kind in ORDER if kind in mine.kinds]
    if not found:
        return _fits(verdicts, who, q, mine, theirs, _listed(offered))._replace(place=mine.place, rows=tuple(rows))
    blamed, left_open = (found, []) if source == CONFIGURED else _blamed(verdicts, found, offered, accepted)
    unsure = {WORDS[gap.kind] for gap in left_open}
    rows = [row._replace(accepted=None, fits=None) if row.kind in unsure else row for row in rows]
    sentences = [_sentence(gap, mine, offered, accepted, f"the {q.refused} {who.word}") for gap in blamed]
    sentences += [f"Whether it accepts {names(g.offered)} is open." for g in left_open]
    refused = [a for g in blamed if all(map(verdicts.rejects, g.offered)) for a in g.offered]
    if refused:
        sentences.append(f"The policy {verdicts.policy.name} rejects {names(refused)}.")
    advice = smallest_change(verdicts, who, offered, accepted)
    if source != CONFIGURED:
        advice += f" (Only what the {q.refused} accepted or offered in this capture is known.)"
    kinds = tuple(gap.kind for gap in blamed)
    frames = tuple(dict.fromkeys(t.frame for t in (theirs, *_holding(blamed, accepted)) if t.frame is not None))
    return Comparison(
        True,
        " ".join(sentences),
        f"what the {q.refused} {who.word}",
        frames,
        advice,
        kinds,
        mine.place,
        None,
        tuple(rows),
    )


def _blamed(
    verdicts: Verdicts, found: list[Gap], offered: list[Combination], accepted: list[Combination]
) -> tuple[list[Gap], list[Gap]]:
    """What is truly not common, and what is open: that something was chosen does not say that all else is refused.

    Kinds of which nothing offered was ever accepted come before those that only do not go together. Of several, one of
    which the policy rejects all that was offered is reason enough.
    """
    never = [gap for kind in ORDER if (gap := _never(kind, offered, accepted)) is not None]
    if not never or found[0].kind == "protocol":
        return found, []
    rejected = [gap for gap in never if all(map(verdicts.rejects, gap.offered))]
    sure = rejected or never
    return sure, [gap for gap in never if gap not in sure]


def _never(kind: str, offered: list[Combination], accepted: list[Combination]) -> Gap | None:
    """All that was offered of a kind against all that was ever accepted, where the two have nothing in common."""
    mine, theirs = (tuple(dict.fromkeys(a for c in side for a in of_kind(c, kind))) for side in (offered, accepted))
    if kind == "integ":  # beside AEAD ciphers there is none to compare
        mine, theirs = (tuple(a for a in side if a.number) for side in (mine, theirs))
    return Gap(kind, mine, theirs) if mine and theirs and not set(mine) & set(theirs) else None


def _holding(blamed: list[Gap], accepted: list[Combination]) -> list[Combination]:
    """The accepted combinations that show what the sentences name."""
    return [c for c in accepted if any(set(c.kinds.get(gap.kind, ())) & set(gap.accepted) for gap in blamed)]


def _fits(
    verdicts: Verdicts, who: Parties, q: _Question, mine: Combination, theirs: Combination, listed: str
) -> Comparison:
    """Nothing that is known differs. What is not known is what is left: for child SAs the group, unsaid in IKE_AUTH."""
    frames = () if theirs.frame is None else (theirs.frame,)
    basis = f"what the {who.refused} {who.word}"
    text = f"{listed} {mine.place.capitalize()} is something the {who.refused} {who.word}"
    left = tuple(kind for kind in ORDER if mine.kinds.get(kind) and not of_kind(theirs, kind))
    if not left:
        reason = (
            f"{text}: unless another configuration applied here, the refusal has another reason than the algorithms."
        )
        return Comparison(False, reason, basis, frames, None)
    words = " and ".join(WORDS[kind] for kind in left)
    reason = f"{text}, as far as that is known; not known of it: {words}."
    if not q.topic.child or left[0] != "ke" or not set(left) <= {"ke", *ADDITIONAL}:
        return Comparison(False, reason, basis, frames, None)
    added = [a for kind in left[1:] for a in mine.kinds[kind]]
    return Comparison(True, reason, basis, frames, pfs_group(verdicts, who, mine.kinds["ke"], added), ("ke",))


def _row(mine: Kinds, theirs: Kinds | None, kind: str) -> Compared:
    offered = tuple(a.name for a in mine[kind])
    if theirs is None or kind not in theirs:
        return Compared(WORDS[kind], offered, None, None)
    fits = not set(mine[kind]).isdisjoint(theirs[kind])
    return Compared(WORDS[kind], offered, tuple(a.name for a in theirs[kind]), fits)


def advised(about: Explanation, compared: Comparison) -> str | None:
    """The advice of a comparison; where nothing is known of the refusing side, behind the general one."""
    if compared.source is not None or compared.advice is None:
        return compared.advice
    return f"{about.advice} {compared.advice}"


def refused_offers(case: Case) -> Iterator[tuple[int | None, Comparison]]:
    """What was refused, for the IKE SA (None) or a child SA by its number, with how it compares."""
    if refused_at_first(case, *_ABOUT_PROPOSALS) is not None:
        yield None, compare(case)
    child = failed_child(case) if case.child_failed and case.n.failed_by != "none" else None
    if child is not None and offers_of(case, child):
        yield child.child, compare_child(case, child)


def _far(found: list[Gap]) -> int:
    """Of equally many gaps those where the algorithm is the same and only its key length differs are smaller."""
    return sum(not {a.number for a in g.offered} & {a.number for a in g.accepted} for g in found)


def _sentence(gap: Gap, mine: Combination, offered: list[Combination], accepted: list[Combination], theirs: str) -> str:
    elsewhere = _never(gap.kind, offered, accepted) is None  # in common, but not together with the rest
    tail = f"offered {names(gap.offered)}; {theirs}: {names(gap.accepted)}."
    if elsewhere:
        return f"No common combination: {mine.place} comes closest and differs in {WORDS[gap.kind]}: {tail}"
    whole = names(dict.fromkeys(a for c in offered for a in c.kinds.get(gap.kind, ())))
    return f"No common {WORDS[gap.kind]}: offered {whole}; {theirs}: {names(gap.accepted)}."


def _listed(offered: list[Combination]) -> str:
    """All that was offered, by kind."""
    kinds: dict[str, dict[Algorithm, None]] = {}
    for combination in offered:
        for kind, algorithms in combination.kinds.items():
            kinds.setdefault(kind, {}).update(dict.fromkeys(algorithms))
    shown = [names(kinds[k]) for k in ORDER if k in kinds and k != "protocol" and any(a.number for a in kinds[k])]
    return f"Offered: {'; '.join(shown)}."
