"""What a negotiation agreed on: algorithms of IKE SA and child SAs, authentication, certificates, lifetimes, modes.

What was only offered is no part of it, and what is encrypted or not in the capture is named as hidden.
"""

from collections.abc import Container, Iterator
from typing import Final

from analyzer.assessment import bare
from analyzer.assessment.agreement import KEY_LENGTH, LIFETIMES, PFS, SIGNATURE_HASH, Agreement, Fact
from analyzer.assessment.algorithms import AEAD, POST_QUANTUM, Algorithm
from analyzer.assessment.case import Case
from analyzer.assessment.certificates import shown
from analyzer.assessment.checks.aggressive_mode_psk import PRE_SHARED
from analyzer.assessment.checks.no_pfs import OF_ITS_OWN, without_pfs
from analyzer.assessment.ppk import Ppk, ppk
from analyzer.assessment.terms import BY_EAP
from analyzer.assessment.verdicts import no_key_length
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.seen import ChildSa, Suite

_NEVER_CAME_UP: Final = frozenset({"failed", "unanswered", "redirected"})
_BY_CERTIFICATE: Final = {  # authentication methods whose key is that of a certificate, of a length a policy may name
    1: frozenset({3, 4, 5, *range(65005, 65011)}),
    2: frozenset({1, 14}),
}
_HYBRID: Final = (64222, 64221)  # HybridRespRSA, HybridInitRSA: initiator or responder alone has a certificate
_SIGNED: Final = (1, 14)  # IKEv2's methods that do not say by which hash
_BARE: Final = Fact("mode", "ike-without-integrity")


def agreed(case: Case) -> Agreement | None:
    """What a negotiation agreed on; None: on nothing, or with a scanner or nobody."""
    n, terms = case.n, case.seen.terms
    suite = terms.suite if terms.shown is not None else None
    if terms.unused or (suite is None and n.outcome in _NEVER_CAME_UP):
        return None
    algorithms = dict.fromkeys(a for facts, _ in terms.chosen for a in facts.algorithms)
    methods = (m for m in terms.methods if m not in (None, BY_EAP))
    algorithms.update(dict.fromkeys(Algorithm("ikev2", "auth", "ikev2-auth-methods", m, None) for m in methods))
    key = ppk(n)
    facts = dict.fromkeys((*_facts(case, suite, key), *_child_facts(case), *_keys(case)))
    hidden = dict.fromkeys((*_hidden(case, suite, key, facts), *_hidden_keys(case, suite)))
    if any(map(no_key_length, algorithms)):
        hidden[KEY_LENGTH] = None
    if not any(child.basis == "seen" and child.created_by in OF_ITS_OWN for child in n.children):
        hidden[PFS] = None  # the first child SA of IKEv2 has the key exchange of the IKE SA: a later one shows it
    if not _lifetimes_seen(case, suite):
        hidden[LIFETIMES] = None
    return Agreement(terms.version, tuple(algorithms), tuple(facts), tuple(hidden))


def _facts(case: Case, suite: Suite | None, key: Ppk) -> Iterator[Fact]:
    n, terms = case.n, case.seen.terms
    if terms.version == 1:
        yield Fact("version", "1")
    if n.mode == "aggressive":
        psk = suite is not None and suite.auth_method in PRE_SHARED
        yield Fact("mode", "aggressive-psk" if psk else "aggressive")
    if any(transport == "udp" for exchange in case.exchanges for transport, _ in exchange.figure.transports):
        yield Fact("transport", "500")
    if any(o.chosen and o.child is None and bare.cipher(o.sa) for o in terms.offers if terms.version == 2):
        yield _BARE
    if _classical(case, suite, key) and suite is not None:
        yield Fact("pq", "classical-only", suite.ke_id)
    if terms.version == 1 and suite is not None and suite.lifetime_s is not None:
        yield Fact("lifetime", "ike", suite.lifetime_s)


def _child_facts(case: Case) -> Iterator[Fact]:
    n, terms = case.n, case.seen.terms
    for child in terms.children:
        if child.protocol == "AH":
            yield Fact("mode", "ah")
        if child.suite is not None and child.protocol == "ESP" and bare.child(terms.version, child.suite):
            yield Fact("mode", "esp-without-integrity")
        if terms.version == 1 and child.suite is not None and child.suite.lifetime_s is not None:
            yield Fact("lifetime", "child", child.suite.lifetime_s)
    if any(c.mode == "transport" and c.basis == "seen" and c.outcome == "established" for c in n.children):
        yield Fact("mode", "transport")
    if BY_EAP in terms.methods:
        yield Fact("auth", "eap")
    yield from (Fact("sig-alg", algorithm) for algorithm in n.signatures if algorithm is not None)
    if without_pfs(n):
        yield Fact("mode", "no-pfs")


def _classical(case: Case, suite: Suite | None, key: Ppk) -> bool:
    """A key exchange without ML-KEM, and no PPK that may protect."""
    if suite is None or suite.ke_id is None or _in_part(case) or key.protects:
        return False
    return POST_QUANTUM.isdisjoint({suite.ke_id, *suite.additional_ke_ids})


def _in_part(case: Case) -> bool:
    """What was chosen was not read to its end: an additional key exchange may be missing."""
    terms = case.seen.terms
    whole = all(o.sa.whole for o in terms.offers if o.chosen and o.child is None)
    return terms.version == 2 and (case.n.cut or not whole)


def _keys(case: Case) -> Iterator[Fact]:
    for certificate in shown(case.n, case.scene.memory):
        if certificate.facts.key_type == "RSA" and certificate.facts.key_bits is not None:
            yield Fact("rsa-bits", "*", certificate.facts.key_bits)


def _hidden(case: Case, suite: Suite | None, key: Ppk, facts: Container[Fact]) -> Iterator[str]:
    n, version = case.n, case.seen.terms.version
    needs_none = _BARE in facts or (version == 2 and suite is not None and suite.encryption_id in AEAD)
    if suite is None or suite.encryption_id is None:
        yield "encryption"
    if suite is None or (suite.integrity_id is None and not needs_none):
        yield "integrity"
    if version == 2 and (suite is None or suite.prf_id is None):
        yield "PRF"
    if suite is None or suite.ke_id is None:
        yield "key exchange"
    if _in_part(case):
        yield "additional key exchanges"
    if key.agreed is not None and key.used is None:
        yield "use of the PPK"
    if not case.up or not _authenticated(case, suite):
        yield "authentication"
    if not all(map(_read, _children(case))) or not (n.children or _childless(case)):
        yield "child SAs"
    if n.unread:
        yield "messages that were not read"
    if n.ike_version == 2 and not all(map(_consecutive, _message_ids(n))):
        yield "exchanges whose message IDs are missing"


def _message_ids(n: Negotiation) -> Iterator[set[int]]:
    """Of the exchanges that the initiator began, and of those that the responder did."""
    for initiator in (True, False):
        yield {exchange.message_id for exchange in n.exchanges if exchange.begun_by_initiator == initiator}


def _consecutive(numbers: set[int]) -> bool:
    """From 0 up without a hole: each side counts its requests so (RFC 7296 2.2)."""
    return max(numbers, default=-1) == len(numbers) - 1


def _lifetimes_seen(case: Case, suite: Suite | None) -> bool:
    """IKEv1 negotiates them, for both kinds of SA. IKEv2 does not: each side has its own (RFC 7296 2.8)."""
    suites = (suite, *(child.suite for child in _children(case)))
    return case.seen.terms.version == 1 and all(s is not None and s.lifetime_s is not None for s in suites)


def _children(case: Case) -> list[ChildSa]:
    """But for those that were seen to fail: nothing was agreed on."""
    return [child for child in case.n.children if child.outcome != "failed" or child.basis != "seen"]


def _authenticated(case: Case, suite: Suite | None) -> bool:
    """The methods of both sides were seen. An IKE SA that rekeys another has none of its own."""
    if case.seen.terms.version == 1:
        return suite is not None and suite.auth_method is not None
    return case.n.rekeyed_from is not None or None not in case.seen.terms.methods


def _read(child: ChildSa) -> bool:
    suite = child.suite
    if child.protocol is None or suite is None:
        return False
    return (suite.encryption_id, suite.integrity_id) != (None, None)


def _childless(case: Case) -> bool:
    """No child SA is known, and the message that makes the first one was read, or it is another SA's."""
    return case.seen.terms.version == 2 and _authenticated(case, None)


def _hash_hidden(method: int | None, signature: str | None) -> bool:
    """A side's signature names no algorithm, or one that no registry here names."""
    return method in _SIGNED and (signature is None or not signature[0].isalpha())


def _may_be_rsa(signature: str | None) -> bool:
    """RSA keys alone have a length that a signature's algorithm does not tell."""
    return signature is None or not signature[0].isalpha() or "RSA" in signature


def _hidden_keys(case: Case, suite: Suite | None) -> Iterator[str]:
    """Hashes of signatures, and certificates of a side that signs with a key whose length nobody saw."""
    n, terms = case.n, case.seen.terms
    if terms.version == 2 and any(map(_hash_hidden, terms.methods, n.signatures)):
        yield SIGNATURE_HASH
    own = suite.auth_method if suite is not None and terms.version == 1 else None
    methods = (own, own) if terms.version == 1 else terms.methods
    by_certificate = [
        method in _BY_CERTIFICATE[terms.version] and _may_be_rsa(signature)
        for method, signature in zip(methods, n.signatures, strict=True)
    ]
    if own in _HYBRID:
        by_certificate = [own == _HYBRID[0], own == _HYBRID[1]]
    if any(by_certificate):
        sides = {certificate.from_initiator for certificate in shown(n, case.scene.memory)}
        if any(asked and side not in sides for asked, side in zip(by_certificate, (True, False), strict=True)):
            yield "certificates"
