"""Offered against chosen: what the SA payloads of a negotiation put side by side, for the IKE SA and each child SA."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from analyzer.isakmp.numbers import ProtocolId, TransformType
from analyzer.report.dossier import Dossier, Record
from analyzer.report.words import frames_text, keyed, severity_rank

# Checks whose subject is one algorithm that stands in an SA payload
OF_ALGORITHMS: Final = ("weak-", "ike-without-integrity-", "rsa-encrypted-nonces-", "key-length-missing", "esp-null-")
_PROTOCOLS: Final[dict[int, str]] = {ProtocolId.AH: "AH", ProtocolId.ESP: "ESP"}
Place = tuple[int | None, int | None]  # the child SA, or the first frame of the exchange that is to rekey the IKE SA
_LIFE_TYPES: Final = {"1": "seconds", "2": "kilobytes"}


class Alternative(NamedTuple):
    """One algorithm that was offered. severity: of the worst finding about it as it was used here; "": none."""

    name: str
    chosen: bool
    severity: str


class TypeRow(NamedTuple):
    """One transform type. mark: agreed, not offered (chosen all the same), refused (none chosen), or "".

    severity: of the worst finding about what was chosen.
    """

    name: str
    offered: tuple[Alternative, ...]
    chosen: tuple[str, ...]
    mark: str
    note: str
    severity: str


class SuiteRow(NamedTuple):
    """One IKEv1 transform: a whole suite, its values under the comparison's headings. Missing values are "".

    severities: of the worst finding about each value.
    """

    label: str
    cells: tuple[str, ...]
    chosen: bool
    severities: tuple[str, ...]


class Comparison(NamedTuple):
    """SA payloads against their answers. Either `types` (IKEv2) or `headings` and `suites` (IKEv1) are filled."""

    title: str
    offered_frames: str
    chosen_frames: str
    verdict: str
    types: tuple[TypeRow, ...]
    headings: tuple[str, ...]
    suites: tuple[SuiteRow, ...]
    proposals: tuple[Record, ...]


def comparisons(d: Dossier) -> list[Comparison]:
    """The IKE SA first, then those that were to replace it, then the child SAs whose proposals could be read."""
    rekeys = _rekeys(d)
    proposals, transforms = _by_place(d.proposals, rekeys), _by_place(d.transforms, rekeys)
    places = sorted(proposals, key=lambda place: (place[0] or 0, place[1] or 0))
    judged = _judged(d)
    return [_compare(d, place, proposals[place], transforms.get(place, []), judged) for place in places]


def _rekeys(d: Dossier) -> dict[int, int]:
    """Messages that may rekey an IKE SA: by frame, the first frame of their exchange."""
    first: dict[tuple[bool, int], int] = {}
    found = {}
    for m in d.offering:
        if m["exchange"] == "CREATE_CHILD_SA":
            exchange = (m["is_initiator"] != m["is_response"], m["message_id"])
            found[m["frame_number"]] = first.setdefault(exchange, m["frame_number"])
    return found


def _by_place(rows: Iterable[Record], rekeys: Mapping[int, int]) -> dict[Place, list[Record]]:
    found: dict[Place, list[Record]] = {}
    for row in rows:
        rekey = rekeys.get(row["frame_number"]) if row["child"] is None else None
        found.setdefault((row["child"], rekey), []).append(row)
    return found


def _compare(
    d: Dossier,
    place: Place,
    proposals: list[Record],
    transforms: list[Record],
    judged: Mapping[tuple[int, str], str],
) -> Comparison:
    child, rekey = place
    offered = [t for t in transforms if t["side"] == "offered"]
    chosen = [t for t in transforms if t["side"] == "chosen"]
    version1 = d.n["ike_version"] == 1
    shares = child is None and rekey is None
    types = () if version1 else tuple(_types(d, offered, chosen, judged, shares=shares))
    headings, suites = _suites(offered, chosen, judged) if version1 else ((), ())
    return Comparison(
        "IKE SA that replaces it" if rekey is not None else "IKE SA" if child is None else f"Child SA {child}",
        _frames(proposals, "offered"),
        _frames(proposals, "chosen"),
        _verdict(types, suites, bool(offered), bool(chosen)),
        types,
        headings,
        suites,
        tuple(proposals),
    )


def _frames(proposals: Iterable[Record], side: str) -> str:
    """Where a side's proposals stand, in words."""
    frames = {p["frame_number"] for p in proposals if p["side"] == side}
    return frames_text(frames) if frames else "no frame of this capture"


def _verdict(types: Iterable[TypeRow], suites: Iterable[SuiteRow], offered: bool, chosen: bool) -> str:
    if not chosen:
        return "Nothing was chosen, as far as this capture shows."
    if not offered:
        return "The offer is not in this capture; only the choice is."
    strange = [row.name for row in types if row.mark == "not offered"] + [
        s.label for s in suites if s.label == "chosen"
    ]
    if strange:
        return "The choice is not among the offers: " + ", ".join(strange) + "."
    return ""


def _judged(d: Dossier) -> dict[tuple[int, str], str]:
    """The worst severity of the findings about an algorithm in a frame, by frame and subject."""
    found: dict[tuple[int, str], str] = {}
    for f in d.findings:
        severity = f["severity"] or ""
        if (f["finding"] or "").startswith(OF_ALGORITHMS):
            for frame in f["evidence_frames"] or ():
                key = frame, f["subject"]
                found[key] = min(found.get(key, ""), severity, key=severity_rank)
    return found


def _worst(names: Iterable[str], transforms: Iterable[Record], judged: Mapping[tuple[int, str], str]) -> str:
    """The worst severity of these names where these transforms stand; a child SA's carry its protocol before them."""
    if not judged:
        return ""
    found = [""]
    for frame, protocol in dict.fromkeys((t["frame_number"], _PROTOCOLS.get(t["protocol_id"])) for t in transforms):
        for name in names:
            subject = name if protocol is None else f"{protocol} {name.removeprefix('ESP_')}"
            found.append(judged.get((frame, subject), ""))
    return min(found, key=severity_rank)


def _types(
    d: Dossier, offered: list[Record], chosen: list[Record], judged: Mapping[tuple[int, str], str], *, shares: bool
) -> Iterable[TypeRow]:
    """The rows of an IKEv2 comparison. shares: say for which groups IKE_SA_INIT carried values."""
    names: dict[int | None, str] = {}
    for t in (*offered, *chosen):
        names.setdefault(t["transform_type"], str(t["transform_type_name"] or t["transform_type"]))
    refused = d.n["failed_by"] in ("initiator", "responder")
    for number in sorted(names, key=lambda kind: -1 if kind is None else kind):
        have = dict.fromkeys(_name(t) for t in offered if t["transform_type"] == number)
        picked = tuple(dict.fromkeys(_name(t) for t in chosen if t["transform_type"] == number))
        mark = "agreed" if picked else "refused" if not chosen and refused else ""
        if offered and not set(picked) <= set(have):
            mark = "not offered"
        note = "" if picked or not chosen else "none chosen"
        if number == TransformType.KE and shares:
            note = _key_shares(d, picked)
        alternatives = tuple(
            Alternative(name, name in picked, _worst([name], chosen if name in picked else offered, judged))
            for name in have
        )
        yield TypeRow(names[number], alternatives, picked, mark, note, _worst(picked, chosen, judged))


def _name(transform: Record) -> str:
    return keyed(transform["transform"], transform["key_bits"]) or str(transform["transform_id"])


def _key_shares(d: Dossier, picked: Collection[str]) -> str:
    """Which groups the initiator sent a value for, where not just for the chosen one: about INVALID_KE_PAYLOAD."""
    init = {m["frame_number"] for m in d.offering if m["exchange"] == "IKE_SA_INIT"}
    sent: dict[str, list[int]] = {}
    for k in d.ke_values:
        if k["side"] == "initiator" and k["frame_number"] in init and k["ke_method"]:
            sent.setdefault(k["ke_method"], []).append(k["frame_number"])
    if sent.keys() == set(picked):
        return ""
    texts = [f"value sent for {name} ({frames_text(frames)})" for name, frames in sent.items()]
    return "; ".join(texts[:4])


def _suites(
    offered: list[Record], chosen: list[Record], judged: Mapping[tuple[int, str], str]
) -> tuple[tuple[str, ...], tuple[SuiteRow, ...]]:
    headings = tuple(dict.fromkeys(name for t in (*offered, *chosen) for name in attribute_values(t)))
    picked = {_key(t) for t in chosen}
    rows: dict[tuple[object, ...], SuiteRow] = {}
    for t in offered:
        label, cells, used = f"{t['proposal_number']}.{t['transform_number']}", _cells(t, headings), _key(t) in picked
        severities = tuple(_worst([cell], chosen if used else [t], judged) for cell in cells)
        rows.setdefault(_key(t), SuiteRow(label, cells, used, severities))
    for t in chosen:
        cells = _cells(t, headings)
        severities = tuple(_worst([cell], [t], judged) for cell in cells)
        rows.setdefault(_key(t), SuiteRow("chosen", cells, True, severities))
    return headings, tuple(rows.values())


def attribute_values(t: Record) -> dict[str, str]:
    """Attribute names to values; the transform's own name first where it says something (phase 2)."""
    values = {} if t["transform"] in ("KEY_IKE", None) else {"Transform": str(t["transform"])}
    unit = ""
    for text in t["attributes"] or ():
        name, _, value = text.partition("=")
        if name.endswith("Life Type"):
            unit = _LIFE_TYPES.get(value, value)
        elif name.endswith("Life Duration"):
            values["Life"] = ", ".join(part for part in (values.get("Life"), f"{value} {unit}".strip()) if part)
        else:
            values[name] = value
    cipher = next((name for name in ("Encryption Algorithm", "Transform") if name in values), None)
    if cipher and "Key Length" in values:
        values[cipher] += "-" + values.pop("Key Length")
    return values


def _cells(t: Record, headings: tuple[str, ...]) -> tuple[str, ...]:
    values = attribute_values(t)
    return tuple(values.get(heading, "") for heading in headings)


def _key(t: Record) -> tuple[object, ...]:
    """What makes two transforms the same: protocol, ID and attributes (RFC 2409 section 5: returned unmodified)."""
    return (t["protocol_id"], t["transform_id"], tuple(sorted(t["attributes"] or ())))
