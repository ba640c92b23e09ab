"""The terms of a negotiation: what was offered for its SAs and what was chosen, under a policy.

Peers of one configuration offer and choose the same, so a capture holds few distinct terms, and what a check finds in
them is found once for all negotiations that share them. A check of terms (`find_terms`) is given nothing else: no
message, no address, no time, no other negotiation. Frames stand in them as their ranks among the frames that show them,
lowest 0, and are put in again for each negotiation (`Seen.frames`): order and equality of ranks are those of frames, so
what is sorted or made distinct by ranks comes out as it would by frames.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Final, NamedTuple

from analyzer.assessment.combinations import Remembered as Combinations
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.policies import Verdict
from analyzer.assessment.verdicts import Facts, Verdicts
from analyzer.negotiation.model import AUTHENTICATING, Negotiation
from analyzer.negotiation.seen import Suite
from analyzer.vocabulary import Confidence, Severity

Source = tuple[Facts, int]  # a suite or an offer, and the frame that shows it
REMEMBERED: Final = 4096  # terms; a negotiation with keys may have some of its own
BY_EAP: Final = -1
"""In place of an authentication method: EAP, which has no number among IANA's."""


class Child(NamedTuple):
    """A child SA of which protocol or suite was read. request, frame: of the request, and what shows the choice."""

    child: int
    protocol: str | None
    suite: Suite | None
    request: int
    frame: int
    answered: bool


class Terms:
    """What was offered and chosen. Frames are ranks.

    probe: by a scanner, whose offers are its tool. unused: by a scanner, or in an answer that nobody asked for.
    by_keys: the IKE SA's suite is what a key row names, under whose keys its messages verify; then `shown` is the first
    of them, else the frame in which it was chosen. methods: of authentication, of both sides of IKEv2, read in
    `proofs`; BY_EAP: that.
    """

    def __init__(self, verdicts: Verdicts, combinations: Combinations, n: Negotiation, seen: "_Parts") -> None:
        self.policy, self.verdicts, self.combinations = verdicts.policy, verdicts, combinations
        rank = seen.ranks
        self.version, self.mode, self.suite = n.ike_version, n.mode, n.suite
        self.probe, self.unused, self.by_keys = n.outcome == "probe", seen.unused, seen.by_keys
        self.shown = None if seen.shown is None else rank[seen.shown]
        self.offers = [o._replace(frame_number=rank[o.frame_number]) for o in n.offers]
        self.children = [c._replace(request=rank[c.request], frame=rank[c.frame]) for c in seen.children]
        self.methods, self.proofs = seen.methods, tuple(rank[frame] for frame in seen.proofs)

    @cached_property
    def chosen(self) -> list[Source]:
        """The chosen suites, of the IKE SA and of the child SAs that could be read."""
        verdicts, found = self.verdicts, list[Source]()
        if self.suite is not None and self.shown is not None:
            found.append((verdicts.suite(self.version, self.suite), self.shown))
        for child in self.children:
            if child.suite is not None and child.protocol is not None:
                found.append((verdicts.suite(self.version, child.suite, child.protocol), child.frame))
        return found

    @cached_property
    def offered(self) -> list[Source]:
        """The offers, for the IKE SA and for child SAs that could be read. A scanner's is its tool, not a setting."""
        if self.probe:
            return []
        sa = self.verdicts.sa
        return [
            (sa(self.version, o.sa, child=o.child is not None), o.frame_number) for o in self.offers if not o.chosen
        ]

    @property
    def chosen_frame(self) -> int | None:
        """In which the IKE SA's suite was chosen; None: it was not seen."""
        return None if self.by_keys else self.shown

    def title(self, about: Explanation) -> str:
        """A check's title. What a responder chose for a scanner, or unasked, it accepts; nobody has it in use."""
        in_use = " in use"
        if self.unused and about.title.endswith(in_use):
            return about.title.removesuffix(in_use) + " accepted"
        return about.title

    def finding(
        self,
        about: Explanation,
        subject: str,
        frames: tuple[int, ...],
        detail: str,
        *,
        severity: Severity | None = None,
        confidence: Confidence = "certain",
        verdict: Verdict | None = None,
    ) -> Finding:
        """A finding of no negotiation yet (`Seen.put_in`); with a verdict it has policy, clause and evidence class."""
        policy, clause, evidence = (
            (self.policy.name, verdict.clause, verdict.evidence) if verdict else (None, None, None)
        )
        return Finding(
            about.id,
            self.title(about),
            severity or (verdict.severity if verdict else about.severity) or "info",
            confidence,
            None,
            subject,
            tuple(sorted(set(frames))),
            policy,
            clause,
            detail,
            evidence,
        )


class Seen(NamedTuple):
    """The terms of one negotiation, and the frames that show them, ascending: what their ranks stand for."""

    terms: Terms
    frames: list[int]

    def put_in(self, found: Iterable[Finding], n: Negotiation) -> list[Finding]:
        """What was found in these terms as findings of this negotiation."""
        frame, number = self.frames.__getitem__, n.number
        return [
            Finding._make((*f[:4], number, f[5], tuple(map(frame, f[6])) or (n.first_frame,), *f[7:])) for f in found
        ]


class _Parts(NamedTuple):
    """What terms are made of besides the negotiation's own fields."""

    ranks: dict[int, int]
    unused: bool
    by_keys: bool
    shown: int | None
    children: list[Child]
    methods: tuple[int | None, int | None]
    proofs: tuple[int, ...]


class Remembered:
    """The distinct terms of a scene. By identity, as `Verdicts` knows suites and payloads: each keeps its own alive."""

    def __init__(self, verdicts: Verdicts, combinations: Combinations) -> None:
        self._verdicts, self._combinations = verdicts, combinations
        self._known: dict[tuple[object, ...], Terms] = {}

    def of(self, n: Negotiation, *, unused: bool) -> Seen:
        """The terms of one negotiation. unused: as in `Terms`."""
        seen = _parts(n, unused=unused)
        rank = seen.ranks
        key = (
            n.ike_version,
            n.mode,
            n.outcome == "probe",
            seen.unused,
            seen.by_keys,
            id(n.suite),
            None if seen.shown is None else rank[seen.shown],
            tuple([(id(o.sa), o.child, o.chosen, o.from_initiator, rank[o.frame_number]) for o in n.offers]),
            tuple([(*c[:2], id(c.suite), rank[c.request], rank[c.frame], c.answered) for c in seen.children]),
            seen.methods,
            tuple([rank[frame] for frame in seen.proofs]),
        )
        terms = self._known.get(key)
        if terms is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            terms = self._known[key] = Terms(self._verdicts, self._combinations, n, seen)
        return Seen(terms, list(rank))


def _parts(n: Negotiation, *, unused: bool) -> _Parts:
    shown, by_keys = n.chosen_frame, False
    if shown is None and n.suite is not None and n.suite.prf_id is None:
        shown = _first_opened(n)  # a resumed SA has the suite, PRF included, of the one before
        by_keys = shown is not None
    children = [
        Child(c.child, c.protocol, c.suite, c.frame_number, c.response_frame or c.frame_number, bool(c.response_frame))
        for c in n.children
        if c.protocol is not None or c.suite is not None
    ]
    methods: tuple[int | None, int | None] = (None, None)
    proofs: tuple[int, ...] = ()
    if n.ike_version == 2 and n.decrypted:
        methods = _methods(n)
        exchanges = n.of_type(*AUTHENTICATING) if methods != (None, None) else []
        proofs = tuple(s.frame_number for e in exchanges for s in (e.request, e.response) if s is not None)
    frames = {o.frame_number for o in n.offers}
    if shown is not None:
        frames.add(shown)
    frames.update(proofs)
    for child in children:
        frames.update((child.request, child.frame))
    ranks = {frame: place for place, frame in enumerate(sorted(frames))}
    return _Parts(ranks, unused, by_keys, shown, children, methods, proofs)


def _methods(n: Negotiation) -> tuple[int | None, int | None]:
    """Of authentication, of both sides of IKEv2."""
    from analyzer.negotiation.read.auth import by_eap  # noqa: PLC0415  (with keys only)

    initiator, responder = by_eap(n)
    return (
        BY_EAP if initiator else n.auth_method_initiator,
        BY_EAP if responder else n.auth_method_responder,
    )


def _first_opened(n: Negotiation) -> int | None:
    """Frame of the first message, or IKE fragment, that keys open."""
    opened = [s.frame_number for s in n.steps() if s.inner_types is not None]
    return min((*opened, *n.verified_pieces), default=None)
