"""A case.

One negotiation with the facts that many checks and diagnoses ask for, gathered in one pass over its messages.
"""

from collections.abc import Iterator
from typing import NamedTuple

from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.model import Diagnosis, Explanation, Finding
from analyzer.assessment.policies import Verdict
from analyzer.assessment.scene import Scene
from analyzer.assessment.verdicts import Objections, SaFacts
from analyzer.isakmp import registry
from analyzer.negotiation.model import Exchange, Negotiation, Offer, SeenNotify, Step

Judged = dict[str, list[tuple[Algorithm, Verdict, list[int]]]]  # by kind: an algorithm, the objection, frames

FIRST_STATUS = 16384  # notify types below it are errors, in both versions (RFC 2408 3.14.1, RFC 7296 3.10.1)
COOKIE, REDIRECT, SIGNATURE_HASH_ALGORITHMS = 16390, 16407, 16431
INVALID_MAJOR_VERSION = 5
ATTRIBUTES_NOT_SUPPORTED, NO_PROPOSAL_CHOSEN, BAD_PROPOSAL_SYNTAX = 13, 14, 15
INVALID_KE_PAYLOAD = 17
AUTHENTICATION_ERRORS = {
    1: (23, 24, 25),
    2: (24,),
}  # INVALID-HASH-INFORMATION, AUTHENTICATION-FAILED, INVALID-SIGNATURE
IDENTITY_ERROR = 18  # IKEv1
CERTIFICATE_ERRORS = (17, 19, 20, 21, 22, 28)  # IKEv1, RFC 2408 3.14.1
EAP_PAYLOAD = 48
INVALID_IKE_SPI, PAYLOAD_MALFORMED = 4, 16
PHASE1 = ("IDENTITY_PROTECTION", "AGGRESSIVE", "BASE", "AUTHENTICATION_ONLY")
CHILD_EXCHANGES = ("IKE_AUTH", "CREATE_CHILD_SA", "QUICK_MODE", "IKE_FOLLOWUP_KE")
FIRST_EXCHANGES = ("IKE_SA_INIT", "IKE_SESSION_RESUME", *PHASE1)


class ErrorSeen(NamedTuple):
    """An error notify with its place. `clear`: it was not encrypted, so anyone on the path may have sent it."""

    exchange: Exchange
    step: Step
    notify: SeenNotify
    clear: bool

    @property
    def confidence(self) -> str:
        """What a verdict that rests on this notify alone deserves."""
        return "certain" if self.notify.authenticated else "likely"


class Refusal(NamedTuple):
    """How one side refused the other's proof of identity."""

    frames: tuple[int, ...]
    text: str


class Case:
    """Facts of one negotiation. Steps that a mirror port duplicated count once."""

    __slots__ = (
        "_chosen",
        "_offered",
        "cookies",
        "errors",
        "from_initiator",
        "from_responder",
        "n",
        "odd_notifies",
        "redirect",
        "scene",
        "signature_hashes",
    )

    def __init__(self, scene: Scene, negotiation: Negotiation) -> None:
        self.scene = scene
        self.n = negotiation
        self.from_initiator = 0
        self.from_responder = 0
        self.errors: list[ErrorSeen] = []
        self.cookies: list[Step] = []
        self.redirect: Step | None = None
        self.signature_hashes: list[tuple[Step, bytes]] = []
        self.odd_notifies: list[Step] = []  # with what looks like a shell command in their data
        self._chosen: Judged | None = None
        self._offered: Judged | None = None
        for exchange in negotiation.exchanges:
            for step in exchange.steps:
                if step.duplicate:
                    continue
                if step.from_initiator:
                    self.from_initiator += 1
                else:
                    self.from_responder += 1
                if step.notifies:
                    self._notifies(exchange, step)

    def _notifies(self, exchange: Exchange, step: Step) -> None:
        version = self.n.ike_version
        for notify in step.notifies:
            if b"sh" in notify.data or b"wget" in notify.data or b"curl" in notify.data:
                self.odd_notifies.append(step)
            if notify.notify_type < FIRST_STATUS:
                self.errors.append(ErrorSeen(exchange, step, notify, not step.encrypted))
            elif version == 2 and notify.notify_type == COOKIE and step.is_response and step.retransmission_of is None:
                self.cookies.append(step)
            elif version == 2 and notify.notify_type == SIGNATURE_HASH_ALGORITHMS:
                self.signature_hashes.append((step, notify.data))
            elif version == 2 and notify.notify_type == REDIRECT and self.redirect is None:
                self.redirect = step

    # -- what the policy holds against the algorithms

    @property
    def chosen(self) -> Judged:
        """Objections to the chosen algorithms, of the IKE SA and of the child SAs that could be read."""
        if self._chosen is None:
            n, verdicts = self.n, self.scene.verdicts
            suites: list[tuple[Objections, int]] = []
            if n.suite is not None and n.chosen_frame is not None:
                suites.append((verdicts.suite(n.ike_version, n.suite), n.chosen_frame))
            for child in n.children:
                if child.suite is not None and child.protocol is not None:
                    objections = verdicts.suite(n.ike_version, child.suite, child.protocol)
                    suites.append((objections, child.response_frame or child.frame_number))
            self._chosen = _gather(suites)
        return self._chosen

    @property
    def offered(self) -> Judged:
        """Objections to the offered algorithms. A scanner's offer is its tool, not a setting: it has none."""
        if self._offered is None:
            n = self.n
            offers: list[tuple[Objections, int]] = []
            if n.outcome != "probe":
                for offer, facts in self.offers():
                    offers.append((facts.objections, offer.frame_number))
            self._offered = _gather(offers)
        return self._offered

    def offers(self) -> Iterator[tuple[Offer, SaFacts]]:
        """Offers of either side, for the IKE SA and for child SAs that could be read; not the answers."""
        for offer in self.n.offers:
            if not offer.chosen:
                yield offer, self.scene.verdicts.sa(self.n.ike_version, offer.sa, child=offer.child is not None)

    # -- what happened

    @property
    def established(self) -> bool:
        """The IKE SA came up."""
        return self.n.outcome == "established"

    @property
    def failed(self) -> bool:
        """The IKE SA, or a child of it, was refused or given up."""
        return self.n.outcome == "failed" or self.n.failed_at is not None

    @property
    def ike_failed(self) -> bool:
        """The IKE SA itself did not come up, and somebody said so or gave up."""
        return self.n.outcome == "failed"

    @property
    def child_failed(self) -> bool:
        """The IKE SA came up and a child SA of it did not."""
        return self.established and self.n.failed_at in CHILD_EXCHANGES

    @property
    def troubled(self) -> bool:
        """There is something to explain: the IKE SA did not come up, or something else was refused."""
        return self.n.outcome != "established" or self.n.failed_at is not None

    def errors_in(self, *exchanges: str, clear: bool | None = None) -> list[ErrorSeen]:
        """Error notifies of these exchanges; `clear` selects the unencrypted or the decrypted ones."""
        return [e for e in self.errors if e.exchange.exchange in exchanges and clear in (None, e.clear)]

    def error(self, *types: int) -> ErrorSeen | None:
        """The last error of these types."""
        return next((e for e in reversed(self.errors) if e.notify.notify_type in types), None)

    def notify_name(self, seen: ErrorSeen) -> str:
        """Name of the notify in this IKE version's registry."""
        return registry.notify_name(self.n.ike_version, seen.notify.notify_type)

    def frames_of(self, *exchanges: str) -> tuple[int, ...]:
        """First request and response frames of these exchanges."""
        frames = []
        for exchange in self.n.exchanges:
            if exchange.exchange in exchanges:
                frames += [s.frame_number for s in (exchange.request, exchange.response) if s is not None]
        return tuple(sorted(frames))

    @property
    def redirected(self) -> bool:
        """The responder sent the initiator to another gateway."""
        return self.n.outcome == "redirected"

    def ike_offers(self) -> list[Offer]:
        """The initiator's offers for the IKE SA."""
        return [o for o in self.n.offers if o.child is None and not o.chosen and o.from_initiator]

    def stopped(self) -> Exchange | None:
        """The exchange in which the other side fell silent: the last one begun, if its last message got no answer."""
        for exchange in reversed(self.n.exchanges):
            steps = [s for s in exchange.steps if not s.duplicate]
            if not steps:
                continue
            if self.n.ike_version == 1 and exchange.exchange == "INFORMATIONAL":
                continue  # IKEv1 informationals are not answered within the exchange
            return exchange if _waiting(exchange, steps) else None
        return None

    def silent_after_answers(self) -> Exchange | None:
        """The exchange in which the peer fell silent although it had answered before, where the SA did not come up."""
        if self.n.outcome not in ("failed", "unanswered") or self.n.failed_by not in (None, "none"):
            return None
        return self.stopped() if self.from_responder else None

    def refusal(self, *types: int) -> ErrorSeen | None:
        """The clear-text error of these types that ended the first exchange, before any proposal was chosen."""
        if not self.ike_failed or self.n.failed_at not in FIRST_EXCHANGES or self.n.chosen_frame is not None:
            return None
        for seen in reversed(self.errors):
            if seen.clear and seen.notify.notify_type in types and not seen.step.from_initiator:
                return seen
        return None

    def responder_only_speaks_other_version(self) -> bool:
        """Elsewhere in the capture the responder chose proposals, and in the other IKE version only."""
        known = self.scene.knowledge.get(self.n.responder_ip)
        return known is not None and known.chose_versions == {3 - self.n.ike_version}

    def authentication_refused(self) -> Refusal | None:
        """One side refused the other's proof, as a message in place of the expected one shows.

        Another error that could be read rules it out.
        """
        n = self.n
        if not self.ike_failed or n.failed_by not in ("initiator", "responder"):
            return None
        fits = AUTHENTICATION_ERRORS.get(n.ike_version, ())
        if n.ike_version == 1:
            fits = (*fits, IDENTITY_ERROR, *CERTIFICATE_ERRORS, PAYLOAD_MALFORMED)
        if any(e.notify.notify_type not in fits for e in self.errors if e.exchange.exchange != "IKE_SA_INIT"):
            return None
        if n.failed_at == "IKE_AUTH":
            return self._refused_ikev2()
        return self._refused_ikev1() if n.ike_version == 1 and n.failed_at in PHASE1 else None

    def _refused_ikev2(self) -> Refusal | None:
        last = self.n.of_type("IKE_AUTH")[-1]
        if last.response is None:
            return None
        if self.n.failed_by == "responder":
            text = (
                f"IKE_AUTH is answered with {last.response.length} bytes: no room for the responder's "
                "identity and proof."
            )
            return Refusal(frames(last.request, last.response), text)
        for exchange in self.n.of_type("INFORMATIONAL"):
            if exchange.begun_by_initiator and exchange.request is not None:
                text = (
                    f"The initiator ends the SA with an INFORMATIONAL of {exchange.request.length} bytes "
                    "after IKE_AUTH."
                )
                return Refusal(frames(last.response, exchange.request), text)
        return None

    def _refused_ikev1(self) -> Refusal | None:
        n = self.n
        phase1 = n.of_type(*PHASE1)
        by_initiator = n.failed_by == "initiator"
        said = [s for e in n.of_type("INFORMATIONAL") for s in e.steps if s.from_initiator == by_initiator]
        said = [s for s in said if not s.duplicate]
        if not phase1 or not said:
            return None
        keyed = any(s.encrypted for e in phase1 for s in e.steps) or n.mode == "aggressive"
        named = AUTHENTICATION_ERRORS[1] + CERTIFICATE_ERRORS + (IDENTITY_ERROR,)
        if not keyed and self.error(*named) is None:
            return None
        proof = [s for s in phase1[-1].steps if s.from_initiator != by_initiator and not s.duplicate]
        kind = "encrypted" if said[0].encrypted else "clear"
        place = "message 3" if n.mode == "aggressive" else "message 6"
        text = f"{len(said)} {kind} INFORMATIONAL from the {n.failed_by} in place of {place}."
        return Refusal(frames(*proof[-1:], *said), text)

    def eap_rounds(self) -> list[Exchange]:
        """IKE_AUTH exchanges, if there were several or one showed an EAP payload; else none."""
        rounds = self.n.of_type("IKE_AUTH")
        several = any(e.message_id > 1 for e in rounds) and len(rounds) > 1
        if several or any(EAP_PAYLOAD in (s.inner_types or ()) for e in rounds for s in e.steps):
            return rounds
        return []

    def transaction_begun_by_initiator(self) -> bool:
        """The last TRANSACTION exchange is the initiator's: mode config, not XAUTH."""
        rounds = self.n.of_type("TRANSACTION")
        return bool(rounds) and rounds[-1].begun_by_initiator

    def child_error(self) -> ErrorSeen | None:
        """The decrypted error that refused the child SA."""
        if not self.child_failed:
            return None
        places = ("INFORMATIONAL", "QUICK_MODE") if self.n.ike_version == 1 else (str(self.n.failed_at),)
        found = [e for e in self.errors_in(*places, clear=False) if e.notify.notify_type != INVALID_IKE_SPI]
        return found[-1] if found else None

    def failed_child_frames(self) -> tuple[int, ...]:
        """Request and response of the last child SA that failed."""
        for child in reversed(self.n.children):
            if child.outcome == "failed":
                return tuple(sorted({f for f in (child.frame_number, child.response_frame) if f is not None}))
        return self.frames_of(str(self.n.failed_at))

    # -- what is reported

    def finding(
        self,
        about: Explanation,
        subject: str,
        frames: tuple[int, ...],
        detail: str,
        *,
        severity: str | None = None,
        confidence: str = "certain",
        verdict: Verdict | None = None,
    ) -> Finding:
        """A finding of this negotiation; with a verdict it carries policy, clause and evidence class."""
        policy, clause, evidence = (
            (self.scene.policy.name, verdict.clause, verdict.evidence) if verdict else (None, None, None)
        )
        return Finding(
            about.id,
            about.title,
            severity or (verdict.severity if verdict else about.severity) or "info",
            confidence,
            self.n.number,
            subject,
            frames,
            policy,
            clause,
            detail,
            evidence,
        )

    def diagnosis(
        self,
        about: Explanation,
        confidence: str,
        frames: tuple[int, ...],
        detail: str,
        basis: str,
        advice: str | None = None,
    ) -> Diagnosis:
        """A diagnosis of this negotiation, not ranked yet."""
        return Diagnosis(about.id, about.title, 0, confidence, frames, detail, basis, advice or about.advice)


def _gather(sources: list[tuple[Objections, int]]) -> Judged:
    """Objections of several suites or offers by kind, each algorithm once with all its frames."""
    judged: Judged = {}
    for objections, frame in sources:
        for kind, found in objections.items():
            entries = judged.setdefault(kind, [])
            for algorithm, verdict in found:
                known = next((e for e in entries if e[0] == algorithm), None)
                if known is None:
                    entries.append((algorithm, verdict, [frame]))
                else:
                    known[2].append(frame)
    return judged


def _waiting(exchange: Exchange, steps: list[Step]) -> bool:
    """The last word was a request, or was said more than once: nobody reacted to it."""
    last = steps[-1]
    if exchange.response is None:
        return last.from_initiator == exchange.begun_by_initiator
    return last.retransmission_of is not None and not last.is_response


def frames(*steps: Step | None) -> tuple[int, ...]:
    """Frame numbers of the steps that exist, ascending, each once."""
    return tuple(sorted({s.frame_number for s in steps if s is not None}))


def span_s(steps: list[Step]) -> float | None:
    """Seconds from the first to the last of these steps; None where a time is missing."""
    times = [s.time_ns for s in steps if s.time_ns is not None]
    return (max(times) - min(times)) / 1e9 if len(times) == len(steps) and times else None
