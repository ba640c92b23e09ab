"""What the assessment hands on: findings, diagnoses, responders, implementations.

Data for the tables; only the report lays it out.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from analyzer.assessment.agreement import Agreement
from analyzer.assessment.fingerprint.model import Looks
from analyzer.vocabulary import Confidence, PolicyVerdict, Severity, TargetState


class Finding(NamedTuple):
    """One judgement about security, with the frames it rests on.

    `finding` is the check's permanent id, `subject` what is judged (an algorithm, an address, an identity). `policy`,
    `clause` and
    `evidence` (read, second-hand, believed: whether the policy's text was read) are None where no policy is applied.
    """

    finding: str
    title: str
    severity: Severity
    confidence: Confidence
    negotiation: int | None
    subject: str
    evidence_frames: tuple[int, ...]
    policy: str | None
    clause: str | None
    detail: str
    evidence: str | None


class Diagnosis(NamedTuple):
    """One explanation of why a negotiation went as it did.

    Rank 1 comes first (ranking.py); where causes look the same on the wire the general one leads.

    `detail` says what the wire shows, `basis` what the inference rests on, `advice` what to look at or change.
    """

    diagnosis: str
    title: str
    rank: int
    confidence: Confidence
    evidence_frames: tuple[int, ...]
    detail: str
    basis: str
    advice: str


class Responder(NamedTuple):
    """An address and port that was asked for IKE in this capture. `answered`, certain, is proof of exposure.

    state: what came back at most: an IKE answer; a TCP connection, and nothing of IKE in it; an ICMP error or RST;
    nothing. Times in ns, of what came back; frames: the first answer to each of a few peers, or what else shows it.
    confidence: how sure the state is; None of unanswered, which proves nothing. requests, askers, asked_by: of others
    than `answered`: how many requests, of how many addresses (None: of more than were counted), and the first of them.
    inside: where it lies; outside_peers: those outside that it answered, or whose connection it accepted;
    all_peers: of an open port, whether no more than were kept.
    """

    ip: str
    port: int
    transport: str
    versions: tuple[int, ...]
    modes: tuple[str, ...]
    answered_peers: tuple[str, ...]
    first_time: int | None
    last_time: int | None
    implementation: str | None
    evidence_frames: tuple[int, ...]
    state: TargetState = "answered"
    confidence: Confidence | None = "certain"
    requests: int | None = None
    askers: int | None = None
    asked_by: tuple[str, ...] | None = None
    inside: bool | None = None
    outside_peers: tuple[str, ...] | None = None
    all_peers: bool | None = None


class Mismatch(NamedTuple):
    """One kind of algorithm of a refused offer, for the IKE SA or a child SA (None: the IKE SA).

    `place`: the proposal that comes closest to what the refusing side is known to accept; `accepted`, `fits`, `source`
    (configured, chose, offered): None where nothing is known.
    """

    negotiation: int
    child: int | None
    place: str
    kind: str
    offered: tuple[str, ...]
    accepted: tuple[str, ...] | None
    fits: bool | None
    source: str | None
    evidence_frames: tuple[int, ...]


class Reason(NamedTuple):
    """What a policy objects to, its word for that, where it says so, and whether its text was read."""

    subject: str
    word: str
    clause: str
    evidence: str

    @property
    def text(self) -> str:
        """In one line."""
        doubt = "" if self.evidence == "read" else f", text {self.evidence}"
        return f"{self.subject}: {self.word} ({self.clause}{doubt})"


@dataclass(frozen=True)
class Ruling:
    """One policy's answer. reasons: the worst first. silent: of what was agreed the policy says nothing of these."""

    policy: str
    verdict: PolicyVerdict
    reasons: tuple[Reason, ...]
    silent: tuple[str, ...]
    agreement: Agreement

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The reasons, a line each."""
        return tuple(reason.text for reason in self.reasons)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What was agreed on, by name."""
        return self.agreement.names

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The same by the numbers of registries."""
        return self.agreement.ids


class Ruled(NamedTuple):
    """A negotiation, by its number, and what one policy says of it. Those that agree on the same share the ruling."""

    negotiation: int
    ruling: Ruling


@dataclass(slots=True)
class Assessment:
    """All judgement over one capture.

    `diagnoses` by negotiation number, ranked; `implementations`: of (initiator, responder); `announced`: the last
    lifetime that a notify announced for the IKE SA, in seconds. `rulings`: of each policy over each negotiation, in
    their order.
    """

    findings: list[Finding] = field(default_factory=list)
    diagnoses: dict[int, list[Diagnosis]] = field(default_factory=dict)
    responders: list[Responder] = field(default_factory=list)
    implementations: dict[int, Looks] = field(default_factory=dict)
    mismatches: list[Mismatch] = field(default_factory=list)
    announced: dict[int, int] = field(default_factory=dict)
    rulings: list[Ruled] = field(default_factory=list)


class Explanation(NamedTuple):
    """What a check or a diagnosis is: the data half of its module, and the page that `explain ID` shows.

    absence: of a check, its findings rest on what did not come.
    """

    id: str
    kind: str
    title: str
    what: str
    why: str
    wire: str
    advice: str
    severity: Severity | None = None
    lookalikes: str = ""
    references: tuple[str, ...] = ()
    absence: bool = False
