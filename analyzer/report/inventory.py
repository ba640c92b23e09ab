"""Which algorithms were offered and chosen, by how many negotiations, and what the policy holds against them.

Counted are negotiations, each once for an algorithm, however often it stands in their proposals.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from analyzer.assessment.algorithms import ADDITIONAL_KE
from analyzer.isakmp.numbers import ProtocolId, TransformType
from analyzer.report.dossier import in_floods
from analyzer.report.offers import OF_ALGORITHMS, attribute_values
from analyzer.report.words import keyed, severity_rank
from analyzer.tables.store import Tables

_KINDS: Final[dict[int, str]] = {
    TransformType.ENCR: "Encryption",
    TransformType.INTEG: "Integrity",
    TransformType.PRF: "Pseudorandom function",
    TransformType.KE: "Key exchange",
}
_ATTRIBUTES: Final = {
    "Encryption Algorithm": "Encryption",
    "Transform": "Encryption",
    "Hash Algorithm": "Integrity",
    "Authentication Algorithm": "Integrity",
    "Group Description": "Key exchange",
    "Authentication Method": "Authentication",
}
_ORDER: Final = (*dict.fromkeys((*_KINDS.values(), "Additional key exchange", *_ATTRIBUTES.values())),)
_NULL: Final = ("ESP ENCR_NULL", "ESP NULL")  # the subject of the check is the child SA
_PROTOCOLS: Final[dict[int, str]] = {ProtocolId.AH: "AH", ProtocolId.ESP: "ESP"}


class Item(NamedTuple):
    """One algorithm for one purpose. offered, chosen: by how many negotiations, and the worst finding about that."""

    kind: str
    purpose: str
    name: str
    offered: int
    offered_severity: str
    chosen: int
    chosen_severity: str


def inventory(tables: Tables) -> list[Item]:
    """All algorithms that could be read, by kind, the most chosen first."""
    severities = _severities(tables)
    users: dict[tuple[str, str, str], tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for (kind, purpose, name), side, numbers in _used(tables):
        users[kind, purpose, name][side == "chosen"].update(numbers)
    items = []
    for (kind, purpose, name), (offered, chosen) in users.items():
        subject = name if purpose == "IKE" else f"{purpose} {name.removeprefix('ESP_')}"
        weighs = [severities.get((side, subject), "") for side in ("offered", "chosen")]
        items.append(Item(kind, purpose, name, len(offered), weighs[0], len(chosen), weighs[1] if chosen else ""))
    order = {kind: place for place, kind in enumerate(_ORDER)}
    return sorted(items, key=lambda i: (i.purpose != "IKE", i.purpose, order[i.kind], -i.chosen, -i.offered, i.name))


def _used(tables: Tables) -> Iterator[tuple[tuple[str, str, str], str, set[int]]]:
    """Kind, purpose and name of each algorithm, the side that named it, and the negotiations in which it did."""
    known = ours(tables)
    groups: dict[tuple[Any, ...], set[int]] = defaultdict(set)
    columns = ("transform_type", "transform", "key_bits", "attributes", "protocol_id", "side", "negotiation")
    for *what, number in set(tables["transforms"].cells(*columns)):
        if number in known:
            groups[tuple(what)].add(number)
    for (kind, transform, key_bits, attributes, protocol, side), numbers in groups.items():
        purpose = _PROTOCOLS.get(protocol, "IKE" if protocol in (None, ProtocolId.IKE) else "")
        if not purpose or transform is None:
            continue
        if kind is None:
            values = attribute_values({"transform": transform, "attributes": attributes, "key_bits": key_bits})
            for attribute, value in values.items():
                if attribute in _ATTRIBUTES and not (attribute == "Transform" and purpose == "AH"):
                    yield (_ATTRIBUTES[attribute], purpose, value), side, numbers
        elif kind in ADDITIONAL_KE:
            yield ("Additional key exchange", purpose, transform), side, numbers
        elif kind in _KINDS:
            yield (_KINDS[kind], purpose, keyed(transform, key_bits) or transform), side, numbers


def ours(tables: Tables) -> set[int]:
    """Negotiations but those of floods, and probes of scanners, whose offers are their tool."""
    flooded = in_floods(tables)
    cells = tables["negotiations"].cells("negotiation", "outcome")
    return {number for number, outcome in cells if number not in flooded and outcome != "probe"}


def _severities(tables: Tables) -> dict[tuple[str, str], str]:
    """The worst finding about an algorithm, by offered or chosen and its name."""
    worst: dict[tuple[str, str], str] = {}
    for finding, subject, severity in set(tables["findings"].cells("finding", "subject", "severity")):
        if not (finding or "").startswith(OF_ALGORITHMS):
            continue  # of a mode or a use: no word against the algorithm as such
        side = "offered" if finding.endswith("-offered") else "chosen"
        for name in _NULL if finding == "esp-null-encryption" else (subject or "",):
            worst[side, name] = min(worst.get((side, name), ""), severity or "", key=severity_rank)
    return worst
