"""A refused rekey of the IKE SA: read, or inferred from what its sender does next."""

import pytest

from analyzer.assessment import Diagnosis, assess
from tests.assessment.build import ids
from tests.negotiation import build
from tests.negotiation.build import (
    CBC,
    CHILD_ANSWER,
    CREATE_CHILD_SA,
    EMPTY,
    GCM,
    INFORMATIONAL,
    NOTIFY,
    established,
    sealed,
)
from tests.negotiation.keyed import authenticated, create, delete, ike_request, inform, keys, locked, notify

ID = "ike-rekey-refused"
AGE = 2880  # seconds
AEAD, BLOCKS = (GCM, NOTIFY, EMPTY), (CBC, 80, 80)  # suite, and the lengths of a Delete and of nothing


class Story(build.Talk):
    """SAs of two hosts, each of which ends after its request was refused."""

    def spis(self, number: int) -> tuple[str, str]:
        return f"a1{number:014x}", f"b1{number:014x}"

    def up(self, number: int = 1, suite: tuple = GCM, answer: int = build.AUTH_WITH_CHILD) -> None:
        established(self, suite, self.spis(number), answer)

    def asks(
        self, length: int, answer: int, mid: int = 2, *, initiator: bool = True, number: int = 1, after: float = AGE
    ) -> None:
        there, back = (self.say, self.answer) if initiator else (self.answer, self.say)
        spis = self.spis(number)
        there(sealed(CREATE_CHILD_SA, length, mid=mid, initiator=initiator, spis=spis), after=after)
        back(sealed(CREATE_CHILD_SA, answer, mid=mid, initiator=not initiator, response=True, spis=spis))

    def informs(
        self,
        length: int,
        mid: int = 3,
        *,
        initiator: bool = True,
        number: int = 1,
        after: float = 0.07,
        empty: int = EMPTY,
    ) -> None:
        there, back = (self.say, self.answer) if initiator else (self.answer, self.say)
        spis = self.spis(number)
        there(sealed(INFORMATIONAL, length, mid=mid, initiator=initiator, spis=spis), after=after)
        back(sealed(INFORMATIONAL, empty, mid=mid, initiator=not initiator, response=True, spis=spis))

    def judged(self, number: int = 1) -> list[Diagnosis]:
        return assess(self.story(120)).diagnoses.get(number, [])


@pytest.mark.parametrize("initiator", [True, False])
@pytest.mark.parametrize("kind", [AEAD, BLOCKS])
def test_who_is_refused_deletes_the_ike_sa_and_connects_again(kind: tuple, initiator: bool) -> None:
    suite, deletes, empty = kind
    talk, answer = Story(), build.AUTH_WITH_CHILD + 60
    talk.up(1, suite, answer)
    talk.asks(300, empty + 8 if suite is GCM else 80, initiator=initiator)
    talk.informs(deletes, initiator=initiator, empty=empty)
    talk.now += 2
    talk.up(2, suite, answer)
    made = talk.judged()
    assert (ids(made)[0], made[0].confidence) == (ID, "likely")
    assert "child-negotiation-failed" not in ids(made)
    by, other = ("initiator", "responder") if initiator else ("responder", "initiator")
    assert f"is refused by the {other}; then the {by} deletes the IKE SA, and negotiation 2 begins 2." in made[0].detail
    assert "48 min after the first message of the SA" in made[0].detail


def test_the_period_is_told() -> None:
    talk = Story()
    for number in (1, 2, 3):
        talk.up(number)
        talk.asks(300, NOTIFY, number=number)
        talk.informs(NOTIFY, number=number)
        talk.now += 2
    for number in (1, 2, 3):
        (first, *_) = talk.judged(number)
        assert first.detail.endswith("It happens 3 times between these hosts, again every 48 min.")


@pytest.mark.parametrize(
    "near", ["goes on", "ends later", "taken down", "other side ends", "child of that length", "asked again", "young"]
)
def test_a_refused_child_sa_is_not_taken_for_one(near: str) -> None:
    talk = Story()
    talk.up()
    if near == "child of that length":
        talk.asks(300, CHILD_ANSWER, 2)
    if near == "asked again":
        talk.asks(300, NOTIFY, 2)
    talk.asks(300, NOTIFY, 4, after=0.2 if near == "young" else 1400)
    if near == "goes on":
        talk.informs(EMPTY, 5)
    else:
        pause = {"ends later": 600, "taken down": 1.1}.get(near, 0.07)
        talk.informs(NOTIFY, 5, initiator=near != "other side ends", after=pause)
    made = talk.judged()
    assert ids(made)[0] == "child-negotiation-failed"
    assert ID not in ids(made)


def test_of_ciphers_with_blocks_an_empty_message_may_end_nothing() -> None:
    """80 bytes may be a liveness check: without a new SA nothing says that this one ended."""
    talk = Story()
    talk.up(1, CBC, 300)
    talk.asks(300, 80)
    talk.informs(80, empty=80)
    assert ID not in ids(talk.judged())


@pytest.mark.parametrize("initiator", [True, False])
def test_with_keys_it_is_read(initiator: bool) -> None:
    talk = Story(keys())
    authenticated(talk)
    new = ike_request("c1c2c3c4c5c6c7c8", ((1, 20, 256), (2, 5), (4, 19)))
    talk.now += AGE
    create(talk, 2, new, [notify(14)], begun_by_initiator=initiator)
    inform(talk, 3, delete(1), from_initiator=initiator)
    (found,) = talk.judged()
    assert (found.diagnosis, found.confidence) == (ID, "certain")
    other = "responder" if initiator else "initiator"
    assert f"was refused by the {other} with NO_PROPOSAL_CHOSEN." in found.detail


def test_copies_of_a_request_that_is_never_answered_ask_no_more_often() -> None:
    talk = Story(keys())
    authenticated(talk)
    talk.now += AGE
    asked = locked(CREATE_CHILD_SA, *ike_request("c1c2c3c4c5c6c7c8", ((1, 20, 256), (2, 5), (4, 19))), mid=2)
    for k in range(5):
        talk.say(asked, after=4)
        talk.say(asked, after=0.001)
        inform(talk, k, from_initiator=False)
    (found,) = (d for d in talk.judged() if d.diagnosis == ID)
    assert found.detail.startswith("The rekey of the IKE SA was asked for 5 times and never answered.")


@pytest.mark.parametrize("refused", [True, False])
def test_the_additional_key_exchange_of_a_rekey(refused: bool) -> None:
    """CREATE_CHILD_SA is answered, and IKE_FOLLOWUP_KE, which is due, is refused or never answered (RFC 9370)."""
    suite, followup, link = ((1, 20, 256), (2, 5), (4, 31), (6, 36)), 44, notify(16441, b"one")
    talk = build.Talk(keys())
    authenticated(talk)
    create(talk, 2, ike_request("c1" * 8, suite), [*ike_request("d1" * 8, suite), link])
    for _ in range(1 if refused else 4):
        talk.say(locked(followup, build.ke2(36), link, mid=3), after=3)
    if refused:
        talk.answer(locked(followup, notify(47), initiator=False, response=True, mid=3))
    inform(talk, 0, from_initiator=False)
    made = assess(talk.story(120)).diagnoses[1][0]
    assert made.diagnosis == ID
    what = "The additional key exchange (IKE_FOLLOWUP_KE) of the rekey of the IKE SA"
    said = (
        "was refused by the responder with STATE_NOT_FOUND" if refused else "was asked for 4 times and never answered"
    )
    assert made.detail.startswith(what)
    assert said in made.detail
