"""Where SAs stand against a quantum computer: by their key exchanges, and by a post-quantum pre-shared key (PPK).

ML-KEM is chosen beside a classical key exchange or alone (RFC 9370, draft-ietf-ipsecme-ikev2-mlkem); a PPK goes into
the keys of child SAs and of rekeyed IKE SAs (RFC 8784), or of the IKE SA too (RFC 9867). A child SA rests on the keys
of its IKE SA, and on its own key exchange beside them, as a rekeyed IKE SA does on those of the one before (RFC 7296
sections 2.17 and 2.18): what protects either protects it. IKEv1 has neither, but puts a pre-shared key that
authenticates into its keys (RFC 2409 section 5; RFC 8784 section 1).
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from analyzer.assessment.algorithms import ADDITIONAL_KE, POST_QUANTUM
from analyzer.assessment.ppk import Ppk, ppk
from analyzer.isakmp import registry
from analyzer.isakmp.numbers import TransformType
from analyzer.isakmp.payloads.sa import SecurityAssociation
from analyzer.negotiation.conclude.pfs import Pfs, pfs_of
from analyzer.negotiation.life.streams import Joined
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.seen import ChildSa, Offer, Suite
from analyzer.negotiation.story import Story
from analyzer.vocabulary import PostQuantum, PpkUse

RETRY_S: Final = 60
"""A negotiation that begins so soon after one of the same hosts that failed is another try."""

_SHARED: Final = frozenset({1, 65001, 65002})  # IKEv1 authentication methods whose key goes into the keys
_PUBLIC: Final = frozenset({2, 3, 4, 5, *range(9, 12), *range(64221, 64225), *range(65003, 65011)})
_LAST_REGISTERED: Final = max(POST_QUANTUM)  # of key exchange methods; what others are nobody can know
_ALL_READ: Final = frozenset({"wire-ke-length", "wire-nonce-length", "wire-reserved-bits", "wire-version-flag"})
"""Defects of a message that hide no payload of it."""
_KE_TYPES: Final = frozenset({int(TransformType.KE), *ADDITIONAL_KE})


class Stand(NamedTuple):
    """Of an IKE SA. word: None: cannot be known. basis: what it rests on, or why it cannot be known.

    exposed: whether a quantum computer opens ESP under its keys, if it was recorded together with the key exchange;
    None: cannot be known.
    """

    word: PostQuantum | None
    basis: str
    ppk: PpkUse | None = None
    exposed: bool | None = None


class Stands:
    """Where the SAs of a story stand, each worked out once."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._known: dict[int, Stand] = {}
        self._own_exchanges: dict[int, dict[int, Pfs]] = {}
        self._children: dict[int, dict[int | None, set[bool | None]]] = {}
        self._offered: dict[int, frozenset[int]] = {}  # by SA payload, which the story keeps

    @cached_property
    def _by_number(self) -> dict[int, Negotiation]:
        return {n.number: n for n in self._story.negotiations}

    def of(self, n: Negotiation) -> Stand:
        """Where an IKE SA stands; one that was made inside another stands on that one's keys too."""
        chain = [n]
        while (older := self._older(chain[-1])) is not None and chain[-1].number not in self._known:
            chain.append(older)
        for one in reversed(chain):
            if one.number not in self._known:
                self._known[one.number] = self._with_older(one)
        return self._known[n.number]

    def _older(self, n: Negotiation) -> Negotiation | None:
        older = self._by_number.get(n.rekeyed_from or 0)
        return older if older is not None and older.number < n.number else None

    def _with_older(self, n: Negotiation) -> Stand:
        own, older = self._alone(n), self._older(n)
        if older is None:
            return own
        basis = f"{own.basis}; its keys rest on those of negotiation {older.number} too"
        return own._replace(basis=basis, exposed=_both(own.exposed, self._known[older.number].exposed))

    def child(self, n: Negotiation, c: ChildSa, own: bool | None) -> tuple[PostQuantum | None, bool | None]:
        """Of a child SA: the word, and whether its ESP is exposed. own: whether it made a key exchange of its own."""
        stand = self.of(n)
        if c.created_by == "IKE_AUTH" or own is False or n.ike_version == 1:
            return stand.word, stand.exposed
        suite = c.suite
        if own is None or suite is None or c.pfs_ke_id is None:
            return None, _both(stand.exposed, None)
        about = [o for o in n.offers if o.child == c.child]
        methods = _methods(c.pfs_ke_id, suite.additional_ke_ids)
        word = _word(methods, whole=all(o.sa.whole for o in about if o.chosen))
        if word == "classical" and any(self._ml_kem(o.sa) for o in about if not o.chosen):
            word = "offered-not-taken"
        return word, _both(stand.exposed, None if word is None else POST_QUANTUM.isdisjoint(methods))

    def stream(self, joined: Joined) -> bool | None:
        """Whether an ESP stream is exposed. AH has nothing to open; who has the keys of a group cannot be known."""
        n = self._by_number.get(joined.negotiation or 0)
        if n is None or joined.stream.encapsulation == "ah" or joined.to_initiator is None:
            return None
        exposed = self.of(n).exposed
        if exposed is False:
            return False
        found = self._of_children(n).get(joined.child, set())
        return next(iter(found)) if len(found) == 1 else None

    def _of_children(self, n: Negotiation) -> dict[int | None, set[bool | None]]:
        """Whether the ESP of its child SAs is exposed, by their numbers; of None: of any of them."""
        if n.number not in self._children:
            found: dict[int | None, set[bool | None]] = {None: set()}
            for c in n.children:
                if c.outcome != "failed":
                    exposed = self.child(n, c, self._own_exchange(n, c))[1]
                    found[None].add(exposed)
                    found.setdefault(c.child, set()).add(exposed)
            self._children[n.number] = found
        return self._children[n.number]

    def _own_exchange(self, n: Negotiation, c: ChildSa) -> bool | None:
        if c.created_by == "IKE_AUTH":
            return False
        if n.number not in self._own_exchanges:
            self._own_exchanges[n.number] = pfs_of(n)
        found = self._own_exchanges[n.number].get(c.child)
        return None if found is None else found.own_exchange

    # -- of one IKE SA by itself

    def _alone(self, n: Negotiation) -> Stand:
        if n.mode == "group-rekey":
            return Stand(None, "a key server's messages under keys that it gave out before: no key exchange")
        if n.ike_version == 1:
            return self._ikev1(n)
        if n.ike_version != 2:
            return Stand(None, f"IKE version {n.ike_version} is not followed")
        said = ppk(n)
        if n.chosen_frame is None or n.suite is None or n.suite.ke_id is None:
            return Stand(None, self._unchosen(n), said.use(answered=False))
        made_inside = n.rekeyed_from is not None
        offers = self._made_with(n) if made_inside else _initial(n)
        answer = next((o for o in offers if o.chosen and o.frame_number == n.chosen_frame), None)
        whole = made_inside or not _is_cut(n)
        methods = _methods(n.suite.ke_id, n.suite.additional_ke_ids)
        word, use = _word(methods, whole=answer is None or answer.sa.whole), said.use(answered=whole)
        if word is None:
            return Stand(None, _unread(methods), use)
        if word != "classical":
            if not made_inside and _left_out(n, methods):
                basis = f"chosen: {_named(methods)}; IKE_AUTH stands where IKE_INTERMEDIATE with ML-KEM would"
                return Stand(word, basis, use)
            return Stand(word, f"chosen: {_named(methods)}", use, exposed=False)
        return self._classical(n, offers, said, whole=whole)

    def _classical(self, n: Negotiation, offers: Iterable[Offer], said: Ppk, *, whole: bool) -> Stand:
        """The chosen key exchange has no ML-KEM. whole: so was its message read, and no notify can be missing."""
        use, chosen = said.use(answered=whole), f"chosen: {_named(_methods_of(n.suite))}"
        if use == "used":
            return Stand("ppk", f"{chosen}, with a PPK", use, exposed=False)
        if use == "agreed":
            return Stand(
                None, f"{chosen}; both sides can use a PPK, whether they did is encrypted or not captured", use
            )
        if not whole:
            return Stand(None, f"{chosen}; the answer is cut or damaged, so that it may announce a PPK", use)
        asked = [(o, self._ml_kem(o.sa)) for o in offers if not o.chosen and o.child is None]
        word, why = self._not_taken(n, asked)
        if word == "classical" and use is not None:
            word, why = "offered-not-taken", "a PPK was offered and not used"
        return Stand(word, f"{chosen}; {why}", use, exposed=True)

    def _not_taken(self, n: Negotiation, asked: Sequence[tuple[Offer, frozenset[int]]]) -> tuple[PostQuantum, str]:
        """Of a classical choice: whether ML-KEM was offered for it, and whether it could have been had."""
        offered = frozenset[int]().union(*(found for _, found in asked))
        if offered:
            if not asked[-1][1]:
                return "downgraded", f"{_named(offered)} was offered, and not in frame {asked[-1][0].frame_number}"
            before = [(self._first_choices[n.responder_ip, m], m) for m in offered & self._choices_of(n.responder_ip)]
            number, method = min(before, default=(n.number, 0))
            if number < n.number:
                name = registry.name("ikev2-ke", method)
                return "downgraded", f"{name} was offered, and the responder chose it before, in negotiation {number}"
            return "offered-not-taken", f"{_named(offered)} was offered"
        given_up = self._tried_before(n)
        if given_up is not None:
            return "downgraded", f"no ML-KEM was offered, but in negotiation {given_up}, which failed shortly before"
        if not asked:
            return "classical", "the offer is not in the capture"
        if not all(o.sa.whole for o, _ in asked):
            return "classical", "not all of the offer could be read"
        return "classical", "no ML-KEM was offered"

    def _ikev1(self, n: Negotiation) -> Stand:
        method = n.suite.auth_method if n.suite is not None and n.chosen_frame is not None else None
        word: PostQuantum = "classical"
        basis = "IKEv1 has no ML-KEM"
        given_up = self._tried_before(n) if n.chosen_frame is not None else None
        if given_up is not None:
            word, basis = "downgraded", f"{basis}; negotiation {given_up}, which failed shortly before, offered it"
        if method in _PUBLIC:
            return Stand(word, basis, exposed=True)
        shared = "its keys rest on the pre-shared key too: how strong that is cannot be known"
        unseen = "whether its keys rest on a pre-shared key too is not in the capture"
        return Stand(word, f"{basis}; {shared if method in _SHARED else unseen}")

    def _unchosen(self, n: Negotiation) -> str:
        if n.rekeyed_from is not None:
            return "made inside an IKE SA: the choice was not decrypted"
        if n.of_type("IKE_SESSION_RESUME"):
            return "resumed: its keys are of an SA before, which the ticket stands for"
        if any(self._ml_kem(o.sa) for o in n.offers if o.child is None):
            return "ML-KEM was offered; no choice is in the capture"
        return "no choice is in the capture"

    def _made_with(self, n: Negotiation) -> list[Offer]:
        """The offers and the choice of the exchange in which this SA was made inside another."""
        older = self._older(n)
        for exchange in older.of_type("CREATE_CHILD_SA") if older is not None else ():
            frames = set(exchange.frames)
            if older is not None and n.chosen_frame in frames:
                return [o for o in older.offers if o.child is None and o.frame_number in frames]
        return []

    # -- what was offered, and by whom

    def _ml_kem(self, sa: SecurityAssociation) -> frozenset[int]:
        """The ML-KEM methods in an SA payload of IKEv2."""
        if id(sa) not in self._offered:
            transforms = (t for proposal in sa.proposals for t in proposal.transforms)
            kinds = frozenset(t.transform_id for t in transforms if t.transform_type in _KE_TYPES)
            self._offered[id(sa)] = kinds & POST_QUANTUM
        return self._offered[id(sa)]

    @cached_property
    def _first_choices(self) -> dict[tuple[str, int], int]:
        """By responder and ML-KEM method the first negotiation in which it chose that."""
        found: dict[tuple[str, int], int] = {}
        for n in self._story.negotiations:
            if n.ike_version == 2 and n.chosen_frame is not None and n.rekeyed_from is None:
                for method in POST_QUANTUM.intersection(_methods_of(n.suite)):
                    found.setdefault((n.responder_ip, method), n.number)
        return found

    def _choices_of(self, responder: str) -> frozenset[int]:
        return frozenset(method for method in POST_QUANTUM if (responder, method) in self._first_choices)

    @cached_property
    def _given_up(self) -> dict[tuple[str, str], list[tuple[int, int]]]:
        """By initiator and responder: when negotiations began that offered ML-KEM and failed, and their numbers."""
        found: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for n in self._story.negotiations:
            if n.ike_version == 2 and n.outcome in ("failed", "unanswered"):
                began = n.first_exchange
                time = began.first_time if began is not None else None
                if time is not None and any(self._ml_kem(o.sa) for o in n.offers if o.child is None and not o.chosen):
                    found.setdefault((n.initiator_ip, n.responder_ip), []).append((time, n.number))
        return {hosts: sorted(times) for hosts, times in found.items()}

    def _tried_before(self, n: Negotiation) -> int | None:
        """The negotiation of the same hosts that offered ML-KEM and failed shortly before this one began."""
        times = self._given_up.get((n.initiator_ip, n.responder_ip))
        began = n.first_exchange if times else None
        time = began.first_time if began is not None else None
        if not times or time is None or n.rekeyed_from is not None:
            return None
        place = bisect_left(times, (time, 0)) - 1
        return times[place][1] if place >= 0 and time - times[place][0] <= RETRY_S * 10**9 else None


def _initial(n: Negotiation) -> Sequence[Offer]:
    """The offers and choices of its own IKE_SA_INIT, without those for an IKE SA that is made inside it."""
    frames = {frame for e in n.of_type("CREATE_CHILD_SA") for frame in e.frames} if len(n.offers) > 2 else ()
    return [o for o in n.offers if o.child is None and o.frame_number not in frames] if frames else n.offers


def _both(one: bool | None, other: bool | None) -> bool | None:
    """Whether two things are both so: not if either is not, whatever the other is."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _methods(first: int, additional: Iterable[int]) -> tuple[int, ...]:
    return tuple(method for method in (first, *additional) if method)


def _methods_of(suite: Suite | None) -> tuple[int, ...]:
    return () if suite is None else _methods(suite.ke_id or 0, suite.additional_ke_ids)


def _word(methods: tuple[int, ...], *, whole: bool) -> PostQuantum | None:
    """Of the chosen methods. None: what may be ML-KEM is not known. whole: all of the choice was read."""
    if not POST_QUANTUM.isdisjoint(methods):
        return "hybrid" if set(methods) - POST_QUANTUM else "ml-kem"
    return "classical" if whole and max(methods, default=0) <= _LAST_REGISTERED else None


def _left_out(n: Negotiation, methods: tuple[int, ...]) -> bool:
    """ML-KEM was chosen as an additional key exchange, and IKE_AUTH has a message ID that leaves no room for it.

    Each additional key exchange is an IKE_INTERMEDIATE between IKE_SA_INIT, which has 0, and IKE_AUTH (RFC 9370 2.2.2).
    """
    first = min((e.message_id for e in n.of_type("IKE_AUTH")), default=len(methods))
    return methods[0] not in POST_QUANTUM and first < len(methods)


def _unread(methods: tuple[int, ...]) -> str:
    other = next((method for method in methods if method > _LAST_REGISTERED), None)
    return "not all of the choice could be read" if other is None else f"key exchange method {other} is not registered"


def _named(methods: Iterable[int]) -> str:
    return ", ".join(registry.name("ikev2-ke", method) for method in sorted(methods)) or "no key exchange"


def _is_cut(n: Negotiation) -> bool:
    """Whether a notify may be missing from the message that holds the choice."""
    exchanges = n.of_type("IKE_SA_INIT")
    found = (s.defects for e in exchanges for s in e.steps if s.frame_number == n.chosen_frame)
    return n.cut or any(not _ALL_READ.issuperset(defects) for defects in found)
