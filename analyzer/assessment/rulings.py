"""What each of several policies says of what negotiations agreed on: pass, warn, fail, or not observable.

A policy fails what it prohibits, and what is not in the suite that it allows alone; it warns of what it discourages,
does not list, or allows for a time only. What is encrypted or not in the capture meets no policy: where nothing speaks
against the rest the answer is not observable, but for a signature's hash, a key's length, PFS or lifetimes that the
policy does not ask for. Encryption without integrity fails under every policy, as no document allows it. Equal
agreements are judged once.
"""

from collections.abc import Container, Iterator, Sequence
from typing import Final

from analyzer.assessment.agreed import agreed
from analyzer.assessment.agreement import KEY_LENGTH, LIFETIMES, PFS, SIGNATURE_HASH, Agreement, Fact
from analyzer.assessment.case import Case
from analyzer.assessment.model import Reason, Ruled, Ruling
from analyzer.assessment.policies import NOT_IN_THE_SUITE, Policy, Verdict
from analyzer.assessment.terms import REMEMBERED
from analyzer.assessment.verdicts import no_key_length
from analyzer.vocabulary import SEVERITIES, PolicyVerdict

_FAILS: Final = frozenset({"critical", "high"})
_KINDS: Final = {
    "encr": "encryption",
    "prf": "PRFs",
    "integ": "integrity",
    "hash": "hash algorithms",
    "ke": "key exchange",
    "auth": "authentication methods",
}
_ALSO: Final = {"hash": "prf"}  # what policies say of IKEv2's is asked of IKEv1's
_NO_INTEGRITY: Final = {  # by no document allowed, also where a policy does not say so
    "ike-without-integrity": "RFC 7296 3.3.3",
    "esp-without-integrity": "RFC 8221 4",
}


_KEY_LENGTHS: Final = (128, 192, 256)
_OF_CHILDREN: Final = frozenset({"esp", "ah"})
_ASKED: Final = {"no-pfs": "pfs", "500": "4500", "transport": "tunnel"}  # what is not met where these are seen


class Rulings:
    """Several policies, and what they said so far."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self._policies = policies
        self._known: dict[Agreement, tuple[Ruling, ...]] = {}

    def of(self, case: Case) -> Iterator[Ruled]:
        """What each policy says of a negotiation; nothing where it agreed on nothing."""
        what = agreed(case)
        return iter(()) if what is None else (Ruled(case.n.number, ruling) for ruling in self._of(what))

    def _of(self, what: Agreement) -> tuple[Ruling, ...]:
        found = self._known.get(what)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[what] = tuple(ruled(what, policy) for policy in self._policies)
        return found


def ruled(what: Agreement, policy: Policy) -> Ruling:
    """What one policy says."""
    found = [(subject, verdict, strict) for subject, verdict, strict in _objections(what, policy) if verdict]
    found.sort(key=lambda one: SEVERITIES.index(one[1].severity))
    word: PolicyVerdict = "warn" if found else "not-observable" if _hides(what, policy) else "pass"
    if any(v.severity in _FAILS or (strict and v.word == NOT_IN_THE_SUITE) for _, v, strict in found):
        word = "fail"
    reasons = dict.fromkeys(Reason(subject, v.word, v.clause, v.evidence) for subject, v, _ in found)
    spoken = {rule.kind for rule in policy.rules}
    kinds = dict.fromkeys(algorithm.kind for algorithm in what.algorithms)
    silent = tuple(_KINDS[kind] for kind in kinds if spoken.isdisjoint({kind, _ALSO.get(kind)}))
    return Ruling(policy.name, word, tuple(reasons), silent, what)


def _hides(what: Agreement, policy: Policy) -> bool:
    """Whether what nobody sees can be such that the policy objects."""
    return any(_asked_for(part, what, policy) for part in what.hidden)


def _asked_for(part: str, what: Agreement, policy: Policy) -> bool:
    """Whether a policy may object to such a part; to most of them any may."""
    if part == KEY_LENGTH:
        with_bits = (_with_key(what, bits) for bits in _KEY_LENGTHS)
        return any(verdict for one in with_bits for _, verdict, _ in _objections(one, policy))
    if part == SIGNATURE_HASH:
        return any(rule.kind == "sig-alg" for rule in policy.rules)
    if part == PFS:
        return _asks(policy, "mode", "pfs", _OF_CHILDREN)
    if part == LIFETIMES:
        of_ike = _asks(policy, "lifetime", "ike", {f"ikev{what.version}"})
        return of_ike or _asks(policy, "lifetime", "child", _OF_CHILDREN)
    return True


def _asks(policy: Policy, kind: str, item: str, scopes: Container[str]) -> bool:
    """Whether it holds anything against what does not do this; of what it only informs of nothing is asked."""
    required = policy.requirement(kind, item)
    if required is None or required[1].severity == "info":
        return False
    return any(scope in scopes for scope in required[0].scope.split())


def _with_key(what: Agreement, bits: int) -> Agreement:
    """The same where ciphers without a key length have one of so many bits."""
    found = (a._replace(key_bits=bits) if no_key_length(a) else a for a in what.algorithms)
    return what._replace(algorithms=tuple(found))


def _objections(what: Agreement, policy: Policy) -> Iterator[tuple[str, Verdict | None, bool]]:
    """Subject, objection, and whether being outside of a suite breaks it: an additional key exchange does not."""
    for fact in what.facts:
        yield from ((subject, verdict, True) for subject, verdict in _of_fact(what.name(fact), fact, policy))
    judged = [(algorithm, policy.judge(algorithm)) for algorithm in what.algorithms]
    for algorithm, verdict in judged:
        yield algorithm.subject, verdict, not algorithm.additional
    chosen = [(algorithm, verdict) for algorithm, verdict in judged if algorithm.kind != "auth"]
    if what.version == 2 and not any(verdict for _, verdict in chosen):  # else it is in none of the suites anyway
        yield "suite", policy.mixed(algorithm for algorithm, _ in chosen), True


def _of_fact(name: str, fact: Fact, policy: Policy) -> Iterator[tuple[str, Verdict | None]]:
    match fact:
        case Fact("version"):
            yield name, policy.against_ikev1()
        case Fact("mode", "aggressive-psk"):
            yield "aggressive mode", policy.against_aggressive(psk=True)
        case Fact("mode", "ah"):
            required = policy.requirement("mode", "esp")
            yield name, policy.objection("mode", "ah") or (required[1] if required else None)
        case Fact("mode", "no-pfs" | "transport") | Fact("transport", "500"):
            required = policy.requirement(fact.kind, _ASKED[fact.item])
            yield name, None if required is None else required[1]
        case Fact("lifetime", _, int(seconds)):
            required = policy.requirement("lifetime", fact.item)
            yield name, required[1] if required is not None and seconds > int(required[0].limit) else None
        case Fact("rsa-bits", _, int(bits)):
            yield name, policy.key_size("rsa-bits", bits)
        case _:
            yield name, policy.objection(fact.kind, fact.item) or _anyhow(fact)


def _anyhow(fact: Fact) -> Verdict | None:
    """What no policy allows, whether or not it speaks of it."""
    clause, evidence = _NO_INTEGRITY.get(fact.item), "read"
    return None if clause is None else Verdict("critical", "MUST NOT", clause, evidence, f"{clause}: MUST NOT.")
