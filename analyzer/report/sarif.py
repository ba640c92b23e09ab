"""Findings as a SARIF 2.1.0 log (OASIS, errata 01, 28 August 2023), result by result: CI systems and scanners read it.

A capture is an artifact with its SHA-256. It has no lines: a result's place is its negotiation (a logical location),
and the frames that show it are places of their own (`relatedLocations`, the first ones; all stand in its properties).
Runs over other captures are compared by `partialFingerprints`, in which neither file, frame nor negotiation stands.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any, Final
from urllib.parse import quote

from analyzer import __version__
from analyzer.assessment import catalogue
from analyzer.assessment.model import Explanation
from analyzer.capture.given import is_url
from analyzer.capture.placed_frame import PlacedFrame, own_number
from analyzer.report.checklist import worst_first
from analyzer.report.dossier import Record
from analyzer.report.filtered import Filtered
from analyzer.report.same_finding import lasting
from analyzer.report.sentences import evidence_text, finding_text
from analyzer.tables.store import Tables
from analyzer.tables.text import visible

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_FRAMES: Final = 10  # of a result that are places of their own
_OF_URLS: Final = "/:?#[]@!$&'()*+,;=%"
_LEVELS: Final = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
_SCORES: Final = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0", "info": "0.0"}  # for code scanners


def before() -> str:
    """The log up to its results."""
    driver = {"name": "isakmp-analyzer", "semanticVersion": __version__, "rules": [*map(_rule, _checks())]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints"}
    return f'{{"$schema": {json.dumps(SCHEMA)}, "version": "2.1.0", "runs": [{json.dumps(run)[:-1]}, "results": '


def results(tables: Tables) -> Iterator[str]:
    """The findings of one capture, each as a result, the worst first."""
    hosts = tables["negotiations"].cells("negotiation", "initiator_ip", "responder_ip")
    ends = {number: pair for number, *pair in hosts}
    for finding in worst_first(tables["findings"]).records():
        yield json.dumps(_result(finding, ends.get(finding["negotiation"], [None, None])))


def artifacts(tables: Tables) -> Iterator[str]:
    """The files of one capture, each as an artifact."""
    for path, digest, size in tables["captures"].cells("capture", "sha256", "size_bytes"):
        known = {"length": size, "hashes": {"sha-256": digest}} if digest is not None else {}
        yield json.dumps({"location": _artifact(path)["artifactLocation"], "roles": ["analysisTarget"], **known})


def after(
    policy: str,
    code: int,
    unread: Iterable[tuple[str, str]],
    said: Iterable[tuple[str, str]],
    judged: Filtered,
    files: Iterable[str],
) -> str:
    """The log behind its results.

    code: the exit code. unread: inputs that are not judged, or not whole, and why; said: what else there is to know of
    inputs; files: what `artifacts` gave.
    """
    errors = [_notification("error", *one) for one in unread]
    notes = [_notification("note", *one) for one in said]
    ended = {"executionSuccessful": not errors, "exitCode": code, "toolExecutionNotifications": errors + notes}
    left_out = judged.total - judged.matching
    properties = {"policy": policy, "filter": judged.filter or None, "negotiationsLeftOut": left_out}
    end = f'"invocations": [{json.dumps(ended)}], "properties": {json.dumps(properties)}}}]}}'
    return f', "artifacts": [{", ".join(dict.fromkeys(files))}], {end}'


def _notification(level: str, path: str, text: str) -> Record:
    return {"level": level, "message": {"text": visible(text)}, "locations": [{"physicalLocation": _artifact(path)}]}


@cache
def _checks() -> tuple[Explanation, ...]:
    return tuple(check.about for check in catalogue.all_checks())


@cache
def _places() -> dict[str, int]:
    return {about.id: place for place, about in enumerate(_checks())}


def _rule(about: Explanation) -> Record:
    parts = (about.why, about.lookalikes and f"What else looks so: {about.lookalikes}", f"What to do: {about.advice}")
    help_text = "\n\n".join(part for part in (*parts, "\n".join(about.references)) if part)
    properties: dict[str, Any] = {"tags": ["security", "vpn", "ike"]}
    if about.severity is not None:
        properties |= {"severity": about.severity, "security-severity": _SCORES[about.severity]}
    return {
        "id": about.id,
        "shortDescription": {"text": about.title},
        "fullDescription": {"text": about.what},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": _LEVELS.get(about.severity or "", "warning")},
        "properties": properties,
    }


def _result(finding: Record, ends: list[str | None]) -> Record:
    number = finding["negotiation"]
    frames: tuple[int, ...] = finding["evidence_frames"] or ()
    files = [frame.place.capture for frame in frames if isinstance(frame, PlacedFrame)]
    place: Record = {"physicalLocation": _artifact(files[0] if files else finding["capture"])}
    if number is not None:
        whole = visible(f"{finding['capture']}#{number}")
        place["logicalLocations"] = [
            {"name": f"negotiation {number}", "fullyQualifiedName": whole, "kind": "negotiation"}
        ]
    shown = zip(frames, files or [finding["capture"]] * len(frames), strict=True)
    result: dict[str, Any] = {"ruleId": finding["finding"]}
    if finding["finding"] in _places():
        result["ruleIndex"] = _places()[finding["finding"]]
    kept = ("severity", "confidence", "negotiation", "policy", "clause", "evidence")
    return result | {
        "level": _LEVELS.get(finding["severity"], "warning"),
        "message": {"text": visible(f"{finding_text(finding)}, {evidence_text(finding['evidence_frames'])}")},
        "locations": [place],
        "relatedLocations": [_frame(n, *one) for n, one in enumerate(islice(shown, MOST_FRAMES), 1)],
        "partialFingerprints": {"finding/v1": fingerprint(finding, ends)},
        "properties": {
            **{name: finding[name] for name in kept},
            "subject": visible(finding["subject"] or ""),
            "detail": visible(finding["detail"] or ""),
            "frames": list(map(own_number, frames)),
            **({"captures": files} if files else {}),
        },
    }


def _frame(number: int, frame: int, path: str) -> Record:
    name = f"frame {own_number(frame)}"
    logical = {"name": name, "fullyQualifiedName": visible(f"{path}#{name}"), "kind": "frame"}
    return {"id": number, "message": {"text": name}, "physicalLocation": _artifact(path), "logicalLocations": [logical]}


def _artifact(path: str) -> Record:
    return {"artifactLocation": {"uri": _uri(path)}}


def _uri(path: str) -> str:
    """A path as a relative reference, or with its scheme (RFC 3986, RFC 8089); a URL as it is."""
    if is_url(path):
        scheme, sign, rest = path.partition("://")
        return f"{scheme}{sign}{quote(os.fsencode(rest), safe=_OF_URLS)}"
    text = quote(os.fsencode(path))
    return f"file://{text}" if path.startswith("/") else text


def fingerprint(finding: Record, ends: list[str | None]) -> str:
    """What makes it the same finding in another capture: check, policy, what is judged, and between whom."""
    subject = finding["subject"]
    parts = [finding["finding"], finding["policy"], subject and lasting(subject), *ends]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
