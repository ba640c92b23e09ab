"""The loader of the data files of this folder: numbers, their names and references.

Each file is a table `value,name,reference,status`, some with more columns; a value is a number or a range "a-b".
Tables are named like their files. A name that the registry does not give (unassigned, reserved, private use) is made of
the registry's prefix and the number, so that the number is never lost: ENCR_UNKNOWN_1234, ENCR_PRIVATE_65500.
"""

from functools import cache, lru_cache
from typing import NamedTuple

from analyzer import data

_GENERIC = {"unassigned": "UNKNOWN", "reserved": "RESERVED", "private use": "PRIVATE"}
FIRST_STATUS = (
    16384  # notify types below it are errors, in both versions (RFC 2408 section 3.14.1, RFC 7296 section 3.10.1)
)


class Entry(NamedTuple):
    """A row of a registry.

    `mnemonic`: the short or contract name where the registry's is a phrase. `module`: the file that decodes a payload
    type. `vendor`: who uses a private number. `clear`: what it means that a flag is not set; `status` says it of one
    that is. `values`: the table of what stands behind an attribute, a transform type
    or a protocol. `data`: the form of the bytes that go with the number, as `payloads.content` reads them. `unit`: what
    the number behind an attribute counts, "bits" or "seconds"; of a lifetime "named", by the attribute before it that
    has "names".
    """

    value: int
    name: str
    reference: str
    status: str
    mnemonic: str = ""
    module: str = ""
    vendor: str = ""
    values: str = ""
    data: str = ""
    clear: str = ""
    unit: str = ""


class _Table(NamedTuple):
    single: dict[int, list[Entry]]
    ranges: list[tuple[int, int, Entry]]


def rows(name: str) -> list[dict[str, str]]:
    """A data file of this folder as dictionaries, in the file's order."""
    return data.rows(__file__, f"{name}.csv")


@cache
def _table(table: str) -> _Table:
    single: dict[int, list[Entry]] = {}
    ranges = []
    for row in rows(table) if table else ():  # "" is the table of numbers that no registry explains
        first, _, last = row.pop("value").partition("-")
        entry = Entry(int(first), **row)
        if last:
            ranges.append((int(first), int(last), entry))
        else:
            single.setdefault(entry.value, []).append(entry)
    return _Table(single, ranges)


def entries(table: str) -> list[Entry]:
    """All rows of a table that name a single number, in the file's order."""
    return [entry for claimants in _table(table).single.values() for entry in claimants]


def claimants(table: str, value: int) -> list[Entry]:
    """All rows for one number; private numbers may be claimed by several vendors."""
    return _table(table).single.get(value, [])


@lru_cache(maxsize=4096)
def entry(table: str, value: int) -> Entry | None:
    """The row for a number: its own, else the range it lies in, else None."""
    found = _table(table).single.get(value)
    if found:
        return found[0]
    for first, last, row in _table(table).ranges:
        if first <= value <= last:
            return row._replace(value=value)
    return None


def values_table(table: str, value: int) -> str:
    """The table of what `value` leads to: an attribute's values, a type's or protocol's transforms; "" for none."""
    row = entry(table, value)
    return row.values if row is not None else ""


@lru_cache(maxsize=4096)
def name(table: str, value: int) -> str:
    """The registry's name for a number, or prefix, kind and number where it has none."""
    row = entry(table, value)
    kind = "UNKNOWN"
    if row is not None:
        generic = _GENERIC.get(row.name.lower())
        if generic is None and value in _table(table).single:
            return row.name
        kind = generic or "UNKNOWN"
    return f"{_prefix(table)}{kind}_{value}"


@cache
def _prefixes() -> dict[str, str]:
    return {row["table"]: row["prefix"] for row in rows("prefixes")}


def _prefix(table: str) -> str:
    prefix = _prefixes().get(table, "")
    return prefix and prefix + "_"


@lru_cache(maxsize=1024)
def exchange_name(major_version: int, exchange_type: int, *, gdoi: bool = False) -> str:
    """The exchange's name: IDENTITY_PROTECTION, QUICK_MODE, IKE_SA_INIT, ...; EXCHANGE_250 where there is none.

    gdoi: IKEv1 under GDOI's DOI or on its port, where two numbers have another meaning (RFC 6407).
    """
    row = entry(f"ikev{major_version}-exchange-types", exchange_type) if major_version in (1, 2) else None
    if gdoi and major_version == 1:
        row = entry("gdoi-exchange-types", exchange_type) or row
    return row.mnemonic if row is not None and row.mnemonic else f"EXCHANGE_{exchange_type}"


@lru_cache(maxsize=1024)
def payload_name(major_version: int, payload_type: int) -> str:
    """The RFC's short name of a payload: SA, KE, IDi, N, SKF, ...; PAYLOAD_200 where there is none."""
    row = entry(f"ikev{major_version}-payload-types", payload_type) if major_version in (1, 2) else None
    return row.mnemonic if row is not None and row.mnemonic else f"PAYLOAD_{payload_type}"


@lru_cache(maxsize=4096)
def notify_name(major_version: int, notify_type: int, vendor: str | None = None) -> str:
    """A notify's name. Private IKEv2 numbers: `vendor`'s name for it, else all names it has, joined with "/"."""
    if major_version != 2:
        return name("ikev1-notify", notify_type)
    claims = claimants("ikev2-notify-private", notify_type)
    if claims:
        own = [row.name for row in claims if row.vendor == vendor]
        return own[0] if own else "/".join(row.name for row in claims)
    return name("ikev2-notify-error" if notify_type < FIRST_STATUS else "ikev2-notify-status", notify_type)


def notify_entry(notify_type: int) -> Entry | None:
    """The row of an IKEv2 notify type: of the private numbers the first claimant's."""
    table = "ikev2-notify-error" if notify_type < FIRST_STATUS else "ikev2-notify-status"
    claims = claimants("ikev2-notify-private", notify_type)
    return claims[0] if claims else entry(table, notify_type)


def notify_class(major_version: int, notify_type: int) -> str:  # noqa: ARG001 - both versions draw the same line
    """Either "error" or "status"."""
    return "error" if notify_type < FIRST_STATUS else "status"
