"""Trees of the filter language that hypothesis makes up."""

from typing import Any

from hypothesis import strategies as st

from analyzer.tables.filter import tree
from analyzer.tables.filter.tree import Compare, Not, Present, Search, Tree, Value

_ADDRESSES = st.sampled_from(["192.0.2.10", "192.0.2.0/24", "2001:db8::/32", "0.0.0.0/0", "203.0.113.9", "::1"])
_NUMBERS = st.one_of(st.integers(-3, 600).map(str), st.sampled_from(["0x10", "256"]))
_TEXTS = st.one_of(st.sampled_from(["failed", "established", "main", "a", "", "PSK", 'x" or \\']), st.text(max_size=8))
_OUTCOMES = st.sampled_from(["failed", "established", "unanswered", "probe"])
_CHILDREN = st.sampled_from(["failed", "established", "unknown"])
_TIMES = st.sampled_from(["2026-11-20", "2026-11-23T11:49Z", "2026-11-23T11:49:23.09", "2026-12-01T00:00:00+02:00"])
_WORDS: dict[str, tuple[st.SearchStrategy[str], tuple[str, ...]]] = {
    "outcome": (_OUTCOMES, ("==", "!=", "contains", "in")),
    "initiator_ip": (_ADDRESSES, ("==", "!=", "in")),
    "host": (_ADDRESSES, ("==", "!=", "in")),
    "identity": (_TEXTS, ("==", "contains")),
    "algorithm": (_TEXTS, ("==", "contains", "in")),
    "key_bits": (_NUMBERS, ("==", "!=", "<", "<=", ">", ">=", "in")),
    "lifetimes_offered_s": (_NUMBERS, ("==", ">", "in")),
    "duration_s": (st.sampled_from(["0", "0.5", "1e2"]), ("==", "<", ">=")),
    "nat_t": (st.sampled_from(["true", "false"]), ("==", "!=")),
    "time": (_TIMES, ("==", "!=", "<", "<=", ">", ">=", "in")),
    "severity": (st.sampled_from(["high", "low", "info"]), ("==", "<", ">=", "in")),
    "outcome_confidence": (st.sampled_from(["certain", "possible"]), ("==", ">=")),
    "messages.length": (_NUMBERS, (">", "==")),
    "child_sas.outcome": (_CHILDREN, ("==", "!=")),
    "frame": (_NUMBERS, ("==", "in")),
}


@st.composite
def _compared(draw: Any) -> Tree:
    name = draw(st.sampled_from(sorted(_WORDS)))
    values, signs = _WORDS[name]
    sign = draw(st.sampled_from(signs))
    several = draw(st.lists(values, min_size=1, max_size=3 if sign == "in" else 1))
    return Compare(name, sign, tuple(map(Value, several)))


def trees() -> st.SearchStrategy[Tree]:
    """Any tree that an expression about negotiations can have."""
    leaves = st.one_of(_compared(), st.sampled_from(sorted(_WORDS)).map(Present), _TEXTS.map(Search))

    def larger(parts: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        several = st.lists(parts, min_size=2, max_size=3).map(tuple)
        return st.one_of(parts.map(Not), several.map(tree.All), several.map(tree.Any))

    return st.recursive(leaves, larger, max_leaves=8)
