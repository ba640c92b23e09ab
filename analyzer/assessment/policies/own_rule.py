"""One rule of a policy of one's own: a table `[[rule]]` of its file."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, NamedTuple, NoReturn

from analyzer.assessment.policies import tables
from analyzer.assessment.policies.model import Rule
from analyzer.assessment.policies.tables import Thing
from analyzer.assessment.policies.toml_lines import Lines
from analyzer.errors import PolicyError
from analyzer.isakmp import registry

_LARGEST: Final = 65_535  # of a number on the wire, and of bits
_LONGEST_LIFE: Final = 2**32 - 1  # seconds
_LONGEST_TEXT: Final = 400  # characters
_MOST_SHOWN: Final = 60  # characters of what is wrong
_RANGE: Final = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")
_BELOW: Final = re.compile(r"<([1-9][0-9]{0,4})")
_PLAIN: Final = re.compile(r"[A-Za-z ]+")  # a word without a year or a condition
_MANY: Final = 20
_KEYS: Final = ("kind", "scope", "item", "limit", "verdict", "clause", "note", "name")
_REGISTRIES: Final = {
    ("ikev1", "encr"): "ikev1-encryption",
    ("ikev1", "hash"): "ikev1-hash",
    ("ikev1", "ke"): "ikev1-groups",
    ("ikev1", "auth"): "ikev1-auth-methods",
    ("ikev2", "auth"): "ikev2-auth-methods",
}


class Place(NamedTuple):
    """A table of a file, or the file's own keys: what stands there, and where it is said when it is wrong."""

    path: str
    lines: Lines
    of: Mapping[str, Any]
    table: str = ""
    number: int = 0

    def reject(self, key: str, what: str, advice: str) -> NoReturn:
        """Raise what is wrong with a key, with its line."""
        line = self.lines.of(key, self.table, self.number)
        where = f"{self.path}, line {line}" if line else self.path
        raise PolicyError(f"{where}: {what}. {advice}")

    def text(self, key: str) -> str:
        """A text of one line; "" where there is none."""
        text = self.of.get(key, "")
        if not isinstance(text, str) or len(text) > _LONGEST_TEXT or not text.isprintable():
            self.reject(key, f"{key} is no text of one line of at most {_LONGEST_TEXT} characters", "Write one")
        return text.strip()


def read_rule(place: Place, policy: str, title: str) -> Rule:
    """One rule. policy, title: of the file. PolicyError: what is wrong with it."""
    for key in place.of:
        if key not in _KEYS:
            place.reject(key, f"unknown key {shown(key)}", one_of(key, _KEYS))
    kinds = dict.fromkeys(kind for (kind, _), thing in tables.things().items() if thing.limit != "suite")
    kind = _word(place, "kind", tuple(kinds))
    numbered = (kind, "number") in tables.things()
    item = "" if numbered else _item(place, kind)
    thing = tables.things()[kind, "number" if numbered else item]
    scopes = _scopes(place, thing, numbered=numbered)
    names: tuple[str, ...] = ()
    if numbered:
        item, names = _numbers(place, _registry(place, kind, scopes))
    verdict = _word(place, "verdict", tuple(tables.words()))
    limit = _limit(place, thing)
    _weigh(place, thing, verdict, limit)
    name = place.text("name") or ", ".join(names) or (thing.label if item == "*" else f"{thing.label} {item}")
    clause = f"{title} {place.text('clause')}".strip()
    return Rule(policy, " ".join(scopes), kind, item, limit, name, verdict, place.text("note"), "read", clause)


def shown(value: object) -> str:
    """What is wrong, as far as it is short."""
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def one_of(value: object, known: Sequence[str]) -> str:
    """What to do: which words there are, of many those of general use."""
    near = get_close_matches(value[:_MOST_SHOWN], known, 1, 0.7) if isinstance(value, str) else []
    plain = [word for word in known if _PLAIN.fullmatch(word)] if len(known) > _MANY else known
    return f"{f'Did you mean {near[0]!r}? ' if near else ''}There are: {', '.join(plain)}"


def _word(place: Place, key: str, known: tuple[str, ...]) -> str:
    word = place.of.get(key)
    if not isinstance(word, str) or word not in known:
        place.reject(key, f"no {key}" if word is None else f"{shown(word)} is no {key}", one_of(word, known))
    return word


def _item(place: Place, kind: str) -> str:
    """Of what no registry numbers."""
    known = tuple(item for of, item in tables.things() if of == kind)
    given = place.of.get("item", "*" if known == ("*",) else None)
    word = str(given) if isinstance(given, int) and not isinstance(given, bool) else given
    if not isinstance(word, str) or word not in known:
        what = "no item" if given is None else f"{shown(given)} is no item of {kind}"
        place.reject("item", what, one_of(word, known))
    return word


def _scopes(place: Place, thing: Thing, *, numbered: bool) -> tuple[str, ...]:
    """Where it holds; what has one meaning only need not say it."""
    given = place.of.get("scope")
    if given is None and (not numbered or len(thing.scopes) == 1):
        return thing.scopes
    words = given if isinstance(given, list) else [given]
    for word in words or [None]:
        if not isinstance(word, str) or word not in thing.scopes:
            what = "no scope" if word is None else f"{shown(word)} is no scope of this kind"
            place.reject("scope", what, one_of(word, thing.scopes))
    return tuple(dict.fromkeys(words))


def _registry(place: Place, kind: str, scopes: tuple[str, ...]) -> str:
    """The registry in whose numbers a rule speaks: IKEv2's for ESP and AH of either version."""
    found = tuple(dict.fromkeys(_REGISTRIES.get((scope, kind), f"ikev2-{kind}") for scope in scopes))
    if len(found) > 1 and kind != "ke":  # groups have the same numbers
        place.reject("scope", f"IKEv1 has other numbers for {kind}", "Write a [[rule]] of its own for ikev1")
    return found[-1]


def _numbers(place: Place, table: str) -> tuple[str, tuple[str, ...]]:
    """The item of a rule, and the algorithms by name; of a range its numbers."""
    given = place.of.get("item")
    if given is None or given == []:
        place.reject("item", "no item", f'Write names or numbers of the registry {table}, or "*" for every other')
    if given == "*":
        return "*", ("any other",)
    numbers, names = [], []
    for one in given if isinstance(given, list) else [given]:
        number = _number(one, table)
        if number is None:
            near = get_close_matches(str(one)[:_MOST_SHOWN], _names(table), 1, 0.7)
            advice = (
                f"Did you mean {near[0]!r}? " if near else ""
            ) + "`isakmp-analyzer explain algorithms` lists names"
            place.reject("item", f"{shown(one)} is nothing that the registry {table} names", advice)
        numbers.append(number)
        names.append(number if "-" in number else registry.name(table, int(number)))
    return ",".join(numbers), tuple(names)


def _number(one: object, table: str) -> str | None:
    """A number or a range of a rule's item; None: it is none."""
    if isinstance(one, int) and not isinstance(one, bool):
        return str(one) if 0 <= one <= _LARGEST else None
    if not isinstance(one, str):
        return None
    ends = _RANGE.fullmatch(one)
    if ends:
        first, last = int(ends[1]), int(ends[2] or ends[1])
        return None if not first <= last <= _LARGEST else f"{first}-{last}" if ends[2] else str(first)
    number = _names(table).get(one) or {name.lower(): n for name, n in _names(table).items()}.get(one.lower())
    return None if number is None else str(number)


@cache
def _names(table: str) -> dict[str, int]:
    return {entry.name: entry.value for entry in registry.entries(table)}


def _limit(place: Place, thing: Thing) -> str:
    given = place.of.get("limit")
    if given is None and thing.limit != "seconds":
        return ""
    if isinstance(given, str) and thing.limit in ("bits", "shorter") and _BELOW.fullmatch(given):
        return given
    if isinstance(given, int) and not isinstance(given, bool):
        if thing.limit == "bits" and 0 < given <= _LARGEST:
            return str(given)
        if thing.limit == "seconds" and 0 < given <= _LONGEST_LIFE:
            return str(given)
    what = "no limit" if given is None else f"{shown(given)} is no limit of this kind"
    advice = {
        "bits": 'Write the least bits of a key, limit = 256, or below which it holds, limit = "<256"',
        "shorter": 'Write the bits below which it holds, limit = "<3072"',
        "seconds": "Write how many seconds it may last, limit = 86400",
    }.get(thing.limit, "This kind has no limit: leave it out")
    return place.reject("limit", what, advice)


def _weigh(place: Place, thing: Thing, verdict: str, limit: str) -> None:
    """A verdict that nothing could follow from is a mistake: a prohibition of PFS, a requirement of AH."""
    word = tables.words()[verdict]
    judged = thing.judged
    if thing.limit == "bits" and limit:
        judged = ("use",) if limit.startswith("<") else ("breach",)
    fits = [
        name for name, w in tables.words().items() if ("use" in judged and w.use) or ("breach" in judged and w.breach)
    ]
    lifts = not word.use and not word.breach
    if (lifts and judged == ("breach",) and limit and thing.limit == "bits") or not (lifts or verdict in fits):
        asked = "says what its use weighs" if judged == ("use",) else "asks for it"
        place.reject(
            "verdict", f"nothing would follow from {verdict!r} here", f"Write one that {asked}: {', '.join(fits)}"
        )
