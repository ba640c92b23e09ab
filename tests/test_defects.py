"""A defect says where, what was expected, what was found, and what it cost."""

import ast
import re

from analyzer.assessment import catalogue
from analyzer.defects import Defect, kinds, meanings
from tests.conftest import ROOT


def test_a_defect_reads_as_a_sentence() -> None:
    defect = Defect("wire-length", 28, "at least 4", "0", "payload chain stops here", frame_number=7)
    assert str(defect) == "wire-length at byte 28: expected at least 4, found 0; payload chain stops here"


def test_equal_defects_are_one_in_a_set() -> None:
    assert len({Defect("wire-length", 28, "4", "0", "x"), Defect("wire-length", 28, "4", "0", "x")}) == 1


def test_every_kind_that_the_program_names_has_its_meaning_and_no_other() -> None:
    is_kind = re.compile(r"(capture|wire|limit)-[a-z-]+").fullmatch
    named = {"internal"}
    for path in (ROOT / "analyzer").rglob("*.py"):
        if "explained" in path.parts:  # an example of a word makes no defect
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_kind(node.value):
                named.add(node.value)
    assert named - set(catalogue.all_ids()) == set(kinds())


def test_a_meaning_is_more_than_a_title() -> None:
    assert all(m.title and m.what.endswith(".") and m.advice.endswith(".") for m in meanings().values())
