"""What to change where algorithms were refused.

Nothing is advised that the policy in force rejects, nor anything weaker than what was offered: of what the refusing
side is known to accept, the strongest that the policy allows; where nothing is left, what the policy asks for.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from analyzer.assessment import strength
from analyzer.assessment.algorithms import AEAD, Algorithm
from analyzer.assessment.combinations import ADDITIONAL, ORDER, Combination, Gap, gaps, names
from analyzer.assessment.policies import Policy
from analyzer.assessment.verdicts import Verdicts
from analyzer.capture.placed_frame import named
from analyzer.isakmp import registry
from analyzer.isakmp.numbers import ProtocolId

# What most peers know, by IKE version and use: of equally asked for the first is named
_IKE2 = {"encr": ((20, 256), (12, 256), (20, 128), (12, 128), (13, 256)), "prf": (6, 7, 5), "integ": (13, 14, 12)}
_GROUPS = (20, 21, 19, 15, 16, 31, 14, 28)
_COMMON: dict[tuple[int, bool], dict[str, tuple[str, tuple[tuple[int, int] | int, ...]]]] = {
    (2, False): {**{kind: (f"ikev2-{kind}", numbers) for kind, numbers in _IKE2.items()}, "ke": ("ikev2-ke", _GROUPS)},
    (2, True): {
        "encr": ("ikev2-encr", _IKE2["encr"]),
        "integ": ("ikev2-integ", _IKE2["integ"]),
        "ke": ("ikev2-ke", _GROUPS),
    },
    (1, False): {
        "encr": ("ikev1-encryption", ((7, 256), (7, 128))),
        "hash": ("ikev1-hash", (5, 6, 4)),
        "ke": ("ikev1-groups", _GROUPS),
    },
    (1, True): {
        "encr": ("ikev1-esp-transforms", _IKE2["encr"]),
        "integ": ("ikev1-ipsec-auth-algorithms", (6, 7, 5)),
        "ke": ("ikev1-groups", _GROUPS),
    },
}
_ML_KEM = (37, 36)
_UNENCRYPTED = {"ikev2-encr": (11, 21), "ikev1-esp-transforms": (11, 23)}


class Parties(NamedTuple):
    """Who refused whose offer, initiator and responder in either order. word: how the refusing side is known."""

    refused: str
    asked: str
    word: str = ""


def smallest_change(
    verdicts: Verdicts, who: Parties, offered: Sequence[Combination], accepted: Sequence[Combination]
) -> str:
    """The strongest that is known to be accepted and allowed, as a change of the offer; else what is left to do."""
    best = strongest(verdicts, accepted, beside=offered)
    policy = verdicts.policy
    if best is None:
        nothing = f"Nothing that the {who.refused} {who.word} can be advised under the policy {policy.name}."
        return f"{nothing} {unconfirmed(verdicts, who, offered, beside=accepted)}"
    mine, found = min(((m, gaps(m, best)) for m in offered), key=lambda pair: (_empty(pair[1]), len(pair[1])))
    wants = " with ".join(_wanted(gap) for gap in found)
    frame = "" if best.frame is None else f" (frame {named(best.frame)})"
    change = f"Smallest change: give the {who.asked}'s {mine.place} {wants}"
    own = usable(verdicts, mine, beside=(best,))
    instead = [_no_weaker(own.kinds[gap.kind], gap.accepted) for gap in found] if own is not None else []
    if instead and all(instead):
        change += f"; or let the {who.refused} accept {' with '.join(names(each) for each in instead)}"
    return (
        f"{change}. It is the strongest that the {who.refused} {who.word}{frame} and the policy {policy.name} allows."
    )


def _wanted(gap: Gap) -> str:
    """The strongest alternative. NONE is left of integrity only, where the cipher is AEAD."""
    best = _best(gap.accepted)
    return best.name if best.number else "no integrity algorithm (its cipher is AEAD)"


def _empty(found: Iterable[Gap]) -> bool:
    """A key exchange would have to go."""
    return any(gap.kind != "integ" and not a.number for gap in found for a in gap.accepted)


def unconfirmed(
    verdicts: Verdicts, who: Parties, offered: Sequence[Combination], *, beside: Sequence[Combination] = ()
) -> str:
    """Where nothing is known that could be advised: what the policy allows of the offer, or what it asks for."""
    own, policy = strongest(verdicts, offered, beside=beside), verdicts.policy
    if own is not None and not any(map(_is_private, map(_best, own.kinds.values()))):
        suite = ", ".join(_best(own.kinds[kind]).name for kind in ORDER if _said(own, kind))
        return (
            f"Let the {who.refused} accept {suite}: the {who.asked} offers it and the policy {policy.name} allows it. "
            "Whether this peer can is unconfirmed."
        )
    kinds = {kind for c in offered for kind in c.kinds}
    scope = next((a.scope for c in offered for each in c.kinds.values() for a in each), "")
    version = 1 if any(a.table.startswith("ikev1") for c in offered for each in c.kinds.values() for a in each) else 2
    asks = asked_for(policy, version, scope, kinds)
    if not asks:
        return f"The policy {policy.name} allows nothing of the offer, and names nothing to put in its place."
    return f"The policy {policy.name} asks for {', '.join(asks)}: unconfirmed for this peer."


def _is_private(algorithm: Algorithm) -> bool:
    """Its number has no meaning that the registry gives: no policy allows it."""
    entry = registry.entry(algorithm.table, algorithm.number)
    return algorithm.number != 0 and (entry is None or entry.status.startswith(("private", "unassigned")))


def pfs_group(verdicts: Verdicts, who: Parties, offered: Iterable[Algorithm], added: Iterable[Algorithm] = ()) -> str:
    """Of a child SA all else fits: one group on both sides, that the policy allows. added: as additional ones."""
    groups, more = ([a for a in each if a.number and not verdicts.rejects(a)] for each in (offered, added))
    if groups:
        beside = f" with {names(more)} as additional key exchange" if more else ""
        return f"Set the same PFS group on both sides: the {who.asked} asks for {names(groups)}{beside}."
    return f"Set the same PFS group on both sides. {_group_asked_for(verdicts, 'esp')}"


def other_group(verdicts: Verdicts, who: Parties, offered: Iterable[Algorithm], scope: str = "ikev2") -> str:
    """In the place of a group that the policy rejects: one of the offer, or one that the policy asks for."""
    groups = [a for a in offered if a.number and not verdicts.rejects(a)]
    if groups:
        allowed = f"Of the {who.asked}'s groups the policy {verdicts.policy.name} allows {names(groups)}"
        return f"{allowed}: let the {who.refused} accept it. Whether this peer can is unconfirmed."
    return f"Set a group on both sides that the policy allows. {_group_asked_for(verdicts, scope)}"


def _group_asked_for(verdicts: Verdicts, scope: str) -> str:
    asks = asked_for(verdicts.policy, 2, scope, ("ke",))
    name = verdicts.policy.name
    if not asks:
        return f"The policy {name} names none."
    return f"The policy {name} asks for {' with '.join(asks)}: unconfirmed for this peer."


def asked_for(policy: Policy, version: int, scope: str, kinds: Iterable[str]) -> list[str]:
    """What a policy asks for, one name for each of these kinds, of those that it names without objection."""
    wanted, found = set(kinds), []
    child = not scope.startswith("ike")
    for kind, (table, numbers) in _COMMON[version, child].items():
        each = [Algorithm(scope, kind, table, *(n if isinstance(n, tuple) else (n, None))) for n in numbers]
        asked = [(weight, a) for a in each if (weight := policy.asks(a)) is not None]
        if kind in wanted and asked:
            found.append(min(asked, key=lambda pair: pair[0])[1])
    if any(a.kind == "encr" and a.number in AEAD and a.table != "ikev1-encryption" for a in found):
        found = [a for a in found if a.kind != "integ"]
    texts = [a.name for a in found]
    if version == 2 and not child and "ke" in wanted and policy.objection("pq", "classical-only"):
        each = [Algorithm(scope, "ke", "ikev2-ke", number, None, True) for number in _ML_KEM]
        texts += [f"{a.name} as additional key exchange" for a in each if policy.asks(a) is not None][:1]
    return texts


def strongest(verdicts: Verdicts, known: Sequence[Combination], *, beside: Sequence[Combination]) -> Combination | None:
    """The strongest of these combinations that can be advised, without alternatives that cannot; None: none."""
    found = [c for each in known if (c := usable(verdicts, each, beside=beside)) is not None]
    return max(found, key=lambda c: _weight(verdicts, c)) if found else None


def usable(verdicts: Verdicts, known: Combination, *, beside: Sequence[Combination]) -> Combination | None:
    """A combination without what the policy rejects or what gives up something that the others hold; None: no whole."""
    if "ke" in known.kinds and any(k not in known.kinds and _demanded(k, beside) for k in ADDITIONAL):
        return None
    kinds = {
        kind: tuple(a for a in each if not verdicts.rejects(a) and not _gives_up(kind, a, beside))
        for kind, each in known.kinds.items()
    }
    if "integ" in kinds:
        _pair_integrity(kinds)
    return known._replace(kinds=kinds) if all(kinds.values()) else None


def no_weaker(verdicts: Verdicts, offered: Iterable[Algorithm], wanted: Algorithm) -> list[Algorithm]:
    """Of the offered those that the policy allows and that are as strong as the wanted one."""
    return _no_weaker([a for a in offered if not verdicts.rejects(a)], (wanted,))


def _no_weaker(offered: Iterable[Algorithm], wanted: tuple[Algorithm, ...]) -> list[Algorithm]:
    least = strength.bits(_best(wanted))
    return [a for a in offered if a.number and strength.bits(a) >= least]


def _pair_integrity(kinds: dict[str, tuple[Algorithm, ...]]) -> None:
    """NONE goes with AEAD ciphers only (RFC 7296 section 3.3.3)."""
    ciphers, none = kinds.get("encr", ()), any(a.number == 0 for a in kinds["integ"])
    aead = tuple(a for a in ciphers if a.number in AEAD)
    if none and aead:
        kinds["encr"], kinds["integ"] = aead, tuple(a for a in kinds["integ"] if a.number == 0)
    else:
        kinds["integ"] = tuple(a for a in kinds["integ"] if a.number)


def _gives_up(kind: str, algorithm: Algorithm, beside: Sequence[Combination]) -> bool:
    """No encryption; no key exchange, additional one or extended sequence numbers where the other side wants them."""
    if kind == "protocol":
        return algorithm.number == ProtocolId.AH
    if kind == "encr":
        return algorithm.number in _UNENCRYPTED.get(algorithm.table, ())
    return kind in ("ke", "sn", *ADDITIONAL) and not algorithm.number and _demanded(kind, beside)


def _demanded(kind: str, beside: Sequence[Combination]) -> bool:
    """None of the others goes without it."""
    return bool(beside) and all(c.kinds.get(kind) and all(a.number for a in c.kinds[kind]) for c in beside)


def _weight(verdicts: Verdicts, combination: Combination) -> tuple[int, int, int]:
    """Fewest objections first, then the strongest of its weakest links, then all of them."""
    best = [_best(each) for kind, each in combination.kinds.items() if _said(combination, kind)]
    objections = sum(verdicts.policy.judge(a) is not None for a in best)
    known = [n for a in best if (n := strength.bits(a))]
    return -objections, min(known, default=0), sum(known)


def _said(combination: Combination, kind: str) -> bool:
    """A kind that says something: not the protocol, the mode, NONE, or sequence numbers of 32 bits alone."""
    return kind not in ("protocol", "mode") and any(a.number for a in combination.kinds.get(kind, ()))


def _best(algorithms: Sequence[Algorithm]) -> Algorithm:
    return max(algorithms, key=lambda a: (strength.bits(a), a.kind == "sn" and a.number))
