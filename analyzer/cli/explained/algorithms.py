"""Algorithms of both versions, by name, number, and keyword of configurations: what each policy says of them."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from analyzer.assessment import policies, strength
from analyzer.assessment.algorithms import AEAD, NEEDS_KEY_LENGTH, POST_QUANTUM, SMALL_BLOCKS, Algorithm
from analyzer.assessment.keywords import TABLES, algorithm
from analyzer.cli.explained.kind import Kind
from analyzer.isakmp import registry
from analyzer.report.manual import Page, Section

_TITLES: Final = {
    "encr": "encryption", "integ": "integrity", "prf": "pseudo-random function", "ke": "key exchange", "hash": "hash",
    "sn": "sequence numbers",
}  # fmt: skip
_KEYS: Final = (128, 192, 256)
_GROUPS: Final = ("group", "dh", "dh group")  # words before the number of a key exchange method


@cache
def _all() -> dict[tuple[str, int], Algorithm]:
    """Every algorithm with a number of its own, by registry and number, in the use that is judged first."""
    found: dict[tuple[str, int], Algorithm] = {}
    for (version, use), kinds in TABLES.items():
        scope = f"ikev{version}" if use == "ike" else use
        for kind, table in kinds.items():
            for entry in registry.entries(table):
                found.setdefault((table, entry.value), Algorithm(scope, kind, table, entry.value, None))
    return found


def _words() -> dict[str, str]:
    words: dict[str, str] = {}
    for one in _all().values():
        words.setdefault(one.name, f"{_version(one)} {_TITLES[one.kind]} {one.number}")
    return words


def _version(one: Algorithm) -> str:
    return {"ikev1": "IKEv1", "ikev2": "IKEv2"}.get(one.scope, one.scope.upper())


def _pages(word: str) -> list[Page]:
    prefix = next((before for before in _GROUPS if word.removeprefix(before).strip() != word), "")
    rest = word.removeprefix(prefix).strip()
    if rest.isascii() and rest.isdigit():
        return [_page(one) for one in _all().values() if one.number == int(rest) and (one.kind == "ke" or not prefix)]
    found = {one: None for one in _all().values() if one.name.lower() == word}
    if not found:
        written = (algorithm(word, version, use) for version, use in TABLES)
        found = {one: None for one in written if one is not None and not one.kind.startswith("add")}
    return [_page(one) for one in found]


def _page(one: Algorithm) -> Page:
    entry = registry.entry(one.table, one.number)
    sections = (
        Section("What is known of it", "\n".join(_facts(one))),
        Section("What policies say", "\n".join(_verdicts(one)) if one.kind != "sn" else ""),
        Section("References", (entry.reference if entry else "").replace(";", "\n")),
    )
    kind = f"{_version(one)} {_TITLES[one.kind]} {one.number}, registry {one.table}"
    return Page(one.name, kind, "", tuple(section for section in sections if section.text))


def _facts(one: Algorithm) -> Iterator[str]:
    entry = registry.entry(one.table, one.number)
    if entry and entry.status:
        yield f"The registry says: {entry.status}."
    bits = {k: strength.bits(one._replace(key_bits=k)) for k in _keys(one)}
    if strength.is_known(one) and any(bits.values()):
        each = ", ".join(f"{n} bits{f' with a key of {k}' if k else ''}" for k, n in bits.items() if n)
        yield f"Strength against computers of today: about {each}."
    kind, number = policies.in_ikev2_numbers(one)
    if one.kind == "encr" and number in AEAD:
        yield "It protects integrity too (AEAD): no integrity algorithm stands beside it."
    if one.number in SMALL_BLOCKS.get(one.table, ()):
        yield "Its blocks have 64 bits, too few for large amounts of data under one key (Sweet32)."
    if kind == "ke":
        against = "Made to withstand" if number in POST_QUANTUM else "Does not withstand"
        yield f"{against} quantum computers." if number else "No key exchange."
    if one.number in NEEDS_KEY_LENGTH.get(one.table, ()):
        yield "Its keys have several lengths: the key length attribute says which."


def _keys(one: Algorithm) -> tuple[int | None, ...]:
    if one.key_bits is not None or one.number not in NEEDS_KEY_LENGTH.get(one.table, ()):
        return (one.key_bits,)
    return _KEYS


def _verdicts(one: Algorithm) -> Iterator[str]:
    """Of each policy what it says, of each key length where that makes a difference."""
    for name in policies.names():
        said = {key: _verdict(name, one._replace(key_bits=key)) for key in _keys(one)}
        if len(set(said.values())) == 1:
            yield f"{name}: {next(iter(said.values()))}"
        else:
            yield from (f"{name}, key of {key}: {text}" for key, text in said.items())


def _verdict(name: str, one: Algorithm) -> str:
    policy = policies.load(name)
    verdict = policy.judge(one)
    if verdict is not None:
        return f"{verdict.severity}. {verdict.text}"
    return "asked for or recommended" if policy.asks(one) is not None else "no objection"


KIND: Final = Kind(
    5,
    "algorithms",
    "algorithm",
    "transforms by name, number, keyword: strength, each policy's word",
    "group 14",
    _words,
    _pages,
)
