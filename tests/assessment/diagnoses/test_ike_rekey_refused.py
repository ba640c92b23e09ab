"""A refused rekey of the IKE SA: read, or inferred from what its sender does next."""

import pytest

from analyzer.assessment import Diagnosis
from analyzer.decryption.keyfile import KeyStore
from tests.assessment.assessed import assess
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
from tests.negotiation.keyed import (
    auth,
    authenticated,
    child_offer,
    child_request,
    create,
    delete,
    identity,
    ike_request,
    inform,
    keys,
    locked,
    notify,
)
from tests.negotiation.sealer import SEALERS

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


# -- without keys: what else it may be


def reconnects(talk: Story, wait: float = 2) -> None:
    talk.now += wait
    talk.up(2)


def test_of_aead_a_delete_at_once_is_enough() -> None:
    talk = Story()
    talk.up()
    talk.asks(300, NOTIFY)
    talk.informs(NOTIFY)
    made = talk.judged()
    assert (ids(made)[0], made[0].confidence) == (ID, "likely")
    assert "begins" not in made[0].detail


def test_the_new_sa_is_evidence() -> None:
    talk = Story()
    talk.up()
    talk.asks(300, NOTIFY)
    talk.informs(NOTIFY)
    reconnects(talk)
    (first, *_) = talk.judged()
    assert first.evidence_frames == (5, 6, 7, 9)


@pytest.mark.parametrize("near", ["ends later", "more is asked between", "connects much later", "connected before"])
def test_what_follows_has_to_follow_at_once(near: str) -> None:
    """With CBC the last message alone does not show an end: it takes the next SA."""
    talk, answer = Story(), build.AUTH_WITH_CHILD + 60
    talk.up(1, CBC, answer)
    if near == "connected before":
        talk.now += 100
        talk.up(2, CBC, answer)
    talk.asks(300, 80)
    if near == "more is asked between":
        talk.informs(80, 3, empty=80, after=1)
    talk.informs(80, 4, empty=80, after=90 if near == "ends later" else 0.5)
    if near != "connected before":
        talk.now += 100 if near == "connects much later" else 2
        talk.up(2, CBC, answer)
    assert ID not in ids(talk.judged())


def test_a_child_sa_of_that_length_that_the_other_side_asked_for_says_nothing() -> None:
    talk = Story()
    talk.up()
    talk.asks(300, CHILD_ANSWER, 0, initiator=False)
    talk.asks(300, NOTIFY)
    talk.informs(NOTIFY)
    reconnects(talk)
    assert ids(talk.judged())[0] == ID


def test_a_child_of_ike_auth_that_is_refused_late_is_no_rekey() -> None:
    """A person types a password meanwhile."""
    talk = Story()
    build.init_done(talk, GCM, talk.spis(1))
    talk.now += 70
    talk.say(sealed(build.IKE_AUTH, build.AUTH_REQUEST, spis=talk.spis(1)))
    talk.answer(sealed(build.IKE_AUTH, build.AUTH_CHILDLESS, initiator=False, response=True, spis=talk.spis(1)))
    talk.informs(NOTIFY, 2)
    reconnects(talk)
    made = talk.judged()
    assert made
    assert ID not in ids(made)


# -- with keys, or a part of them

SEALER = SEALERS[4]
NEW = ike_request("c1c2c3c4c5c6c7c8", ((1, 20, 256), (2, 5), (4, 19)))


def sealed_sa(keys: KeyStore) -> Story:
    talk = Story(keys)
    build.init_done(talk, SEALER.suite)
    talk.say(SEALER.seal(build.IKE_AUTH, identity(True, "i"), auth(), *child_offer(b"\1\1\1\1")))
    reply = identity(False, "r"), auth(), *child_offer(b"\2\2\2\2")
    talk.answer(SEALER.seal(build.IKE_AUTH, *reply, initiator=False, response=True))
    talk.now += AGE
    return talk


def asked_and_refused(talk: Story, request: list[tuple[int, bytes]], mid: int = 2, error: int = 14) -> None:
    talk.say(SEALER.seal(CREATE_CHILD_SA, *request, mid=mid))
    talk.answer(SEALER.seal(CREATE_CHILD_SA, notify(error), mid=mid, initiator=False, response=True))


def ends(talk: Story, *payloads: tuple[int, bytes], mid: int = 3) -> None:
    talk.say(SEALER.seal(INFORMATIONAL, *payloads, mid=mid), after=0.07)
    talk.answer(SEALER.seal(INFORMATIONAL, mid=mid, initiator=False, response=True))


def test_an_answer_that_is_not_decrypted_is_an_error_by_its_length() -> None:
    talk = sealed_sa(SEALER.keys("of-initiator"))
    asked_and_refused(talk, NEW)
    ends(talk, delete(1))
    (found,) = (d for d in talk.judged() if d.diagnosis == ID)
    assert found.confidence == "likely"
    assert "was refused by the responder." in found.detail
    assert found.basis == "the decrypted request; by its length the answer, which is not decrypted, holds an error"


def test_the_error_is_that_of_the_refused_rekey() -> None:
    talk = sealed_sa(SEALER.keys())
    asked_and_refused(talk, child_request(b"\3\3\3\3"), 2, 38)
    asked_and_refused(talk, NEW, 3)
    talk.answer(SEALER.seal(INFORMATIONAL, notify(7), mid=0, initiator=False), after=1)
    talk.say(SEALER.seal(INFORMATIONAL, mid=0, response=True))
    ends(talk, delete(1), mid=4)
    (found,) = (d for d in talk.judged() if d.diagnosis == ID)
    assert "with NO_PROPOSAL_CHOSEN." in found.detail


def test_without_a_clock_that_goes_on_no_age_is_told() -> None:
    talk = sealed_sa(SEALER.keys())
    talk.now -= 2 * AGE
    asked_and_refused(talk, NEW)
    (found,) = (d for d in talk.judged() if d.diagnosis == ID)
    assert "after the first message" not in found.detail


def test_a_child_sa_that_was_read_is_no_rekey_of_the_ike_sa() -> None:
    talk = sealed_sa(SEALER.keys())
    asked_and_refused(talk, child_request(b"\3\3\3\3"))
    ends(talk, delete(1))
    reconnects(talk)
    assert ID not in ids(talk.judged())


@pytest.mark.parametrize(("payloads", "found"), [((delete(1),), True), ((), False), ((delete(3, b"\1\1\1\1"),), False)])
def test_of_a_request_that_was_altered_the_end_that_was_read_decides(payloads: tuple, found: bool) -> None:
    talk = sealed_sa(SEALER.keys())
    asked = SEALER.seal(CREATE_CHILD_SA, *NEW, mid=2)
    talk.say(asked[:-1] + bytes([asked[-1] ^ 1]))
    talk.answer(SEALER.seal(CREATE_CHILD_SA, notify(14), mid=2, initiator=False, response=True))
    ends(talk, *payloads)
    reconnects(talk)
    assert (ID in ids(talk.judged())) is found


def test_fragments_of_a_request_that_is_never_answered_are_one_request() -> None:
    talk = sealed_sa(SEALER.keys())
    for k in range(5):
        for number in (1, 2, 3):
            talk.say(SEALER.seal(CREATE_CHILD_SA, *NEW, mid=2, fragment=(number, 3)), after=4 if number == 1 else 0.001)
        talk.answer(SEALER.seal(INFORMATIONAL, mid=k, initiator=False))
        talk.say(SEALER.seal(INFORMATIONAL, mid=k, response=True))
    (found,) = (d for d in talk.judged() if d.diagnosis == ID)
    assert found.detail.startswith("The rekey of the IKE SA was asked for 5 times and never answered.")
