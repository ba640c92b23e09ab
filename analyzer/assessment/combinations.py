"""Combinations of algorithms as proposals hold them, in one form for IKEv1, IKEv2, ESP and AH.

An IKEv2 proposal is one combination with alternatives of each kind (RFC 7296 section 3.3); each IKEv1 transform is one
without alternatives (RFC 2408 section 4.2).
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from analyzer.assessment.algorithms import ADDITIONAL_KE, AEAD, Algorithm, child_scope, of_transform
from analyzer.isakmp.numbers import Phase2Attribute, ProtocolId, TransformType
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation, Transform
from analyzer.vocabulary import few

MOST = 32  # combinations of one SA payload: real offers have fewer, and enumerators gain nothing
_MODES = {1: 1, 3: 1, 61443: 1, 2: 2, 4: 2, 61444: 2}  # with and without UDP encapsulation: a NAT, no other wish
_NEVER_NONE = (TransformType.ENCR, TransformType.PRF, TransformType.INTEG)
_SHOWN = 6  # names in one enumeration
_NONE = {"integ": "ikev2-integ", "ke": "ikev2-ke"}  # kinds whose absence is the number 0, NONE

# Kinds in the order in which people compare them
ADDITIONAL = tuple(f"addke{n}" for n in range(1, 8))
ORDER = ("protocol", "encr", "hash", "prf", "integ", "auth", "ke", *ADDITIONAL, "sn", "mode")
WORDS = {
    "protocol": "protocol",
    "encr": "encryption",
    "prf": "PRF",
    "integ": "integrity",
    "ke": "key exchange",
    "hash": "hash",
    "auth": "authentication method",
    "sn": "sequence numbers",
    "mode": "encapsulation mode",
    **{f"addke{n}": f"additional key exchange {n}" for n in range(1, 8)},
}


class Combination(NamedTuple):
    """Alternatives by kind, in wire order. A kind that is left out is not known; NONE stands as the number 0.

    place: where it stands ("proposal 1, transform 2"); frame: None where no frame shows it.
    """

    kinds: dict[str, tuple[Algorithm, ...]]
    place: str
    frame: int | None


class Gap(NamedTuple):
    """A kind of algorithm in which an offered and an accepted combination have nothing in common."""

    kind: str
    offered: tuple[Algorithm, ...]
    accepted: tuple[Algorithm, ...]


def of_sa(
    version: int, sa: SecurityAssociation, frame: int, *, child: bool, first_child: bool = False
) -> list[Combination]:
    """The combinations of an SA payload, at most MOST.

    first_child: of IKE_AUTH, where key exchange is no matter of the child SA (RFC 7296 section 1.2).
    """
    found: list[Combination] = []
    for kinds, place in _each(version, sa, child=child):
        if first_child:
            kinds.pop("ke", None)
        found.append(Combination({k: tuple(dict.fromkeys(v)) for k, v in kinds.items()}, place, frame))
        if len(found) == MOST:
            break
    return found


class Remembered:
    """The combinations of SA payloads, each worked out once; their frame is None.

    Payloads are known by identity: decoding makes one object of equal ones, and the story keeps it alive.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, bool, bool], list[Combination]] = {}

    def of_sa(
        self, version: int, sa: SecurityAssociation, *, child: bool, first_child: bool = False
    ) -> list[Combination]:
        """As the function of this name."""
        key = id(sa), version, child, first_child
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = [
                c._replace(frame=None) for c in of_sa(version, sa, 0, child=child, first_child=first_child)
            ]
        return found


def _each(version: int, sa: SecurityAssociation, *, child: bool) -> Iterator[tuple[dict[str, list[Algorithm]], str]]:
    for proposal in sa.proposals:
        about_child = proposal.protocol_id in (ProtocolId.AH, ProtocolId.ESP)
        if about_child != child:
            continue  # what is neither is not judged
        scope = child_scope(proposal.protocol_id) if child else f"ikev{version}"
        named = {"protocol": [Algorithm(scope, "protocol", "ikev2-protocol-ids", proposal.protocol_id, None)]}
        if version == 2:
            yield {**(named if child else {}), **_proposal(scope, proposal, child)}, f"proposal {proposal.number}"
            continue
        for transform in proposal.transforms:
            kinds: dict[str, list[Algorithm]] = {}
            for algorithm in of_transform(1, proposal, transform, child=child):
                kinds.setdefault(algorithm.kind, []).append(algorithm)
            if child:
                kinds |= named
                _phase2(scope, transform, kinds)
            yield kinds, f"proposal {proposal.number}, transform {transform.number}"


def _proposal(scope: str, proposal: Proposal, child: bool) -> dict[str, list[Algorithm]]:
    kinds: dict[str, list[Algorithm]] = {}
    for transform in proposal.transforms:
        number = transform.transform_type or 0
        if number == TransformType.SN:
            kinds.setdefault("sn", []).append(Algorithm(scope, "sn", "ikev2-sn", transform.transform_id, None))
            continue
        kind = ADDITIONAL[ADDITIONAL_KE.index(number)] if number in ADDITIONAL_KE else None
        for algorithm in _with_none(scope, proposal, transform, child):
            kinds.setdefault(kind or algorithm.kind, []).append(algorithm)
    for kind in _NONE:
        kinds.setdefault(kind, [none(scope, kind)])
    return kinds


def _with_none(scope: str, proposal: Proposal, transform: Transform, child: bool) -> Iterator[Algorithm]:
    """As the list of algorithms for the policy, which leaves out a key exchange of NONE."""
    found = list(of_transform(2, proposal, transform, child=child))
    if not found and transform.transform_type is not None and transform.transform_type not in _NEVER_NONE:
        added = transform.transform_type in ADDITIONAL_KE
        found = [none(scope, "ke")._replace(additional=added)] if transform.transform_id == 0 else []
    yield from found


def _phase2(scope: str, transform: Transform, kinds: dict[str, list[Algorithm]]) -> None:
    """IKEv1 phase 2: no group means no PFS, no authentication algorithm none (RFC 2407 section 4.5)."""
    kinds.setdefault("ke", [Algorithm(scope, "ke", "ikev2-ke", 0, None)])
    kinds.setdefault("integ", [none(scope, "integ")])
    mode = transform.attribute(Phase2Attribute.ENCAPSULATION_MODE)
    if mode is not None:
        kinds["mode"] = [Algorithm(scope, "mode", "ikev1-encap-modes", _MODES.get(mode, mode), None)]


def none(scope: str, kind: str) -> Algorithm:
    """NONE as an alternative: no integrity beside an AEAD cipher, no key exchange for a child SA."""
    return Algorithm(scope, kind, _NONE[kind], 0, None)


def aead(algorithms: tuple[Algorithm, ...]) -> bool:
    """All of these IKEv2 or ESP ciphers protect integrity themselves."""
    return bool(algorithms) and all(a.number in AEAD and a.table != "ikev1-encryption" for a in algorithms)


def gaps(mine: Combination, theirs: Combination) -> list[Gap]:
    """Kinds in which the two have nothing in common, in ORDER; what is not known of either counts as fitting."""
    found = []
    spoken_of = mine.kinds.keys() | theirs.kinds.keys()  # of the others both want none, or nothing is known
    for kind in ORDER:
        if kind not in spoken_of:
            continue
        each, other = of_kind(mine, kind), of_kind(theirs, kind)
        if each and other and not set(each) & set(other):
            found.append(Gap(kind, each, other))
    if found and found[0].kind == "protocol":
        return found[:1]  # ESP against AH: the rest cannot be compared
    if found and found[0].kind == "encr" and aead(found[0].accepted):
        return [g for g in found if g.kind != "integ"]  # integrity goes with the cipher
    return found


def of_kind(combination: Combination, kind: str) -> tuple[Algorithm, ...]:
    """Its alternatives. A proposal without an additional key exchange wants none (RFC 9370 section 2.2.1)."""
    found, ke = combination.kinds.get(kind, ()), combination.kinds.get("ke", ())
    if found or not ke or kind not in ADDITIONAL or ke[0].table != "ikev2-ke":
        return found
    return (none(ke[0].scope, "ke")._replace(additional=True),)


def names(algorithms: Iterable[Algorithm]) -> str:
    """Their names, the first few of many."""
    each = list(dict.fromkeys(a.name for a in algorithms))
    return few(each, _SHOWN)
