"""Rows of the three CSV files that answer the usual questions: proposals, failures, weak algorithms.

Each is a line of text at once. What a line says of its negotiation is made once for each negotiation, what it says of
algorithms or of a rule once for each distinct case: half a million messages offer few different things.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from analyzer.assessment.ranking import NOTES
from analyzer.isakmp.numbers import TransformType
from analyzer.report.offers import attribute_values
from analyzer.report.words import endpoint, keyed
from analyzer.tables.in_files import all_in_files
from analyzer.tables.store import Tables
from analyzer.tables.text import iso_time
from analyzer.tables.write import Encoder

Cells = tuple[Any, ...]
Who = Callable[[int | None, str | None], str]
"""The first columns of a row, by the number of its negotiation and its capture."""

_REMEMBERED: Final = 4096  # distinct cases, in text
_BEGINS_INSIDE: Final = "capture-starts-late"
_WHO: Final = ("capture", "negotiation", "initiator", "responder", "ike_version", "mode", "outcome")
_NOBODY: Final[Cells] = (None,) * len(_WHO)
_TYPES: Final[dict[int, str]] = {
    TransformType.ENCR: "encryption",
    TransformType.PRF: "prf",
    TransformType.INTEG: "integrity",
    TransformType.KE: "key_exchange",
    TransformType.SN: "sequence_numbers",
}
_ATTRIBUTES: Final = {
    "Transform": "encryption",
    "Encryption Algorithm": "encryption",
    "Hash Algorithm": "integrity",
    "Authentication Algorithm": "integrity",
    "PRF": "prf",
    "Group Description": "key_exchange",
    "Authentication Method": "authentication",
    "Life": "lifetime",
}
_ALGORITHMS: Final = (*dict.fromkeys([*_TYPES.values(), *_ATTRIBUTES.values()]), "other")

PROPOSALS: Final = (*_WHO, "sa", "side", "frame_number", "proposal_number", "protocol", *_ALGORITHMS)
FAILURES: Final = (
    *_WHO,
    "time",
    "failed_at",
    "failed_by",
    "failure",
    "diagnosis",
    "why",
    "confidence",
    "detail",
    "basis",
    "advice",
    "other_candidates",
    "evidence_frames",
    "first_frame",
    "last_frame",
    "evidence_captures",
    "last_capture",
)
WEAK: Final = (
    *_WHO,
    "severity",
    "side",
    "algorithm",
    "finding",
    "title",
    "policy",
    "clause",
    "policy_text",
    "detail",
    "confidence",
    "evidence_frames",
    "evidence_captures",
)


# Columns of the tables from which rows are made
_NAMES: Final = (
    "capture", "negotiation", "initiator_ip", "initiator_port", "responder_ip", "responder_port", "ike_version",
    "mode", "outcome",
)  # fmt: skip
_TRANSFORM: Final = ("transform_type", "transform_type_name", "transform_id", "transform", "key_bits", "attributes")


def headline_lines(tables: Tables, encode: Encoder) -> tuple[Iterator[str], Iterator[str], Iterator[str]]:
    """The lines of proposals.csv, failures.csv and weak_algorithms.csv. encode: a cell to its field."""
    tables = all_in_files(tables)
    who = _who(tables, encode)
    failures = (_joined(row, encode) for row in failure_rows(tables))
    return proposal_lines(tables, encode, who), failures, weak_lines(tables, encode, who)


def _joined(cells: Iterable[Any], encode: Encoder) -> str:
    return ",".join(map(encode, cells)) + "\n"


def _who(tables: Tables, encode: Encoder) -> Who:
    whose = _whose(tables["negotiations"].cells(*_NAMES))
    known = {cells[1]: ",".join(map(encode, cells[1:])) for cells in whose}

    def who(number: int | None, capture: str | None) -> str:
        found = known.get(number)
        rest = ",".join(map(encode, (number, *_NOBODY[2:]))) if found is None else found
        return f"{encode(capture)},{rest}"

    return who


def _whose(rows: Iterable[Cells]) -> Iterator[Cells]:
    """The first columns of each file, from those of the table `negotiations`."""
    for capture, number, initiator, initiator_port, responder, responder_port, *how in rows:
        yield capture, number, endpoint(initiator, initiator_port), endpoint(responder, responder_port), *how


def proposal_lines(tables: Tables, encode: Encoder, who: Who) -> Iterator[str]:
    """One line for each set of transforms offered or chosen: an IKEv2 proposal with alternatives, an IKEv1 transform.

    The rows of `transforms` stand in the order of `proposals`: each proposal takes as many as it names.
    """

    @lru_cache(_REMEMBERED)
    def algorithms(own: tuple[Cells, ...]) -> list[str]:
        sets = _sets([dict(zip(_TRANSFORM, cells, strict=True)) for cells in own])
        return [_joined((tuple(found.get(name, ())) or None for name in _ALGORITHMS), encode) for found in sets]

    @lru_cache(_REMEMBERED)
    def place(child: int | None, side: str | None) -> str:
        return ",".join(map(encode, ("IKE SA" if child is None else f"child SA {child}", side)))

    transforms = tables["transforms"].cells(*_TRANSFORM)
    names = ("negotiation", "capture", "child", "side", "frame_number", "proposal_number", "protocol", "transforms")
    for number, capture, child, side, frame, proposal, protocol, named in tables["proposals"].cells(*names):
        sets = algorithms(tuple(islice(transforms, len(named or ()))))
        head = f"{who(number, capture)},{place(child, side)},{encode(frame)},{encode(proposal)},{encode(protocol)},"
        for text in sets:
            yield head + text


def _sets(transforms: list[dict[str, Any]]) -> Iterable[dict[str, list[str]]]:
    """Algorithms by column; IKEv2 transforms are one set together, IKEv1's are one set each."""
    if transforms and transforms[0]["transform_type"] is None:
        return [_ikev1_set(t) for t in transforms]
    found: dict[str, list[str]] = {}
    for t in transforms:
        name = keyed(t["transform"], t["key_bits"]) or str(t["transform_id"])
        column = _TYPES.get(t["transform_type"])
        if column is None:
            column, name = "other", f"{t['transform_type_name'] or t['transform_type']}: {name}"
        found.setdefault(column, []).append(name)
    return [found]


def _ikev1_set(t: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in attribute_values(t).items():
        column = next((column for end, column in _ATTRIBUTES.items() if name.endswith(end)), None)
        found.setdefault(column or "other", []).append(value if column else f"{name}={value}")
    return found


def failure_rows(tables: Tables) -> Iterator[Cells]:
    """One row for each negotiation that failed, was not answered, or had trouble later: who, where, why, advice.

    Trouble of an SA that is up, also of one that the capture begins inside of: a request that failed, or a diagnosis
    that is no note.
    """
    causes: dict[int, list[dict[str, Any]]] = {}
    for x in tables["diagnoses"].records():
        causes.setdefault(x["negotiation"], []).append(x)
    for found in causes.values():
        found.sort(key=lambda x: x["rank"] or 99)
    negotiations = tables["negotiations"]
    cells = enumerate(negotiations.cells("negotiation", "outcome", "failed_at"))
    rows = [row for row, (number, *how) in cells if _went_wrong(how[0], how[1], causes.get(number, ()))]
    for who, n in zip(_whose(negotiations.at(rows, *_NAMES)), negotiations.picked(rows), strict=True):
        ranked = causes.get(n["negotiation"], [])
        first = ranked[0] if ranked else {}
        others = tuple(f"{x['diagnosis']} ({x['confidence']})" for x in ranked[1:]) or None
        yield (
            *who,
            None if n["first_time"] is None else iso_time(n["first_time"]),
            n["failed_at"],
            n["failed_by"],
            n["failure"],
            first.get("diagnosis"),
            first.get("title"),
            first.get("confidence") or n["outcome_confidence"],
            first.get("detail") or n["outcome_basis"],
            first.get("basis") or n["outcome_basis"],
            first.get("advice"),
            others,
            first.get("evidence_frames"),
            n["first_frame"],
            n["last_frame"],
            first.get("evidence_captures"),
            n["last_capture"],
        )


def _went_wrong(outcome: str | None, failed_at: str | None, ranked: Sequence[dict[str, Any]]) -> bool:
    up = outcome == "established" or any(x["diagnosis"] == _BEGINS_INSIDE for x in ranked)
    troubled = up and bool(ranked) and ranked[0]["diagnosis"] not in ("", *NOTES)
    return outcome in ("failed", "unanswered") or failed_at is not None or troubled


def weak_lines(tables: Tables, encode: Encoder, who: Who) -> Iterator[str]:
    """One line for each finding about an algorithm that was offered or chosen."""

    @lru_cache(_REMEMBERED)
    def rule(severity: str, subject: str, finding: str, title: str, *judged: str) -> str:
        return ",".join(map(encode, (severity, _side(finding), subject, finding, title, *judged)))

    findings = tables["findings"]
    names = ("severity", "subject", "finding", "title", "policy", "clause", "evidence", "detail", "confidence")
    rows = findings.places("finding", {name for name in set(findings.column("finding")) if _side(name)})
    places = ("negotiation", "capture", "evidence_frames", "evidence_captures")
    for number, capture, frames, captures, *cells in findings.at(rows, *places, *names):
        yield f"{who(number, capture)},{rule(*cells)},{encode(frames)},{encode(captures)}\n"


def _side(finding: str | None) -> str:
    side = (finding or "").rpartition("-")[2]
    return side if side in ("offered", "chosen") else ""
