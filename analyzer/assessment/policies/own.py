"""A policy of one's own: a small TOML file, `--policy my.toml`.

    name = "acme"                        # what findings name
    title = "Acme's rules for VPNs"
    extends = ["bsi"]                    # policies that come with the program; may be left out

    [[rule]]
    kind = "encr"
    scope = ["ikev2", "esp"]
    item = ["ENCR_AES_GCM_16", 12]       # names or numbers of the registry, ranges ("14-18"), "*" for every other
    limit = 256                          # bits at least; "<3072": below; of a lifetime: seconds at most
    verdict = "required"
    clause = "2.1"
    note = "since 2026"

A rule stands in place of all that the extended policies say of the same thing; with the verdict "allowed" it lifts it.
What rules can be about stands in kinds.csv, the verdicts in words.csv.
"""

import hashlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from analyzer.assessment.policies import parameters, tables
from analyzer.assessment.policies.model import Document, Rule
from analyzer.assessment.policies.own_rule import Place, one_of, read_rule, shown
from analyzer.assessment.policies.toml_lines import Lines
from analyzer.errors import PolicyError
from analyzer.settings import read_small

_LARGEST_FILE: Final = 1 << 20
_MOST_RULES: Final = 2000
_NAME: Final = "abcdefghijklmnopqrstuvwxyz0123456789._-"
_LONGEST_NAME: Final = 64
_KEYS: Final = ("name", "title", "extends", "note", "rule")
_EXAMPLE: Final = (
    'For example: name = "acme", extends = ["bsi"], and tables [[rule]]; docs/own-policy.md has a whole one'
)


class Written(NamedTuple):
    """What a file says. extends: names of policies, and what each is given. sha256: of its bytes."""

    document: Document
    extends: tuple[tuple[str, dict[str, str]], ...]
    rules: tuple[Rule, ...]
    note: str
    sha256: str


def read(path: str) -> Written:
    """A file. PolicyError: what is wrong with it, in which line, and what to do."""
    import tomllib  # noqa: PLC0415  (only such a file needs it)

    data = read_small(path, _LARGEST_FILE, "a policy", PolicyError)
    try:
        if data.startswith(BOM_UTF8):
            raise PolicyError(f"{path}: it begins with a byte order mark (BOM), not TOML. Save it without")
        text = data.decode("utf-8").replace("\r\n", "\n")
        content = tomllib.loads(text)
    except RecursionError:
        raise PolicyError(f"{path}: not TOML of a policy: brackets too deep in one another. {_EXAMPLE}") from None
    except ValueError as error:  # no UTF-8, no TOML, or a number of thousands of digits
        raise PolicyError(f"{path}: not TOML: {error}. {_EXAMPLE}") from error
    place = Place(path, Lines(text), content)
    for key in content:
        if key not in _KEYS:
            place.reject(key, f"unknown key {shown(key)}", one_of(key, _KEYS))
    name = _name(place)
    title = place.text("title") or name
    extends, rules = _extends(place), tuple(_rules(place, name, title))
    if not rules and not extends:
        place.reject("rule", "it says nothing", f"Write a [[rule]], or what it extends. {_EXAMPLE}")
    document = Document(name, title, "no", "")
    return Written(document, extends, rules, place.text("note"), hashlib.sha256(data).hexdigest())


def _name(place: Place) -> str:
    name = place.of.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME or not set(name) <= set(_NAME):
        what = "no name" if name is None else f"{shown(name)} is no name"
        place.reject("name", what, 'Write name = "acme": small letters, digits, dots, hyphens, underscores')
    if name in tables.policies() or name in tables.documents():
        place.reject("name", f"{name!r} is what comes with the program", "Choose another name")
    if Path(name).suffix == parameters.SUFFIX:
        place.reject("name", f"{name!r} looks like a file's name", f"Leave {parameters.SUFFIX} out")
    return name


def _extends(place: Place) -> tuple[tuple[str, dict[str, str]], ...]:
    given = place.of.get("extends", [])
    found: dict[str, dict[str, str]] = {}
    for one in given if isinstance(given, list) else [given]:
        try:
            name, arguments = parameters.given(one if isinstance(one, str) else "")
            if parameters.is_path(name):
                what = f"{shown(one)} is a file, and only policies that come with the program can be extended"
                place.reject("extends", what, one_of(one, tuple(tables.policies())))
            if name in found:
                place.reject("extends", f"{name} stands there twice", "Name each once, with what it is given")
            if name not in tables.policies():
                place.reject("extends", f"{shown(one)} is no policy", one_of(one, tuple(tables.policies())))
            parameters.checked(name, arguments, parameters.parameters(name))
        except PolicyError as error:
            if str(error).startswith(place.path):
                raise
            place.reject("extends", *str(error).split(". ", 1))
        found[name] = arguments
    return tuple(found.items())


def _rules(place: Place, name: str, title: str) -> Iterator[Rule]:
    given: Any = place.of.get("rule", [])
    if not isinstance(given, list) or not all(isinstance(rule, dict) for rule in given):
        place.reject("rule", "rule is no list of tables", "Write each as a table below the line [[rule]]")
    if len(given) > _MOST_RULES:
        place.reject("rule", f"more than {_MOST_RULES} rules", "Put what has the same verdict into one of them")
    for number, row in enumerate(given):
        yield read_rule(Place(place.path, place.lines, row, "rule", number), name, title)
