"""Where each SA stands against a quantum computer."""

from typing import Any

import pytest

from analyzer.assessment.post_quantum import Stand, Stands
from analyzer.capture.datagram import EspStream
from analyzer.negotiation.life.streams import Joined
from analyzer.vocabulary import PostQuantum
from tests.assessment.build import Talk, healthy, main_mode, sa2, story

HYBRID, CLASSICAL = {"encr": [(20, 256)], "prf": [5], "ke": [31], "addke": [36]}, {"encr": [(20, 256)], "ke": [31]}
SECOND_KE = {"ke_id": 31, "additional_ke_ids": (36,)}
USE_PPK, PPK_IDENTITY = 16435, 16436
AUTH = (36, 39, 33, 44, 45)


def talk(
    *offers: dict[str, list[Any]],
    chosen: dict[str, Any] | None = None,
    notifies: tuple[tuple[int, ...], tuple[int, ...]] = ((), ()),
    defects: tuple[str, ...] = (),
    **fields: Any,
) -> Talk:
    """An IKE_SA_INIT with these offers, a request each; chosen: of the suite, None: there is no answer."""
    made = Talk(**{"outcome": "established", **fields})
    first = made.frame
    for place, kinds in enumerate(offers):
        made.offer(sa2(kinds), first + place).say("IKE_SA_INIT", notifies=notifies[0])
    if chosen is not None:
        answer = made.frame
        ids = [chosen["ke_id"], *chosen.get("additional_ke_ids", ())]
        made.choose(answer, encryption_id=20, key_bits=256, **chosen).answer(sa2({"ke": ids}), answer)
        made.say("IKE_SA_INIT", by="r", notifies=notifies[1], defects=defects)
    return made


def of(*talks: Talk) -> Stand:
    """Of the last of them."""
    return Stands(story(*talks)).of(talks[-1].n)


@pytest.mark.parametrize(
    ("chosen", "word", "exposed"),
    [
        (SECOND_KE, "hybrid", False),
        ({"ke_id": 36}, "ml-kem", False),
        ({"ke_id": 31}, "offered-not-taken", True),
        ({"ke_id": 31, "additional_ke_ids": (0,)}, "offered-not-taken", True),  # NONE
        ({"ke_id": 1035}, None, None),  # a private number may stand for anything
        (None, None, None),
    ],
)
def test_of_an_offer_with_ml_kem(chosen: dict[str, Any] | None, word: PostQuantum | None, exposed: bool | None) -> None:
    stand = of(talk(HYBRID, chosen=chosen))
    assert (stand.word, stand.exposed) == (word, exposed)


@pytest.mark.parametrize(("mid", "exposed"), [(1, None), (2, False)])
def test_an_additional_key_exchange_that_has_no_room_before_ike_auth_protects_nothing_for_sure(
    mid: int, exposed: bool | None
) -> None:
    made = talk(HYBRID, chosen=SECOND_KE)
    made.say("IKE_AUTH", message_id=mid)
    stand = of(made)
    assert (stand.word, stand.exposed) == ("hybrid", exposed)
    assert ("IKE_AUTH stands where IKE_INTERMEDIATE" in stand.basis) is (exposed is None)


def test_of_an_offer_without() -> None:
    assert of(talk(CLASSICAL, chosen={"ke_id": 31}))[:2] == ("classical", "chosen: Curve25519; no ML-KEM was offered")
    unseen = of(talk(chosen={"ke_id": 31}))
    assert (unseen.word, unseen.exposed) == ("classical", True)
    assert unseen.basis.endswith("the offer is not in the capture")


def test_half_a_choice_says_nothing_of_the_other_half() -> None:
    cut = talk(HYBRID, chosen={"ke_id": 31})
    half = cut.n.offers.pop()
    cut.n.offers.append(half._replace(sa=half.sa._replace(whole=False)))
    assert (of(cut).word, of(cut).exposed) == (None, None)


def test_ml_kem_that_a_retry_lost_is_a_downgrade() -> None:
    inside = of(talk(HYBRID, CLASSICAL, chosen={"ke_id": 31}))
    assert (inside.word, inside.exposed) == ("downgraded", True)
    assert of(talk(CLASSICAL, HYBRID, chosen={"ke_id": 31})).word == "offered-not-taken"  # the other way round
    failed = talk(HYBRID, outcome="unanswered")
    again = talk(CLASSICAL, chosen={"ke_id": 31}, number=2, frame=10, at=30)
    assert of(failed, again).word == "downgraded"
    assert "negotiation 1" in of(failed, again).basis
    assert of(failed, talk(CLASSICAL, chosen={"ke_id": 31}, number=2, frame=10, at=300)).word == "classical"
    assert of(failed, talk(CLASSICAL, chosen={"ke_id": 31}, number=2, frame=10, at=30, initiator="192.0.2.9")).word == (
        "classical"
    )
    assert of(failed, main_mode(number=2, frame=10, at=30, outcome="established")).word == "downgraded"


def test_a_responder_that_chose_ml_kem_before_can() -> None:
    before = talk(HYBRID, chosen=SECOND_KE)
    now = talk(HYBRID, chosen={"ke_id": 31}, number=2, frame=10, at=900, initiator="192.0.2.9")
    assert of(before, now).word == "downgraded"
    assert "ml-kem-768" in of(before, now).basis
    assert Stands(story(before, now)).of(before.n).word == "hybrid"
    other = talk({"ke": [31], "addke": [37]}, chosen={"ke_id": 31}, number=2, frame=10, at=900)
    assert of(before, other).word == "offered-not-taken"  # of another size
    earlier = talk(HYBRID, chosen={"ke_id": 31})
    assert Stands(story(earlier, talk(HYBRID, chosen=SECOND_KE, number=2, frame=10))).of(earlier.n).word == (
        "offered-not-taken"
    )


def test_pre_shared_keys() -> None:
    both = ((USE_PPK,), (USE_PPK,))
    agreed = of(talk(CLASSICAL, chosen={"ke_id": 31}, notifies=both))
    assert (agreed.word, agreed.ppk, agreed.exposed) == (None, "agreed", None)
    used = talk(CLASSICAL, chosen={"ke_id": 31}, notifies=both)
    used.say("IKE_AUTH", by="r", message_id=1, inner=AUTH, notifies=((PPK_IDENTITY, b"", True),))
    assert (of(used).word, of(used).ppk, of(used).exposed) == ("ppk", "used", False)
    unused = talk(CLASSICAL, chosen={"ke_id": 31}, notifies=both)
    unused.say("IKE_AUTH", by="r", message_id=1, inner=AUTH)
    assert (of(unused).word, of(unused).ppk, of(unused).exposed) == ("offered-not-taken", "unused", True)
    refused = of(talk(CLASSICAL, chosen={"ke_id": 31}, notifies=((USE_PPK,), ())))
    assert (refused.word, refused.ppk, refused.exposed) == ("offered-not-taken", "refused", True)
    assert of(talk(CLASSICAL, notifies=((USE_PPK,), ()), outcome="unanswered")).ppk == "offered"
    hybrid = of(talk(HYBRID, chosen=SECOND_KE, notifies=((USE_PPK,), ())))
    assert (hybrid.word, hybrid.ppk, hybrid.exposed) == ("hybrid", "refused", False)


@pytest.mark.parametrize("spoiled", [{"cut": True}, {"defects": ("wire-payload-length",)}])
def test_an_answer_that_is_not_whole_may_announce_a_pre_shared_key(spoiled: dict[str, Any]) -> None:
    stand = of(talk(CLASSICAL, chosen={"ke_id": 31}, **spoiled))
    assert (stand.word, stand.exposed) == (None, None)


def test_a_value_of_a_wrong_length_hides_no_notify() -> None:
    assert of(talk(CLASSICAL, chosen={"ke_id": 31}, defects=("wire-ke-length",))).word == "classical"
    both = ("wire-ke-length", "wire-payload-length")
    assert of(talk(CLASSICAL, chosen={"ke_id": 31}, defects=both)).word is None


@pytest.mark.parametrize(("method", "exposed"), [(1, None), (65001, None), (3, True), (65005, True), (65200, None)])
def test_keys_of_ikev1_rest_on_a_pre_shared_key_too(method: int, exposed: bool | None) -> None:
    old = main_mode(outcome="established")
    old.choose(encryption_id=7, key_bits=256, ke_id=14, auth_method=method)
    assert (of(old).word, of(old).exposed) == ("classical", exposed)


def test_a_rekeyed_ike_sa_rests_on_the_one_before() -> None:
    def rekeyed(first: dict[str, Any], second: dict[str, Any] | None) -> Stand:
        old = talk(HYBRID, chosen=first)
        old.say("CREATE_CHILD_SA", message_id=2)
        old.offer(sa2(HYBRID), old.frame - 1)
        answer = old.say("CREATE_CHILD_SA", by="r", message_id=2).frame_number
        new = Talk(number=2, frame=20, outcome="established", rekeyed_from=1)
        if second is not None:
            old.answer(sa2({"ke": [second["ke_id"]]}), answer)
            new.choose(answer, **second)
        new.say("INFORMATIONAL")
        return of(old, new)

    assert (rekeyed(SECOND_KE, None).word, rekeyed(SECOND_KE, None).exposed) == (None, False)
    classical = rekeyed(SECOND_KE, {"ke_id": 31})
    assert (classical.word, classical.exposed) == ("downgraded", False)  # it chose ML-KEM before
    assert "negotiation 1 too" in classical.basis
    assert (rekeyed({"ke_id": 31}, {"ke_id": 31}).exposed, rekeyed({"ke_id": 31}, None).exposed) == (True, None)
    assert rekeyed({"ke_id": 31}, SECOND_KE)[::3] == ("hybrid", False)


def test_what_is_offered_for_a_rekey_is_no_offer_for_the_first() -> None:
    old = talk(CLASSICAL, chosen={"ke_id": 31})
    old.say("CREATE_CHILD_SA", message_id=2)
    old.offer(sa2(HYBRID), old.frame - 1)
    assert of(old).word == "classical"


def test_a_chain_of_very_many_rekeyings() -> None:
    talks = [talk(HYBRID, chosen=SECOND_KE)]
    talks += [Talk(number=n, frame=10 * n, outcome="established", rekeyed_from=n - 1) for n in range(2, 3000)]
    assert of(*talks).exposed is False


def child(made: Talk, own: bool | None, **fields: Any) -> tuple[PostQuantum | None, bool | None]:
    made.child(**{"created_by": "CREATE_CHILD_SA", "protocol": "ESP", **fields})
    return Stands(story(made)).child(made.n, made.n.children[-1], own)


def test_child_sas() -> None:
    def classical() -> Talk:
        return talk(CLASSICAL, chosen={"ke_id": 31})

    def hybrid() -> Talk:
        return talk(HYBRID, chosen=SECOND_KE)

    assert child(classical(), None, created_by="IKE_AUTH") == ("classical", True)
    assert child(classical(), False) == ("classical", True)
    assert child(hybrid(), False) == ("hybrid", False)
    assert child(classical(), None) == (None, None)
    assert child(hybrid(), None) == (None, False)
    with_ml_kem = healthy().choose(ke_id=31, additional_ke_ids=(36,)).n.suite
    without = healthy().choose(ke_id=31).n.suite
    assert child(classical(), True, suite=with_ml_kem, pfs_ke_id=31) == ("hybrid", False)
    assert child(classical(), True, suite=without, pfs_ke_id=31) == ("classical", True)
    assert child(hybrid(), True, suite=without, pfs_ke_id=31) == ("classical", False)
    offered = classical()
    offered.offer(sa2(HYBRID), 3, child=1)
    assert child(offered, True, suite=without, pfs_ke_id=31) == ("offered-not-taken", True)


def stream(made: Talk, encapsulation: str = "esp", child: int | None = 1, to_initiator: bool | None = True) -> Joined:
    one = EspStream("0b0b0b0b", "192.0.2.20", "192.0.2.10", encapsulation, 8, 9, 0, 1)
    return Joined(one, made.n.number, child, "likely", to_initiator)


def test_streams() -> None:
    made = talk(CLASSICAL, chosen={"ke_id": 31})
    made.child(protocol="ESP")
    stands = Stands(story(made))
    assert stands.stream(stream(made)) is True
    assert stands.stream(stream(made, child=None)) is True  # it has one only
    assert stands.stream(stream(made, "ah")) is None
    assert stands.stream(stream(made, to_initiator=None)) is None  # a group's
    assert stands.stream(stream(made)._replace(negotiation=None)) is None
    made.child(created_by="CREATE_CHILD_SA")  # encrypted: it may have ML-KEM
    assert Stands(story(made)).stream(stream(made, child=None)) is None
    assert Stands(story(made)).stream(stream(made, child=1)) is True
    hybrid = talk(HYBRID, chosen=SECOND_KE)
    assert Stands(story(hybrid)).stream(stream(hybrid, child=None)) is False


def test_what_is_no_key_exchange() -> None:
    assert of(Talk(mode="group-rekey", version=1)).word is None
    assert of(Talk(version=3)).word is None
    resumed = Talk(outcome="established")
    resumed.say("IKE_SESSION_RESUME")
    assert of(resumed).basis.startswith("resumed")
