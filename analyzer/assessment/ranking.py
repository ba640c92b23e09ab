"""In which order diagnoses stand, and which of them steps back for another: the one list.

Notes stand last. Of the others the surer one stands first (certain, likely, possible); among equally sure ones BANDS
decide, from the first to the last, and inside a band the order in which they are listed. A diagnosis may hold more
places than one: where what it rests on is weaker its module hands the other place's word to `case.diagnosis`.
"""

from functools import cache, lru_cache
from typing import Literal, NamedTuple

from analyzer.isakmp.numbers import NotifyV1, NotifyV2

Part = Literal["IKE SA", "child SA"]


class Place(NamedTuple):
    """A place in the list. `word` and `when`: of a place besides the diagnosis' own, and what puts it there."""

    diagnosis: str
    word: str = ""
    when: str = ""


class Band(NamedTuple):
    """Places of one kind, in order."""

    name: str
    what: str
    places: tuple[Place, ...]


class Named(NamedTuple):
    """Error notifies, by which one diagnosis is named when they refuse this part."""

    part: Part
    ike_version: int
    notifies: tuple[int, ...]
    diagnosis: str


class Yield(NamedTuple):
    """Where one of `to` is named, as `when` says, `diagnosis` is silent."""

    diagnosis: str
    to: tuple[str, ...]
    when: str


def _band(name: str, what: str, *places: str | Place) -> Band:
    return Band(name, what, tuple(p if isinstance(p, Place) else Place(p) for p in places))


BANDS = (
    _band(
        "FACT",
        "it leaves no room for another cause",
        "capture-filter",
        "icmp-filtered",
        "port-unreachable",
        "redirected",
    ),
    _band(
        "OWN_SIGNATURE",
        "a cause that shows itself by a sign of its own",
        Place("message-rejected", "unverified", "it does not verify under the keys of its SA"),
        "lost-between-points",
        "answers-lost",
        Place(
            "pfs-mismatch", "new-in-rekey", "the same child SA came up without a PFS group, which is new in the rekey"
        ),
        "child-proposal-mismatch",
        "config-rejected",
        "cookie-loop",
        "eap-failed",
        "fragment-lost",
        "group-registration-failed",
        "ike-proposal-mismatch",
        "ike-rekey-refused",
        "ke-group-mismatch",
        "path-mtu",
        "peer-dead",
        "requests-ignored",
        "esp-unreachable",
        "udp-4500-blocked",
        "xauth-failed",
        "traffic-selector-mismatch",
        "pfs-mismatch",
    ),
    _band(
        "SHARED_SIGNATURE",
        "a cause whose sign has another meaning too",
        "ike-version-mismatch",
        "psk-mismatch",
    ),
    _band(
        "GENERAL",
        "the name of what failed, whatever the reason",
        "authentication-failed",
        "child-negotiation-failed",
        "no-response",
        Place("udp-4500-blocked", "reported", "the peer's own host reports the port unreachable"),
        Place("peer-dead", "child-refused", "a child SA failed, and no answer may be how it was refused"),
        "initiator-stopped",
        "message-rejected",
        "group-rekey-unacknowledged",
        "reconnects-without-traffic",
    ),
    _band(
        "INDISTINGUISHABLE",
        "one of several causes that look the same on the wire",
        Place("psk-mismatch", "unrepeated", "main mode's refused message is not retransmitted"),
        "certificate-rejected",
        "identity-rejected",
        Place("psk-mismatch", "certificate-sized", "the refused message has room for a certificate"),
        "peer-restarted",
    ),
    _band(
        "HINT",
        "nothing was said: no answer or an early end fits it",
        Place("authentication-failed", "unspoken", "no message refuses the proof"),
        Place("udp-4500-blocked", "never-seen", "nothing at all was seen on UDP 4500"),
        Place("certificate-rejected", "unspoken", "no message refuses the proof"),
        Place("identity-rejected", "unspoken", "no message refuses the proof"),
        Place("psk-mismatch", "unspoken", "no message refuses the proof"),
        Place("answers-lost", "unread", "the answer may have arrived and not been decrypted"),
        "request-unanswered",
    ),
    _band(
        "NOTE",
        "it explains without accusing, and is never the cause of a failure",
        "clients-displaced",
        "one-way-capture",
        "unsolicited-answers",
        "capture-ends-early",
        "capture-starts-late",
        "childless-initiation",
        "rekey-collision",
        "sa-flapping",
        "simultaneous-initiation",
    ),
)

# RFC 7296 section 3.10.1, RFC 2408 section 3.14.1. IKEv1's quick mode has its selectors in ID payloads
NAMED = (
    Named(
        "IKE SA",
        1,
        (NotifyV1.ATTRIBUTES_NOT_SUPPORTED, NotifyV1.NO_PROPOSAL_CHOSEN, NotifyV1.BAD_PROPOSAL_SYNTAX),
        "ike-proposal-mismatch",
    ),
    Named("IKE SA", 1, (NotifyV1.INVALID_MAJOR_VERSION,), "ike-version-mismatch"),
    Named("IKE SA", 1, (NotifyV1.INVALID_ID_INFORMATION,), "identity-rejected"),
    Named(
        "IKE SA",
        1,
        (
            NotifyV1.INVALID_CERT_ENCODING,
            NotifyV1.INVALID_CERTIFICATE,
            NotifyV1.CERT_TYPE_UNSUPPORTED,
            NotifyV1.INVALID_CERT_AUTHORITY,
            NotifyV1.CERTIFICATE_UNAVAILABLE,
        ),
        "certificate-rejected",
    ),
    Named(
        "IKE SA",
        1,
        (
            NotifyV1.INVALID_KEY_INFORMATION,
            NotifyV1.INVALID_HASH_INFORMATION,
            NotifyV1.AUTHENTICATION_FAILED,
            NotifyV1.INVALID_SIGNATURE,
        ),
        "authentication-failed",
    ),
    Named("IKE SA", 2, (NotifyV2.NO_PROPOSAL_CHOSEN,), "ike-proposal-mismatch"),
    Named("IKE SA", 2, (NotifyV2.INVALID_KE_PAYLOAD,), "ke-group-mismatch"),
    Named("IKE SA", 2, (NotifyV2.INVALID_MAJOR_VERSION,), "ike-version-mismatch"),
    Named("IKE SA", 2, (NotifyV2.AUTHENTICATION_FAILED,), "authentication-failed"),
    Named("IKE SA", 2, (NotifyV2.SINGLE_PAIR_REQUIRED, NotifyV2.TS_UNACCEPTABLE), "traffic-selector-mismatch"),
    Named("IKE SA", 2, (NotifyV2.INTERNAL_ADDRESS_FAILURE, NotifyV2.FAILED_CP_REQUIRED), "config-rejected"),
    Named("child SA", 1, (NotifyV1.NO_PROPOSAL_CHOSEN,), "child-proposal-mismatch"),
    Named("child SA", 1, (NotifyV1.INVALID_ID_INFORMATION,), "traffic-selector-mismatch"),
    Named("child SA", 2, (NotifyV2.NO_PROPOSAL_CHOSEN,), "child-proposal-mismatch"),
    Named("child SA", 2, (NotifyV2.INVALID_KE_PAYLOAD,), "pfs-mismatch"),
    Named("child SA", 2, (NotifyV2.SINGLE_PAIR_REQUIRED, NotifyV2.TS_UNACCEPTABLE), "traffic-selector-mismatch"),
    Named("child SA", 2, (NotifyV2.INTERNAL_ADDRESS_FAILURE, NotifyV2.FAILED_CP_REQUIRED), "config-rejected"),
)
REASONS_OF_A_REFUSED_PROOF = ("identity-rejected", "certificate-rejected")  # that IKEv1 has notifies for


def _those_named(part: Part) -> tuple[str, ...]:
    return tuple(dict.fromkeys(named.diagnosis for named in NAMED if named.part == part))


YIELDS = (
    Yield("message-rejected", _those_named("IKE SA"), "an error notify names it"),
    Yield("child-negotiation-failed", _those_named("child SA"), "a decrypted error notify names it"),
    Yield("child-negotiation-failed", ("ike-rekey-refused",), "the IKE SA is ended after the refusal"),
    *(
        Yield(candidate, ("fragment-lost",), "fragments of the request or of its answer are missing")
        for candidate in ("child-negotiation-failed", "child-proposal-mismatch", "traffic-selector-mismatch")
    ),
    *(
        Yield(candidate, ("peer-restarted",), "an error in clear says that the peer does not know the SA")
        for candidate in (
            "child-negotiation-failed",
            "child-proposal-mismatch",
            "traffic-selector-mismatch",
            "pfs-mismatch",
        )
    ),
    Yield(
        "child-proposal-mismatch",
        ("traffic-selector-mismatch", "pfs-mismatch", "config-rejected"),
        "a decrypted error notify names it",
    ),
    Yield(
        "traffic-selector-mismatch",
        ("child-proposal-mismatch", "pfs-mismatch", "config-rejected"),
        "a decrypted error notify names it",
    ),
    Yield("pfs-mismatch", ("traffic-selector-mismatch", "config-rejected"), "a decrypted error notify names it"),
    *(
        Yield(candidate, to, when)
        for candidate in ("authentication-failed", "psk-mismatch", "identity-rejected", "certificate-rejected")
        for to, when in (
            (tuple(r for r in REASONS_OF_A_REFUSED_PROOF if r != candidate), "an IKEv1 notify names it"),
            (("eap-failed",), "EAP gives its reason"),
        )
    ),
    *(
        Yield(candidate, ("lost-between-points",), "a second capture point shows where it is lost")
        for candidate in ("answers-lost", "no-response")
    ),
    Yield("answers-lost", ("fragment-lost",), "the answer is not whole"),
    Yield("no-response", ("answers-lost",), "answers were seen and do not arrive"),
    Yield("no-response", ("cookie-loop",), "each answer asks for the COOKIE again"),
    Yield("request-unanswered", ("peer-dead", "requests-ignored"), "the silence has a name"),
)

NOTES = frozenset(place.diagnosis for place in BANDS[-1].places)


def place(diagnosis: str, word: str = "") -> int:
    """Where it stands, counted from 0. Raises LookupError for what is not in the list, and says what to do."""
    found = _places().get((diagnosis, word))
    if found is None:
        bands = "; ".join(f"{band.name}: {band.what}" for band in BANDS)
        named = f"{diagnosis} ({word})" if word else diagnosis
        raise LookupError(
            f"{named} has no place among the diagnoses: give it one in BANDS of analyzer/assessment/ranking.py "
            f"({bands}); "
            "if an error notify names it, add that to NAMED, so that the general diagnosis steps back"
        )
    return found


@cache
def _places() -> dict[tuple[str, str], int]:
    every = (place for band in BANDS for place in band.places)
    return {(place.diagnosis, place.word): i for i, place in enumerate(every)}


@lru_cache(maxsize=1024)
def named(part: Part, ike_version: int, notify_type: int) -> str | None:
    """The diagnosis that an error notify names; None: none of its own, the general one speaks."""
    fits = (n for n in NAMED if (n.part, n.ike_version) == (part, ike_version) and notify_type in n.notifies)
    return next((n.diagnosis for n in fits), None)


def notifies(part: Part, ike_version: int, *diagnoses: str) -> tuple[int, ...]:
    """The error notifies that name one of these diagnoses."""
    fits = (n for n in NAMED if (n.part, n.ike_version) == (part, ike_version) and n.diagnosis in diagnoses)
    return tuple(number for n in fits for number in n.notifies)
