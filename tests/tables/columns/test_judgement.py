"""Rows of judgement: of things with a value of its own in each field."""

from typing import Any

from analyzer.assessment import Assessment, Diagnosis, Finding, Responder, flooded
from analyzer.assessment.fingerprint.model import Candidate, Look
from analyzer.assessment.model import Mismatch
from analyzer.negotiation.story import Story
from tests.assessment.test_flooded import FLOOD, FORM, but
from tests.negotiation.build import Talk, init_request
from tests.tables.made import filled, run_of


def judged() -> tuple[Story, Assessment]:
    talk = Talk()
    talk.say(init_request())
    of = Assessment()
    of.findings = [Finding("f", "t", "high", "likely", 1, "s", (3, 4), "p", "c", "d", "e")]
    of.diagnoses = {1: [Diagnosis("d", "t", 1, "likely", (5,), "detail", "basis", "advice")]}
    of.mismatches = [Mismatch(1, 2, "place", "PRF", ("o",), ("a",), False, "chose", (6,))]
    of.responders = [Responder("192.0.2.1", 500, "udp", (1, 2), ("main",), ("192.0.2.2",), 7, 8, "strongSwan", (9,))]
    return talk.story(10), of


def test_each_field_is_the_column_of_its_name() -> None:
    story, of = judged()
    tables = filled(run_of(story, judged=of))
    things: dict[str, Any] = {
        "findings": of.findings[0],
        "mismatches": of.mismatches[0],
        "responders": of.responders[0],
    }
    for name, thing in things.items():
        assert list(tables[name].records()) == [{**thing._asdict(), "capture": "x", "evidence_captures": None}], name
    (row,) = tables["diagnoses"].records()
    assert row == {**of.diagnoses[1][0]._asdict(), "negotiation": 1, "capture": "x", "evidence_captures": None}


def test_floods_are_numbered_and_their_forms_cut_off() -> None:
    story, of = judged()
    forms = tuple((FORM, count) for count in range(25, 0, -1))
    story.floods = [but(forms=forms), but(first_time=None)]
    first, second = filled(run_of(story, judged=of))["floods"].records()
    assert (first["flood"], second["flood"]) == (1, 2)
    assert (len(first["shapes"]), first["other_shapes"]) == (20, 5)
    assert first["shapes"][0] == flooded.form_text(FORM, 25)
    assert (first["rate"], second["rate"]) == (FLOOD.messages * 1e9 / 409_000_000, None)
    assert (first["negotiations"], first["initiator_spis"], first["samples"]) == (1, 1, (1, 2))
    told = flooded.detail(FLOOD), flooded.basis(FLOOD), flooded.title(FLOOD), flooded.advice(FLOOD)
    assert tuple(first[name] for name in ("detail", "basis", "title", "advice")) == told
    same = ("kind", "confidence", "target_ip", "target_ports", "sources", "messages", "first_frame", "last_frame")
    for name in (*same, "first_time", "last_time"):
        assert first[name] == getattr(FLOOD, name), name


def test_each_candidate_of_a_side_is_a_row() -> None:
    story, of = judged()
    two = Look((Candidate("A", "5.8.0 or later"), Candidate("B")), ("vendor-id",), "possible", "by vendor ID", (1,))
    of.implementations = {1: (None, two)}
    tables = filled(run_of(story, judged=of))
    first, second = tables["implementations"].records()
    assert first == {
        "negotiation": 1,
        "side": "responder",
        "implementation": "A",
        "versions": "5.8.0 or later",
        "confidence": "possible",
        "basis": ("vendor-id",),
        "detail": "by vendor ID",
        "evidence_frames": (1,),
        "capture": "x",
        "evidence_captures": None,
    }
    assert (second["implementation"], second["versions"]) == ("B", None)
    (n,) = tables["negotiations"].records()
    assert (n["initiator_implementation"], n["responder_implementation"]) == (
        None,
        "consistent with A or B (by vendor ID)",
    )
