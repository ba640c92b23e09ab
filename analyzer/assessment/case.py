"""A case: one negotiation, ready to be judged.

It holds the facts that many checks and diagnoses ask for, gathered in one pass over its messages, and the answers to
questions about them that several ask (`once`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from analyzer.assessment import ranking
from analyzer.assessment.model import Diagnosis, Explanation, Finding
from analyzer.assessment.policies import Verdict
from analyzer.assessment.scene import Scene
from analyzer.assessment.terms import Seen
from analyzer.capture.bpf import Packet
from analyzer.capture.network import TCP, UDP
from analyzer.isakmp import registry
from analyzer.isakmp.numbers import NotifyV1, NotifyV2, ProtocolId
from analyzer.isakmp.registry.tables import FIRST_STATUS
from analyzer.negotiation.conclude import dropped
from analyzer.negotiation.conclude.from_before import has_requests_to_judge
from analyzer.negotiation.conclude.ike_rekeys import refused_ike_rekey
from analyzer.negotiation.exchanges.timing import went_back
from analyzer.negotiation.model import KEYING_A_GROUP, Exchange, Negotiation, Step
from analyzer.negotiation.read.lifetimes import announced_s
from analyzer.negotiation.seen import Offer, SeenNotify
from analyzer.vocabulary import Confidence, Severity

T = TypeVar("T")


PHASE1 = ("IDENTITY_PROTECTION", "AGGRESSIVE", "BASE", "AUTHENTICATION_ONLY")
REKEYING = ("CREATE_CHILD_SA", "IKE_FOLLOWUP_KE")
MAKE_CHILDREN = ("IKE_AUTH", "CREATE_CHILD_SA", "IKE_FOLLOWUP_KE", "QUICK_MODE")


class ErrorSeen(NamedTuple):
    """An error notify with its place. `clear`: it was not encrypted, so anyone on the path may have sent it."""

    exchange: Exchange
    step: Step
    notify: SeenNotify
    clear: bool

    @property
    def confidence(self) -> Confidence:
        """What a verdict that rests on this notify alone deserves."""
        return "certain" if self.notify.authenticated else "likely"


class Case:
    """Facts of one negotiation. Steps that a mirror port duplicated count once."""

    __slots__ = (
        "_seen",
        "announced",
        "damaged",
        "errors",
        "exchanges",
        "fragmented",
        "from_initiator",
        "from_responder",
        "ike_rekey",
        "kept",
        "n",
        "names",
        "notifies",
        "scene",
    )

    def __init__(self, scene: Scene, negotiation: Negotiation) -> None:
        self.scene = scene
        self.n = negotiation
        self.from_initiator = 0
        self.from_responder = 0
        self.fragmented = False  # some message is an IKE fragment
        self.damaged = False  # some message has a defect
        self.kept: dict[Callable[[Case], Any], Any] = {}  # by `once`: question and answer
        self.names: set[str] = set()  # of its exchanges: CREATE_CHILD_SA
        self.errors: list[ErrorSeen] = []
        self.notifies: list[tuple[Step, SeenNotify]] = []
        self.announced: list[tuple[Step, int, bool]] = []  # lifetimes by notifies: seconds, and whether of the IKE SA
        self.exchanges = negotiation.exchanges
        # A rekey of the IKE SA that was read and failed
        self.ike_rekey: Exchange | None = None
        if negotiation.failed_at in REKEYING:
            self.ike_rekey = refused_ike_rekey(negotiation, scene.story.last_time)
        for exchange in self.exchanges:
            self._exchange(exchange)
        self._seen: Seen | None = None

    def _exchange(self, exchange: Exchange) -> None:
        figure = exchange.figure
        self.names.add(exchange.exchange)
        self.fragmented, self.damaged = self.fragmented or figure.fragmented, self.damaged or figure.damaged
        self.from_initiator += figure.from_initiator
        self.from_responder += figure.from_responder
        if figure.notifies and exchange.ike_version == self.n.ike_version:  # the other one has other numbers
            for step in exchange.steps:
                if step.notifies and not step.duplicate:
                    self._notifies(exchange, step)

    def _notifies(self, exchange: Exchange, step: Step) -> None:
        version = self.n.ike_version
        for notify in step.notifies:
            self.notifies.append((step, notify))
            kind = notify.notify_type
            if kind < FIRST_STATUS:
                self.errors.append(ErrorSeen(exchange, step, notify, not step.encrypted))
            elif kind in (NotifyV1.RESPONDER_LIFETIME, NotifyV2.AUTH_LIFETIME):
                seconds = announced_s(version, notify)
                if seconds is not None:
                    self.announced.append((step, seconds, version == 2 or notify.protocol_id == ProtocolId.IKE))

    # -- what happened

    @property
    def established(self) -> bool:
        """The IKE SA came up."""
        return self.n.outcome == "established"

    @property
    def up(self) -> bool:
        """The IKE SA came up, or the capture begins inside it and holds encrypted messages of both sides."""
        return self.established or has_requests_to_judge(self.n, self.n.outcome)

    @property
    def failed(self) -> bool:
        """The IKE SA, or a child of it, was refused or given up."""
        return self.n.outcome == "failed" or self.n.failed_at is not None

    @property
    def troubled(self) -> bool:
        """The IKE SA did not come up, or a child of it was refused or given up."""
        return not self.established or self.n.failed_at is not None

    @property
    def ike_failed(self) -> bool:
        """The IKE SA itself did not come up, and somebody said so or gave up."""
        return self.n.outcome == "failed"

    @property
    def child_failed(self) -> bool:
        """The IKE SA is up and a child SA of it is not."""
        return self.up and self.n.failed_at in MAKE_CHILDREN and self.ike_rekey is None

    @property
    def group_failed(self) -> bool:
        """The IKE SA is up, and its member got no keys of the group."""
        return self.up and self.n.failed_at in KEYING_A_GROUP

    def errors_in(self, *exchanges: str, clear: bool | None = None) -> list[ErrorSeen]:
        """Error notifies of these exchanges; `clear` selects the unencrypted or the decrypted ones."""
        return [e for e in self.errors if e.exchange.exchange in exchanges and clear in (None, e.clear)]

    def error(self, *types: int) -> ErrorSeen | None:
        """The last error of these types."""
        return next((e for e in reversed(self.errors) if e.notify.notify_type in types), None)

    def sender(self, step: Step) -> str:
        """The address that a message came from: of one in clear that may be another host's than its side's."""
        _, initiator, _, responder, _ = self.n.place_at(step.frame_number)
        return initiator if step.from_initiator else responder

    def notify_name(self, seen: ErrorSeen) -> str:
        """Name of the notify in this IKE version's registry."""
        return registry.notify_name(self.n.ike_version, seen.notify.notify_type)

    def frames_of(self, *exchanges: str) -> tuple[int, ...]:
        """First request and response frames of these exchanges."""
        frames = []
        for exchange in self.exchanges:
            if exchange.exchange in exchanges:
                frames += [s.frame_number for s in (exchange.request, exchange.response) if s is not None]
        return tuple(frames)

    @property
    def redirected(self) -> bool:
        """The responder sent the initiator to another gateway."""
        return self.n.outcome == "redirected"

    @property
    def unused(self) -> bool:
        """What was chosen was so for a scanner, or in an answer that nobody asked for."""
        return self.n.outcome == "probe" or self.n.number in self.scene.flood_of

    @property
    def seen(self) -> Seen:
        """What was offered and chosen."""
        if self._seen is None:
            self._seen = self.scene.terms.of(self.n, unused=self.unused)
        return self._seen

    def ike_offers(self) -> list[Offer]:
        """The initiator's offers for the IKE SA."""
        return [o for o in self.n.offers if o.child is None and not o.chosen and o.from_initiator]

    @property
    def filtered(self) -> str:
        """What the capture's filter leaves out of what this negotiation's messages would be, in words; "" if nothing.

        Between its ends as they are, in either direction; and on UDP 4500, once the responder has spoken.
        """
        n, scene = self.n, self.scene
        if not scene.story.filters:
            return ""
        first, second = (n.initiator_ip, n.responder_ip), (n.initiator_port, n.responder_port)
        kind = TCP if any(t == "tcp" for e in self.exchanges for t, _ in e.figure.transports) else UDP
        there = scene.left_out.of(Packet(kind, *first, second)) if not self.from_initiator else ""
        back = scene.left_out.of(Packet(kind, *first[::-1], second[::-1])) if not self.from_responder else ""
        if there or back:
            return f"{there or back} leaves out what the {'initiator' if there else 'responder'} sends here"
        moved = scene.left_out.udp_4500 if self.from_responder else ""
        return f"{moved} leaves out UDP 4500" if moved else ""

    # -- what is reported

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
        """A finding of this negotiation; with a verdict it carries policy, clause and evidence class."""
        terms, shown = self.seen.terms, frames or (self.n.first_frame,)
        found = terms.finding(about, subject, shown, detail, severity=severity, confidence=confidence, verdict=verdict)
        return found._replace(negotiation=self.n.number)

    def diagnosis(
        self,
        about: Explanation,
        confidence: Confidence,
        frames: tuple[int, ...],
        detail: str,
        basis: str,
        advice: str | None = None,
        *,
        place: str = "",
        absence: bool = False,
    ) -> Diagnosis:
        """A diagnosis of this negotiation, not ranked yet. `place`: the word of a second place (ranking.py).

        absence: it rests on what did not come, which is less sure where the capture dropped packets or a file of it
        could not be read, and cannot be known where the filter left them out.
        """
        if absence and (why := self.scene.absence_is_weak):
            confidence = dropped.LESS[confidence]
            basis = basis if why in basis else f"{basis}; {why}"  # the verdict's may have it
        if absence and (unseen := self.filtered):
            confidence, basis = "possible", f"{basis}; {unseen}"
        shown = tuple(sorted(set(frames))) or (self.n.first_frame,)
        return Diagnosis(
            about.id,
            about.title,
            ranking.place(about.id, place),
            confidence,
            shown,
            detail,
            basis,
            advice or about.advice,
        )


def once(ask: Callable[[Case], T]) -> Callable[[Case], T]:
    """A question about a case that several checks and diagnoses ask: worked out for the first, kept for the others."""

    @wraps(ask)
    def answer(case: Case) -> T:
        known = case.kept
        if ask not in known:
            known[ask] = ask(case)
        found: T = known[ask]
        return found

    return answer


def frames(*steps: Step | None) -> tuple[int, ...]:
    """Frame numbers of the steps that exist, ascending, each once."""
    return tuple(sorted({s.frame_number for s in steps if s is not None}))


def span_s(steps: list[Step]) -> float | None:
    """Seconds from the first to the last of these steps; None where a time is missing, or the clock was set back."""
    times = [s.time_ns for s in steps if s.time_ns is not None]
    if len(times) < len(steps) or not times or went_back(times):
        return None
    return (max(times) - min(times)) / 1e9
