"""The state of an SA by the states of its exchanges: total, reachable, and in the words of the tables."""

from itertools import product
from typing import get_args

import pytest

from analyzer.negotiation.exchanges.initial import IKE_AUTH, IKE_INTERMEDIATE, IKE_SA_INIT
from analyzer.negotiation.exchanges.phase1 import AGGRESSIVE, BASE, MAIN
from analyzer.negotiation.exchanges.sa import (
    ASKED_BACK,
    BEFORE_AUTH,
    IKEV1_SA,
    IKEV2_SA,
    UNBOUND,
    UP,
    SaTable,
    ikev1_state,
    ikev2_state,
)
from analyzer.vocabulary import LaterExchanges, PhaseOneWord, PhaseTwo, SaState

PHASE1 = {state for table in (MAIN, AGGRESSIVE, BASE) for state in table.states}
LATER, PHASE2, WORD = IKEV2_SA.parts["LATER"], IKEV1_SA.parts["PHASE-2"], IKEV1_SA.parts["WORD"]
PARTS = {
    "IKE_SA_INIT": set(IKE_SA_INIT.states),
    "IKE_INTERMEDIATE": set(IKE_INTERMEDIATE.states),
    "IKE_AUTH": set(IKE_AUTH.states),
    "PHASE-1": PHASE1,
    "LATER": set(LATER),
    "PHASE-2": set(PHASE2),
    "WORD": set(WORD),
}


def test_whatever_the_exchanges_have_come_to_the_sa_has_a_state() -> None:
    states = (IKE_SA_INIT.states, IKE_INTERMEDIATE.states, IKE_AUTH.states, LATER)
    assert {ikev2_state(*each) for each in product(*states)} == {rule.state for rule in IKEV2_SA.rules}
    assert {ikev1_state(*each) for each in product(PHASE1, PHASE2, WORD)} == {rule.state for rule in IKEV1_SA.rules}


@pytest.mark.parametrize("table", [IKEV1_SA, IKEV2_SA], ids=lambda t: t.title)
def test_rules_speak_of_states_that_there_are(table: SaTable) -> None:
    for rule in table.rules:
        assert rule.when
        assert len(rule.meaning) > 5
        for part, states in rule.when.items():
            assert states <= PARTS[part], (rule.state, part)


@pytest.mark.parametrize("table", [IKEV1_SA, IKEV2_SA], ids=lambda t: t.title)
def test_no_rule_is_hidden_behind_those_before_it(table: SaTable) -> None:
    parts = {part: sorted(PARTS[part]) for part in PARTS if any(part in rule.when for rule in table.rules)}
    counted = set()
    for each in product(*parts.values()):
        known = dict(zip(parts, each, strict=True))
        counted.add(next(i for i, r in enumerate(table.rules) if all(known[p] in s for p, s in r.when.items())))
    assert counted == set(range(len(table.rules)))


def test_the_vocabulary_has_the_states_of_the_rules_and_no_others() -> None:
    assert set(get_args(SaState)) == {rule.state for table in (IKEV1_SA, IKEV2_SA) for rule in table.rules}
    for words, part in ((LaterExchanges, LATER), (PhaseTwo, PHASE2), (PhaseOneWord, WORD)):
        assert get_args(words) == tuple(part)


def test_sets_of_states_name_states() -> None:
    states = {rule.state for table in (IKEV1_SA, IKEV2_SA) for rule in table.rules}
    assert states >= UP | UNBOUND | BEFORE_AUTH | ASKED_BACK
    assert not UP & BEFORE_AUTH


@pytest.mark.parametrize("init", ["requested", "answered"])
@pytest.mark.parametrize("auth", ["start", "requested", "continues", "another-due", "answered"])
def test_a_later_exchange_proves_the_sa(init: str, auth: str) -> None:
    assert ikev2_state(init, "start", auth, "under-way") == "established"


@pytest.mark.parametrize("auth", ["refused", "refused-in-clear", "short"])
def test_the_refused_side_may_still_speak(auth: str) -> None:
    assert ikev2_state("answered", "start", auth, "under-way") == "auth-refused"


@pytest.mark.parametrize("phase1", sorted(PHASE1 - {"start"}))
@pytest.mark.parametrize("said", WORD)
def test_phase_2_proves_phase_1(phase1: str, said: str) -> None:
    assert ikev1_state(phase1, "seen", said) == "established"


def test_an_intermediate_exchange_is_part_of_the_account() -> None:
    states = [ikev2_state("answered", middle, "start", "none") for middle in ("requested", "refused", "answered")]
    assert states == ["intermediate-sent", "intermediate-refused", "intermediate-done"]
