import csv
import io
import json

import click
import pytest

from analyzer.assessment import policies
from analyzer.cli.explain import explain
from analyzer.cli.explained import kinds
from tests.cli.running import run


@pytest.mark.parametrize("identifier", ["psk-mismatch", "weak-ke-offered", "ietf"])
def test_a_page(identifier: str) -> None:
    done = run("explain", identifier)
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{identifier}: ")
    assert "What to do" in done.stdout


def test_alone_it_lists_the_kinds_and_a_kind_its_words() -> None:
    done = run("explain")
    assert done.exit_code == 0
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == [kind.name for kind in kinds()]
    assert "\n  weak-ke-offered " in run("explain", "checks").stdout


def test_lists_and_pages_as_json() -> None:
    listed = json.loads(run("explain", "--format", "json").stdout)
    assert listed[0]["kind"] == "checks"
    assert all(
        row["words"] == len(json.loads(run("explain", row["kind"], "--format", "json").stdout)) for row in listed
    )
    (page,) = json.loads(run("explain", "TS_UNACCEPTABLE", "--format", "json").stdout)
    assert page["sections"][0]["heading"] == "What it says"


def test_the_order_of_the_diagnoses() -> None:
    done = run("explain", "diagnoses")
    assert done.exit_code == 0
    assert done.stdout.index("FACT: ") < done.stdout.index("GENERAL: ") < done.stdout.index("NOTE: ")


def test_an_unknown_id_suggests_the_near_ones() -> None:
    done = run("explain", "psk-mismtch")
    assert done.exit_code == 2
    assert "Did you mean psk-mismatch" in done.stderr
    assert run("explain", "\x1b[31m").exit_code == 2


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["TS_UNACEPTABLE"], "Did you mean TS_UNACCEPTABLE"),
        (["notify", "COOKE"], "Did you mean COOKIE"),
        (["outcom"], "Did you mean outcome"),
        (["wire-lenght"], "Did you mean wire-length"),
        (["psk"], "psk-mismatch"),
        (["xyzzyx"], "`isakmp-analyzer explain` lists what there is."),
        (["x" * 10_000], "lists what there is."),
    ],
)
def test_what_may_be_meant(words: list[str], hint: str) -> None:
    done = run("explain", *words)
    assert done.exit_code == 2
    assert hint in " ".join(done.stderr.split())
    assert len(done.stderr) < 400


def completed(word: str, *before: str) -> set[str]:
    context = click.Context(explain)
    context.params = {"words": before}
    return {item.value for item in explain.params[0].shell_complete(context, word)}


def test_all_words_are_completed_and_of_a_kind_its_own() -> None:
    assert {"psk-mismatch"} <= completed("psk")
    assert {"TS_UNACCEPTABLE", "TS_MAX_QUEUE"} <= completed("ts_")
    assert "notifies" in completed("no")
    assert completed("co", "notify") >= {"COOKIE", "COOKIE2", "CONNECTED"}
    assert not [word for word in completed("co", "notify") if "." in word]


def test_letters_may_be_large() -> None:
    assert run("explain", "IETF").stdout == run("explain", "ietf").stdout


def test_a_list_as_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(run("explain", "rules", "--format", "csv").stdout)))
    assert list(rows[0]) == ["rule", "title", "ids", "note"]
    assert next(row["ids"] for row in rows if row["rule"] == "KE-REUSE") == "ke-value-reused ml-kem-value-reused"
    words = list(csv.reader(io.StringIO(run("explain", "checks", "--format", "csv").stdout)))
    assert words[0] == ["word", "meaning"]
    assert "weak-ke-offered" in dict(words)


@pytest.mark.parametrize("words", [[], ["weak-ke-offered"]])
def test_csv_is_of_a_list(words: list[str]) -> None:
    done = run("explain", *words, "--format", "csv")
    assert done.exit_code == 2
    assert "CSV is of a list of words" in done.stderr


def test_a_policy_for_programs() -> None:
    rows = list(csv.DictReader(io.StringIO(run("explain", "bsi", "--format", "csv").stdout)))
    assert len(rows) == len(policies.load("bsi").rules)
    assert rows[0]["verdict"] == "recommended"
    assert {row["evidence"] for row in rows} == {"read", "second-hand", "believed"}
    (page,) = json.loads(run("explain", "bsi:date=2033", "--format", "json").stdout)
    (said,) = [section["rows"] for section in page["sections"] if "rows" in section]
    assert any(row["subject"] == "sole classical key agreement" and row["if_used"] == "medium" for row in said)


def test_a_policy_that_cannot_be_given_so() -> None:
    done = run("explain", "bsi:edition=2020")
    assert done.exit_code == 2
    assert "the policy bsi has no parameter 'edition'. It has: date" in done.stderr
