"""Signatures by an algorithm that the policy objects to, or over a broken hash."""

from collections.abc import Iterator

from analyzer.assessment import judged
from analyzer.assessment.case import Case
from analyzer.assessment.model import Explanation, Finding
from analyzer.assessment.traits import Trait
from analyzer.isakmp import registry
from analyzer.isakmp.numbers import AuthMethodV2
from analyzer.negotiation.model import AUTHENTICATING
from analyzer.vocabulary import Severity

ABOUT = Explanation(
    id="weak-signature-algorithm",
    kind="check",
    title="Discouraged signature algorithm in use",
    severity="high",
    what=(
        "A side proved its identity with a signature whose algorithm the policy objects to, such as one with SHA-1, or "
        "over a hash that is broken."
    ),
    why=(
        "Collisions in SHA-1 are practical; transcript collision attacks on signatures in key exchanges are known "
        "(SLOTH)."
    ),
    wire=(
        "The AlgorithmIdentifier in the AUTH payload of method 14 (RFC 7427), or method 1 (RSA), which names no hash "
        "and by default has SHA-1: low, and only likely. Visible only with keys. IKEv1, in clear: RSA or DSS "
        "signatures with the hash algorithm MD5 (high) or SHA (medium)."
    ),
    lookalikes=(
        "RSASSA-PSS without parameters means SHA-1 (RFC 4055). What a side only accepts is in its list of hashes: "
        "signature-hash-sha1-offered."
    ),
    advice="Let both peers sign by an algorithm that the policy allows, and limit signature hashes in the same way.",
    references=("RFC 8247 3.2", "RFC 7427 3", "RFC 7296 3.8", "RFC 2409 5.1", "RFC 6151", "CVE-2015-7575"),
)
NEEDS = (Trait.IKEV1 | Trait.CHOSEN | Trait.SUITE, Trait.METHODS)

_BROKEN = ("md2", "md5")  # names of algorithms
_SIGNATURES_V1 = frozenset({2, 3, *range(64221, 64225), *range(65003, 65007)})  # DSS, RSA; XAUTH and hybrid with them
_HASHES_V1: dict[int, Severity] = {1: "high", 2: "medium"}  # MD5, SHA


def find(case: Case) -> Iterator[Finding]:
    """One finding for each side of IKEv2, one for both of IKEv1."""
    if case.n.ike_version == 1:
        yield from _of_ikev1(case)
        return
    methods = case.n.auth_method_initiator, case.n.auth_method_responder
    for who, method, algorithm in zip(("initiator", "responder"), methods, case.n.signatures, strict=True):
        if algorithm is not None:
            yield from _of_method_14(case, who, algorithm)
        elif method == AuthMethodV2.RSA_DIGITAL_SIGNATURE:
            subject, detail = (
                f"RSA Digital Signature ({who})",
                f"Of the {who}: method 1 names no hash; SHA-1 is its default.",
            )
            frames = case.frames_of(*AUTHENTICATING)
            yield case.finding(ABOUT, subject, frames, detail, severity="low", confidence="likely")


def _of_method_14(case: Case, who: str, algorithm: str) -> Iterator[Finding]:
    verdict = case.scene.policy.objection("sig-alg", algorithm)
    if verdict is not None:
        frames = case.frames_of(*AUTHENTICATING)
        found = case.finding(ABOUT, f"{algorithm} ({who})", frames, f"Of the {who}. {verdict.text}", verdict=verdict)
        yield found._replace(title=judged.titled(found.title, verdict.title))
    elif algorithm.lower().startswith(_BROKEN):
        frames = case.frames_of(*AUTHENTICATING)
        yield case.finding(ABOUT, f"{algorithm} ({who})", frames, f"Of the {who}. MD5 is broken (RFC 6151).")


def _of_ikev1(case: Case) -> Iterator[Finding]:
    """What is signed is a hash by the algorithm that was chosen for the SA (RFC 2409 section 5.1)."""
    suite, frame = case.n.suite, case.n.chosen_frame
    if suite is not None and frame is not None and suite.auth_method in _SIGNATURES_V1:
        severity = _HASHES_V1.get(suite.integrity_id or 0)
        if severity is not None:
            name = registry.name("ikev1-auth-methods", suite.auth_method or 0)
            hashed = registry.name("ikev1-hash", suite.integrity_id or 0)
            detail = f"What both sides sign is a hash by {hashed}."
            yield case.finding(ABOUT, f"{name} with {hashed}", (frame,), detail, severity=severity)
