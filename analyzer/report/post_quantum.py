"""Where the IKE SAs of a capture stand against a quantum computer, counted; of each the table `negotiations` says it.

By key exchange, by post-quantum pre-shared key, and how those that are protected authenticate.
"""

from typing import Final, NamedTuple

from analyzer.report.inventory import ours
from analyzer.tables.store import Tables
from analyzer.vocabulary import PostQuantum, PpkUse

MOST_NUMBERS: Final = 8

WORDS: Final[dict[PostQuantum, str]] = {
    "downgraded": "downgraded: classical, although both sides can do ML-KEM, or an offer with it failed before",
    "offered-not-taken": "classical: ML-KEM or a PPK was offered, and not taken",
    "classical": "classical: nothing else was offered, as far as it was seen",
    "ppk": "classical, with a post-quantum pre-shared key (PPK) in the keys of the child SAs",
    "hybrid": "hybrid: ML-KEM chosen beside a classical key exchange",
    "ml-kem": "ML-KEM chosen alone",
}
CLASSICAL_V1: Final = "classical: IKEv1, which has no ML-KEM"
UNKNOWN: Final = "cannot be known: the choice, or whether a PPK was used, is encrypted or not whole in the capture"
USES: Final[dict[PpkUse, str]] = {
    "used": "PPK used: the responder's answer inside IKE_AUTH or IKE_INTERMEDIATE names it",
    "unused": "both sides can use a PPK, and did not: the answer inside IKE_AUTH names none",
    "agreed": "both sides can use a PPK; whether they did is encrypted or not in this capture",
    "refused": "PPK offered by the initiator, not taken by the responder",
    "offered": "PPK offered by the initiator, no whole choice of the responder seen",
}
NOT_READ: Final = "inside encryption: how they authenticate cannot be known"
_CLASSICAL: Final = ("RSA ", "DSS ", "ECDSA ")  # names of authentication methods begin so


class Group(NamedTuple):
    """How many IKE SAs stand where: what the group is, in words; their number, and the first of them."""

    what: str
    negotiations: int
    numbers: tuple[int, ...]


def key_exchanges(tables: Tables) -> list[Group]:
    """The IKE SAs by where they stand, the worst first, what cannot be known last."""
    known = ours(tables)
    groups: dict[str, list[int]] = {WORDS["downgraded"]: [], WORDS["offered-not-taken"]: [], CLASSICAL_V1: []}
    groups |= {text: [] for text in WORDS.values() if text not in groups} | {UNKNOWN: []}
    for number, version, word in tables["negotiations"].cells("negotiation", "ike_version", "post_quantum"):
        if number in known:
            text = CLASSICAL_V1 if (version, word) == (1, "classical") else WORDS.get(word, UNKNOWN)
            groups[text].append(number)
    return _filled(groups)


def preshared(tables: Tables) -> list[Group]:
    """The IKE SAs in which anybody speaks of a PPK; none says so: an empty list."""
    known = ours(tables)
    groups: dict[str, list[int]] = {text: [] for text in USES.values()}
    for number, use in tables["negotiations"].cells("negotiation", "ppk"):
        if number in known and use in USES:
            groups[USES[use]].append(number)
    return _filled(groups)


def authentication(tables: Tables) -> list[Group]:
    """How those that a quantum computer does not open authenticate, but for rekeyed ones, which do not again."""
    known = ours(tables)
    groups: dict[str, list[int]] = {}
    columns = ("negotiation", "quantum_exposed", "rekeyed_from", "auth_method")
    for number, exposed, rekeyed, method in tables["negotiations"].cells(*columns):
        if number in known and exposed is False and rekeyed is None:
            classical = any(one.startswith(_CLASSICAL) for one in (method or "").split(" / "))
            groups.setdefault(f"{method}, which is classical" if classical else method or NOT_READ, []).append(number)
    return _filled(dict(sorted(groups.items())))


def _filled(groups: dict[str, list[int]]) -> list[Group]:
    return [Group(name, len(found), tuple(found[:MOST_NUMBERS])) for name, found in groups.items() if found]
