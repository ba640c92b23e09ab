"""Events against the schema of OCSF 1.5.0."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from analyzer.report.ocsf import events
from analyzer.report.sarif import results
from analyzer.tables.store import Tables
from tests.report.sample import BAD, ESC, put, sample

SCHEMA = json.loads(Path(__file__).with_name("ocsf-detection-finding-1.5.0.json").read_text("utf-8"))
"""The class with all objects that it names, made of the schema that the project OCSF publishes (Apache-2.0)."""
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def made(tables: Tables) -> list[dict[str, Any]]:
    found = [json.loads(text) for text in events(tables)]
    for event in found:
        VALIDATOR.validate(event)
    return found


def finding(time: int | None = 1_700_000_000_123_000_000, **cells: Any) -> Tables:
    tables = Tables()
    ends = {"initiator_ip": "192.0.2.1", "initiator_port": 500, "responder_ip": "192.0.2.2", "responder_port": 4500}
    put(tables, "captures", capture="a.pcap", first_time=1_600_000_000_000_000_000)
    put(tables, "negotiations", negotiation=1, capture="a.pcap", first_time=time, **ends)
    row = {
        "finding": "weak-ke-chosen",
        "severity": "critical",
        "confidence": "certain",
        "negotiation": 1,
        "subject": "X",
    }
    put(tables, "findings", **row | {"capture": "a.pcap", "title": "Weak", "evidence_frames": (2, 5)} | cells)
    return tables


def test_every_finding_is_a_valid_event() -> None:
    tables = sample()
    assert len(made(tables)) == len(tables["findings"])


def test_what_an_event_says() -> None:
    (event,) = made(finding())
    assert (event["class_uid"], event["type_uid"], event["time"]) == (2004, 200401, 1_700_000_000_123)
    assert (event["severity_id"], event["severity"], event["confidence_id"]) == (5, "Critical", 3)
    assert event["finding_info"]["analytic"]["uid"] == "weak-ke-chosen"
    (shown,) = event["evidences"]
    assert shown["src_endpoint"] == {"ip": "192.0.2.1", "port": 500}
    assert shown["data"] == {"capture": "a.pcap", "negotiation": 1, "frames": [2, 5]}
    assert event["remediation"]["desc"]


def test_its_uid_is_the_fingerprint_of_the_same_result_in_a_log() -> None:
    (result,) = (json.loads(text) for text in results(finding()))
    assert made(finding())[0]["finding_info"]["uid"] == result["partialFingerprints"]["finding/v1"]


def test_of_the_capture_as_a_whole_it_has_the_capture_s_time_and_no_hosts() -> None:
    (event,) = made(finding(negotiation=None, finding="horizontal-scan", subject="192.0.2.1"))
    assert event["time"] == 1_600_000_000_000
    assert "src_endpoint" not in event["evidences"][0]


@pytest.mark.parametrize("time", [None])
def test_without_a_time_it_is_none(time: int | None) -> None:
    assert made(finding(time))[0]["time"] == 0


def test_hostile_text_stays_text() -> None:
    (text,) = events(finding(subject=f"{BAD}{ESC}\u202e", detail=ESC))
    assert text.isascii()
    assert not set(json.loads(text)["message"]) & {"\x1b", "\u202e"}
