"""The closed vocabularies: `mypy --strict` catches a word that is none of them, and fields in the wrong order."""

import subprocess
import sys
from pathlib import Path

from analyzer.vocabulary import CONFIDENCES, SEVERITIES, few
from tests.conftest import ROOT

IMPORTS = """
from analyzer import Analysis
from analyzer.assessment.model import Diagnosis
from analyzer.negotiation.conclude.verdict import Verdict
from analyzer.negotiation.exchanges.account import Account
from analyzer.negotiation.exchanges.initial import IKE_AUTH
from analyzer.negotiation.exchanges.table import Move, Moves, Table
from analyzer.negotiation.seen import Shape
from analyzer.negotiation.life.model import Event
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.follow.placed import Placed
"""
RIGHT = """
Verdict("failed", "IKE_AUTH", "responder", None, "why", "likely")
Event(1, None, "rekeyed", None, 7, None, None, "likely", "why")
Placed(1, True, False, None, 7, False, True, None, None, 14)
Diagnosis("id", "title", 1, "likely", (1,), "detail", "basis", "advice")
Shape(True, False, 80, "udp", True, (46,), None, (), None)
ANSWERS: Moves = {"auth-accepted": Move("accepted", "RFC 7296 1.2", ("auth-request",))}
Table("X", "x", "RFC", {"start": "", "accepted": ""}, {"auth-accepted": ""}, {"start": ANSWERS, "accepted": {}})
IKE_AUTH.move("continues", "auth-short")


def failed(n: Negotiation) -> bool:
    return n.outcome == "failed" and n.failed_by == "responder"


def up(known: Account) -> bool:
    return known.state == "established" and known.rounds.state == "another-due"


def rows(a: Analysis) -> int:
    return len(a.negotiations) + len(a.negotiation(1).child_sas)
"""
# A mistake, and the right text that it stands for
MISTAKES = {
    "outcome": ('Verdict("faild", ', 'Verdict("failed", '),
    "side": ('"IKE_AUTH", "respnder"', '"IKE_AUTH", "responder"'),
    "confidence": ('"title", 1, "likley"', '"title", 1, "likely"'),
    "event": ('"rekeyd"', '"rekeyed"'),
    "swapped fields": ("None, 7, None, False, True, None, 14)", "None, 7, False, True, None, None, 14)"),
    "shape": ('Shape(True, False, "udp", 80', 'Shape(True, False, 80, "udp"'),
    "state of a table": ('{"start": "", "acepted": ""}', '{"start": "", "accepted": ""}'),
    "event of a table": ('{"auth-acepted": ""}', '{"auth-accepted": ""}'),
    "state that has moves": ('"acepted": {}}', '"accepted": {}}'),
    "state that a move leads to": ('Move("acepted"', 'Move("accepted"'),
    "event that a move answers": ('{"auth-acepted": Move', '{"auth-accepted": Move'),
    "event that a leap leaves out": ('("auth-reqest",)', '("auth-request",)'),
    "state that is left": ('move("continue",', 'move("continues",'),
    "event that arrives": ('"continues", "auth-shrt"', '"continues", "auth-short"'),
    "compared state of an SA": ('known.state == "establishd"', 'known.state == "established"'),
    "compared state of an exchange": ('rounds.state == "another-do"', 'rounds.state == "another-due"'),
    "compared outcome": ('n.outcome == "faild"', 'n.outcome == "failed"'),
    "table of an analysis": ("a.negotiatons)", "a.negotiations)"),
    "table of a negotiation": (".child_sa)", ".child_sas)"),
    "compared side": ('n.failed_by == "respnder"', 'n.failed_by == "responder"'),
}


def complaints(folder: Path, texts: dict[str, str]) -> dict[str, str]:
    """What one run of mypy says of each text, by name."""
    files = {name: folder / f"snippet_{place}.py" for place, name in enumerate(texts)}
    for name, text in texts.items():
        files[name].write_text(IMPORTS + text, "utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", *files.values()]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode in (0, 1), found.stderr
    lines = found.stdout.splitlines()
    return {name: "\n".join(line for line in lines if file.name in line) for name, file in files.items()}


def test_right_words_pass_and_each_mistake_is_caught(tmp_path: Path) -> None:
    texts = {mistake: RIGHT.replace(right, written) for mistake, (written, right) in MISTAKES.items()}
    assert RIGHT not in texts.values()
    said = complaints(tmp_path, {"right": RIGHT, **texts})
    assert said.pop("right") == ""
    assert not [mistake for mistake, complaint in said.items() if "error" not in complaint]


def test_vocabularies_go_from_heavy_to_light() -> None:
    assert SEVERITIES == ("critical", "high", "medium", "low", "info")
    assert CONFIDENCES == ("certain", "likely", "possible")


def test_the_first_of_many_names() -> None:
    names = [str(n) for n in range(2000)]
    assert [few(names[:count], 2) for count in (0, 1, 2, 3)] == ["", "0", "0, 1", "0, 1 and 1 more"]
    assert few(names, 1) == "0 and 1,999 more"
