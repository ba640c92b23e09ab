from pathlib import Path

import pytest

from analyzer.assessment import Asked, Finding
from analyzer.assessment.catalogue import Check, all_checks
from analyzer.assessment.terms import Remembered, Seen
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.seen import Suite
from analyzer.negotiation.story import Story
from tests.assessment.assessed import assess
from tests.assessment.build import healthy, main_mode, sa2, story
from tests.assessment.test_judge import read
from tests.conftest import FIXTURES, captures_in

WEAK = sa2({"encr": [3, (12, 128), 2], "prf": [1], "integ": [1], "ke": [2, 14]})

WEAK_SUITE = Suite(encryption_id=3, prf_id=1, integrity_id=1, ke_id=2)


def crowd() -> Story:
    """SAs of few configurations; one was captured with its answer before the offer."""
    talks = [main_mode(1, 100)]
    for number in range(2, 8):
        talk = healthy(number, 100 * number, outcome="probe" if number == 3 else "established")
        talk.n.offers.clear()
        talk.offer(WEAK, 100 * number + (5 if number == 5 else 0))
        talk.n.suite, talk.n.chosen_frame = WEAK_SUITE, 100 * number + 1
        talks.append(talk)
    return story(*talks)


def findings(of: Story, policy: str = "ietf") -> list[Finding]:
    return assess(of, policy, asked=Asked(diagnoses=False)).findings


def apart(of: Story, policy: str, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """The same where nothing is remembered from one negotiation to the next."""
    whole = Remembered.of

    def anew(known: Remembered, n: Negotiation, *, unused: bool) -> Seen:
        return whole(Remembered(known._verdicts, known._combinations), n, unused=unused)

    with monkeypatch.context() as patch:
        patch.setattr(Remembered, "of", anew)
        return findings(of, policy)


def test_equal_terms_are_asked_about_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def counted(check: Check) -> Check:
        of_terms = check.find_terms
        if check.about.id != "weak-ke-offered" or of_terms is None:
            return check
        return check._replace(find_terms=lambda t: (asked.append(t), of_terms(t))[1])

    monkeypatch.setattr("analyzer.assessment.judge.all_checks", lambda: tuple(map(counted, all_checks())))
    made = crowd()
    together = findings(made)
    assert len(asked) == 4, "main mode, a probe, an answer before its offer, the others"
    assert together == apart(made, "ietf", monkeypatch)
    assert len(asked) == 4 + 7


def test_findings_come_by_weight_and_then_by_check() -> None:
    talk = healthy()
    talk.n.offers.clear()
    talk.offer(WEAK, 1)
    talk.choose(2, encryption_id=3, prf_id=1, integrity_id=1, ke_id=2)
    talk.say("INFORMATIONAL", message_id=7, notifies=[(16384, b"; wget x; sh")], encrypted=False, payloads=(41,))
    found = findings(story(talk))
    order = [(["critical", "high", "medium", "low", "info"].index(f.severity), f.finding) for f in found]
    assert order == sorted(order)
    assert "command-in-notify" in {f.finding for f in found}, "one of the other kind is among them"


@pytest.mark.parametrize("policy", ["ietf", "bsi", "cnsa2"])
def test_what_is_remembered_changes_no_finding(policy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    captures = list(captures_in(FIXTURES))
    assert captures
    for capture in captures:
        keys = Path(capture).with_suffix(".keys")
        of = read(Path(capture), keys if keys.exists() else None)
        assert findings(of, policy) == apart(of, policy, monkeypatch), capture
