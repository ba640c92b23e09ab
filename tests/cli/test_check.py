import json
from pathlib import Path

import pytest

from analyzer import read_pcap
from analyzer.assessment.policies import names
from analyzer.report.checklist import check_lines
from tests.cli.gates import GATES, breaking, meeting
from tests.cli.running import FAILED, WEAK, run
from tests.conftest import FIXTURES
from tests.fixtures.cases import case
from tests.report.test_sarif import VALIDATOR


def test_findings_one_a_line() -> None:
    done = run("check", WEAK)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"{WEAK}: critical ")
    assert all(line.startswith(f"{WEAK}: ") for line in lines)


@pytest.mark.parametrize(("level", "code"), [("critical", 1), ("info", 1), ("never", 0)])
def test_fail_on(level: str, code: int) -> None:
    assert run("check", WEAK, "--fail-on", level).exit_code == code


def test_a_good_suite_passes_and_says_so() -> None:
    done = run("check", FAILED, "--fail-on", "high")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "0 findings in 1 capture by policy ietf; 0 at or above high",
        "Verdicts on negotiations: ietf 1 not-observable.",
    ]


def test_every_policy_has_a_gate() -> None:
    assert list(GATES) == list(names())


@pytest.mark.parametrize("policy", names())
def test_a_gate_lets_pass_what_meets_its_policy_and_is_known_to(policy: str, tmp_path: Path) -> None:
    capture, keys = meeting(policy, tmp_path)
    strict = "check", capture, "--policy", policy, "--fail-on", "not-observable"
    unseen = GATES[policy]["unseen"]
    done = run(*strict, "--keys", keys)
    said = f"{policy} 1 not-observable; 1" if unseen else f"{policy} 1 pass; 0"
    assert done.stderr.splitlines()[1] == f"Verdicts on negotiations: {said} at or above not-observable."
    assert done.exit_code == bool(unseen)
    assert run("check", capture, "--keys", keys, "--policy", policy, "--fail-on", "warn").exit_code == 0
    done = run(*strict, "--verdicts")
    assert done.exit_code == 1
    assert "cannot be seen: authentication, child SAs, PFS, lifetimes" in done.stdout
    assert run("check", capture, "--policy", policy, "--fail-on", "warn").exit_code == 0


@pytest.mark.parametrize("policy", names())
def test_a_gate_stops_what_breaks_its_policy(policy: str, tmp_path: Path) -> None:
    words, verdict = breaking(policy, tmp_path), GATES[policy]["verdict"]
    assert run("check", *words, "--policy", policy, "--fail-on", verdict).exit_code == 1
    assert run("check", *words, "--policy", policy, "--fail-on", "warn").exit_code == 1
    (row,) = json.loads(run("check", *words, "--policy", policy, "--verdicts", "--format", "json").stdout)
    assert (row["policy"], row["verdict"]) == (policy, verdict)
    assert row["reasons"]


def test_several_policies_judge_side_by_side() -> None:
    names_of, said = ("bsi", "ietf"), run("check", WEAK, "--policy", "bsi", "--policy", "ietf", "--format", "json")
    rows = json.loads(said.stdout)
    for name in names_of:
        alone = json.loads(run("check", WEAK, "--policy", name, "--format", "json").stdout)
        ours, theirs = ([str(row) for row in some if row["policy"] == name] for some in (rows, alone))
        assert sorted(ours) == sorted(theirs)
    weaknesses = {(row["finding"], row["subject"]) for row in rows}
    assert len(weaknesses) < len(rows)
    counted, _ = said.stderr.splitlines()
    assert counted.startswith(f"{len(weaknesses)} findings in 1 capture (")
    assert counted.endswith("by policies bsi, ietf, in 18 rows, one for each policy that names the same")


def test_verdicts_of_several_policies() -> None:
    done = run("check", WEAK, "--policy", "bsi", "--policy", "ietf", "--fail-on", "fail", "--verdicts")
    assert done.exit_code == 1
    assert done.stderr.splitlines()[1] == "Verdicts on negotiations: bsi 1 fail; ietf 1 fail; 2 at or above fail."
    heads = [line.split(": ")[1] for line in done.stdout.splitlines()]
    assert heads == ["fail bsi negotiation 1", "fail ietf negotiation 1"]


def test_a_finding_keeps_its_fingerprint_beside_other_policies() -> None:
    def prints(*policies: str) -> list[str]:
        words = [word for name in policies for word in ("--policy", name)]
        results = json.loads(run("check", WEAK, *words, "--format", "sarif").stdout)["runs"][0]["results"]
        ours = [result for result in results if result["properties"]["policy"] == "bsi"]
        return [result["partialFingerprints"]["finding/v1"] for result in ours]

    assert sorted(prints("ietf", "bsi")) == sorted(prints("bsi"))


def test_no_verdict_where_nothing_was_agreed() -> None:
    done = run("check", FIXTURES / "ikev2-unreachable" / "capture.pcap", "--fail-on", "not-observable")
    assert done.exit_code == 0
    assert done.stderr.splitlines()[1] == "Verdicts: none, for no negotiation is known to have agreed on anything."


def test_a_log_of_findings_has_no_verdicts() -> None:
    done = run("check", WEAK, "--verdicts", "--format", "sarif")
    assert done.exit_code == 2
    assert "--format text or json" in done.stderr


def test_another_policy_judges_otherwise() -> None:
    assert run("check", FAILED, "--policy", "cnsa1").stdout != run("check", FAILED, "--policy", "ietf").stdout
    done = run("check", FAILED, "--policy", "nonsense")
    assert done.exit_code == 2
    assert "ietf" in done.stderr


def test_a_policy_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('name = "acme"\n[[rule]]\nkind = "ke"\nscope = "ikev2"\nitem = 14\nverdict = "MUST NOT"\n', "utf-8")
    done = run("check", FAILED, "--policy", own, "--fail-on", "high", "--format", "json")
    assert done.exit_code == 1
    (finding,) = [row for row in json.loads(done.stdout) if row["finding"] == "weak-ke-chosen"]
    assert (finding["policy"], finding["clause"], finding["severity"]) == ("acme", "acme", "high")
    where = ("--where", "findings.policy == acme")
    assert run("check", FAILED, "--policy", own, "--fail-on", "high", *where).exit_code == 1
    own.write_text(own.read_text("utf-8").replace("14", "15"), "utf-8")
    assert run("check", FAILED, "--policy", own, "--fail-on", "high").exit_code == 0
    own.write_text(own.read_text("utf-8").replace("ke", "kex"), "utf-8")
    done = run("check", FAILED, "--policy", own)
    assert done.exit_code == 2
    assert "own.toml, line 3: 'kex' is no kind. Did you mean 'ke'?" in done.stderr


def test_an_unreadable_input_outranks_findings() -> None:
    assert run("check", WEAK, "gone.pcap", "--fail-on", "low").exit_code == 3


def test_the_tables_it_does_without_change_no_word() -> None:
    whole = [line.text for line in check_lines(read_pcap(WEAK).tables)]
    assert run("check", WEAK).stdout.splitlines() == whole


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_json_is_the_rows_of_the_table_the_worst_of_each_capture_first(jobs: str) -> None:
    done = run("check", WEAK, FAILED, WEAK.parent, "--format", "json", "--fail-on", "high", "--jobs", jobs)
    assert done.exit_code == 1
    rows = json.loads(done.stdout)
    exported = run("export", WEAK, "--table", "findings", "--format", "jsonl").stdout.splitlines()
    assert sorted(map(str, rows)) == sorted(str(json.loads(line)) for line in exported)
    assert rows[0]["severity"] == "critical"
    assert "findings in" in done.stderr


def test_ocsf_is_an_event_for_each_finding() -> None:
    found = json.loads(run("check", WEAK, "--format", "ocsf").stdout)
    assert len(found) == len(run("check", WEAK).stdout.splitlines())
    assert {event["class_uid"] for event in found} == {2004}
    assert min(event["time"] for event in found) > 0


def test_without_a_finding_both_formats_are_whole_documents() -> None:
    assert json.loads(run("check", FAILED, "--format", "json").stdout) == []
    assert json.loads(run("check", FAILED, "--format", "sarif").stdout)["runs"][0]["results"] == []


def test_a_sarif_log_knows_what_was_not_read_and_the_exit_code() -> None:
    done = run("check", WEAK, "gone.pcap", "--format", "sarif", "--fail-on", "high", "--where", "ike_version == 1")
    assert done.exit_code == 3
    (log,) = json.loads(done.stdout)["runs"]
    assert len(log["results"]) == len(run("check", WEAK, "--where", "ike_version == 1").stdout.splitlines())
    assert log["invocations"][0]["exitCode"] == 3
    assert "gone.pcap" in log["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert log["properties"] == {"policy": "ietf", "filter": "ike_version == 1", "negotiationsLeftOut": 0}


def test_beside_a_baseline_only_what_is_new_counts(tmp_path: Path) -> None:
    weak, other = case("ikev1-weak-des-md5-modp768").capture, case("ikev1-main-psk").capture
    run("report", weak, "-o", tmp_path / "saved")
    for side in (weak, tmp_path / "saved"):
        same = run("check", weak, "--baseline", side, "--fail-on", "info")
        assert same.exit_code == 0
        assert all(line.endswith("(in the baseline)") for line in same.stdout.splitlines())
        assert "10 known from the baseline, 0 new; 0 new at or above info" in same.stderr
    more = run("check", weak, "--baseline", other, "--fail-on", "high", "--format", "json")
    assert more.exit_code == 1
    states = {(row["finding"], row["baselineState"]) for row in json.loads(more.stdout)}
    assert {("weak-encryption-chosen", "new"), ("ikev1-in-use", "unchanged")} <= states
    assert run("check", weak, "--baseline", other, "--fail-on", "never").exit_code == 0
    log = json.loads(run("check", weak, "--baseline", weak, "--format", "sarif").stdout)
    VALIDATOR.validate(log)
    assert {result["baselineState"] for result in log["runs"][0]["results"]} == {"unchanged"}
    alone = json.loads(run("check", weak, "--format", "sarif").stdout)
    assert not any("baselineState" in result for result in alone["runs"][0]["results"])


def test_what_a_scanner_offers_is_no_drift_beside_a_baseline() -> None:
    scan, base = case("ikescan-main").capture, case("ikev2-psk-gcm").capture
    done = run("check", scan, "--baseline", base, "--fail-on", "info")
    assert done.exit_code == 0
    assert done.stdout
    assert "0 known from the baseline, 0 new, " in done.stderr
    assert "about a scanner's probes, which do not count; 0 new at or above info" in done.stderr
    assert run("check", scan, "--fail-on", "info").exit_code == 1


@pytest.mark.parametrize("word", ["fail", "warn", "not-observable"])
def test_verdicts_have_no_baseline(word: str) -> None:
    done = run("check", WEAK, "--baseline", WEAK, "--fail-on", word)
    assert done.exit_code == 2
    assert "--fail-on takes a severity" in done.stderr


def test_a_baseline_by_another_policy_is_said(tmp_path: Path) -> None:
    weak = case("ikev1-weak-des-md5-modp768").capture
    run("report", weak, "-o", tmp_path / "saved")
    done = run("check", weak, "--baseline", tmp_path / "saved", "--policy", "bsi", "--format", "ocsf")
    assert done.exit_code == 0
    assert "judged by policy ietf, and not by bsi: all findings by bsi count as new" in done.stderr
    assert run("check", weak, "--baseline", tmp_path / "saved", "--policy", "bsi", "--fail-on", "high").exit_code == 1
    read_now = run("check", weak, "--baseline", weak, "--policy", "bsi")  # judged as the others are
    assert "judged by policy ietf" not in read_now.stderr
    assert run("check", weak, "--baseline", "nothing.pcap").exit_code == 3
