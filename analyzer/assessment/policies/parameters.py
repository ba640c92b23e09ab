"""What a policy can be given besides its name: `asd-ism:classification=secret`, `bsi:date=2031`, several with commas.

parameters.csv has those of each policy. A policy with statements that hold from or until a year has `date` besides;
without it they are judged as of AS_OF, not of the time of a capture, whose clock may be wrong.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final, NamedTuple

from analyzer.assessment.policies import tables
from analyzer.assessment.policies.model import Rule
from analyzer.errors import PolicyError

AS_OF: Final = 2026  # the year in which the documents were looked up
DATE: Final = "date"
SUFFIX: Final = ".toml"  # of a file that a policy's name may be the path of
_YEARS: Final = range(1990, 2100)
_SINCE, _UNTIL = "since", "until"


class Parameter(NamedTuple):
    """values: all that it can be; none: years. default: where it is not given."""

    values: tuple[str, ...]
    default: str
    meaning: str


@cache
def parameters(policy: str) -> dict[str, Parameter]:
    """Those of one policy that comes with the program, by name."""
    found = {
        r["parameter"]: Parameter(tuple(r["values"].split()), r["default"], r["meaning"])
        for r in tables.rows("parameters")
        if r["policy"] == policy
    }
    documents = tables.policies()[policy].documents
    conditions = {key for rule in tables.rules() if rule.document in documents for key in _conditions(rule.when)}
    if conditions & {_SINCE, _UNTIL}:
        found[DATE] = Parameter((), str(AS_OF), "the year by which it is judged")
    return found


def given(name: str) -> tuple[str, dict[str, str]]:
    """A policy's name, or the path of a file, and what it was given. PolicyError: that is not PARAMETER=VALUE."""
    end = name.lower().rfind(f"{SUFFIX}:")
    at = end + len(SUFFIX) if end >= 0 else name.find(":")
    if name.lower().endswith(SUFFIX) or at < 0:
        return name, {}
    arguments: dict[str, str] = {}
    for word in name[at + 1 :].split(","):
        parameter, sign, value = word.partition("=")
        if not sign or not parameter or not value:
            raise PolicyError(
                f"{name!r}: {word!r} is no parameter with a value. Write {name[:at]}:{DATE}=2031, for example"
            )
        if parameter in arguments:
            raise PolicyError(f"{name!r}: {parameter} is given twice. Give it one value")
        arguments[parameter] = value
    return name[:at], arguments


def checked(name: str, arguments: Mapping[str, str], known: Mapping[str, Parameter]) -> dict[str, str]:
    """The value of each known parameter, its own where it is given none. name: of the policy.

    PolicyError: there is no such parameter or value, with those that there are.
    """
    for parameter, value in arguments.items():
        if parameter not in known:
            has = f"It has: {', '.join(known)}" if known else "It has none"
            raise PolicyError(f"the policy {name} has no parameter {parameter!r}. {has}")
        values = known[parameter].values
        if values and value not in values:
            raise PolicyError(f"{parameter} of the policy {name} is not {value!r}. It is one of: {', '.join(values)}")
        if not values and not (value.isascii() and value.isdigit() and len(value) == 4 and int(value) in _YEARS):
            raise PolicyError(f"{parameter} of the policy {name} is not {value!r}. It is a year, such as 2031")
    return {parameter: arguments.get(parameter, known[parameter].default) for parameter in known}


def holding(rules: Iterable[Rule], values: Mapping[str, str]) -> list[Rule]:
    """The statements that hold under these values; what they hold under stands in their notes."""
    return [_said(rule, values) if rule.when else rule for rule in rules if _holds(rule.when, values)]


def _holds(when: str, values: Mapping[str, str]) -> bool:
    year = int(values.get(DATE, AS_OF))
    for key, value in _conditions(when).items():
        if key == _SINCE:
            holds = year >= int(value)
        elif key == _UNTIL:
            holds = year <= int(value)
        else:
            holds = values[key] in value.split()
        if not holds:
            return False
    return True


def _said(rule: Rule, values: Mapping[str, str]) -> Rule:
    """A statement with what it was judged by in its note."""
    keys = dict.fromkeys(DATE if key in (_SINCE, _UNTIL) else key for key in _conditions(rule.when))
    judged = ", ".join(f"as of {values[key]}" if key == DATE else f"{key} {values[key]}" for key in keys)
    return rule._replace(note="; ".join(filter(None, (rule.note, judged))))


@cache
def _conditions(when: str) -> dict[str, str]:
    """Of a rule: "since=2031; classification=secret top-secret"."""
    return dict(part.strip().split("=") for part in when.split(";")) if when else {}


def path_of(name: str) -> str | None:
    """The path of the file that is given as a policy's name, with parameters or not; None: it is that of none."""
    if SUFFIX not in name.lower():
        return None
    path = given(name)[0]
    return path if is_path(path) else None


def is_path(name: str) -> bool:
    """Whether a policy's name, without parameters, is the path of a file."""
    return name.lower().endswith(SUFFIX)
