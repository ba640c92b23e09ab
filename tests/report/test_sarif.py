"""The log against what SARIF 2.1.0 requires, and what makes a finding the same in another capture."""

import json
from typing import Any

import jsonschema
import pytest

from analyzer.assessment import catalogue
from analyzer.report.filtered import Filtered
from analyzer.report.sarif import after, before, results
from analyzer.tables.store import Tables
from tests.report.sample import BAD, ESC, put, sample

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
URI = {"type": "string", "pattern": "^([A-Za-z0-9._~%/-]+|file:///[A-Za-z0-9._~%/-]+)$"}
LOCATION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "properties": {"artifactLocation": {"type": "object", "required": ["uri"], "properties": {"uri": URI}}},
        },
        "logicalLocations": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"name": {"type": "string"}, "fullyQualifiedName": {"type": "string"}},
            },
        },
    },
}
LOCATIONS = {"type": "array", "items": LOCATION}
RULE = {
    "type": "object",
    "required": ["id", "shortDescription", "fullDescription", "help", "defaultConfiguration"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "defaultConfiguration": {"type": "object", "additionalProperties": False, "properties": {"level": LEVEL}},
        "properties": {"type": "object"},
    },
}
RESULT = {
    "type": "object",
    "required": ["message", "ruleId", "locations", "partialFingerprints"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": TEXT,
        "locations": LOCATIONS,
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "properties": {"type": "object"},
    },
}
NOTIFICATION = {
    "type": "object",
    "required": ["message"],
    "properties": {"message": TEXT, "level": LEVEL, "locations": LOCATIONS},
}
INVOCATION = {
    "type": "object",
    "required": ["executionSuccessful"],
    "properties": {
        "executionSuccessful": {"type": "boolean"},
        "exitCode": {"type": "integer"},
        "toolExecutionNotifications": {"type": "array", "items": NOTIFICATION},
    },
}
LOG = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {"rules": {"type": "array", "items": RULE, "uniqueItems": True}},
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": RESULT},
                    "invocations": {"type": "array", "items": INVOCATION},
                    "properties": {"type": "object"},
                },
            },
        },
    },
}
"""The part of the standard's schema that a log of ours is made of; stricter than that: nothing else is in it."""


def log(
    *captures: Tables, code: int = 0, unread: tuple[tuple[str, str], ...] = (), said: tuple[tuple[str, str], ...] = ()
) -> dict[str, Any]:
    """The run of a whole log, as a reader has it."""
    found = [text for tables in captures for text in results(tables)]
    document = json.loads(f"{before()}[{','.join(found)}]{after('ietf', code, unread, said, Filtered())}")
    jsonschema.validate(document, LOG)
    (run,) = document["runs"]
    return dict(run)


def test_a_log_has_what_the_standard_requires() -> None:
    run = log(sample(), sample(), code=1)
    assert len(run["results"]) == 16
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [check.about.id for check in catalogue.all_checks()]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"] if "ruleIndex" in r)
    assert any("ruleIndex" in r for r in run["results"])
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 1, "toolExecutionNotifications": []}]


def test_a_result_says_where_and_how_much_it_weighs() -> None:
    first = log(sample())["results"][0]
    assert (first["ruleId"], first["level"], first["properties"]["severity"]) == ("weak-ke-chosen", "error", "critical")
    (place,) = first["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "captures/gateway.pcapng"
    assert place["logicalLocations"][0]["name"] == "negotiation 6"
    assert first["properties"]["frames"]


def test_no_finding_is_a_log_too_and_what_was_not_read_is_in_it() -> None:
    run = log(code=3, unread=(("gone.pcap", "gone.pcap: there is no such file"),))
    assert run["results"] == []
    (ended,) = run["invocations"]
    assert (ended["executionSuccessful"], ended["exitCode"]) == (False, 3)
    assert ended["toolExecutionNotifications"][0]["message"]["text"].startswith("gone.pcap")


def test_what_was_not_looked_into_is_a_note_and_no_failure() -> None:
    run = log(said=(("a.pcap", "a.pcap: 7 packets of TRILL were not opened"),))
    (ended,) = run["invocations"]
    assert ended["executionSuccessful"]
    (note,) = ended["toolExecutionNotifications"]
    assert (note["level"], note["message"]["text"]) == ("note", "a.pcap: 7 packets of TRILL were not opened")


def finding(capture: str = "a.pcap", number: int = 1, subject: str = "DES", to: str = "192.0.2.2") -> Tables:
    tables = Tables()
    put(tables, "negotiations", negotiation=number, capture=capture, initiator_ip="192.0.2.1", responder_ip=to)
    row = {"finding": "weak-encryption-chosen", "severity": "high", "subject": subject, "negotiation": number}
    put(tables, "findings", **row, capture=capture, title="Weak", evidence_frames=(number,))
    return tables


def test_the_same_finding_in_another_capture_has_the_same_fingerprint() -> None:
    def fingerprint(tables: Tables) -> str:
        return str(log(tables)["results"][0]["partialFingerprints"]["finding/v1"])

    same = fingerprint(finding())
    assert fingerprint(finding("b.pcap", 7)) == same
    assert fingerprint(finding(subject="3DES")) != same
    assert fingerprint(finding(to="192.0.2.3")) != same


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("/tmp/a b.pcap", "file:///tmp/a%20b.pcap"),
        ("a:b#c?d.pcap", "a%3Ab%23c%3Fd.pcap"),
        ("\udcff.pcap", "%FF.pcap"),
        ("-", "-"),
    ],
)
def test_a_path_is_a_reference(path: str, uri: str) -> None:
    (result,) = log(finding(path))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_hostile_text_stays_text() -> None:
    (text,) = results(finding(subject=f"{BAD}{ESC}\u202e"))
    assert text.isascii()
    assert not set(json.loads(text)["message"]["text"]) & {"\x1b", "\u202e"}
