"""--where and its shorthands, in every command that has them."""

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from analyzer.batch.reading import Reading
from analyzer.cli.filters import Expression, chosen, filters
from analyzer.cli.options import captures, reading, times
from tests.cli.running import FAILED, HEALTHY, WEAK, run

BOTH = (FAILED, HEALTHY)


@click.command()
@captures
@reading
@filters
def echo(captures: tuple[str, ...], how: Reading) -> None:
    click.echo(how.where)


@click.command()
@reading
@times
@filters
def echo_at(how: Reading, zone: Any) -> None:
    click.echo(how.where)


def where(*words: str) -> str:
    return CliRunner().invoke(echo, ["x", *words], catch_exceptions=False).output.strip()


def test_each_option_makes_the_expression_longer() -> None:
    assert where() == ""
    assert where("--where", "outcome==failed") == "outcome == failed"
    assert where("--where", "a or b", "--where", "nat_t") == '("a" or "b") and nat_t'
    assert where("--host", "192.0.2.1", "--host", "10.0.0.0/8") == "host in (192.0.2.1, 10.0.0.0/8)"
    assert where("--spi", "0xABCDABCD", "--outcome", "failed") == "spi == 0xABCDABCD and outcome == failed"
    assert where("--to", "2026-11-21", "--from", "2026-11-20", "--where", "psk") == (
        '"psk" and time >= 2026-11-20 and time <= 2026-11-21'
    )


@pytest.mark.parametrize(
    ("zone", "words", "expected"),
    [
        ("UTC", ["--from", "2026-11-20"], "time >= 2026-11-20"),
        ("Europe/Berlin", ["--from", "2026-11-20"], "time >= 2026-11-19T23:00:00Z"),
        ("Europe/Berlin", ["--to", "2026-11-20"], "time <= 2026-11-20T22:59:59Z"),
        ("Europe/Berlin", ["--to", "2026-10-25"], "time <= 2026-10-25T22:59:59Z"),  # a day of 25 hours
        ("+05:30", ["--from", "2026-11-20T10:00"], "time >= 2026-11-20T04:30:00Z"),
        ("-03:00", ["--to", "2026-11-20T10:00:00.25"], "time <= 2026-11-20T13:00:00.25Z"),
        ("Europe/Berlin", ["--from", "2026-11-20T10:00Z"], "time >= 2026-11-20T10:00Z"),
        ("Europe/Berlin", ["--to", "2026-11-20T10:00+02:00"], "time <= 2026-11-20T10:00+02:00"),
        ("Europe/Berlin", ["--where", "time >= 2026-11-20"], "time >= 2026-11-20"),
    ],
)
def test_times_without_a_zone_are_of_the_readers_zone(zone: str, words: list[str], expected: str) -> None:
    done = CliRunner().invoke(echo_at, ["--tz", zone, *words], catch_exceptions=False)
    assert done.output.strip() == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--where", "outcom == failed"], "did you mean outcome"),
        (["--where", ""], "the filter is empty"),
        (["--where", "a", "--where", ")"], "there is no ( for this )"),
        (["--host", "gateway or 1"], "no address"),
        (["--from", "yesterday"], "no time"),
        (["--tz", "Europe/Berlin", "--from", "2026-13-01"], "no time"),
        (["--tz", "+12:00", "--from", "0001-01-01"], "no time"),
        (["--tz", "-12:00", "--to", "9999-12-31"], "no time"),
        (["--outcome", "bad"], "'bad' is not one of"),
        (["--spi", "xyz"], "xyz is no SPI"),
        (["--where", "outcome == faild"], "did you mean failed?"),
    ],
)
def test_what_cannot_be_understood_is_wrong_usage(words: list[str], expected: str) -> None:
    done = run("summary", FAILED, *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert expected in done.stderr


def test_the_place_is_marked_and_hostile_text_inert() -> None:
    done = run("check", FAILED, "--where", "\x1b[31m outcome = failed")
    *_, line, mark = done.stderr.splitlines()
    assert line[mark.index("^")] == "="
    assert "\x1b" not in done.stderr


def test_the_filter_of_a_command_line() -> None:
    how = Reading(None, ("ietf",), (500, 4500))
    assert chosen(how) is None
    found = chosen(how._replace(where="length > 3"), "messages")
    assert found is not None
    assert found.table == "messages"


def completed(text: str, **params: Any) -> list[str]:
    context = click.Context(echo)
    context.params = params
    return [item.value for item in Expression().shell_complete(context, click.Option(["--where"]), text)]


def test_fields_are_completed() -> None:
    assert "outcome_basis" in completed("outc")
    assert completed("not (host==192.0.2.1 or leng", table="messages") == ["not (host==192.0.2.1 or length"]
    assert "findings.severity" in completed("findings.s")
    assert completed("fin") == ["finding"]


def test_closed_vocabularies_are_completed() -> None:
    assert completed("outcome == f") == ["outcome == failed"]
    assert completed("not (outcome==") == [
        f"not (outcome=={word}" for word in ("established", "failed", "unanswered", "redirected", "incomplete", "probe")
    ]
    assert completed("nat_t and outcome in (failed, un") == ["nat_t and outcome in (failed, unanswered"]
    assert completed("child_sas.outcome != u") == ["child_sas.outcome != unknown"]
    assert completed("cause == psk") == ["cause == psk-mismatch"]
    assert completed("outcome == u", table="child_sas") == ["outcome == unknown"]
    assert completed("identity == a") == []
    assert completed("outcome == failed and fin") == ["outcome == failed and finding"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_summary_is_about_what_matches(jobs: str) -> None:
    done = run("summary", *BOTH, "--outcome", "failed", "--jobs", jobs)
    assert done.exit_code == 0
    assert "1 of 1 negotiation matches, the others are left out: outcome == failed." in done.stdout
    assert "\nNo negotiation matches in 1 of 2 captures.\n" in done.stdout

    assert "\nNo negotiation matches in 1 of 2 captures.\n" in done.stdout
    assert HEALTHY.parent.name not in done.stdout
    assert "authentication-failed" in done.stdout
    assert done.stderr == ""


def test_no_match_is_no_error_and_is_said() -> None:
    done = run("summary", *BOTH, "--host", "203.0.113.99")
    assert done.exit_code == 0
    assert done.stderr == "None of 2 negotiations matches: host == 203.0.113.99\n"
    assert done.stdout.startswith("\nNo negotiation matches in 2 of 2 captures.\n")


def test_check_judges_what_matches_and_says_so() -> None:
    done = run("check", WEAK, "--where", "ike_version == 2", "--fail-on", "info")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "None of 1 negotiation matches: ike_version == 2" in done.stderr
    done = run("check", WEAK, "--where", "ike_version == 1", "--fail-on", "critical")
    assert done.exit_code == 1
    assert "1 of 1 negotiation matches" in done.stderr
    assert all(" negotiation 1: " in line for line in done.stdout.splitlines())


def test_report_says_in_each_file_what_was_left_out(tmp_path: Path) -> None:
    done = run("report", *BOTH, "-o", tmp_path, "--outcome", "failed")
    assert done.exit_code == 0
    assert "None of 1 negotiation matches: outcome == failed." in done.stderr
    folder = tmp_path / "ikev2-auth-failed-psk" if (tmp_path / "ikev2-auth-failed-psk").exists() else None
    pages = sorted(tmp_path.rglob("report.html"))
    assert folder or len(pages) == 2
    assert all("outcome == failed" in page.read_text("utf-8") for page in (*pages, tmp_path / "index.html"))
    assert all('"filter": "outcome == failed"' in p.read_text("utf-8") for p in tmp_path.rglob("report.json"))
    assert all("outcome == failed" in p.read_text("utf-8") for p in tmp_path.rglob("captures.csv"))
    assert '"filter": "outcome == failed"' in (tmp_path / "manifest.json").read_text("utf-8")


def test_export_writes_the_rows_that_match() -> None:
    words = ("--table", "messages", "--columns", "frame_number,exchange")
    done = run("export", *BOTH, *words, "--where", "exchange == IKE_AUTH and negotiations.outcome == failed")
    assert done.stdout.splitlines() == ["frame_number,exchange", "6,IKE_AUTH", "7,IKE_AUTH"]
    assert "2 of 15 rows of messages match: exchange == IKE_AUTH and negotiations.outcome == failed" in done.stderr
    done = run("export", *BOTH, *words, "--host", "203.0.113.99")
    assert (done.exit_code, done.stdout) == (0, "frame_number,exchange\n")
    assert "0 of 15 rows of messages match" in done.stderr
    assert "has no field outcome" in run("export", FAILED, "--table", "flows", "--outcome", "failed").stderr


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_export_filters_over_all_captures_with_their_numbers(jobs: str) -> None:
    words = ("--table", "negotiations", "--columns", "outcome,negotiation", "--jobs", jobs)
    done = run("export", *BOTH, WEAK, *words, "--where", "ike_version == 1")
    assert done.stdout.splitlines() == ["outcome,negotiation", "established,2", "established,3"]


def test_show_has_every_negotiation_that_matches() -> None:
    done = run("show", FAILED, "--where", "outcome == failed")
    alone = run("show", FAILED, "--negotiation", "1")
    assert done.exit_code == 0
    assert done.stdout.endswith(f"Negotiation 1\n{alone.stdout}")
    assert "1 of 1 negotiation matches" in done.stdout
    done = run("show", FAILED, "--host", "203.0.113.99")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "None of 1 negotiation matches: host == 203.0.113.99\n"
    for more in ("--frame", "--negotiation"):
        assert run("show", FAILED, more, "1", "--where", "psk").exit_code == 2


def test_a_part_is_compared_with_the_same_part_only(tmp_path: Path) -> None:
    assert run("report", FAILED, "-o", tmp_path, "--outcome", "failed").exit_code == 0
    done = run("diff", tmp_path, FAILED)
    assert done.exit_code == 2
    assert "different parts" in done.stderr
    assert run("diff", tmp_path, tmp_path).exit_code == 0
