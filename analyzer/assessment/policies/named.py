"""Policies by the names that users give them: those that come with the program, and files of their own."""

from collections.abc import Mapping
from functools import lru_cache

from analyzer.assessment.policies import parameters, tables
from analyzer.assessment.policies.policy import Policy
from analyzer.errors import PolicyError


def names() -> tuple[str, ...]:
    """Names of all policies that come with the program, `ietf` first."""
    return tuple(tables.policies())


def titles() -> dict[str, str]:
    """Name to title."""
    return {name: _title(name, {}) for name in tables.policies()}


def load(name: str) -> Policy:
    """The policy of that name, or of the TOML file at that path, each with parameters or not.

    PolicyError: there is none, with the known names; no such parameter; or the file cannot be used, with the line and
    what to do.
    """
    base, arguments = parameters.given(name)
    if parameters.is_path(base):
        return _written(base, arguments)
    if base not in tables.policies():
        raise PolicyError(
            f"there is no policy {base!r}. Known policies: {', '.join(names())}. One of your own is a file whose name "
            f"ends with {parameters.SUFFIX}"
        )
    return _known(base, tuple(sorted(arguments.items())))


@lru_cache(maxsize=256)
def _known(name: str, arguments: tuple[tuple[str, str], ...]) -> Policy:
    known = tables.policies()[name]
    values = parameters.checked(name, dict(arguments), parameters.parameters(name))
    documents = tuple(map(tables.documents().__getitem__, known.documents))
    rules = (rule for d in known.documents for rule in tables.rules() if rule.document == d)
    words = ",".join(f"{parameter}={value}" for parameter, value in arguments)
    full = f"{name}:{words}" if words else name
    return Policy(
        full,
        _title(name, dict(arguments)),
        documents,
        parameters.holding(rules, values),
        known.note,
        parameters=parameters.parameters(name),
    )


def _title(name: str, arguments: Mapping[str, str]) -> str:
    """A title with what the policy was given, and what it takes where it was given nothing."""
    values = {r["parameter"]: r["default"] for r in tables.rows("parameters") if r["policy"] == name} | dict(arguments)
    words = [f"as of {value}" if key == parameters.DATE else f"{key} {value}" for key, value in values.items()]
    title = tables.policies()[name].title
    return f"{title} ({', '.join(words)})" if words else title


def _written(path: str, arguments: Mapping[str, str]) -> Policy:
    """Of a file, read anew each time: it can have been changed. arguments: of the policies that it extends."""
    from analyzer.assessment.policies import own  # noqa: PLC0415  (only such a file needs it)

    written = own.read(path)
    known = {key: value for name, _ in written.extends for key, value in parameters.parameters(name).items()}
    parameters.checked(written.document.name, arguments, known)
    extended = [_extended(name, {**own_words, **arguments}) for name, own_words in written.extends]
    documents = {document.name: document for policy in extended for document in policy.documents}
    rules = dict.fromkeys(rule for policy in extended for rule in policy.rules)
    note = " ".join([written.note, *(f"Extends {policy.name}: {policy.note}" for policy in extended)]).strip()
    words = ",".join(f"{parameter}={value}" for parameter, value in sorted(arguments.items()))
    return Policy(
        f"{written.document.name}:{words}" if words else written.document.name,
        written.document.title,
        (written.document, *documents.values()),
        (*written.rules, *rules),
        note,
        parameters=known,
        own=written.document.name,
        sha256=written.sha256,
    )


def _extended(name: str, arguments: Mapping[str, str]) -> Policy:
    """A policy under a file, which is given what it knows."""
    return _known(name, tuple(sorted((key, arguments[key]) for key in arguments if key in parameters.parameters(name))))
