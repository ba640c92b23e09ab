"""Several policies: what each says is there, once where no text decides, and none of them is advised against."""

from pathlib import Path

import pytest

from analyzer.assessment import Finding
from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.policies import load
from analyzer.assessment.several import Joint, load_all, merged
from analyzer.errors import PolicyError
from tests.assessment.assessed import assess
from tests.assessment.build import Talk, main_mode, sa2, story

KE14 = Algorithm("ikev2", "ke", "ikev2-ke", 14, None)
P384 = KE14._replace(number=20)
BOTH = load_all(["ietf", "cnsa1"])


def one(policy: str | None, severity: str, check: str = "weak-ke-chosen", subject: str = "x") -> Finding:
    return Finding(check, "", severity, "certain", 1, subject, (1,), policy, None, "", None)  # type: ignore[arg-type]


def test_each_policy_has_its_row_and_what_needs_none_is_there_once() -> None:
    plain, other = one(None, "low", "no-pfs"), one(None, "info", "spi-reused")
    found = merged([[one("ietf", "low"), plain], [one("cnsa1", "high"), plain, other]])
    assert found == [one("cnsa1", "high"), one("ietf", "low"), plain, other]


@pytest.mark.parametrize(("severity", "kept"), [("low", False), ("info", False), ("high", True)])
def test_a_policys_word_stands_for_what_rests_on_none_unless_that_is_heavier(severity: str, kept: bool) -> None:
    plain, named = one(None, severity), one("bsi", "low")
    assert (plain in merged([[plain], [named]])) == kept
    assert named in merged([[plain], [named]])


def test_by_one_policy_nothing_changes() -> None:
    some = [one("ietf", "low"), one("ietf", "high")]
    assert merged([some]) is some


def test_what_one_rejects_all_together_reject() -> None:
    joint = Joint(BOTH)
    assert joint.name == "ietf, cnsa1"
    assert load("ietf").judge(KE14) is None
    verdict = joint.judge(KE14)
    assert verdict is not None
    assert verdict.clause.startswith("RFC 9206")
    assert joint.asks(KE14) is None
    assert joint.asks(P384) is not None
    assert joint.against_ikev1() is not None
    assert joint.objection("mode", "esp-without-integrity") is not None
    assert joint.objection("mode", "none such") is None
    assert joint.key_size("rsa-bits", 2048) is not None
    assert joint.requirement("version", "2") is not None
    assert joint.requirement("mode", "pfs") is None


def test_advice_suits_all_of_them() -> None:
    refused = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="responder", failure="NO_PROPOSAL_CHOSEN")
    refused.offer(sa2({"encr": [(2, None)], "prf": [2], "integ": [2], "ke": [2]}))
    refused.say("IKE_SA_INIT")
    refused.say("IKE_SA_INIT", by="r", notifies=(14,), payloads=(41,))
    (first, *_) = assess(story(refused), ("ietf", "cnsa1")).diagnoses[1]
    (alone, *_) = assess(story(refused), "cnsa1").diagnoses[1]
    assert first.advice.replace("ietf, cnsa1", "cnsa1") == alone.advice


def test_findings_and_verdicts_by_each() -> None:
    found = assess(story(main_mode(outcome="established")), ("ietf", "bsi"))
    by = {(f.finding, f.policy) for f in found.findings}
    assert {("ikev1-in-use", "ietf"), ("ikev1-in-use", "bsi"), ("main-mode-shared-key", None)} <= by
    assert [(r.negotiation, r.ruling.policy) for r in found.rulings] == [(1, "ietf"), (1, "bsi")]


def test_names_that_cannot_be_told_apart_are_refused(tmp_path: Path) -> None:
    assert [policy.name for policy in load_all(["bsi", "bsi", "ietf"])] == ["bsi", "ietf"]
    for name in ("a.toml", "b.toml"):
        rule = '[[rule]]\nkind = "ke"\nscope = "ikev2"\nitem = 14\nverdict = "MUST NOT"\n'
        (tmp_path / name).write_text(f'name = "acme"\n{rule}', "utf-8")
    with pytest.raises(PolicyError, match="acme"):
        load_all([str(tmp_path / "a.toml"), str(tmp_path / "b.toml")])
    with pytest.raises(PolicyError):
        load_all([])
