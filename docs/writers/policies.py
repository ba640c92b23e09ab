"""policies.md and a page for each policy: what its documents say, statement by statement."""

from collections.abc import Iterator

from analyzer.assessment import policies
from analyzer.assessment.policies.policy import Rule, document, weight

from .markdown import WRITTEN, plain, reference, table

SCOPES = {"ikev1": "IKEv1", "ikev2": "IKEv2", "esp": "ESP", "ah": "AH"}
KINDS = {
    "encr": "encryption",
    "prf": "PRF",
    "integ": "integrity",
    "ke": "key exchange",
    "auth": "authentication",
    "rsa-bits": "RSA key",
    "sighash": "hash of signatures",
    "pq": "post-quantum",
}


def index() -> Iterator[str]:
    """policies.md."""
    yield WRITTEN
    yield """# Policies

What captures can be judged by: `isakmp-analyzer check CAPTURE --policy NAME`; `isakmp-analyzer policies` lists them. A
policy is one or several documents, each a list of statements about algorithms, key lengths, lifetimes and modes. A
finding names the document and its clause, and how the statement was learned: **read** in the original, **second-hand**
from a public copy or summary, or **believed**. Before you rely on a statement that was not read, look it up. What a
policy does not mention is not forbidden by it, except where its document is a closed suite.
"""
    rows = []
    for name in policies.names():
        policy = policies.load(name)
        learned = ", ".join(f"{count} {word}" for word, count in policy.evidence_counts.items())
        rows.append((f"[`{name}`](policies/{name}.md)", plain(policy.title), str(len(policy.rules)), learned))
    yield from table(("Policy", "Documents", "Statements", "How they were learned"), rows)


def page(name: str) -> Iterator[str]:
    """The page of one policy."""
    policy = policies.load(name)
    yield WRITTEN
    yield f"# {name}\n\n**{plain(policy.title)}**\n\n{plain(policy.note)}\n"
    yield (
        "What a statement weighs is the severity of a finding: about a thing that is in use (offered only, it weighs "
        "one step less), or about a requirement that is not met. [All policies](../policies.md)\n"
    )
    for named in policy.documents:
        yield from _document(named, [rule for rule in policy.rules if rule.document == named])


def _document(name: str, rules: list[Rule]) -> Iterator[str]:
    title, closed, date = document(name)
    yield f"## {plain(title)}\n"
    said = [f"Of {date}."] if date else []
    if closed == "list":
        said.append("What it does not list is outside its list, which is not a prohibition.")
    elif closed == "suite":
        said.append("A closed suite: what it does not name does not comply.")
    if said:
        yield f"{' '.join(said)}\n"
    yield from table(("For", "Kind", "Subject", "It says", "Weighs", "Source"), map(_row, rules))


def _row(rule: Rule) -> tuple[str, ...]:
    use, breach = weight(rule.verdict)
    weighs = [f"{use}, if used"] * bool(use) + [f"{breach}, if not met"] * bool(breach)
    return (
        ", ".join(SCOPES.get(scope, scope) for scope in rule.scope.split()),
        KINDS.get(rule.kind, rule.kind),
        plain(rule.name) + _limit(rule),
        f"**{plain(rule.verdict)}**" + (f": {plain(rule.note)}" if rule.note else ""),
        "; ".join(weighs),
        f"{reference(rule.clause)} ({rule.evidence})",
    )


def _limit(rule: Rule) -> str:
    """A bound with its unit: bits of a key, seconds of a lifetime."""
    if not rule.limit:
        return ""
    if rule.kind == "lifetime":
        return f" ({int(rule.limit):,} s at most)"
    return f" (below {rule.limit[1:]} bits)" if rule.limit.startswith("<") else f" ({rule.limit} bits at least)"
