"""Values of the filter language: what a field is compared with, by what the field holds."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from math import isfinite
from operator import ge, gt, le, lt
from typing import Any, Final

from analyzer.tables.filter.faults import fault, named, near
from analyzer.tables.filter.fields import Field, Kind
from analyzer.tables.filter.tree import Compare, Value
from analyzer.vocabulary import CONFIDENCES, SEVERITIES

Test = Callable[[Any], bool]

_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_ORDERED: Final = frozenset({Kind.NUMBER, Kind.SECONDS, Kind.TIME, Kind.SEVERITY, Kind.CONFIDENCE})
_TEXTS: Final = frozenset({Kind.TEXT, Kind.ADDRESS, Kind.SPI, Kind.SEVERITY, Kind.CONFIDENCE})
_RANKS: Final[dict[Kind, tuple[str, ...]]] = {Kind.SEVERITY: SEVERITIES, Kind.CONFIDENCE: CONFIDENCES}

_is_whole: Final = re.compile(r"[+-]?[0-9]{1,18}|0[xX][0-9a-fA-F]{1,15}").fullmatch
_is_number: Final = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?").fullmatch
_is_spi: Final = re.compile(r"[0-9a-f]{4}|[0-9a-f]{8}|[0-9a-f]{16}|[0-9a-f]{32}").fullmatch
_time: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ]((?:[01][0-9]|2[0-3]):[0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]{1,9}))?)?"
    r"([Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?)?"
).fullmatch
_FEW: Final = 12  # words that stand in a sentence
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = 1_000_000_000


def test_of(compare: Compare, field: Field, text: str) -> Test:
    """Whether a value that is there fits: a function. `!=` is that of `==`, for the caller to turn round.

    text: the expression, for the error. FilterError: what is written cannot be compared so, or the field never has it.
    """
    sign, kind = compare.sign, field.kind
    if sign == "contains":
        if kind not in _TEXTS:
            hint = ">= and <= compare times" if kind is Kind.TIME else "== compares numbers and true, of a list each"
            raise fault(text, compare.sign_at, f"contains looks in text, and {compare.name} holds none; {hint}")
        return _containing(compare, field, text)
    if sign in _ORDERS:
        if kind not in _ORDERED:
            reason = f"what {compare.name} holds has no order; {sign} compares numbers, times, severities, confidences"
            raise fault(text, compare.sign_at, reason)
        return _ordered(_ORDERS[sign], sign, compare.values[0], kind, text)
    if field.words is not None and kind not in _RANKS:
        return _known(compare, field.words, text)
    return _equal(compare.values, kind, text)


def _containing(compare: Compare, field: Field, text: str) -> Test:
    value = compare.values[0]
    part = _plain(value.text, field.kind)
    if field.words is not None and not any(part in word.lower() for word in field.words):
        raise fault(text, value.at, f"{named(value.text)} is {_none_of(part, compare.name, field.words)}")
    return lambda cell: part in cell.lower()


def _known(compare: Compare, words: tuple[str, ...], text: str) -> Test:
    """Equal to words of a closed vocabulary."""
    known = frozenset(word.lower() for word in words)
    for value in compare.values:
        if value.text.lower() not in known:
            raise fault(text, value.at, f"{named(value.text)} is {_none_of(value.text, compare.name, words)}")
    wanted = frozenset(value.text.lower() for value in compare.values)
    return lambda cell: cell.lower() in wanted


def _none_of(word: str, name: str, words: tuple[str, ...]) -> str:
    if len(words) <= _FEW:
        return f"none of {', '.join(words)}{near(word, words)}"
    return f"no value of {name}{near(word, words) or f'; `explain {name}` lists them'}"


def _plain(text: str, kind: Kind) -> str:
    """Text as it is compared; an SPI may be written with 0x."""
    text = text.lower()
    return text.removeprefix("0x") if kind is Kind.SPI else text


def _equal(values: tuple[Value, ...], kind: Kind, text: str) -> Test:
    if kind is Kind.ADDRESS:
        return _address([_network(value, text) for value in values])
    if kind is Kind.TIME:
        spans = [span(value, text) for value in values]
        return lambda cell: any(first <= cell <= last for first, last in spans)
    if kind is Kind.SPI:
        spis = frozenset(_spi(value, text) for value in values)
        return lambda cell: cell in spis
    if kind is Kind.TEXT:
        wanted = frozenset(value.text.lower() for value in values)
        return lambda cell: cell.lower() in wanted
    known = frozenset(_scalar(value, kind, text) for value in values)
    if kind in _RANKS:
        return lambda cell: _rank(cell, kind) in known
    return lambda cell: cell in known


def _ordered(order: Callable[[Any, Any], bool], sign: str, value: Value, kind: Kind, text: str) -> Test:
    if kind is Kind.TIME:
        first, last = span(value, text)
        limit = first if sign in ("<", ">=") else last
        return lambda cell: order(cell, limit)
    known = _scalar(value, kind, text)
    if kind not in _RANKS:
        return lambda cell: order(cell, known)

    def ranked(cell: Any) -> bool:
        rank = _rank(cell, kind)
        return rank is not None and order(rank, known)

    return ranked


def _rank(cell: str, kind: Kind) -> int | None:
    """The higher the more it weighs; None: no word of the list."""
    words = _RANKS[kind]
    return len(words) - words.index(cell) if cell in words else None


def _scalar(value: Value, kind: Kind, text: str) -> Any:
    """A number, a truth, or the rank of a word."""
    word = value.text.lower()
    if kind in _RANKS:
        rank = _rank(word, kind)
        if rank is None:
            words = _RANKS[kind]
            raise fault(text, value.at, f"{named(value.text)} is none of {', '.join(words)}{near(word, words)}")
        return rank
    if kind is Kind.TRUTH:
        if word not in ("true", "false"):
            raise fault(text, value.at, f"{named(value.text)} is neither true nor false")
        return word == "true"
    if kind is Kind.NUMBER:
        if not _is_whole(word):
            raise fault(text, value.at, f"{named(value.text)} is no whole number")
        return int(word, 16) if word[:2] == "0x" else int(word)
    if not _is_number(word) or not isfinite(float(word)):
        raise fault(text, value.at, f"{named(value.text)} is no number")
    return float(word)


def _spi(value: Value, text: str) -> str:
    """Digits of an SPI of IKE, of ESP or AH, of IPComp (its CPI), or of both sides of an IKEv1 SA in a notify."""
    digits = _plain(value.text, Kind.SPI)
    if not _is_spi(digits):
        reason = "is no SPI: 16 hexadecimal digits of IKE, 8 of ESP and AH; contains looks for a part"
        raise fault(text, value.at, f"{named(value.text)} {reason}")
    return digits


def _network(value: Value, text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(value.text, strict=False)
    except ValueError:
        reason = f"{named(value.text)} is no address and no network like 192.0.2.0/24; contains looks for a part"
        raise fault(text, value.at, reason) from None


def _address(networks: list[IPv4Network | IPv6Network]) -> Test:
    single = frozenset(n.network_address for n in networks if n.prefixlen == n.max_prefixlen)
    wide = [n for n in networks if n.prefixlen < n.max_prefixlen]

    def test(cell: str) -> bool:
        return any(a in single or any(a in network for network in wide) for a in _addresses(cell))

    return test


@lru_cache(maxsize=4096)
def _addresses(cell: str) -> tuple[IPv4Address | IPv6Address, ...]:
    """The addresses of a cell: one, or the two ends of a path, each with its port."""
    found = []
    for end in cell.split(" - "):
        host = end[1:].partition("]")[0] if end.startswith("[") else end
        if host.count(":") == 1:
            host = host.partition(":")[0]
        try:
            found.append(ip_address(host))
        except ValueError:
            continue
    return tuple(found)


def span(value: Value, text: str, rules: tzinfo | None = UTC) -> tuple[int, int]:
    """The first and the last nanosecond since 1970 of what is written: a day, a minute, a second or a part of it.

    ISO 8601. rules: of the zone where none is given; None: that of this machine. FilterError: it is no time.
    """
    found = _time(value.text)
    try:
        if found is None:
            raise ValueError
        day, minute, second, part, zone = found.groups()
        offset = "" if zone is None else "+00:00" if zone in "Zz" else zone
        start = datetime.fromisoformat(f"{day}T{minute or '00:00'}:{second or '00'}{offset}")
        seconds = _seconds(start, rules)
        length = 1 if second else 60 if minute else _day(start, rules)
    except (ValueError, OverflowError):
        reason = f"{named(value.text)} is no time; write 2026-11-20, 2026-11-20T10:11:12.5Z or 2026-11-20T10:11+02:00"
        raise fault(text, value.at, reason) from None
    first = seconds * _SECOND + (int(part.ljust(9, "0")) if part else 0)
    if part:
        return first, first + 10 ** (9 - len(part)) - 1
    return first, first + length * _SECOND - 1


def _day(start: datetime, rules: tzinfo | None) -> int:
    """The seconds of a day, which is longer or shorter when clocks are set."""
    if start.tzinfo is not None or rules is UTC:
        return 86_400
    return _seconds(start + timedelta(days=1), rules) - _seconds(start, rules)


def _seconds(time: datetime, rules: tzinfo | None) -> int:
    """Seconds since 1970; a time without a zone is one of `rules`."""
    if time.tzinfo is None:
        time = time.astimezone() if rules is None else time.replace(tzinfo=rules)
    return (time - _EPOCH) // timedelta(seconds=1)


def has_zone(text: str) -> bool:
    """Whether a time says its zone."""
    found = _time(text)
    return found is not None and found[5] is not None


def utc_text(time: int, written: str) -> str:
    """A time as the language has it, in UTC: a second, or as many digits of one as `written` has.

    OverflowError: it is outside the years 1 to 9999.
    """
    found = _time(written)
    digits = len(found[4]) if found and found[4] else 0
    text = (_EPOCH + timedelta(seconds=time // _SECOND)).isoformat()[:19]
    return f"{text}.{time % _SECOND:09d}"[: len(text) + 1 + digits] + "Z" if digits else f"{text}Z"
