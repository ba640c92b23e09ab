"""What was offered and chosen: proposal by proposal, transform by transform, for the IKE SA and each child SA."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from analyzer.report.compare.case import CHILDREN, Case
from analyzer.report.compare.model import Answer, Aspect, seen
from analyzer.report.dossier import Record
from analyzer.report.offers import comparisons
from analyzer.report.sentences import lifetimes_text, suite_text
from analyzer.report.words import listed, plural

MOST_PROPOSALS: Final = 20
MOST_PLACES: Final = 8  # the IKE SA, what replaces it, child SAs
_FEW: Final = 6  # transforms that are all shown
_IKE_SA: Final = "IKE SA"


def offers(a: Case, b: Case) -> Iterator[Aspect]:
    """Suites chosen, each proposal of the offers, groups of the KE values, lifetimes."""
    yield Aspect("Offers", "Agreed for the IKE SA", suite(a), suite(b))
    if a.version == b.version:
        yield from _proposals(a, b)
    for side in ("initiator", "responder"):
        yield Aspect("Offers", f"KE values of the {side}", _groups(a, side), _groups(b, side))
    yield Aspect("Offers", "Lifetime of the IKE SA", _lifetime(a), _lifetime(b))


def suite(case: Case) -> Answer:
    """What the responder chose for the IKE SA."""
    frames = {row["frame_number"] for row in case.d.proposals if row["side"] == "chosen" and row["child"] is None}
    text = suite_text(case.n)
    return case.cut("SA", frames) or (seen(text, frames) if text else case.opening("SA", from_initiator=False))


def _lifetime(case: Case) -> Answer:
    """IKEv1 negotiates it with the suite, IKEv2 may announce it in IKE_AUTH (RFC 4478)."""
    text = lifetimes_text(case.n)
    if text:
        return seen(text)
    unread = suite(case) if case.version == 1 else case.missing(("IKE_AUTH",), from_initiator=False)
    return unread.or_absent("none negotiated or announced")


def _groups(case: Case, side: str) -> Answer:
    """In their order; a second value is one of another attempt or an additional key exchange."""
    rows = [k for k in case.d.ke_values if k["side"] == side]
    names = dict.fromkeys(str(k["ke_method"] or f"{k['length']} bytes, of an unknown group") for k in rows)
    frames = [k["frame_number"] for k in rows]
    if not rows:
        return case.opening("KE", from_initiator=side == "initiator")
    return case.cut("KE", frames) or seen(", ".join(names), frames)


def _proposals(a: Case, b: Case) -> Iterator[Aspect]:
    found = [{c.title: c.proposals for c in comparisons(case.d)} for case in (a, b)]
    titles = list(dict.fromkeys([_IKE_SA, *found[0], *found[1]]))[:MOST_PLACES]
    for title in titles:
        for side, word in (("offered", "offer"), ("chosen", "choice"))[: 1 + (title != _IKE_SA)]:
            mine, theirs = (_distinct(rows.get(title, ()), side) for rows in found)
            pairs = list(zip_longest(mine[:MOST_PROPOSALS], theirs[:MOST_PROPOSALS])) or [(None, None)]
            for place, (one, other) in enumerate(pairs, 1):
                name = f"{title}, {word}" + (f" {place}" if len(pairs) > 1 else "")
                ours, others = _answer(a, one, other, title, side), _answer(b, other, one, title, side)
                yield Aspect("Offers", name, ours, others)
            for rows, case in ((mine, "A"), (theirs, "B")):
                if len(rows) > MOST_PROPOSALS:
                    text = seen(f"{plural(len(rows) - MOST_PROPOSALS, 'more proposal')} of {case}, not compared")
                    yield Aspect("Offers", f"{title}, {word}s left out", text, text)


def _distinct(rows: Sequence[Record], side: str) -> list[Record]:
    """Proposals of one side, each once: an offer that is repeated after COOKIE is the same one."""
    found: dict[tuple[object, ...], Record] = {}
    for row in rows:
        if row["side"] == side:
            found.setdefault((row["proposal_number"], row["protocol_id"], tuple(row["transforms"] or ())), row)
    return list(found.values())


def _answer(case: Case, mine: Record | None, other: Record | None, title: str, side: str) -> Answer:
    asks = side == "offered"
    if mine is None:
        ike, making = title == _IKE_SA, CHILDREN.get(case.version, ())
        unread = case.opening("SA", from_initiator=asks) if ike else case.missing(making, request=asks)
        return unread.or_absent("no such proposal")
    transforms = tuple(map(str, mine["transforms"] or ()))
    head = f"proposal {mine['proposal_number']} ({mine['protocol'] or mine['protocol_id']})"
    shown = seen(f"{head}: {_text(transforms, other)}", [mine["frame_number"]], (mine["protocol_id"], transforms))
    return case.cut("SA", shown.frames) or shown


def _text(transforms: tuple[str, ...], other: Record | None) -> str:
    """The transforms; of many that the other side has too only those that it does not have."""
    theirs = tuple(map(str, other["transforms"] or ())) if other else ()
    if len(transforms) <= _FEW or not theirs or transforms == theirs:
        return ", ".join(transforms) or "no transform"
    only = [name for name in transforms if name not in set(theirs)]
    if not only and set(theirs) == set(transforms):
        first = next(place for place, pair in enumerate(zip_longest(transforms, theirs)) if pair[0] != pair[1])
        alike = f"the same {plural(len(transforms), 'transform')} in another order"
        return f"{alike}: {transforms[first]} as number {first + 1}"
    alike = plural(len(transforms) - len(only), "transform") + " that the other side has too"
    return f"only here {listed(only)}; {alike}" if only else alike
