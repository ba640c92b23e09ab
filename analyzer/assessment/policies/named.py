"""Policies by the names that users give them: those that come with the program, and files of their own."""

from functools import cache

from analyzer.assessment.policies import own, tables
from analyzer.assessment.policies.policy import Policy
from analyzer.errors import PolicyError


def names() -> tuple[str, ...]:
    """Names of all policies that come with the program, `ietf` first."""
    return tuple(tables.policies())


def titles() -> dict[str, str]:
    """Name to title."""
    return {name: policy.title for name, policy in tables.policies().items()}


def load(name: str) -> Policy:
    """The policy of that name, or of the TOML file at that path.

    PolicyError: there is none, with the known names; or the file cannot be used, with the line and what to do.
    """
    if own.is_path(name):
        return _written(name)
    if name not in tables.policies():
        raise PolicyError(
            f"there is no policy {name!r}. Known policies: {', '.join(names())}. One of your own is a file whose name "
            f"ends with {own.SUFFIX}"
        )
    return _known(name)


@cache
def _known(name: str) -> Policy:
    known = tables.policies()[name]
    documents = tuple(map(tables.documents().__getitem__, known.documents))
    rules = (rule for d in known.documents for rule in tables.rules() if rule.document == d)
    return Policy(name, known.title, documents, rules, known.note)


def _written(path: str) -> Policy:
    """Of a file, read anew each time: it can have been changed."""
    written = own.read(path)
    extended = [_known(name) for name in written.extends]
    documents = {document.name: document for policy in extended for document in policy.documents}
    rules = dict.fromkeys(rule for policy in extended for rule in policy.rules)
    note = " ".join([written.note, *(f"Extends {policy.name}: {policy.note}" for policy in extended)]).strip()
    return Policy(
        written.document.name,
        written.document.title,
        (written.document, *documents.values()),
        (*written.rules, *rules),
        note,
        own=written.document.name,
        sha256=written.sha256,
    )
