"""Names of algorithms as people write them: strongSwan's proposal keywords and the registries' own names."""

import re
from functools import cache

from analyzer import data
from analyzer.assessment.algorithms import NEEDS_KEY_LENGTH, Algorithm
from analyzer.isakmp import registry

# By IKE version and use (ike, esp, ah): the kinds, and the registry of each
TABLES = {
    (2, "ike"): {"encr": "ikev2-encr", "integ": "ikev2-integ", "prf": "ikev2-prf", "ke": "ikev2-ke"},
    (2, "esp"): {"encr": "ikev2-encr", "integ": "ikev2-integ", "ke": "ikev2-ke", "sn": "ikev2-sn"},
    (2, "ah"): {"integ": "ikev2-integ", "ke": "ikev2-ke", "sn": "ikev2-sn"},
    (1, "ike"): {"encr": "ikev1-encryption", "hash": "ikev1-hash", "ke": "ikev1-groups"},
    (1, "esp"): {"encr": "ikev1-esp-transforms", "integ": "ikev1-ipsec-auth-algorithms", "ke": "ikev1-groups"},
    (1, "ah"): {"integ": "ikev1-ipsec-auth-algorithms", "ke": "ikev1-groups"},
}
_OTHER_WORDS = {  # the same keyword, written otherwise
    "aes": "aes128",
    "sha": "sha1",
    "sha2_256": "sha256",
    "sha2_384": "sha384",
    "sha2_512": "sha512",
    "curve25519": "x25519",
    "curve448": "x448",
    "chacha20": "chacha20poly1305",
}
_BITS = {"64": "8", "96": "12", "128": "16"}  # aes256gcm128 counts the check value in bits, aes256gcm16 in bytes
_ADDITIONAL = re.compile(r"(ke[1-7])_(.+)")


@cache
def _keywords() -> dict[str, dict[str, str]]:
    return {row["keyword"]: row for row in data.rows(__file__, "keywords.csv")}


@cache
def _names(table: str) -> dict[str, int]:
    return {entry.name.lower(): entry.value for entry in registry.entries(table)}


def algorithm(word: str, version: int, use: str) -> Algorithm | None:
    """What a keyword or registry name means there; None: nothing. The kind of `ke1_WORD` is addke1 (RFC 9370)."""
    lower = word.strip().lower()
    additional = _ADDITIONAL.fullmatch(lower)
    if additional:
        found = algorithm(additional[2], version, use) if version == 2 else None
        return found._replace(kind=f"add{additional[1]}") if found is not None and found.kind == "ke" else None
    scope = f"ikev{version}" if use == "ike" else use
    row = _keyword(lower)
    for kind, table in TABLES[version, use].items():
        number, bits = _by_keyword(row, kind, version, use) if row is not None else _by_name(table, lower)
        if number is not None:
            return Algorithm(scope, kind, table, number, bits if kind == "encr" else None)
    return None


def _keyword(word: str) -> dict[str, str] | None:
    word = _OTHER_WORDS.get(word, word)
    counted = re.fullmatch(r"(aes\d+(?:gcm|ccm))(64|96|128)", word)
    return _keywords().get(counted[1] + _BITS[counted[2]] if counted else word)


def _by_keyword(row: dict[str, str], kind: str, version: int, use: str) -> tuple[int | None, int | None]:
    if row["kind"] != ("integ" if kind == "hash" else kind):
        return None, None
    number = row["ikev2" if version == 2 else "ikev1" if use == "ike" else "ipsec1"]
    return int(number) if number else None, int(row["key_bits"]) if row["key_bits"] else None


def _by_name(table: str, name: str) -> tuple[int | None, int | None]:
    if name in _names(table):
        return _names(table)[name], None
    bare, _, bits = name.rpartition("-")
    return (_names(table).get(bare), int(bits)) if bits.isascii() and bits.isdigit() else (None, None)


def lacks_key_length(found: Algorithm) -> bool:
    """The cipher has keys of several lengths and none was named."""
    return found.key_bits is None and found.number in NEEDS_KEY_LENGTH.get(found.table, ())


def pseudo_random_function(integrity: Algorithm) -> Algorithm | None:
    """The IKEv2 PRF of the same hash, which configurations leave unsaid beside an integrity algorithm."""
    numbers = {1: 1, 2: 2, 12: 5, 13: 6, 14: 7, 5: 4, 8: 8}
    number = numbers.get(integrity.number)
    return Algorithm("ikev2", "prf", "ikev2-prf", number, None) if number is not None else None
