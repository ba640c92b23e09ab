import re
from pathlib import Path
from typing import Any

import pytest

from analyzer.assessment import diagnoses
from analyzer.assessment.catalogue import all_causes
from analyzer.assessment.ranking import BANDS, NAMED, NOTES, YIELDS, Yield, named, notifies, place
from analyzer.capture.points import Point, Points
from analyzer.negotiation.seen import SeenEap
from tests.assessment.build import Talk, diagnosed, healthy, ids, main_mode

PLACES = [each for band in BANDS for each in band.places]
LAST = 4000  # seconds at which the capture ends
OTHER = {1: 16, 2: 7}  # PAYLOAD-MALFORMED, INVALID_SYNTAX: they name nothing


def test_every_diagnosis_has_its_own_place_and_no_place_is_left_over() -> None:
    for cause in all_causes():
        place(cause.about.id)
    assert {each.diagnosis for each in PLACES} == {cause.about.id for cause in all_causes()}
    assert len({(each.diagnosis, each.word) for each in PLACES}) == len(PLACES)


def test_without_a_place_it_is_said_where_to_put_it() -> None:
    with pytest.raises(LookupError, match=r"new-cause has no place .*BANDS of analyzer/assessment/ranking\.py .*FACT"):
        place("new-cause")
    with pytest.raises(LookupError, match=r"psk-mismatch \(sometimes\) has no place"):
        place("psk-mismatch", "sometimes")


def test_a_second_place_is_explained_and_taken_by_its_module() -> None:
    for each in PLACES:
        assert bool(each.word) == bool(each.when), each
    folder = Path(diagnoses.__path__[0])
    for cause in all_causes():
        source = (folder / f"{cause.about.id.replace('-', '_')}.py").read_text("utf-8")
        taken = re.findall(r'place ?= ?"([a-z-]+)"', source)
        assert set(taken) == {each.word for each in PLACES if each.diagnosis == cause.about.id and each.word}


def test_the_bands_in_order() -> None:
    names = [band.name for band in BANDS]
    assert names == [
        "FACT",
        "OWN_SIGNATURE",
        "SHARED_SIGNATURE",
        "GENERAL",
        "INDISTINGUISHABLE",
        "HINT",
        "NOTE",
    ]
    assert place("capture-filter") == 0
    assert place("psk-mismatch") < place("authentication-failed") < place("psk-mismatch", "unrepeated")
    assert {each.diagnosis for each in PLACES if place(each.diagnosis, each.word) >= len(PLACES) - len(NOTES)} == NOTES


def test_a_notify_names_one_diagnosis_of_a_part() -> None:
    every = [(n.part, n.ike_version, number) for n in NAMED for number in n.notifies]
    assert len(set(every)) == len(every)
    assert named("child SA", 2, 17) == "pfs-mismatch"
    assert named("IKE SA", 2, 17) == "ke-group-mismatch"
    assert named("IKE SA", 2, 7) is None
    assert notifies("IKE SA", 1, "identity-rejected", "certificate-rejected") == (18, 19, 20, 21, 22, 28)
    assert {n.diagnosis for n in NAMED} <= {each.diagnosis for each in PLACES}


# -- who yields to whom: each row by a story in which it does, and by a near one in which it speaks


def child(version: int, notify: int | None) -> Talk:
    """A second child SA, refused with this notify (decrypted), or with one that could not be read."""
    seen = [] if notify is None else [(notify, b"", True)]
    name = "QUICK_MODE" if version == 1 else "CREATE_CHILD_SA"
    talk = (main_mode if version == 1 else healthy)(
        outcome="established", failed_at=name, failed_by="responder", decrypted=notify is not None
    )
    talk.child(created_by=name if version == 1 else "IKE_AUTH", outcome="established")
    talk.say(name, message_id=9)
    if version == 1:
        talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=10, notifies=seen)
    else:
        talk.say(name, by="r", message_id=9, notifies=seen)
    return talk


def first(version: int, notify: int) -> Talk:
    """The first message, answered with a notify in clear."""
    if version == 2:
        talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="responder")
        talk.say("IKE_SA_INIT")
        talk.say("IKE_SA_INIT", by="r", notifies=[notify])
        return talk
    talk = Talk(version=1, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.say("IDENTITY_PROTECTION")
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=7, encrypted=False, notifies=[notify])
    return talk


def proof(method: int, notify: int | None) -> Talk:
    """Main mode's fifth message, refused with this notify (decrypted), or with one that could not be read."""
    talk = main_mode(messages=5, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.choose(auth_method=method)
    seen = [] if notify is None else [(notify, b"", True)]
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=7, notifies=seen)
    return talk


def by_notify(part: str, when: str) -> list[tuple[str, str, int, int]]:
    """Rows of YIELDS with these words: who yields, to which, and in which IKE version by which notify."""
    rows = [(row.diagnosis, to) for row in YIELDS if row.when == when for to in row.to]
    every = [(who, to, n) for who, to in rows for n in NAMED if (n.part, n.diagnosis) == (part, to)]
    return [(who, to, n.ike_version, number) for who, to, n in every for number in n.notifies]


OF_A_CHILD, OF_THE_SA, OF_A_PROOF = (
    "a decrypted error notify names it",
    "an error notify names it",
    "an IKEv1 notify names it",
)


@pytest.mark.parametrize(("who", "to", "version", "notify"), by_notify("child SA", OF_A_CHILD))
def test_causes_of_a_refused_child_sa_yield_to_the_one_named(who: str, to: str, version: int, notify: int) -> None:
    made = ids(diagnosed(child(version, notify)))
    assert to in made
    assert who not in made
    assert who in ids(diagnosed(child(version, None)))


@pytest.mark.parametrize(("who", "to", "version", "notify"), by_notify("IKE SA", OF_THE_SA))
def test_a_rejected_message_yields_to_what_the_notify_names(who: str, to: str, version: int, notify: int) -> None:
    made = ids(diagnosed(first(version, notify)))
    assert (to in made and who not in made) or made == [who]  # the cause that is named cannot be: it speaks alone
    assert who in ids(diagnosed(first(version, OTHER[version])))


@pytest.mark.parametrize(("who", "to", "version", "notify"), by_notify("IKE SA", OF_A_PROOF))
def test_causes_of_a_refused_proof_yield_to_the_one_named(who: str, to: str, version: int, notify: int) -> None:
    assert version == 1
    unread = set()
    for method in (1, 3):
        made = ids(diagnosed(proof(method, notify)))
        assert to in made
        assert who not in made
        unread |= set(ids(diagnosed(proof(method, None))))
    assert who in unread


def eap(reason: bool) -> Talk:
    """A refused IKE_AUTH: of EAP that failed and says so, or of one round."""
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="responder", outcome_confidence="likely")
    talk.ike_sa_init().ike_auth()
    if reason:
        talk.ike_auth(message_id=2)
        talk.n.eap = (SeenEap(4, False, 1, 13, b""), SeenEap(5, True, 2, 3, b"\0"), SeenEap(6, False, 4, None, b""))
    talk.n.auth_method_initiator = 1
    return talk


def in_vain(fragments: bool = False) -> Talk:
    """IKE_AUTH is retransmitted although answered; the answer whole, or one fragment of two."""
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    for k in range(4):
        talk.say("IKE_AUTH", message_id=1, again=k > 0, after=2.0)
        talk.say("IKE_AUTH", by="r", message_id=1, again=k > 0, fragment=(1, 2) if fragments else None)
    return talk


def unanswered() -> Talk:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    for k in range(4):
        talk.say("IKE_AUTH", message_id=1, again=k > 0, after=2.0)
    return talk


def cookies(again: bool) -> Talk:
    """COOKIE four times; the initiator repeats its request, or takes the cookie up."""
    talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="none")
    for k in range(4):
        talk.say("IKE_SA_INIT", again=again and k > 0, after=1)
        talk.say("IKE_SA_INIT", by="r", notifies=[(16390, bytes([k]) * 20)])
    return talk


def refused_request(ended: bool) -> Talk:
    """A CREATE_CHILD_SA that is refused late in the life of the SA; its sender then deletes the IKE SA, or goes on."""
    talk = healthy(failed_at="CREATE_CHILD_SA", failed_by="responder")
    asked = talk.say("CREATE_CHILD_SA", message_id=2, length=257, after=2880).frame_number
    answer = talk.say("CREATE_CHILD_SA", by="r", message_id=2, length=65).frame_number
    child = {"created_by": "CREATE_CHILD_SA", "basis": "inferred", "outcome": "failed"}
    talk.child(**child, frame_number=asked, response_frame=answer)
    talk.say("INFORMATIONAL", message_id=3, length=65 if ended else 57)
    talk.say("INFORMATIONAL", by="r", message_id=3, length=57)
    return talk


def refused_quick_mode(clear: bool) -> Talk:
    """A quick mode that is answered by INVALID-COOKIE in clear, or by an INFORMATIONAL that could not be read."""
    talk = main_mode(outcome="established", failed_at="QUICK_MODE", failed_by="responder")
    talk.child(created_by="QUICK_MODE")
    asked = talk.say("QUICK_MODE", message_id=9, after=3000).frame_number
    said = {"encrypted": False, "notifies": [4]} if clear else {}
    answer = talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=10, **said).frame_number
    talk.child(created_by="QUICK_MODE", basis="inferred", outcome="failed", frame_number=asked, response_frame=answer)
    return talk


def up_and_asked(times: int) -> Talk:
    """A request of an SA that is up, with so many transmissions and no answer."""
    talk = healthy()
    for k in range(times):
        talk.say("INFORMATIONAL", message_id=2, length=57, again=k > 0, after=4)
    return talk


def ignored_quick_mode(fragments: bool) -> Talk:
    """A quick mode that is repeated and not answered; it comes in fragments, the last of which nobody saw."""
    talk = main_mode(outcome="established", failed_at="QUICK_MODE", failed_by="none")
    for k in range(4):
        piece = (1, 2) if fragments else None
        step = talk.say("QUICK_MODE", message_id=9, again=k > 0, after=2, fragment=piece)
        if k == 0:
            talk.child(created_by="QUICK_MODE", basis="inferred", outcome="failed", frame_number=step.frame_number)
    return talk


def at_two_points(answered: bool) -> tuple[Talk, Points]:
    """IKE_SA_INIT is seen at both; of IKE_AUTH the request at the first only, or at both and its answer at the second.

    Everything is retransmitted.
    """
    points = Points()
    points.all += [Point(name, 0, LAST * 10**9, 0) for name in ("inside", "outside")]
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none")

    def say(name: str, by: str, *places: int, **more: Any) -> None:
        for at, point in enumerate(places):
            step = talk.say(name, by=by, duplicate=at > 0, **more | ({"after": 0.002, "again": False} if at else {}))
            points.note(step.frame_number, point)

    say("IKE_SA_INIT", "i", 0, 1)
    say("IKE_SA_INIT", "r", 1, 0)
    for k in range(4):
        say("IKE_AUTH", "i", *((0, 1) if answered else (0,)), message_id=1, again=k > 0, after=2.0)
        if answered:
            say("IKE_AUTH", "r", 1, message_id=1, again=k > 0)
    return talk, points


def cookie_again() -> Talk:
    """The COOKIE is returned, and the responder's answer is the same as before."""
    talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="none")
    for k in range(4):
        cookie = [(16390, bytes(20))]
        talk.say("IKE_SA_INIT", message_id=min(k, 1), again=k > 1, after=2, notifies=cookie if k else [])
        talk.say("IKE_SA_INIT", by="r", again=k > 0, notifies=cookie)
    return talk


EXAMPLES = {
    "a second capture point shows where it is lost": lambda who: (
        at_two_points(answered=who == "answers-lost"),
        in_vain() if who == "answers-lost" else unanswered(),
    ),
    "fragments of the request or of its answer are missing": lambda _: (
        ignored_quick_mode(fragments=True),
        ignored_quick_mode(fragments=False),
    ),
    "the IKE SA is ended after the refusal": lambda _: (refused_request(True), refused_request(False)),
    "an error in clear says that the peer does not know the SA": lambda _: (
        refused_quick_mode(clear=True),
        refused_quick_mode(clear=False),
    ),
    "EAP gives its reason": lambda _: (eap(True), eap(False)),
    "the answer is not whole": lambda _: (in_vain(fragments=True), in_vain()),
    "answers were seen and do not arrive": lambda _: (in_vain(), unanswered()),
    "each answer asks for the COOKIE again": lambda _: (cookie_again(), unanswered()),
    "the silence has a name": lambda _: (up_and_asked(5), up_and_asked(1)),
}


@pytest.mark.parametrize("row", [r for r in YIELDS if "notify" not in r.when], ids=lambda r: f"{r.diagnosis}-{r.to[0]}")
def test_other_rows(row: Yield) -> None:
    yielding, near = EXAMPLES[row.when](row.diagnosis)
    talk, points = yielding if isinstance(yielding, tuple) else (yielding, None)
    made = ids(diagnosed(talk, last=LAST, points=points))
    assert row.to[0] in made
    assert row.diagnosis not in made
    assert row.diagnosis in ids(diagnosed(near, last=LAST))


def test_every_row_has_its_example() -> None:
    assert {row.when for row in YIELDS} == {OF_A_CHILD, OF_THE_SA, OF_A_PROOF, *EXAMPLES}
