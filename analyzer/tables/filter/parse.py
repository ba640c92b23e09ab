"""An expression as a tree: lark reads it by where.lark, and what it stumbles over becomes a sentence with its place.

lark is imported with this module: whoever gives no filter does without.
"""

from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args

from analyzer.tables.filter import fields, tree
from analyzer.tables.filter.faults import fault, named
from analyzer.tables.filter.tree import SIGNS, Compare, Leaf, Not, Present, Search, Tree, Value, leaves
from analyzer.tables.filter.values import test_of

MOST_CHARACTERS: Final = 2000
MOST_DEPTH: Final = 40  # parentheses and `not` open at one place
MOST_CONDITIONS: Final = 100  # each looks through whole columns; `in (A, B)` is one

_LIKELIER: Final = {
    "=": "==", "===": "==", "=~": "contains", "~": "contains", "~=": "contains", "<>": "!=", "!==": "!=",
    "!": "not", "&": "and", "&&": "and", "|": "or", "||": "or", "=>": ">=", "=<": "<=",
}  # fmt: skip
_JOINING: Final = frozenset({"AND", "OR", "NOT"})
_COMPARING: Final = frozenset({"SIGN", "CONTAINS", "IN"})


@lru_cache(maxsize=256)
def parsed(text: str, table: str) -> Tree:
    """The tree of an expression about rows of this table. FilterError: it is none."""
    if len(text) > MOST_CHARACTERS:
        raise fault(text, MOST_CHARACTERS, f"the filter is longer than {MOST_CHARACTERS:,} characters")
    tokens = _tokens(text)
    _check_depth(text, tokens)
    try:
        parse_tree = _lark().parse(text)
    except UnexpectedToken as error:
        at = len(text) if error.token.type == "$END" else error.token.start_pos or 0
        before = [token for token in tokens if (token.start_pos or 0) < at]
        raise fault(text, at, _why(error.token, before)) from None
    found: Tree = _Build(text, table).transform(parse_tree)
    conditions = leaves(found)
    if len(conditions) > MOST_CONDITIONS:
        reason = f"there are more than {MOST_CONDITIONS} conditions; several values of a field are one: in (A, B)"
        raise fault(text, conditions[MOST_CONDITIONS].at, reason)
    for leaf in conditions:
        check(leaf, text, table)
    return found


def check(leaf: Leaf, text: str, table: str) -> None:
    """Look at one condition. FilterError: there is no such field, or it cannot be compared so."""
    if isinstance(leaf, Search):
        return
    found = fields.field(leaf.name, table)
    if found is None:
        raise fault(text, leaf.at, fields.unknown(leaf.name, table))
    if isinstance(leaf, Compare):
        test_of(leaf, found, text)


@cache
def _lark() -> Lark:
    grammar = Path(__file__).with_name("where.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer="basic")


def _tokens(text: str) -> list[Token]:
    try:
        tokens = list(_lark().lex(text))
    except UnexpectedCharacters as error:
        raise fault(text, error.pos_in_stream or 0, "this quote has no other end") from None
    for token in tokens:
        if token.type == "SIGN" and token not in SIGNS:
            likely = _LIKELIER.get(token)
            meant = f"; did you mean {likely}?" if likely else f"; there are {' '.join(SIGNS)}"
            raise fault(text, token.start_pos or 0, f"there is no sign {named(token)}{meant}")
    return tokens


def _check_depth(text: str, tokens: list[Token]) -> None:
    nested: list[str] = []
    for token in tokens:
        if token.type in ("NOT", "LPAR"):
            nested.append(token.type)
            if len(nested) > MOST_DEPTH:
                reason = f"more than {MOST_DEPTH} parentheses and `not` are open here"
                raise fault(text, token.start_pos or 0, reason)
            continue
        if token.type == "RPAR" and "LPAR" in nested:
            while nested.pop() != "LPAR":
                pass
        while nested and nested[-1] == "NOT":
            nested.pop()


def _why(token: Token, before: list[Token]) -> str:
    """Why a token, or the end, cannot stand behind those before it."""
    last = before[-1].type if before else ""
    if not before and token.type == "$END":
        return "the filter is empty"
    if last in _COMPARING:
        if token.type == "LPAR":
            return f"one value stands behind {before[-1]}; of several: {before[-2]} in (A, B)"
        return f"a value is missing behind {before[-1]}" + _in_quotes(token)
    opened = _opened(before)
    if opened == "list":
        if last in ("COMMA", "LPAR"):
            return f"a value is missing behind {before[-1]}" + _in_quotes(token)
        return "the ) of this list is missing" if token.type == "$END" else "between values of a list stands a ,"
    return _why_condition(token, last, opened)


def _why_condition(token: Token, last: str, opened: str) -> str:
    """The same where a condition begins or has ended."""
    due = not last or last in _JOINING or last == "LPAR"
    match token.type:
        case "$END":
            return "the end comes before a condition does" if due else "a ) is missing"
        case "RPAR":
            return "these parentheses are empty" if due and opened else "there is no ( for this )"
        case "COMMA":
            return "a , stands between values of `in (A, B)`; text that holds one is written in quotes"
        case "AND" | "OR":
            return f"a condition is missing before {token}; the word itself is written in quotes"
        case _ if due:
            return f"a field is missing before {token}"
        case _ if last == "TEXT":
            return f"before {token} stands a field, which is written without quotes"
    return f"the condition before {token} is complete; the next one is joined to it by and, or"


def _in_quotes(token: Token) -> str:
    return f"; the word {token} itself is written in quotes" if token.type in {*_JOINING, "CONTAINS", "IN"} else ""


def _opened(tokens: list[Token]) -> str:
    """What is open behind these tokens: a list of values, parentheses or nothing."""
    opened: list[str] = []
    last = ""
    for token in tokens:
        if token.type == "LPAR":
            opened.append("list" if last == "IN" else "parentheses")
        elif token.type == "RPAR" and opened:
            opened.pop()
        last = token.type
    return opened[-1] if opened else ""


@v_args(inline=True)
class _Build(Transformer[Token, Any]):
    """Turns lark's tree into ours."""

    def __init__(self, text: str, table: str) -> None:
        super().__init__()
        self._text, self._table = text, table

    def start(self, part: Tree) -> Tree:
        return part

    def any(self, *parts: Any) -> Tree:
        return tree.Any(tuple(part for part in parts if not isinstance(part, Token)))

    def all(self, *parts: Any) -> Tree:
        return tree.All(tuple(part for part in parts if not isinstance(part, Token)))

    def negated(self, _: Token, part: Tree) -> Tree:
        return Not(part)

    def word(self, word: Token) -> Tree:
        name, at = word.lower(), word.start_pos or 0
        if fields.field(name, self._table) is not None or fields.looks_like_field(name):
            return Present(name, at)
        return Search(str(word), at)

    def text(self, text: Token) -> Tree:
        return Search(_unquoted(text), text.start_pos or 0)

    def comparison(self, name: Token, sign: Token, *values: Value) -> Tree:
        return Compare(name.lower(), sign.lower(), values, name.start_pos or 0, sign.start_pos or 0)

    def value(self, value: Token) -> Value:
        return Value(_unquoted(value) if value.type == "TEXT" else str(value), value.start_pos or 0)


def _unquoted(text: str) -> str:
    """Text between quotes: a backslash stands before a quote or a backslash that is part of it."""
    found, escaped = [], False
    for character in text[1:-1]:
        escaped = character == "\\" and not escaped
        if not escaped:
            found.append(character)
    return "".join(found)
