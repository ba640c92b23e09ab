"""The log against what SARIF 2.1.0 requires, and what makes a finding the same in another capture."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from analyzer.assessment import catalogue
from analyzer.report.filtered import Filtered
from analyzer.report.sarif import MOST_FRAMES, after, artifacts, before, results
from analyzer.tables.store import Tables
from tests.report.sample import BAD, ESC, put, sample

SCHEMA = json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text("utf-8"))
"""The schema as OASIS publishes it, unchanged; (c) OASIS Open 2023."""
VALIDATOR = jsonschema.Draft4Validator(SCHEMA)
URI = re.compile(r"([A-Za-z0-9._~%/-]+|(file://|s3:/)/[A-Za-z0-9._~%/-]+)")


def log(
    *captures: Tables, code: int = 0, unread: tuple[tuple[str, str], ...] = (), said: tuple[tuple[str, str], ...] = ()
) -> dict[str, Any]:
    """The run of a whole log, as a reader has it."""
    found = [text for tables in captures for text in results(tables)]
    files = [text for tables in captures for text in artifacts(tables)]
    document = json.loads(f"{before()}[{','.join(found)}]{after('ietf', code, unread, said, Filtered(), files)}")
    VALIDATOR.validate(document)
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
    frames = first["properties"]["frames"]
    assert [where["message"]["text"] for where in first["relatedLocations"]] == [f"frame {n}" for n in frames]
    assert first["relatedLocations"][0]["physicalLocation"] == place["physicalLocation"]


def test_a_capture_is_an_artifact_with_its_hash() -> None:
    tables = finding("a b.pcap")
    put(tables, "captures", capture="a b.pcap", sha256="0" * 64, size_bytes=24)
    known = {"length": 24, "hashes": {"sha-256": "0" * 64}}
    assert log(tables, tables)["artifacts"] == [
        {"location": {"uri": "a%20b.pcap"}, "roles": ["analysisTarget"], **known}
    ]


def test_of_many_frames_the_first_are_places() -> None:
    tables = finding()
    put(tables, "findings", finding="x", severity="low", capture="a.pcap", evidence_frames=tuple(range(1, 100)))
    many = log(tables)["results"][1]
    assert len(many["relatedLocations"]) == MOST_FRAMES
    assert many["properties"]["frames"] == list(range(1, 100))


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
    assert fingerprint(finding(subject="SPI 28c250c7")) == fingerprint(finding(subject="SPI 11111111")) != same
    assert fingerprint(finding(to="192.0.2.3")) != same


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("/tmp/a b.pcap", "file:///tmp/a%20b.pcap"),
        ("a:b#c?d.pcap", "a%3Ab%23c%3Fd.pcap"),
        ("\udcff.pcap", "%FF.pcap"),
        ("-", "-"),
        ("s3://bucket/a b.pcap", "s3://bucket/a%20b.pcap"),
    ],
)
def test_a_path_is_a_reference(path: str, uri: str) -> None:
    (result,) = log(finding(path))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri
    assert URI.fullmatch(uri)


def test_hostile_text_stays_text() -> None:
    (text,) = results(finding(subject=f"{BAD}{ESC}\u202e"))
    assert text.isascii()
    assert not set(json.loads(text)["message"]["text"]) & {"\x1b", "\u202e"}
