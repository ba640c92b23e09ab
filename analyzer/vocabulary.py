"""The closed vocabularies of what is found out: the words that a verdict, a finding or an event may use.

Columns of the tables hold these words, and `mypy --strict` finds one that is misspelt where it is written or compared.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

# How an IKE SA, a child SA and an exchange ended
Outcome: TypeAlias = Literal["established", "failed", "unanswered", "redirected", "incomplete", "probe"]
ChildOutcome: TypeAlias = Literal["established", "failed", "unknown"]
ExchangeOutcome: TypeAlias = Literal["answered", "unanswered", "unrequested"]

# Sides of an IKE SA; who refused ("none": silence); who is behind a NAT
Side: TypeAlias = Literal["initiator", "responder"]
FailedBy: TypeAlias = Literal["initiator", "responder", "none"]
Nat: TypeAlias = Literal["none", "initiator", "responder", "both"]

# What something rests on: payloads that were read, or order and lengths; and how sure it is, the surest first
Basis: TypeAlias = Literal["seen", "inferred"]
FingerprintBasis: TypeAlias = Literal[
    "vendor-id",
    "vendor-id-order",
    "message-order",
    "offer",
    "retransmission-times",
    "continued-sa",
    "other-negotiation",
]
StreamBasis: TypeAlias = Literal["spi", "likely"]
Confidence: TypeAlias = Literal["certain", "likely", "possible"]
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)

# How much a finding weighs, the heaviest first
Severity: TypeAlias = Literal["critical", "high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

# What a policy says of what a negotiation agreed on
PolicyVerdict: TypeAlias = Literal["pass", "warn", "fail", "not-observable"]

# How messages, and ESP and AH, were carried
Transport: TypeAlias = Literal["udp", "udp-4500", "tcp"]
FlowTransport: TypeAlias = Literal["udp", "udp-4500", "tcp", "esp", "ah"]
Encapsulation: TypeAlias = Literal["esp", "ah", "udp", "tcp"]
DecryptedBy: TypeAlias = Literal["keys", "log"]

# Of a proposal; of a notify; what pauses have in common; how a policy's text, and what a peer accepts, is known
OfferSide: TypeAlias = Literal["offered", "chosen"]
NotifyClass: TypeAlias = Literal["error", "status"]
Backoff: TypeAlias = Literal["doubling", "growing", "fixed", "irregular"]
Evidence: TypeAlias = Literal["read", "second-hand", "believed"]
ClockBasis: TypeAlias = Literal["reference", "both directions", "at most", "at least", "one direction"]
KeFault: TypeAlias = Literal[
    "zero",
    "one",
    "minus one",
    "not below the prime",
    "not on the curve",
    "low order",
    "coefficient not below the modulus",
]
NonceFault: TypeAlias = Literal["zeros", "mostly zeros", "repeats", "counts", "text"]
BaselineState: TypeAlias = Literal["new", "unchanged"]  # of a finding: whether the baseline has it (SARIF 2.1.0)
MismatchSource: TypeAlias = Literal["configured", "chose", "offered"]

# What came of asking an address and port, the surest first; silence is no filter
TargetState: TypeAlias = Literal["answered", "open", "refused", "filtered", "unreachable", "unanswered"]
TARGET_STATES: tuple[TargetState, ...] = get_args(TargetState)

# Where an SA stands against a quantum computer, and what became of a post-quantum pre-shared key (RFC 8784)
PostQuantum: TypeAlias = Literal["classical", "hybrid", "ml-kem", "ppk", "offered-not-taken", "downgraded"]
PpkUse: TypeAlias = Literal["used", "agreed", "unused", "refused", "offered"]

# Which way a packet went at the interface that captured it
Direction: TypeAlias = Literal["inbound", "outbound"]

# What a text of a capture file is about
NoteKind: TypeAlias = Literal["section", "interface", "statistics", "packet", "custom", "name", "other"]

Mode: TypeAlias = Literal["main", "aggressive", "base", "ikev2", "group-rekey", "unknown"]
Fragmentation: TypeAlias = Literal["used", "supported", "offered"]
EventName: TypeAlias = Literal[
    "moved",
    "rekeyed",
    "child-rekeyed",
    "rekey-collision",
    "reauthenticated",
    "superseded",
    "deleted",
    "child-deleted",
    "liveness-missed",
    "liveness-failed",
]

# States and events of the tables in negotiation/exchanges/, table by table; what a table shares with one above it is
# not repeated. What each means stands in its table
ExchangeState: TypeAlias = Literal[
    "start",
    # main, aggressive and base mode
    "offered",
    "chosen",
    "keys-sent",
    "keyed",
    "proved",
    "answered",
    "complete",
    # quick mode, transaction, INFORMATIONAL of IKEv1
    "proposed",
    "connected",
    "asked",
    "sent",
    "sent-in-clear",
    # IKE_SA_INIT
    "requested",
    "cookie-asked",
    "group-asked",
    "ticket-refused",
    "redirected",
    "refused",
    # IKE_AUTH
    "continues",
    "another-due",
    "short",
    "refused-in-clear",
    "accepted",
    # CREATE_CHILD_SA
    "child-requested",
    "rekey-requested",
    "ike-rekey-requested",
    "made",
    "child-made",
    "child-rekeyed",
    "ike-rekeyed",
    "unfinished",
    # INFORMATIONAL of IKEv2
    "liveness-asked",
    "delete-requested",
    "refusing",
    "alive",
    "deleted",
    # GROUPKEY-PUSH-ACK
    "acknowledged",
    # the order of exchanges
    "phase-1",
    "initial",
    "intermediate",
    "authenticating",
    "under-way",
    "ended",
]
ExchangeEvent: TypeAlias = Literal[
    # main, aggressive and base mode
    "offer",
    "choice",
    "answer",
    "initiator-keys",
    "responder-keys",
    "initiator-proof",
    "responder-proof",
    "initiator-pieces",
    "responder-pieces",
    # quick mode, transaction, new group mode, INFORMATIONAL of IKEv1
    "own",
    "peer",
    "protected",
    "clear",
    # IKE_SA_INIT
    "init-request",
    "init-request-with-cookie",
    "init-answer",
    "init-cookie",
    "init-invalid-ke",
    "init-redirect",
    "init-ticket-refused",
    "init-error",
    "init-nothing",
    # what is protected, of IKEv2
    "request",
    "error",
    "bare",
    "other-request",
    "other-answer",
    # IKE_AUTH
    "auth-request",
    "auth-accepted",
    "auth-round",
    "auth-another",
    "auth-short",
    "auth-error",
    "auth-unknown",
    "other-accepted",
    # CREATE_CHILD_SA, IKE_FOLLOWUP_KE, INFORMATIONAL of IKEv2
    "ask-child",
    "ask-rekey",
    "ask-ike-rekey",
    "made",
    "unfinished",
    "ask-liveness",
    "ask-delete",
    "ask-refusal",
    # the order of exchanges
    "phase-1",
    "phase-2",
    "informational",
    "foreign",
    "init",
    "intermediate",
    "auth",
    "create-child",
    "followup",
    "group",
    "delete",
    "reversed",
    "after-delete",
]

# The state of an IKE SA, and what it is made of that is no state of an exchange (negotiation/exchanges/sa.py): of IKEv2
# exchanges that only an SA that is up has, of IKEv1 phase 2 and the INFORMATIONAL that matters
SaState: TypeAlias = Literal[
    "start",
    "init-sent",
    "cookie-asked",
    "group-asked",
    "ticket-refused",
    "init-refused",
    "redirected",
    "init-done",
    "intermediate-sent",
    "intermediate-refused",
    "intermediate-done",
    "auth-sent",
    "auth-continues",
    "auth-answered",
    "auth-refused",
    "initiator-refused",
    "offered",
    "chosen",
    "keys-sent",
    "keyed",
    "answered",
    "refused",
    "midstream",
    "established",
]
LaterExchanges: TypeAlias = Literal["none", "under-way", "refused"]
PhaseTwo: TypeAlias = Literal["none", "seen"]
PhaseOneWord: TypeAlias = Literal["none", "clear-error", "initiator", "responder"]


def few(names: Sequence[str], most: int) -> str:
    """The first of these names, and how many more there are."""
    left = len(names) - most
    return ", ".join(names[:most]) + (f" and {left:,} more" if left > 0 else "")


def side(initiator: bool) -> Side:
    """Initiator or responder."""
    return "initiator" if initiator else "responder"
