"""What was checked: beside what was found, where nothing was, and where nobody can know.

Three answers for each audit and negotiation. Found: a check of the audit has a finding. Nothing found: what the audit
looks at was there to be read, and the policy speaks of it. Not seen: it was encrypted, not captured, or damaged, and
silence would be taken for a good word. Probes of scanners are not audited: what they offer is their tool.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Final, NamedTuple

from analyzer.assessment.algorithms import AEAD
from analyzer.assessment.several import load_all
from analyzer.report.dossier import in_floods
from analyzer.tables.store import Tables

MOST_NUMBERS: Final = 8
_NEVER_CAME_UP: Final = frozenset({"failed", "unanswered", "redirected"})


class Seen(NamedTuple):
    """What of one negotiation was there to be judged. offer: None without one, False if part of it could not be read.

    suite: what was chosen, by the names of the columns. children, readable: child SAs, refused ones too, and those
    whose algorithms could be read; late, pfs: those made after IKE_AUTH, and those whose payloads could be read, a KE
    payload among them or not. streams: whether ESP or AH of each child SA is there, both ways. whole: whether its
    beginning and both directions are in the capture.
    """

    version: int | None
    outcome: str
    suite: dict[str, object]
    offer: bool | None
    children: int
    readable: int
    late: int
    pfs: int
    certificates: bool
    streams: bool
    whole: bool


class Audit(NamedTuple):
    """One thing that is checked. seen: True: it was there; False: it cannot be seen; None: it is not part of this SA.

    kind: of the policy's statements, where these decide; child: findings about child SAs, or about the IKE SA only.
    """

    title: str
    checks: str
    seen: Callable[[Seen], bool | None]
    unseen: str
    kind: str = ""
    child: bool | None = None

    @property
    def ids(self) -> list[str]:
        """The checks that look at it."""
        return self.checks.split()


class Audited(NamedTuple):
    """What an audit says of all negotiations: their numbers, at most MOST_NUMBERS, where something was found.

    unspoken: of how many no policy says nothing about such things.
    """

    audit: Audit
    found: int
    numbers: tuple[int, ...]
    nothing: int
    unseen: int
    unspoken: int

    @property
    def passed(self) -> bool:
        """Nothing found anywhere, and all of it seen."""
        return bool(self.nothing) and not (self.found or self.unseen or self.unspoken)


def _chosen(*names: str) -> Callable[[Seen], bool | None]:
    """Whether the choice could be read. Where none was made before the end there is none to see."""

    def seen(s: Seen) -> bool | None:
        if all(s.suite[name] is not None for name in names):
            return True
        return None if s.outcome in _NEVER_CAME_UP else False

    return seen


def _integrity(s: Seen) -> bool | None:
    """A cipher that protects integrity needs no other algorithm for it."""
    if s.version == 2 and s.suite["encryption_id"] in AEAD:
        return None
    return _chosen("encryption_id", "integrity_id")(s)


def _prf(s: Seen) -> bool | None:
    return _chosen("prf_id")(s) if s.version == 2 else None


def _authentication(s: Seen) -> bool | None:
    if s.outcome in _NEVER_CAME_UP and s.suite["encryption_id"] is None:
        return None  # it did not come to it
    both = s.version == 1 or s.outcome == "established"  # of an IKEv2 SA that is not up one side's may be missing
    return s.suite["auth_method"] is not None and both


def _certificates(s: Seen) -> bool | None:
    if s.certificates:
        return True
    return None if "pre-shared" in str(s.suite["auth_method"]) or _authentication(s) is None else False


def _children(s: Seen) -> bool | None:
    return s.readable == s.children if s.children else None


def _pfs(s: Seen) -> bool | None:
    return s.pfs == s.late if s.late else None


def _lifetime(s: Seen) -> bool | None:
    return s.suite["lifetime_s"] is not None if s.version == 1 and s.outcome not in _NEVER_CAME_UP else None


def _traffic(s: Seen) -> bool | None:
    return s.streams if s.outcome == "established" else None


_NO_CHOICE: Final = "the choice is encrypted or not in this capture"
AUDITS: Final = (
    Audit(
        "Version and mode",
        "ikev1-in-use aggressive-mode-in-use aggressive-identity-in-clear version-flag-set version-refused",
        lambda s: s.version is not None,
        "",
    ),
    Audit(
        "Offers for the IKE SA",
        "weak-encryption-offered weak-block-size-offered weak-integrity-offered weak-hash-offered weak-prf-offered "
        "weak-ke-offered weak-auth-method-offered ike-without-integrity-offered rsa-encrypted-nonces-offered "
        "signature-hash-sha1-offered key-length-missing aead-with-integrity ike-proposal-without-ke",
        lambda s: s.offer if s.offer is not None else False,
        "the offer is encrypted, not in this capture, or damaged",
        child=False,
    ),
    Audit(
        "Choice against offer",
        "downgrade-accepted downgrade-across-retries downgrade-unprotected post-quantum-fallback ppk-not-taken",
        lambda s: None if s.outcome in _NEVER_CAME_UP else bool(s.offer and s.suite["encryption_id"] is not None),
        "offer and choice are not both to be read in this capture",
    ),
    Audit(
        "Key exchange of the IKE SA",
        "weak-ke-chosen ke-value-too-long ke-value-too-short degenerate-ke-value ke-group-1025 "
        "classical-key-exchange-only",
        _chosen("ke_id"),
        _NO_CHOICE,
        "ke",
        child=False,
    ),
    Audit(
        "Encryption of the IKE SA",
        "weak-encryption-chosen weak-block-size-chosen suite-mixed",
        _chosen("encryption_id"),
        _NO_CHOICE,
        "encr",
        child=False,
    ),
    Audit(
        "Integrity of the IKE SA",
        "weak-integrity-chosen weak-hash-chosen ike-without-integrity-chosen",
        _integrity,
        _NO_CHOICE,
        "integ",
        child=False,
    ),
    Audit("Pseudorandom function", "weak-prf-chosen", _prf, _NO_CHOICE, "prf"),
    Audit(
        "Authentication",
        "weak-auth-method-chosen rsa-encrypted-nonces-chosen null-authentication aggressive-mode-psk "
        "aggressive-hash-i-in-clear xauth-with-group-secret xauth-in-clear eap-only weak-signature-algorithm",
        _authentication,
        "it is encrypted",
    ),
    Audit(
        "Certificates",
        "weak-certificate-key weak-certificate-signature certificate-outside-validity roca-key small-rsa-exponent",
        _certificates,
        "none could be read; if there are any, they are encrypted",
    ),
    Audit(
        "Algorithms of the child SAs",
        "weak-encryption-chosen weak-block-size-chosen weak-integrity-chosen weak-ke-chosen esp-null-encryption "
        "esp-without-integrity ah-in-use weak-encryption-offered weak-block-size-offered weak-integrity-offered "
        "weak-ke-offered transport-mode-in-use",
        _children,
        "they are encrypted",
        "encr",
        child=True,
    ),
    Audit("Perfect forward secrecy of later child SAs", "no-pfs", _pfs, "their key exchange is encrypted"),
    Audit("Lifetimes", "long-lifetime lifetime-differs", _lifetime, "none could be read"),
    Audit(
        "Order of the messages",
        "unexpected-message child-before-authentication informational-before-authentication init-without-payload "
        "ike-fragments-inconsistent ike-fragment-length answer-to-overlong-request windows-malformed-ikev1 "
        "command-in-notify answers-astray",
        lambda s: s.whole,
        "its beginning or one direction is not in this capture",
    ),
    Audit(
        "Patterns of published attacks",
        "windows-realm-fragments skf-with-foreign-payloads large-fragment-set",
        lambda s: s.whole,
        "its beginning or one direction is not in this capture",
    ),
    Audit(
        "ESP and AH traffic",
        "one-way-traffic packets-missing packets-repeated packets-out-of-order esp-too-large esp-on-another-port "
        "esp-read-as-ike traffic-after-delete traffic-to-old-address child-sa-not-renewed",
        _traffic,
        "not of each child SA are ESP or AH packets of both directions in this capture",
    ),
)
# What is found out about hosts, moves, keys or the capture, and is not looked for in each negotiation
OTHER: Final = (
    "address-behind-nat amplification authip-malformed certificate-request-in-clear certificate-url-inward "
    "child-sas-in-haste commands-from-many-sources cookie-demanded eap-ttls-short-avp first-message-replayed "
    "half-open-flood horizontal-scan identity-enumeration ike-on-udp-500 ikev2-shared-key initial-contact-repeated "
    "ke-value-of-several-hosts ke-value-reused later-fragments-missing liveness-answered-late long-certificate-chain "
    "main-mode-shared-key malformed-burst message-does-not-verify ml-kem-init-in-fragments ml-kem-value-reused "
    "nat-between-peers nonce-not-random nonce-reused nonce-short-for-prf oversized-identity "
    "private-responder-exposed redirect-in-clear reflection-flood rekey-sa-odd repeated-delete sa-moved "
    "sa-reauthenticated scanner-probe spi-reused spis-predictable tcp-port-open traffic-without-negotiation "
    "transform-enumeration"
)


def audited(tables: Tables, policies: Iterable[str], known: dict[int, Seen]) -> list[Audited]:
    """What each audit says, of those that apply to one of the negotiations known. policies: their names."""
    rules = (rule for policy in load_all(policies) for rule in policy.rules)
    spoken = {(scope, rule.kind) for rule in rules for scope in rule.scope.split()}
    findings = _findings(tables, known)
    results = (_audit(audit, known, findings, spoken) for audit in AUDITS)
    return [result for result in results if result.found or result.nothing or result.unseen or result.unspoken]


def _audit(
    audit: Audit,
    known: dict[int, Seen],
    findings: dict[str, list[tuple[int, bool]]],
    spoken: Collection[tuple[str, str]],
) -> Audited:
    found = {n for ident in audit.ids for n, child in findings.get(ident, ()) if audit.child in (None, child)}
    counts: Counter[str] = Counter()
    for number, s in known.items():
        seen = audit.seen(s) if number not in found else None
        if seen is not None:
            scope = "esp" if audit.child else f"ikev{s.version}"
            kind = "hash" if audit.kind == "integ" and s.version == 1 and not audit.child else audit.kind
            silent = kind and (scope, kind) not in spoken
            counts["unspoken" if seen and silent else "nothing" if seen else "unseen"] += 1
    numbers = tuple(sorted(found)[:MOST_NUMBERS])
    return Audited(audit, len(found), numbers, counts["nothing"], counts["unseen"], counts["unspoken"])


def _findings(tables: Tables, known: Collection[int]) -> dict[str, list[tuple[int, bool]]]:
    """By check: negotiations, and whether the finding is about a child SA."""
    found: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for ident, number, subject in set(tables["findings"].cells("finding", "negotiation", "subject")):
        if number in known:
            found[ident].append((number, (subject or "").startswith(("ESP ", "AH "))))
    return found


_SUITE: Final = ("encryption_id", "integrity_id", "prf_id", "ke_id", "auth_method", "lifetime_s")


_PARTLY: Final = frozenset({"one-way-capture", "capture-starts-late"})


def seen_of(tables: Tables) -> dict[int, Seen]:
    """What was there to be judged, by negotiation; without floods and probes."""
    flooded = in_floods(tables)
    offers, offered = _offers(tables)
    children, readable, late, pfs = (Counter[int]() for _ in range(4))
    established: dict[int, list[int]] = defaultdict(list)
    columns = ("negotiation", "child", "outcome", "encryption_id", "integrity_id", "created_by", "basis")
    for number, child, outcome, encryption, integrity, made, basis in tables["child_sas"].cells(*columns):
        failed = outcome == "failed"
        children[number] += 1
        is_readable = encryption is not None or integrity is not None
        readable[number] += is_readable or (failed and (number, child) in offered)
        late[number] += not failed and made != "IKE_AUTH"
        pfs[number] += not failed and made != "IKE_AUTH" and is_readable and basis == "seen"
        if outcome == "established":
            established[number].append(child)
    certificates = {n for n, subject in tables["certificates"].cells("negotiation", "subject") if subject is not None}
    streams = set(tables["esp_streams"].cells("negotiation", "child", "to"))
    partly = {n for n, cause in tables["diagnoses"].cells("negotiation", "diagnosis") if cause in _PARTLY}
    found = {}
    for number, version, outcome, *suite in tables["negotiations"].cells(
        "negotiation", "ike_version", "outcome", *_SUITE
    ):
        if number not in flooded and outcome != "probe":
            ways = {(number, child, to) for child in established[number] for to in ("initiator", "responder")}
            found[number] = Seen(
                version,
                outcome or "",
                dict(zip(_SUITE, suite, strict=True)),
                offers.get(number),
                children[number],
                readable[number],
                late[number],
                pfs[number],
                number in certificates,
                bool(ways) and ways <= streams,
                version is not None and number not in partly,
            )
    return found


def _offers(tables: Tables) -> tuple[dict[int, bool], set[tuple[int, int]]]:
    """Whether the offers for the IKE SA, of those negotiations that have any, could be read whole.

    Also the child SAs, by negotiation and number, of which an offer could be read whole.
    """
    proposals = tables["proposals"]
    rows = proposals.places("side", {"offered"})
    offered = set(proposals.at(rows, "negotiation", "child", "capture", "frame_number"))
    messages = tables["messages"]
    damaged = {
        (capture, frame) for capture, frame, defects in messages.cells("capture", "frame_number", "defects") if defects
    }
    found: dict[int, bool] = {}
    children = set()
    for number, child, capture, frame in offered:
        whole = (capture, frame) not in damaged
        if child is None:
            found[number] = found.get(number, True) and whole
        elif whole:
            children.add((number, child))
    return found, children
