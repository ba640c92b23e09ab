"""An expression of the filter language as a small tree, and the tree as an expression.

Where its parts stand in the text is no part of what a tree is: trees of two texts that say the same are equal.
"""

import re
from dataclasses import dataclass, field
from typing import Final, TypeAlias

KEYWORDS: Final = ("and", "or", "not", "in", "contains")
SIGNS: Final = ("==", "!=", "<=", ">=", "<", ">")

_is_word: Final = re.compile(r'[^ \t\n\r\f\v()",=!<>&|~]+').fullmatch


@dataclass(frozen=True, slots=True)
class Value:
    """What a field is compared with, as it was written. at: where it stands."""

    text: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """A field and one value, or with `in` several of which one has to be equal. sign_at: where `sign` stands."""

    name: str
    sign: str
    values: tuple[Value, ...]
    at: int = field(default=0, compare=False)
    sign_at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Present:
    """A field that has a value."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Search:
    """Text that stands somewhere in the row."""

    text: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The rows that do not match."""

    part: "Tree"


@dataclass(frozen=True, slots=True)
class All:
    """What matches each of two or more parts."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """What matches one of two or more parts."""

    parts: tuple["Tree", ...]


Leaf: TypeAlias = Compare | Present | Search
Tree: TypeAlias = Leaf | Not | All | Any


def written(tree: Tree) -> str:
    """The tree as an expression, the same for equal trees; parsed it is the same tree."""
    match tree:
        case Any(parts):
            return " or ".join(_inside(part, Any) for part in parts)
        case All(parts):
            return " and ".join(_inside(part, Any, All) for part in parts)
        case Not(part):
            return f"not {_inside(part, Any, All)}"
        case Present(name):
            return name
        case Search(text):
            return quoted(text)
        case Compare(name, "in", values):
            return f"{name} in ({', '.join(_word(value.text) for value in values)})"
        case Compare(name, sign, values):
            return f"{name} {sign} {_word(values[0].text)}"


def _inside(part: Tree, *looser: type) -> str:
    return f"({written(part)})" if isinstance(part, looser) else written(part)


def _word(text: str) -> str:
    return text if _is_word(text) and text.lower() not in KEYWORDS else quoted(text)


def quoted(text: str) -> str:
    """Text in quotes, as the language reads it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def leaves(tree: Tree) -> list[Leaf]:
    """Its conditions, from left to right."""
    match tree:
        case Any(parts) | All(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Not(part):
            return leaves(part)
        case _:
            return [tree]
