"""policies.md and a page for each policy: what its documents say, statement by statement."""

from collections.abc import Iterator

from analyzer.assessment import policies
from analyzer.assessment.policies import Document, Rule, tables

from .markdown import WRITTEN, plain, reference, table

SCOPES = {"ikev1": "IKEv1", "ikev2": "IKEv2", "esp": "ESP", "ah": "AH"}
JUDGED = {"use": "its use", "breach": "that it is not met"}
LIMITS = {
    "": "",
    "suite": "parts of a suite",
    "bits": "bits of a key",
    "shorter": "below so many bits",
    "seconds": "seconds at most",
}
KINDS = {kind: thing.label for (kind, _), thing in tables.things().items()}


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
    yield """## What a policy can be given

`--policy asd-ism:classification=secret`, `--policy bsi:date=2031`; several with commas between them. What is not known
is an error that lists what is. Without a parameter a policy is taken as the table says. A finding about a statement
that depends on one says by which value it was judged. What a file of your own is given goes to the policies that it
extends.
"""
    arguments = ((name, *one) for name in policies.names() for one in policies.load(name).parameters.items())
    yield from table(
        ("Policy", "Parameter", "Values", "If not given", "What it is"),
        (
            (
                f"[`{n}`](policies/{n}.md)",
                f"`{p}`",
                ", ".join(map("`{}`".format, w.values)) or "a year",
                f"`{w.default}`",
                w.meaning,
            )
            for n, p, w in arguments
        ),
    )
    yield "## Documents that are no policy\n"
    others = [one for one in tables.left_out() if one.document not in tables.documents()]
    yield "".join(f"- `{one.document}`, {plain(one.name)}: {plain(one.reason)}.\n" for one in others)
    yield "A TOML file of your own can stand on top of them, or alone: [a policy of your own](../own-policy.md).\n"
    yield "## Kinds\n\nWhat statements, and rules of your own, can be about.\n"
    yield from table(("Kind", "Item", "What it is", "Scopes", "Judged", "Limit"), map(_kind, tables.things().items()))
    yield "## Verdicts\n\nThe words of all documents, and what each weighs: use of a thing, or that it is not met.\n"
    words = tables.words().items()
    yield from table(
        ("Verdict", "If used", "If not met"), ((f"`{word}`", w.use or "", w.breach or "") for word, w in words)
    )


def _kind(one: tuple[tuple[str, str], tables.Thing]) -> tuple[str, ...]:
    (kind, item), thing = one
    shown = "names, numbers" if item == "number" else f"`{item}`"
    scopes = ", ".join(f"`{scope}`" for scope in thing.scopes)
    judged = " and ".join(map(JUDGED.__getitem__, thing.judged)) if item != "number" else "its use"
    if thing.limit == "bits":
        judged += ", and a key that is too short"
    return f"`{kind}`", shown, thing.label, scopes, judged, LIMITS[thing.limit]


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
        yield from _document(named, [rule for rule in policy.rules if rule.document == named.name])
    names = {named.name for named in policy.documents}
    left_out = [one for one in tables.left_out() if one.document in names]
    if left_out:
        yield "## Not judged\n"
        yield "".join(map(_left_out, left_out))


def _left_out(one: tables.LeftOut) -> str:
    verdict = f": **{plain(one.verdict)}**" if one.verdict else ""
    return f"- {plain(one.name)}{verdict}. {plain(one.reason[:1].upper())}{plain(one.reason[1:])}.\n"


def _document(named: Document, rules: list[Rule]) -> Iterator[str]:
    yield f"## {plain(named.title)}\n"
    said = [f"Of {named.date}."] if named.date else []
    if named.closed == "list":
        said.append("What it does not list is outside its list, which is not a prohibition.")
    elif named.closed == "suite":
        said.append("A closed suite: what it does not name does not comply.")
    if said:
        yield f"{' '.join(said)}\n"
    yield from table(("For", "Kind", "Subject", "It says", "Weighs", "Source"), map(_row, rules))


def _row(rule: Rule) -> tuple[str, ...]:
    use, breach, *_ = tables.words()[rule.verdict]
    weighs = [f"{use}, if used"] * bool(use) + [f"{breach}, if not met"] * bool(breach)
    return (
        ", ".join(SCOPES.get(scope, scope) for scope in rule.scope.split()),
        KINDS[rule.kind],
        plain(rule.name) + _limit(rule),
        f"**{plain(rule.verdict)}**" + (f": {plain(rule.note)}" if rule.note else ""),
        "; ".join(weighs),
        f"{reference(rule.clause)} ({rule.evidence})",
    )


def _limit(rule: Rule) -> str:
    """A bound with its unit: bits of a key, seconds of a lifetime."""
    if not rule.limit or rule.kind == "suite":
        return ""
    if rule.kind == "lifetime":
        return f" ({int(rule.limit):,} s at most)"
    return f" (below {rule.limit[1:]} bits)" if rule.limit.startswith("<") else f" ({rule.limit} bits at least)"
