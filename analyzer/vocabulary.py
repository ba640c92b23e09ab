"""The closed vocabularies of what is found out: the words that a verdict, a finding or an event may use.

Columns of the tables hold these words, and `mypy --strict` finds one that is misspelt where it is written or compared.
"""

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
StreamBasis: TypeAlias = Literal["spi", "likely"]
Confidence: TypeAlias = Literal["certain", "likely", "possible"]
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)

# How much a finding weighs, the heaviest first
Severity: TypeAlias = Literal["critical", "high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

Mode: TypeAlias = Literal["main", "aggressive", "base", "ikev2", "unknown"]
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
