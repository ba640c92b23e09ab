from tests.assessment.build import found, main_mode

ID = "rsa-encrypted-nonces-chosen"


def test_both_forms() -> None:
    talks = [
        main_mode(k, 10 * k, outcome="established").choose(k, encryption_id=7, integrity_id=4, ke_id=14, auth_method=m)
        for k, m in ((1, 4), (2, 5), (3, 65010))
    ]
    assert [f.negotiation for f in found(ID, *talks)] == [1, 2, 3]


def test_signatures() -> None:
    talk = main_mode(outcome="established").choose(2, encryption_id=7, integrity_id=4, ke_id=14, auth_method=3)
    assert found(ID, talk) == []
