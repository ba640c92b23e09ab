"""The CSV files: three that answer the usual questions (proposals, failures, weak algorithms), and the tables."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TextIO

from analyzer.assessment.ranking import NOTES
from analyzer.isakmp.numbers import TransformType
from analyzer.report.files import Opener, files_below
from analyzer.report.offers import attribute_values
from analyzer.report.words import endpoint, keyed
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from analyzer.tables.text import iso_time
from analyzer.tables.write import csv_encoder, write_csv

if TYPE_CHECKING:
    from analyzer.analysis import Analysis

Cells = tuple[Any, ...]

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
)


HEADLINES: Final = {"proposals.csv": PROPOSALS, "failures.csv": FAILURES, "weak_algorithms.csv": WEAK}
CSV_FILES: Final = (*HEADLINES, *(f"tables/{name}.csv" for name in SCHEMA))


def write_csv_folder(analysis: "Analysis", folder: Path, *, raw: bool = False) -> None:
    """Write proposals.csv, failures.csv, weak_algorithms.csv and every table as tables/NAME.csv below `folder`."""
    write_csv_files(analysis.tables, files_below(folder, private=analysis.decrypts), raw=raw)


def write_csv_files(
    tables: Tables,
    opened: Opener,
    *,
    raw: bool = False,
    names: Iterable[str] = SCHEMA,
    common: "Headlines | None" = None,
) -> None:
    """The three files, and the tables of these names. `raw`: text as captured, formulas and control characters too.

    common: the three files over many captures, which take the same rows.
    """
    with Headlines(opened, raw=raw) as headlines:
        headlines.add(tables, common)
    for name in names:
        with opened(f"tables/{name}.csv") as file:
            write_csv(tables[name], file, raw=raw)


class Headlines:
    """The three headline files of one capture or of many, whose rows are added one capture after the other."""

    def __init__(self, opened: Opener, *, raw: bool = False) -> None:
        self._opened = opened
        self._raw = raw
        self._files: list[TextIO] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with self._stack as stack:
            for name, header in HEADLINES.items():
                self._files.append(stack.enter_context(self._opened(name)))
                self._files[-1].write(",".join(header) + "\n")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *raised: object) -> bool | None:
        return self._stack.__exit__(*raised)  # type: ignore[arg-type]

    def add(self, tables: Tables, common: "Headlines | None" = None) -> None:
        """Add the rows of one more capture, here and in the common files."""
        encode = csv_encoder(raw=self._raw)
        outputs = zip(*(headlines._files for headlines in (self, common) if headlines is not None), strict=True)
        for files, rows in zip(outputs, (proposal_rows, failure_rows, weak_rows), strict=True):
            for row in rows(tables):
                line = ",".join(map(encode, row)) + "\n"
                for file in files:
                    file.write(line)

    def mark(self) -> tuple[int, ...]:
        """How far the files are written, for `back_to`."""
        return tuple(file.tell() for file in self._files)

    def back_to(self, mark: tuple[int, ...]) -> None:
        """Take back the rows that were added after this mark."""
        for file, place in zip(self._files, mark, strict=True):
            file.seek(place)
            file.truncate()


def _who(tables: Tables) -> dict[int, Cells]:
    """The first columns of each file by negotiation."""
    return {
        n["negotiation"]: (
            n["capture"],
            n["negotiation"],
            endpoint(n["initiator_ip"], n["initiator_port"]),
            endpoint(n["responder_ip"], n["responder_port"]),
            n["ike_version"],
            n["mode"],
            n["outcome"],
        )
        for n in tables["negotiations"].records()
    }


def proposal_rows(tables: Tables) -> Iterator[Cells]:
    """One row for each set of transforms offered or chosen: an IKEv2 proposal with alternatives, an IKEv1 transform.

    The rows of `transforms` stand in the order of `proposals`: each proposal takes as many as it names.
    """
    who = _who(tables)
    transforms = tables["transforms"].records()
    for p in tables["proposals"].records():
        own = list(islice(transforms, len(p["transforms"] or ())))
        head = who.get(p["negotiation"], (p["capture"], p["negotiation"], *_NOBODY[2:]))
        sa = "IKE SA" if p["child"] is None else f"child SA {p['child']}"
        place = (sa, p["side"], p["frame_number"], p["proposal_number"], p["protocol"])
        for algorithms in _sets(own):
            yield (*head, *place, *(tuple(algorithms.get(name, ())) or None for name in _ALGORITHMS))


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
    who = _who(tables)
    causes: dict[int, list[dict[str, Any]]] = {}
    for x in tables["diagnoses"].records():
        causes.setdefault(x["negotiation"], []).append(x)
    for n in tables["negotiations"].records():
        ranked = sorted(causes.get(n["negotiation"], []), key=lambda x: x["rank"] or 99)
        first = ranked[0] if ranked else {}
        up = n["outcome"] == "established" or any(x["diagnosis"] == _BEGINS_INSIDE for x in ranked)
        troubled = up and first.get("diagnosis", "") not in ("", *NOTES)
        if n["outcome"] not in ("failed", "unanswered") and n["failed_at"] is None and not troubled:
            continue
        others = tuple(f"{x['diagnosis']} ({x['confidence']})" for x in ranked[1:]) or None
        yield (
            *who[n["negotiation"]],
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
        )


def weak_rows(tables: Tables) -> Iterator[Cells]:
    """One row for each finding about an algorithm that was offered or chosen."""
    who = _who(tables)
    for f in tables["findings"].records():
        side = (f["finding"] or "").rpartition("-")[2]
        if side in ("offered", "chosen"):
            head = who.get(f["negotiation"], (f["capture"], f["negotiation"], *_NOBODY[2:]))
            what = (f["severity"], side, f["subject"], f["finding"], f["title"])
            rule = (f["policy"], f["clause"], f["evidence"], f["detail"])
            yield (*head, *what, *rule, f["confidence"], f["evidence_frames"])
