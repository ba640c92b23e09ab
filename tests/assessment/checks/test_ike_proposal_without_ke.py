from tests.assessment.build import Talk, found, healthy, main_mode, sa2

ID = "ike-proposal-without-ke"
BARE = {"encr": [(20, 256)], "prf": [5]}


def offered(*proposals: dict[str, list], **fields) -> Talk:
    talk = Talk(outcome="incomplete").ike_sa_init()
    return talk.offer(sa2(*proposals, **fields))


def test_offered() -> None:
    (finding,) = found(ID, offered(BARE))
    assert (finding.severity, finding.subject, finding.evidence_frames) == ("low", "offered proposal", (1,))
    assert found(ID, offered({**BARE, "ke": [19]}, BARE)), "one of several"


def test_none_is_no_key_exchange_and_nothing_is_none() -> None:
    assert found(ID, offered({**BARE, "ke": [0]})), "NONE alone"
    assert found(ID, offered({**BARE, "ke": [0, 14]})) == [], "a group beside it"
    assert found(ID, offered({**BARE, "addke": [36]})), "an additional one alone"
    assert found(ID, offered({})), "a proposal without any transform"


def test_chosen() -> None:
    talk = offered(BARE).answer(sa2(BARE))
    assert [(f.severity, f.subject) for f in found(ID, talk)] == [
        ("medium", "chosen proposal"),
        ("low", "offered proposal"),
    ]


def test_with_a_group_none_or_for_a_child() -> None:
    assert found(ID, healthy()) == []
    child = healthy().offer(sa2({"encr": [(20, 256)], "sn": [0]}, protocol=3), 3, child=1)
    assert found(ID, child) == []
    assert found(ID, main_mode(outcome="established")) == []


def test_what_was_cut_is_not_judged() -> None:
    talk = Talk(outcome="incomplete").ike_sa_init()
    assert found(ID, talk.offer(sa2(BARE)._replace(whole=False))) == []
