"""What each policy that comes with the program says of what was agreed: negotiations of equal choice by policies.

Judged are version, algorithms of IKE SA and child SAs, authentication methods, AH, and where a policy speaks of it the
want of a post-quantum key exchange: what checks ask of a choice. What is encrypted, or not in the capture, is not
observable, and no policy is said to be met where it is. A policy fails what it prohibits, and what is not in the suite
that it allows alone; it warns of what it discourages, does not list, or allows for a time only. Certificates,
lifetimes, PFS and what was only offered are judged by the report's own policy, in its findings.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Final, NamedTuple

from analyzer.assessment.algorithms import POST_QUANTUM, Algorithm, of_suite
from analyzer.assessment.policies import NOT_IN_THE_SUITE, Policy, Verdict, load, names
from analyzer.isakmp import registry
from analyzer.negotiation.seen import Suite
from analyzer.report.passed import AUDITS, Seen
from analyzer.report.post_quantum import unread_proposals
from analyzer.tables.store import Tables
from analyzer.vocabulary import SEVERITIES

MOST_GROUPS: Final = 12
MOST_NUMBERS: Final = 8
PASS, WARN, FAIL, UNSEEN = "pass", "warn", "fail", "not observable"
WORDS: Final = (FAIL, WARN, UNSEEN, PASS)
_FAILS: Final = frozenset({"critical", "high"})
# Audits whose answer must be there before a policy can be met, and what of them is hidden else
_NEEDED: Final = {
    "Encryption of the IKE SA": "encryption",
    "Integrity of the IKE SA": "integrity",
    "Pseudorandom function": "PRF",
    "Key exchange of the IKE SA": "key exchange",
    "Authentication": "authentication",
    "Algorithms of the child SAs": "child SAs",
}
_KINDS: Final = {
    "encr": "encryption",
    "prf": "PRFs",
    "integ": "integrity",
    "hash": "hash algorithms",
    "ke": "key exchange",
    "auth": "authentication methods",
}
_ALSO: Final = {"hash": "prf"}  # what policies say of IKEv2's is asked of IKEv1's
_ADDED: Final = "additional key exchanges"  # where the message of the choice is damaged
_SEEN: Final = {audit.title: audit.seen for audit in AUDITS}
_NUMBER: Final = re.compile(r"_(\d+)$")


class Child(NamedTuple):
    """What was chosen for a child SA."""

    protocol: str
    encryption_id: int | None
    key_bits: int | None
    integrity_id: int | None
    ke_id: int | None
    additional_ke_ids: tuple[int, ...]


class Choice(NamedTuple):
    """What equal negotiations share: all that is judged. auth: by name, of both sides; hidden: what nobody can see."""

    version: int
    encryption_id: int | None
    key_bits: int | None
    integrity_id: int | None
    prf_id: int | None
    ke_id: int | None
    additional_ke_ids: tuple[int, ...]
    auth: str | None
    children: tuple[Child, ...]
    hidden: tuple[str, ...]


class Reason(NamedTuple):
    """What a policy objects to, its word for that, and where it says so."""

    subject: str
    word: str
    clause: str


class Cell(NamedTuple):
    """One policy's answer. reasons: the worst first; silent: of what was chosen the policy says nothing."""

    policy: str
    word: str
    reasons: tuple[Reason, ...]
    silent: tuple[str, ...]


class Group(NamedTuple):
    """Negotiations of equal choice: what it is, what of it nobody can see, how many, the first of them, the cells."""

    what: tuple[str, ...]
    hidden: tuple[str, ...]
    negotiations: int
    numbers: tuple[int, ...]
    cells: tuple[Cell, ...]


class Matrix(NamedTuple):
    """The groups, the largest first; how many there are in all, and of how many negotiations.

    totals: by policy how many negotiations have each word, of all groups. without: how many agreed on nothing.
    """

    policies: tuple[str, ...]
    groups: tuple[Group, ...]
    more_groups: int
    more_negotiations: int
    totals: tuple[dict[str, int], ...]
    without: int


def matrix(tables: Tables, known: Mapping[int, Seen], most: int = MOST_GROUPS) -> Matrix | None:
    """The choices of the negotiations known, by policy; None where none could be read and none came up."""
    groups: dict[Choice, list[int]] = defaultdict(list)
    for number, choice in _choices(tables, known):
        groups[choice].append(number)
    if not groups:
        return None
    policies = [load(name) for name in names()]
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[1]))
    totals: list[Counter[str]] = [Counter() for _ in policies]
    shown = []
    for place, (choice, numbers) in enumerate(ordered):
        cells = tuple(judged(choice, policy) for policy in policies)
        for total, cell in zip(totals, cells, strict=True):
            total[cell.word] += len(numbers)
        if place < most:
            shown.append(Group(tuple(_what(choice)), choice.hidden, len(numbers), tuple(numbers[:MOST_NUMBERS]), cells))
    rest = [len(numbers) for _, numbers in ordered[most:]]
    counts = tuple({word: total[word] for word in WORDS if total[word]} for total in totals)
    chose = sum(len(numbers) for numbers in groups.values())
    return Matrix(tuple(names()), tuple(shown), len(rest), sum(rest), counts, len(known) - chose)


def judged(choice: Choice, policy: Policy) -> Cell:
    """What one policy says of a choice."""
    found = [(subject, verdict, strict) for subject, verdict, strict in _objections(choice, policy) if verdict]
    found.sort(key=lambda one: SEVERITIES.index(one[1].severity))
    word = WARN if found else UNSEEN if choice.hidden else PASS
    if any(v.severity in _FAILS or (strict and v.word == NOT_IN_THE_SUITE) for _, v, strict in found):
        word = FAIL
    reasons = dict.fromkeys(Reason(subject, verdict.word, verdict.clause) for subject, verdict, _ in found)
    spoken = {rule.kind for rule in policy.rules}
    kinds = dict.fromkeys(algorithm.kind for algorithm in algorithms(choice))
    silent = tuple(_KINDS[kind] for kind in kinds if spoken.isdisjoint({kind, _ALSO.get(kind)}))
    return Cell(policy.name, word, tuple(reasons), silent)


def _objections(choice: Choice, policy: Policy) -> Iterator[tuple[str, Verdict | None, bool]]:
    """Subject, objection, and whether being outside of a suite breaks it: an additional key exchange does not."""
    if choice.version == 1:
        yield "IKEv1", policy.against_ikev1(), True
    for algorithm in algorithms(choice):
        yield algorithm.subject, policy.judge(algorithm), not algorithm.additional
    if any(child.protocol == "AH" for child in choice.children):
        yield "AH", policy.objection("mode", "ah"), True
    if (
        _ADDED not in choice.hidden
        and choice.ke_id is not None
        and POST_QUANTUM.isdisjoint({choice.ke_id, *choice.additional_ke_ids})
    ):
        name = registry.name("ikev1-groups" if choice.version == 1 else "ikev2-ke", choice.ke_id)
        yield name, policy.objection("pq", "classical-only"), True


def algorithms(choice: Choice) -> list[Algorithm]:
    """All that were chosen, each once."""
    version, auth = choice.version, [_auth_number(choice.version, name) for name in (choice.auth or "").split(" / ")]
    suite = Suite(
        encryption_id=choice.encryption_id,
        key_bits=choice.key_bits,
        integrity_id=choice.integrity_id,
        prf_id=choice.prf_id,
        ke_id=choice.ke_id,
        additional_ke_ids=choice.additional_ke_ids,
    )
    methods = [
        Algorithm(f"ikev{version}", "auth", f"ikev{version}-auth-methods", number, None)
        for number in auth
        if number is not None
    ]
    children = (of_suite(version, _child_suite(child), child.protocol) for child in choice.children)
    return list(dict.fromkeys(chain(of_suite(version, suite), methods, *children)))


def _child_suite(child: Child) -> Suite:
    return Suite(
        encryption_id=child.encryption_id,
        key_bits=child.key_bits,
        integrity_id=child.integrity_id,
        ke_id=child.ke_id,
        additional_ke_ids=child.additional_ke_ids,
    )


@cache
def _auth_numbers(version: int) -> dict[str, int]:
    table = f"ikev{version}-auth-methods"
    return {registry.name(table, entry.value): entry.value for entry in registry.entries(table)}


def _auth_number(version: int, name: str) -> int | None:
    """The number of a method; of one that the registry does not name it is in the name."""
    found = _NUMBER.search(name)
    return _auth_numbers(version).get(name, int(found[1]) if found else None)


def _choices(tables: Tables, known: Mapping[int, Seen]) -> Iterator[tuple[int, Choice]]:
    """What each of the negotiations known agreed on; those that agreed on nothing are left out."""
    children: dict[int, set[Child]] = defaultdict(set)
    columns = ("negotiation", "outcome", *Child._fields[:-2], "pfs_ke_id", "additional_ke_ids")
    for number, outcome, protocol, encryption, bits, integrity, ke, more in tables["child_sas"].cells(*columns):
        if outcome != "failed" and protocol is not None and (encryption, integrity) != (None, None):
            children[number].add(Child(protocol, encryption, bits, integrity, ke, tuple(more or ())))
    unread = unread_proposals(tables)
    own = ("negotiation", "outcome", "ike_version", *Choice._fields[1:6], "additional_ke_ids", "auth_method")
    for number, outcome, version, encryption, bits, integrity, prf, ke, more, auth in tables["negotiations"].cells(
        *own
    ):
        if number in known and version is not None and (encryption is not None or outcome == "established"):
            hidden = [what for title, what in _NEEDED.items() if _SEEN[title](known[number]) is False]
            hidden += [_ADDED] if (number, "chosen") in unread else []
            suites = tuple(sorted(children.get(number, ()), key=repr))
            suite = version, encryption, bits, integrity, prf, ke, tuple(more or ())
            yield number, Choice(*suite, auth, suites, tuple(hidden))


def _what(choice: Choice) -> Iterator[str]:
    """The version and what was chosen, by name."""
    yield f"IKEv{choice.version}"
    yield from (algorithm.subject for algorithm in algorithms(choice))
