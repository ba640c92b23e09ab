"""The data files of policies, read when the first of their rows is asked for.

rules.csv (one statement of one document a line), documents.csv (title; date; `closed`: of a list, what it does not name
is outside of it, which is not a prohibition; of a suite, it does not comply), policies.csv (which documents make a
policy), words.csv (severity of each authority's own word, for using a thing and for not meeting a requirement; `title`:
what a finding says of a thing that the word does not call weak; `meaning`: of a word that does not explain itself),
kinds.csv (what statements can be about, and what of it is judged), equivalents.csv (IKEv1's numbers in IKEv2's
registries), raised.csv (algorithms whose breaking is practical), parameters.csv (what a policy can be given) and
left_out.csv (what documents say that is not judged, and why).
"""

from functools import cache
from typing import NamedTuple, cast

from analyzer import data
from analyzer.assessment.policies.model import Document, Rule
from analyzer.vocabulary import Severity


class Word(NamedTuple):
    """An authority's word. use, breach: what use of a thing, and not meeting a requirement, weighs; "" is nothing."""

    use: Severity
    breach: Severity
    title: str
    meaning: str


class Thing(NamedTuple):
    """What a statement may be about. label: its kind, for people. scopes: where.

    judged: what is looked for, "use" of it, its "breach", or both. limit: what stands in that place; "" is nothing.
    """

    label: str
    scopes: tuple[str, ...]
    judged: tuple[str, ...]
    limit: str


class LeftOut(NamedTuple):
    """A statement of a document that is not judged, or a document that is no policy. verdict: as it has it."""

    document: str
    kind: str
    item: str
    name: str
    verdict: str
    reason: str


class Named(NamedTuple):
    """A policy that comes with the program."""

    title: str
    documents: tuple[str, ...]
    note: str


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Of one file."""
    return tuple(data.rows(__file__, f"{name}.csv"))


@cache
def rules() -> tuple[Rule, ...]:
    """The statements of all documents."""
    return tuple(Rule(**row) for row in rows("rules"))


@cache
def documents() -> dict[str, Document]:
    """By the name that rules have for them."""
    return {
        r["document"]: Document(r["document"], r["title"], r["closed"], r["date"], r["groups"])
        for r in rows("documents")
    }


@cache
def policies() -> dict[str, Named]:
    """By name, `ietf` first."""
    return {r["policy"]: Named(r["title"], tuple(r["documents"].split()), r["note"]) for r in rows("policies")}


@cache
def words() -> dict[str, Word]:
    """An empty severity, which is no objection, never leaves this package."""
    return {
        r["word"]: Word(cast("Severity", r["use"]), cast("Severity", r["breach"]), r["title"], r["meaning"])
        for r in rows("words")
    }


@cache
def things() -> dict[tuple[str, str], Thing]:
    """By kind and item as rules have them; the item of what a registry numbers is "number"."""
    return {
        (r["kind"], r["item"]): Thing(r["label"], tuple(r["scopes"].split()), tuple(r["judged"].split()), r["limit"])
        for r in rows("kinds")
    }


@cache
def left_out() -> tuple[LeftOut, ...]:
    """What no statement says, and why, document by document."""
    return tuple(LeftOut(**row) for row in rows("left_out"))


@cache
def equivalents() -> dict[tuple[str, int], tuple[str, int | None]]:
    """Kind and number in IKEv2's registries, by IKEv1's registry and number."""
    return {
        (r["table"], int(r["number"])): (r["kind"], int(r["ikev2_number"]) if r["ikev2_number"] else None)
        for r in rows("equivalents")
    }


@cache
def raised() -> dict[tuple[str, int], tuple[Severity, str]]:
    """What an algorithm weighs at least where a policy objects to it, and why."""
    return {(r["kind"], int(r["number"])): (cast("Severity", r["severity"]), r["reason"]) for r in rows("raised")}
