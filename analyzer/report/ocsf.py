"""Findings as events of the Open Cybersecurity Schema Framework, version 1.5.0: class Detection Finding (2004).

Each finding is an event of its own. Its time is that of its negotiation's first message, or of the capture's first
packet: 0 where neither has a date. What the class has no attribute for stands in `unmapped`.
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from analyzer import __version__
from analyzer.assessment import catalogue
from analyzer.assessment.model import Explanation
from analyzer.capture.dates import is_dated
from analyzer.capture.placed_frame import own_number
from analyzer.report.checklist import worst_first
from analyzer.report.dossier import Record
from analyzer.report.sarif import fingerprint
from analyzer.report.sentences import evidence_text, finding_text
from analyzer.tables.store import Tables
from analyzer.tables.text import visible

VERSION: Final = "1.5.0"
_CLASS: Final = {
    "category_uid": 2,
    "category_name": "Findings",
    "class_uid": 2004,
    "class_name": "Detection Finding",
    "activity_id": 1,
    "activity_name": "Create",
    "type_uid": 200401,
    "type_name": "Detection Finding: Create",
}
_SEVERITIES: Final = {
    "info": (1, "Informational"),
    "low": (2, "Low"),
    "medium": (3, "Medium"),
    "high": (4, "High"),
    "critical": (5, "Critical"),
}
_CONFIDENCES: Final = {"possible": (1, "Low"), "likely": (2, "Medium"), "certain": (3, "High")}
_UNKNOWN: Final = (0, "Unknown")
_RULE: Final = 1  # kind of an analytic


def events(tables: Tables) -> Iterator[str]:
    """The findings of one capture, each as JSON, ASCII only, the worst first."""
    ends = ("initiator_ip", "initiator_port", "responder_ip", "responder_port")
    known = {
        number: (time, ((ip, port), (other, other_port)))
        for number, time, ip, port, other, other_port in tables["negotiations"].cells(
            "negotiation", "first_time", *ends
        )
    }
    begun: dict[str, int | None] = dict(tables["captures"].cells("capture", "first_time"))
    first = min((time for time in begun.values() if time is not None), default=None)  # of a set, which has its own name
    for finding in worst_first(tables["findings"]).records():
        time, hosts = known.get(
            finding["negotiation"], (begun.get(finding["capture"], first), ((None, None), (None, None)))
        )
        yield json.dumps(_event(finding, time, hosts))


def _event(finding: Record, time: int | None, hosts: tuple[tuple[str | None, int | None], ...]) -> Record:
    severity, caption = _SEVERITIES.get(finding["severity"], _UNKNOWN)
    confidence, sureness = _CONFIDENCES.get(finding["confidence"], _UNKNOWN)
    about = _checks().get(finding["finding"])
    dated = time is not None and is_dated(time)
    frames = list(map(own_number, finding["evidence_frames"] or ()))
    data = {"capture": visible(finding["capture"]), "negotiation": finding["negotiation"], "frames": frames}
    sides = zip(("src_endpoint", "dst_endpoint"), hosts, strict=True)
    endpoints = {side: {"ip": ip, **({"port": port} if port else {})} for side, (ip, port) in sides if ip is not None}
    event: dict[str, Any] = {
        **_CLASS,
        "metadata": {"version": VERSION, "product": {"name": "isakmp-analyzer", "version": __version__}},
        "time": time // 10**6 if time is not None and dated else 0,
        "severity_id": severity,
        "severity": caption,
        "confidence_id": confidence,
        "confidence": sureness,
        "message": visible(f"{finding_text(finding)}, {evidence_text(finding['evidence_frames'])}"),
        "finding_info": {
            "uid": fingerprint(finding, [ip for ip, _ in hosts]),
            "title": visible(finding["title"] or finding["finding"]),
            "analytic": {"uid": finding["finding"], "name": finding["finding"], "type_id": _RULE, "type": "Rule"},
            "data_sources": [visible(finding["capture"])],
            **({"desc": about.what} if about else {}),
        },
        "evidences": [{"data": data, **endpoints}],
        "unmapped": {
            name: visible(finding[name] or "") for name in ("subject", "detail", "policy", "clause", "evidence")
        },
    }
    return event | ({"remediation": {"desc": about.advice}} if about else {})


@cache
def _checks() -> dict[str, Explanation]:
    return {check.about.id: check.about for check in catalogue.all_checks()}
