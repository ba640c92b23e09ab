"""Traits: what there is in a negotiation, as far as it decides which checks and diagnoses can speak of it.

Most of them speak of what few negotiations have: a certificate, a fragment, a failure. A module says in `NEEDS` which
traits it takes, beside its `ABOUT`, and is asked about no other negotiation. Without `NEEDS` it is asked about all.
"""

from collections.abc import Iterable
from enum import Flag, auto
from typing import Final, Generic, TypeVar

from analyzer.assessment.case import Case
from analyzer.isakmp.numbers import NotifyV1, NotifyV2

T = TypeVar("T")
_REMEMBERED: Final = 1024  # combinations of traits; a large capture has some hundred
_REDIRECTS: Final = frozenset({int(NotifyV2.REDIRECT), int(NotifyV1.UNITY_LOAD_BALANCE)})
_PPKS: Final = frozenset({int(NotifyV2.USE_PPK), int(NotifyV2.USE_PPK_INT)})
_COOKIE: Final = int(NotifyV2.COOKIE)
_REKEY_SA: Final = int(NotifyV2.REKEY_SA)
_HASHES: Final = int(NotifyV2.SIGNATURE_HASH_ALGORITHMS)
_VERSION: Final = int(NotifyV2.INVALID_MAJOR_VERSION)


class Trait(Flag):
    """One of a negotiation. `traits` says in the same order what each of them is."""

    IKEV1 = auto()
    IKEV2 = auto()
    ESTABLISHED = auto()
    DOWN = auto()  # not established
    UP = auto()
    FAILED = auto()
    IKE_FAILED = auto()
    INCOMPLETE = auto()
    UNANSWERED = auto()
    PROBE = auto()
    STARTS_LATE = auto()
    ONE_SIDED = auto()  # not both sides were heard
    UNUSED_END = auto()
    CHOSEN = auto()
    SUITE = auto()
    PHASE1_WITH_ID = auto()  # an exchange with identities in clear: aggressive or base mode
    CREATE_CHILD_SA = auto()
    INFORMATIONAL = auto()
    TRANSACTION = auto()
    DAMAGED = auto()
    FRAGMENTED = auto()
    NOTIFIES = auto()
    ERRORS = auto()
    LIFETIMES = auto()  # that a notify announces
    COOKIE = auto()
    REDIRECT = auto()
    REKEY_SA = auto()
    SIGNATURE_HASHES = auto()
    PPK = auto()
    VERSION_REFUSED = auto()
    IDENTITIES = auto()
    CERTIFICATES = auto()
    EAP = auto()
    METHODS = auto()  # of authentication, as IKEv2's sides name them
    CHILDREN = auto()
    DECRYPTED = auto()
    UNOPENED = auto()
    DELETED_AGAIN = auto()
    ICMP_ERRORS = auto()


Needs = tuple[Trait, ...]
"""Of each of these all traits; one of these is enough."""
ALWAYS: Final[Needs] = (Trait(0),)
Traits = tuple[bool, ...]
"""Whether a negotiation has each trait, in their order."""


def traits(case: Case) -> Traits:
    """Those of one negotiation; the same under any policy."""
    n, names, outcome = case.n, case.names, case.n.outcome
    kinds = {notify.notify_type for _, notify in case.notifies} if case.notifies else frozenset[int]()
    established = outcome == "established"
    return (
        n.ike_version == 1,
        n.ike_version == 2,
        established,
        not established,
        case.up,
        outcome == "failed" or n.failed_at is not None,
        outcome == "failed",
        outcome == "incomplete",
        outcome == "unanswered",
        outcome == "probe",
        n.starts_late,
        not (case.from_initiator and case.from_responder),
        n.unused_end is not None,
        n.chosen_frame is not None,
        n.suite is not None,
        "AGGRESSIVE" in names or "BASE" in names,
        "CREATE_CHILD_SA" in names,
        "INFORMATIONAL" in names,
        "TRANSACTION" in names,
        case.damaged,
        case.fragmented,
        bool(kinds),
        bool(case.errors),
        bool(case.announced),
        _COOKIE in kinds,
        not kinds.isdisjoint(_REDIRECTS),
        _REKEY_SA in kinds,
        _HASHES in kinds,
        not kinds.isdisjoint(_PPKS),
        _VERSION in kinds,
        bool(n.identities),
        bool(n.certificates),
        bool(n.eap),
        n.signatures != (None, None) or (n.auth_method_initiator, n.auth_method_responder) != (None, None),
        bool(n.children),
        n.decrypted,
        bool(n.unopened),
        bool(n.deleted_again),
        bool(n.icmp_errors),
    )


class Askers(Generic[T]):
    """Checks or diagnoses with what they need, and those of them that can have anything to say of a negotiation."""

    def __init__(self, some: Iterable[tuple[Needs, T]]) -> None:
        kinds: dict[Needs, int] = {}
        self._all = [(kinds.setdefault(needs, len(kinds)), one) for needs, one in some]  # many need the same
        self._needs = [[need.value for need in needs] for needs in kinds]
        self._known: dict[Traits, list[T]] = {}

    def of(self, has: Traits) -> list[T]:
        """Those to ask about a negotiation with these traits, in their order."""
        known = self._known.get(has)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            held = sum(1 << place for place, holds in enumerate(has) if holds)
            met = [any(bits & held == bits for bits in needs) for needs in self._needs]
            known = self._known[has] = [one for kind, one in self._all if met[kind]]
        return known
